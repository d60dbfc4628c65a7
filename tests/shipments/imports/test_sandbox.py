"""The child that parses: its limits, its death, and what it is told of this process."""

import os
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from shipments.imports.reading import sandbox, sentences
from shipments.imports.reading.refusals import Refused
from shipments.imports.reading.upload import read_upload
from tests.shipments.imports.files import xlsx
from tests.shipments.imports.hostile import (
    ARCHIVES,
    DOCUMENTS,
    OTHER_WORKBOOKS,
    TEXTS,
    Case,
)
from tests.shipments.imports.reading import read_whole_or_refused

REQUEST = {"path": "", "name": "list.csv", "sheet": None, "encoding": None, "delimiter": None}


def request_for(path: Path) -> dict[str, str | None]:
    return {**REQUEST, "path": str(path)}


def as_child(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Let other code than the parser run as the child."""
    (folder / "stand_in.py").write_text(code)
    monkeypatch.setattr(sandbox, "_CHILD", "stand_in")
    monkeypatch.setattr(sandbox, "_ROOT", folder)


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("import time; time.sleep(60)", "took_too_long"),
        ("import os; os.kill(os.getpid(), 9)", "took_too_long"),
        ("import os; os.abort()", "too_much_memory"),
        ("import ctypes; ctypes.string_at(0)", "too_much_memory"),
        ("raise SystemExit(77)", "too_much_memory"),
        ("raise SystemExit(3)", "could_not_be_read"),
        ("import os; os._exit(0)", "could_not_be_read"),
    ],
)
def test_however_the_child_ends_there_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, refusal: str
) -> None:
    as_child(monkeypatch, tmp_path, code)

    with pytest.raises(Refused) as refused:
        sandbox.parse_in_child(request_for(tmp_path), tmp_path, seconds=2)

    assert refused.value.code == refusal
    assert sentences.as_validation_error(refused.value).messages[0].endswith(".")


def test_the_child_knows_no_secret_of_this_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for parsers")
    as_child(
        monkeypatch,
        tmp_path,
        "import json, os, pathlib, sys\n"
        "pathlib.Path(sys.argv[2], 'result.json').write_text(json.dumps(dict(os.environ)))",
    )
    environment = sandbox.parse_in_child(request_for(tmp_path), tmp_path)

    assert set(environment) <= {"PYTHONPATH", "PYTHONUTF8", "PATH", "LC_CTYPE"}


def test_the_child_cannot_take_more_memory_than_it_is_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = Path(sandbox.__file__).parents[3]
    as_child(
        monkeypatch,
        tmp_path,
        f"import sys; sys.path.insert(0, {str(root)!r})\n"
        "from shipments.imports.reading.child import _limit_resources\n"
        "_limit_resources()\n"
        "import os\n"
        # macOS limits no address space; there the time limits are what is left.
        "if sys.platform == 'darwin': os._exit(77)\n"
        "try: bytearray(400 * 1024 * 1024)\n"
        "except MemoryError: os._exit(77)",
    )
    with pytest.raises(Refused) as refused:
        sandbox.parse_in_child(request_for(tmp_path), tmp_path)

    assert refused.value.code == "too_much_memory"


def test_a_sheet_too_large_for_the_first_reader_is_read_again_by_streaming(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    as_child(
        monkeypatch,
        tmp_path,
        "import json, os, pathlib, sys\n"
        "if not json.loads(sys.argv[1])['streaming']: os.abort()\n"
        "pathlib.Path(sys.argv[2], 'result.json').write_text('{\"rows\": 4}')",
    )

    assert sandbox.parse_in_child(request_for(tmp_path), tmp_path) == {"rows": 4}


def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    path = tmp_path / "list.xlsx"
    path.write_bytes(xlsx([["Item", "Qty"], ["Tent", 5]]))

    with read_upload(path, name="list.xlsx"):
        assert os.listdir(scratch)
    assert not os.listdir(scratch)

    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(ValidationError):
        read_upload(path, name="list.xlsx")
    assert not os.listdir(scratch)


@pytest.mark.parametrize("cases", [ARCHIVES, DOCUMENTS, OTHER_WORKBOOKS, TEXTS])
def test_a_child_that_is_started_for_the_file_says_the_same(
    cases: list[Case], tmp_path: Path
) -> None:
    assert read_whole_or_refused(cases[0], tmp_path) == cases[0].expected
