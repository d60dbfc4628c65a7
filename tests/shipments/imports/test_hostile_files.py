"""No file takes the program along, and none loses a row without a word."""

import os
from pathlib import Path

import pytest

from tests.shipments.imports.hostile import CORPUS, Case
from tests.shipments.imports.reading import read_whole_or_refused


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name.replace(" ", "-"))
def test_a_hostile_file_is_read_whole_or_refused_in_a_sentence(case: Case, tmp_path: Path) -> None:
    parent = os.getpid()
    assert read_whole_or_refused(case, tmp_path) == case.expected
    assert os.getpid() == parent


def test_the_corpus_has_at_least_sixty_files() -> None:
    assert len({case.name for case in CORPUS}) == len(CORPUS) >= 60
