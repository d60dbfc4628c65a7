"""No file takes the program along, and none loses a row without a word."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import orjson
import pytest

from shipments.imports.reading import sandbox
from tests.shipments.imports.hostile import (
    ARCHIVES,
    CORPUS,
    DOCUMENTS,
    OTHER_WORKBOOKS,
    TEXTS,
    Case,
)
from tests.shipments.imports.reading import read_bytes, refusal

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


@pytest.fixture(scope="module")
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
def _forked_child(
    forks: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    def run(request: dict[str, Any], folder: Path, _seconds: float) -> int:
        said = orjson.dumps([orjson.dumps(request).decode(), str(folder)])
        pipe(forks.stdin).write(said + b"\n")
        pipe(forks.stdin).flush()
        return int(pipe(forks.stdout).readline())

    monkeypatch.setattr(sandbox, "_run", run)
    yield
    assert forks.poll() is None


def read_whole_or_refused(case: Case, folder: Path) -> str | int:
    if isinstance(case.expected, str):
        return refusal(folder, case.build(), case.file_name, in_child=True)
    return len(read_bytes(folder, case.build(), case.file_name, in_child=True).rows)


@pytest.mark.usefixtures("_forked_child")
@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name.replace(" ", "-"))
def test_a_hostile_file_is_read_whole_or_refused_in_a_sentence(case: Case, tmp_path: Path) -> None:
    assert read_whole_or_refused(case, tmp_path) == case.expected


@pytest.mark.parametrize("cases", [ARCHIVES, DOCUMENTS, OTHER_WORKBOOKS, TEXTS])
def test_a_child_that_is_started_for_the_file_says_the_same(
    cases: list[Case], tmp_path: Path
) -> None:
    assert read_whole_or_refused(cases[0], tmp_path) == cases[0].expected


def test_the_corpus_has_at_least_sixty_files() -> None:
    assert len({case.name for case in CORPUS}) == len(CORPUS) >= 60
