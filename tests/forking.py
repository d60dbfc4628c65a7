"""Reading spreadsheets in a child that is forked and not started: what reads them is loaded once.

What starts one, and what its limits do, is looked at by the tests of the sandbox and of the doors.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import orjson
import pytest

from shipments.imports.reading import sandbox

# Forks a child for each file, so that what reads them is loaded once. Each child takes the
# limits on itself, and dies of them, as one that was started for the file does.
FORKS = """
import os, sys, traceback
from pathlib import Path
import orjson
from shipments.imports.reading import child, parsing, workbooks

for line in sys.stdin.buffer:
    request, folder = orjson.loads(line)
    forked = os.fork()
    if forked == 0:
        try:
            child.main(request, Path(folder))
        except MemoryError:
            os._exit(child.MEMORY_EXIT)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]), flush=True)
"""


@pytest.fixture(scope="session")
def forks() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(
        [sys.executable, "-c", FORKS],
        cwd=sandbox._ROOT,
        env={"PYTHONPATH": str(sandbox._ROOT), "PYTHONUTF8": "1", "PATH": os.defpath},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        yield process
        pipe(process.stdin).close()


def pipe(end: IO[bytes] | None) -> IO[bytes]:
    assert end is not None
    return end


@pytest.fixture
def forked_child(
    forks: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Lets a spreadsheet be read by a fork, under the same limits but that of the clock."""

    def run(request: dict[str, Any], folder: Path, _seconds: float) -> int:
        said = orjson.dumps([orjson.dumps(request).decode(), str(folder)])
        pipe(forks.stdin).write(said + b"\n")
        pipe(forks.stdin).flush()
        return int(pipe(forks.stdout).readline())

    monkeypatch.setattr(sandbox, "_run", run)
    yield
    assert forks.poll() is None
