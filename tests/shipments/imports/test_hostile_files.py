"""No file takes the program along, and none loses a row without a word."""

import os
from pathlib import Path

import pytest

from tests.shipments.imports.hostile import CORPUS, Case
from tests.shipments.imports.reading import read_bytes, refusal


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name.replace(" ", "-"))
def test_a_hostile_file_is_read_whole_or_refused_in_a_sentence(case: Case, tmp_path: Path) -> None:
    parent = os.getpid()
    if isinstance(case.expected, str):
        assert refusal(tmp_path, case.build(), case.file_name, in_child=True) == case.expected
    else:
        found = read_bytes(tmp_path, case.build(), case.file_name, in_child=True)
        assert len(found.rows) == case.expected
    assert os.getpid() == parent


def test_the_corpus_has_at_least_sixty_files() -> None:
    assert len({case.name for case in CORPUS}) == len(CORPUS) >= 60
