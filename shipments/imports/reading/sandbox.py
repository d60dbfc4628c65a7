"""Runs the parser in a child process of its own, so that no file can take the program along."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

from shipments.imports.reading.limits import CHILD_WALL_SECONDS
from shipments.imports.reading.refusals import Refused
from shipments.imports.reading.spool import MEMORY_EXIT, RESULT_FILE

logger = logging.getLogger(__name__)

# How the child ends without memory: Python says so, Rust aborts, C runs into nothing.
OUT_OF_MEMORY = (MEMORY_EXIT, -signal.SIGABRT, -signal.SIGSEGV)
_ROOT = Path(__file__).resolve().parents[3]
_CHILD = "shipments.imports.reading.child"


def parse_in_child(
    request: dict[str, Any], folder: Path, *, seconds: float = CHILD_WALL_SECONDS
) -> dict[str, Any]:
    """Parse one file in a child and return its result; the rows lie in the folder.

    The child has neither this process's environment nor its secrets. A sheet that the first
    reader cannot hold in memory is read once more by the one that streams. Refuses with what the
    child refused, or with took_too_long, too_much_memory or could_not_be_read when it did not
    live to say.
    """
    ended = _run({**request, "streaming": False}, folder, seconds)
    if ended in OUT_OF_MEMORY:
        ended = _run({**request, "streaming": True}, folder, seconds)
    result_file = folder / RESULT_FILE
    if not result_file.exists():
        # Not what it wrote last: that may quote names out of the file.
        logger.warning("The process that reads a spreadsheet ended with %s.", ended)
        raise _death(ended)
    result: dict[str, Any] = orjson.loads(result_file.read_bytes())
    if "refused" in result:
        raise Refused(result["refused"]["code"], **result["refused"]["params"])
    return result


def _run(request: dict[str, Any], folder: Path, seconds: float) -> int:
    command = [sys.executable, "-m", _CHILD, orjson.dumps(request).decode(), str(folder)]
    environment = {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PATH": os.defpath}
    try:
        return subprocess.run(  # noqa: S603 - our own module by our own interpreter
            command,
            cwd=_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise Refused("took_too_long", seconds=int(seconds)) from error


def _death(ended: int) -> Refused:
    """Tell from how the child ended which limit it met."""
    if ended in (-signal.SIGXCPU, -signal.SIGKILL):
        return Refused("took_too_long", seconds=int(CHILD_WALL_SECONDS))
    if ended in OUT_OF_MEMORY or ended == -signal.SIGXFSZ:
        return Refused("too_much_memory")
    return Refused("could_not_be_read")
