"""What docs/analysts.md shows is run here as it stands there, against the site."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.models import TokenScope, User
from accounts.services import create_token
from shipments.tasks import make_export_file
from tests import build
from tests.world import World

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "analysts.md"
BLOCKS = re.findall(r"^```(python|sh)\n(.*?)^```", DOCUMENT.read_text("utf-8"), re.M | re.S)
MODULE, *PYTHON = [block for language, block in BLOCKS if language == "python"]
SHELL = [block for language, block in BLOCKS if language == "sh"]
EXAMPLE = "https://aid.example.org"

Run = Callable[..., str]
# Runs each block as a program of its own, and rules off what they print; libraries are loaded once.
IN_TURN = """
import runpy, sys
for path in sys.argv[1:]:
    runpy.run_path(path, run_name="__main__")
    print("----")
"""


@pytest.fixture
def run(world: World, omar: User, chen: User, tmp_path: Path, committed: None, site: str) -> Run:
    """Runs blocks with the site's address and a token filled in; gives what they print."""
    build.receive(world.sent(), by=omar, received=380, damaged=20, reason="wet")
    world.shipment(build.line(world.wood, 3))
    _token, secret = create_token(user=chen, name="notebook", scope=TokenScope.READ)
    (tmp_path / "aid.py").write_text(filled(MODULE, site))

    def run_blocks(language: str, *blocks: str) -> str:
        paths = [tmp_path / f"block{number}" for number in range(len(blocks))]
        for path, block in zip(paths, blocks, strict=True):
            path.write_text(filled(block, site))
        program = [sys.executable, "-c", IN_TURN] if language == "python" else ["sh", "-eu"]
        done = subprocess.run(
            [*program, *paths],
            env={**os.environ, "AID_TOKEN": secret, "PYTHONPATH": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run_blocks


def filled(block: str, site: str) -> str:
    assert EXAMPLE in block or "from aid import" in block
    return block.replace(EXAMPLE, site)


def test_every_kind_of_reader_is_shown() -> None:
    text = "".join(PYTHON)
    for name in ("pandas", "polars", "duckdb", "pyarrow"):
        assert re.search(rf"^(import|from) {name}", text, re.M), name
    assert len(SHELL) >= 3
    for title in ("## R", "## Excel and Power BI", "## Google Sheets"):
        assert title in DOCUMENT.read_text("utf-8")


def test_the_readers_find_the_figures(run: Run) -> None:
    """Each reader adds up the same weights: 630 kg sent, 570 kg of them arrived."""
    pandas, _straight, polars, duckdb, facts, _end = run("python", *PYTHON).split("----\n")
    assert "630.000" in pandas
    assert "570.000" in pandas
    assert "570.000" in polars
    assert "570.000" in duckdb
    assert "(4,)" in duckdb
    assert "1 line has no weight" in facts


@pytest.mark.parametrize("block", SHELL)
def test_what_curl_is_shown_runs(run: Run, block: str, tmp_path: Path) -> None:
    run("sh", block)
    fetched = [path for path in tmp_path.iterdir() if path.suffix in (".csv", ".xlsx", ".ndjson")]
    assert fetched
    assert all(path.stat().st_size > 100 for path in fetched)


def test_a_file_that_is_prepared_is_waited_for(
    run: Run, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LARGEST_DIRECT_FILE = 1
    monkeypatch.setattr(make_export_file, "delay", make_export_file)
    said = run(
        "python", "from aid import fetch\nimport json\nprint(json.dumps(len(fetch('lines.csv'))))"
    )
    assert json.loads(said.removesuffix("----\n")) > 500
