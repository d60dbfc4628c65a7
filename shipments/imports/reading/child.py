"""The child process that parses one file under limits: `python -m ...child REQUEST FOLDER`."""

import os
import resource
import sys
import warnings as python_warnings
from pathlib import Path
from typing import Any

import orjson

from shipments.imports.reading.limits import (
    CHILD_CPU_SECONDS,
    CHILD_MEMORY_BYTES,
    CHILD_OUTPUT_BYTES,
)
from shipments.imports.reading.refusals import Refused
from shipments.imports.reading.spool import MEMORY_EXIT, RESULT_FILE, ROWS_FILE, RowWriter, Warnings


def main(request_text: str, folder: Path) -> None:
    """Read one file into the folder's rows and, last of all, its result."""
    _limit_resources()
    # Imported under the limits, and only here: the parent needs none of the parsers.
    from shipments.imports.reading.parsing import parse_file

    python_warnings.simplefilter("ignore")
    request: dict[str, Any] = orjson.loads(request_text)
    warnings = Warnings()
    try:
        with (folder / ROWS_FILE).open("wb", buffering=1024 * 1024) as file:
            result = parse_file(request, RowWriter(file, warnings), warnings)
    except Refused as refused:
        result = {"refused": {"code": refused.code, "params": refused.params}}
    unfinished = folder / f"{RESULT_FILE}.part"
    unfinished.write_bytes(orjson.dumps(result))
    unfinished.rename(folder / RESULT_FILE)


def _limit_resources() -> None:
    limits = {
        resource.RLIMIT_CPU: CHILD_CPU_SECONDS,
        resource.RLIMIT_FSIZE: CHILD_OUTPUT_BYTES,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform != "darwin":  # macOS refuses to limit the address space
        limits[resource.RLIMIT_AS] = CHILD_MEMORY_BYTES
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]))
    except MemoryError:
        os._exit(MEMORY_EXIT)
