"""Which of very many questions, all much alike, one run of the tests asks.

Everybody at every address, every odd value in every field: asked in full, that takes several times
as long as a build may. So a run asks one in so many of them, beginning where the seed of its order
says (``--randomly-seed``), and each question comes up every few runs. ``--whole`` asks all.
"""

from collections.abc import Iterable
from typing import TypeVar

import pytest

Thing = TypeVar("Thing")
WHOLE = "--whole"


class Run:
    """What was asked for on the command line; the same in every process of the run."""

    whole = False
    seed = 0


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(WHOLE, action="store_true", help="Ask all that a run draws only some of.")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    Run.whole = config.getoption(WHOLE)
    Run.seed = config.getoption("randomly_seed", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    drew = "All questions were asked" if Run.whole else f"{WHOLE} asks all questions"
    terminalreporter.write_line(f"{drew}; --randomly-seed={Run.seed} repeats this run.")


def rounds(few: int, *, whole: int) -> int:
    """This will say how often something random is tried."""
    return whole if Run.whole else few


def drawn(things: Iterable[Thing], one_in: int, turn: int = 0) -> list[Thing]:
    """This will give every ``one_in``-th thing, and at least one; all of them in a whole run.

    Where the same is drawn again and again, for each page for example, ``turn`` counts the times:
    then each begins with another thing.
    """
    found = list(things)
    if Run.whole or not found:
        return found
    return found[(Run.seed + turn) % min(one_in, len(found)) :: one_in]
