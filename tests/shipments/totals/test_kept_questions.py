"""Whoever kept a question once is answered for ever: what was canonical stays readable."""

from dataclasses import replace
from pathlib import Path

import pytest

from shipments.filters.totals import read_question
from shipments.querysets.totals import DIMENSIONS, MEASURES

# As saved queries and snapshots hold them. Lines are added when the contract grows, never changed.
KEPT = (Path(__file__).parent / "questions.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("kept", KEPT)
def test_a_kept_question_reads_the_same_every_time(kept: str) -> None:
    once = read_question(kept)
    assert read_question(once.canonical()) == once
    assert read_question(f"/api/v1/totals.csv?{kept}&format=csv&bom=1") == once


def test_the_kept_questions_ask_for_everything_that_can_be_asked() -> None:
    asked = [read_question(kept) for kept in KEPT]
    assert {name for query in asked for name in query.by} == set(DIMENSIONS)
    measures = {MEASURES[name].base or name for query in asked for name in query.measures}
    assert measures == {measure.base or name for name, measure in MEASURES.items()}
    usual = read_question("")
    for name, value in vars(usual).items():
        if name != "scope":
            assert any(getattr(query, name) != value for query in asked), name
    for name, value in vars(usual.scope).items():
        assert any(getattr(query.scope, name) != value for query in asked), name


def test_a_question_that_is_not_the_same_reads_otherwise() -> None:
    query = read_question(KEPT[0])
    assert read_question(replace(query, limit=3).canonical()) != query
