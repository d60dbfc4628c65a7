"""Long random histories; the quick ones are among the tests of every commit."""

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.shipments.guards.histories import History
from tests.shipments.guards.test_histories import QUICK, history

__all__ = ["history"]


def test_every_state_of_a_long_history_agrees(history: type[History]) -> None:
    """Hypothesis prints how to reproduce a failure; ``--hypothesis-seed`` repeats a run."""
    long = settings(QUICK, max_examples=60, stateful_step_count=50)
    run_state_machine_as_test(history, settings=long)
