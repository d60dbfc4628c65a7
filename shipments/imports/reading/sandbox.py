"""Runs the parser in a child process of its own, so that no file can take the program along."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

from shipments.imports.reading.limits import CHILD_WALL_SECONDS
from shipments.imports.reading.refusals import Refused
from shipments.imports.reading.spool import RESULT_FILE

_ROOT = Path(__file__).resolve().parents[3]
_CHILD = "shipments.imports.reading.child"


def parse_in_child(
    request: dict[str, Any], folder: Path, *, seconds: float = CHILD_WALL_SECONDS
) -> dict[str, Any]:
    """Parse one file in a child and return its result; the rows lie in the folder.

    The child has neither this process's environment nor its secrets. Refuses with what the
    child refused, or with took_too_long or too_much_memory when it did not live to say.
    """
    command = [sys.executable, "-m", _CHILD, orjson.dumps(request).decode(), str(folder)]
    environment = {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PATH": os.defpath}
    try:
        done = subprocess.run(  # noqa: S603 - our own module by our own interpreter
            command,
            cwd=_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused("took_too_long", seconds=int(seconds)) from error
    result_file = folder / RESULT_FILE
    if not result_file.exists():
        raise _death(done)
    result: dict[str, Any] = orjson.loads(result_file.read_bytes())
    if "refused" in result:
        raise Refused(result["refused"]["code"], **result["refused"]["params"])
    return result


def _death(done: "subprocess.CompletedProcess[bytes]") -> Refused:
    """Tell from how the child ended which limit it met."""
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return Refused("took_too_long", seconds=int(CHILD_WALL_SECONDS))
    if done.returncode in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGXFSZ) or (
        b"MemoryError" in done.stderr
    ):
        return Refused("too_much_memory")
    return Refused("could_not_be_read")
