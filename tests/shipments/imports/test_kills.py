"""A worker killed in the middle of an import loses nothing and doubles nothing."""

from collections.abc import Callable
from decimal import Decimal
from subprocess import Popen

import pytest

from accounts.models import User
from shipments.models import ImportRun, Shipment
from tests.drawing import drawn
from tests.shipments.imports.kills import (
    APPLYING,
    REPLACING,
    UNDOING,
    Place,
    Result,
    checked,
    checked_again,
    checked_to_undo,
    expected,
    import_with_kills,
    workers,
)
from tests.world import World

__all__ = ["workers"]

CHUNK = 4
pytestmark = pytest.mark.usefixtures("committed")


def carried_out(
    start: Callable[[World, User, int], tuple[ImportRun, Shipment]],
    statements: int,
    cast: tuple[World, User],
    workers: "Popen[str]",
    *,
    naive: bool = False,
) -> tuple[Result, int, int]:
    """This will give what stands at the end, how many workers had to die, and how many rows."""
    places: list[Place] = ["mark", *drawn(range(1, statements + 1), statements // 2)]
    # A part for each worker before it dies, some for those that die when their second part is
    # done as well, and something for the last one.
    rows = CHUNK * (len(places) + 6)
    run, shipment = start(*cast, rows)
    result = import_with_kills(run, shipment, workers, places=places, chunk=CHUNK, naive=naive)
    return result, len(places), rows


def test_an_import_whose_workers_are_killed_is_complete(
    world: World, omar: User, workers: "Popen[str]"
) -> None:
    result, kills, rows = carried_out(checked, APPLYING, (world, omar), workers)
    assert result == Result(kills, "done", rows, expected(rows))


def test_replacing_whose_workers_are_killed_reverses_and_records_each_row_once(
    world: World, omar: User, workers: "Popen[str]"
) -> None:
    result, kills, rows = carried_out(checked_again, REPLACING, (world, omar), workers)
    # Each stands three times: as first recorded, reversed, and as it is now.
    assert result == Result(kills, "done", 3 * rows, expected(rows) + rows)


def test_undoing_whose_workers_are_killed_takes_each_row_back_once(
    world: World, omar: User, workers: "Popen[str]"
) -> None:
    result, kills, rows = carried_out(checked_to_undo, UNDOING, (world, omar), workers)
    # Each stands twice: as recorded, and taken back.
    assert result == Result(kills, "undone", 2 * rows, Decimal(0))


def test_without_the_guards_rows_are_counted_twice(
    world: World, omar: User, workers: "Popen[str]"
) -> None:
    result, kills, rows = carried_out(checked, APPLYING, (world, omar), workers, naive=True)
    assert (result.kills, result.status) == (kills, "done")
    assert result.rows > rows
    assert result.sum > expected(rows)
