"""The positive control: with a fence taken down, the harness that was green must turn red."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from regions.api import authentication
from regions.exports import compiled
from shipments.querysets import published, shipments
from tests.matrix.asking import Question
from tests.matrix.fences import FENCES, Fence
from tests.matrix.harness import Stage, findings, questions
from tests.matrix.table import POLICY


def asked(stage: Stage, fence: Fence) -> Iterator[Question]:
    rows = [row for row in POLICY.values() if row.name in fence.rows]
    people = [stage.people[name] for name in fence.people]
    for question in questions(stage, rows, people):
        if not fence.forged:
            yield question
        elif question.row.method == "POST" and question.whose == "own":
            yield replace(question, forged=True, expected="403")


@pytest.fixture
def forgetful() -> Iterator[None]:
    """Questions turned into SQL while a fence was down must not outlive it."""
    forget()
    yield
    forget()


def forget() -> None:
    compiled.kept.clear()
    published.published_status.cache_clear()
    shipments.known_of_events.cache_clear()
    authentication.question.cache_clear()
    authentication.question_by_session.cache_clear()


@pytest.mark.parametrize("fence", FENCES, ids=str)
def test_a_missing_fence_is_noticed(
    stage: Stage, fence: Fence, forgetful: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Several fences guard the same addresses; they are green once.
    if (about := (fence.rows, fence.people, fence.forged)) not in green:
        assert not list(findings(stage, asked(stage, fence))), "It is not even green with it."
        green.add(about)
    forget()
    fence.down(monkeypatch)
    found = []
    for finding in findings(stage, asked(stage, fence)):
        if fence.says in finding:
            return
        found.append(finding)
    pytest.fail(f"Nobody noticed: {found}")


# The questions that were asked with every fence in place.
green: set[tuple[tuple[str, ...], tuple[str, ...], bool]] = set()
