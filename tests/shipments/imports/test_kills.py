"""A worker killed in the middle of an import loses nothing and doubles nothing."""

from decimal import Decimal
from subprocess import Popen

import pytest

from accounts.models import User
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


def places_in(statements: int) -> list[Place]:
    return ["mark", *drawn(range(1, statements + 1), statements // 2)]


def rows_for(places: list[Place]) -> int:
    """This will leave a part to each worker before it dies, and something to the last one.

    Of all places a few come when the second part is done as well.
    """
    return CHUNK * (len(places) + 6)


def test_an_import_whose_workers_are_killed_is_complete(
    world: World, omar: User, workers: "Popen[str]"
) -> None:
    places = places_in(APPLYING)
    rows = rows_for(places)
    run, shipment = checked(world, omar, rows)
    result = import_with_kills(run, shipment, workers, places=places, chunk=CHUNK)
    assert result == Result(len(places), "done", rows, expected(rows))


def test_replacing_whose_workers_are_killed_reverses_and_records_each_row_once(
    world: World, omar: User, workers: "Popen[str]"
) -> None:
    places = places_in(REPLACING)
    rows = rows_for(places)
    run, shipment = checked_again(world, omar, rows)
    result = import_with_kills(run, shipment, workers, places=places, chunk=CHUNK)
    # Each stands three times: as first recorded, reversed, and as it is now.
    assert result == Result(len(places), "done", 3 * rows, expected(rows) + rows)


def test_undoing_whose_workers_are_killed_takes_each_row_back_once(
    world: World, omar: User, workers: "Popen[str]"
) -> None:
    places = places_in(UNDOING)
    rows = rows_for(places)
    run, shipment = checked_to_undo(world, omar, rows)
    result = import_with_kills(run, shipment, workers, places=places, chunk=CHUNK)
    # Each stands twice: as recorded, and taken back.
    assert result == Result(len(places), "undone", 2 * rows, Decimal(0))


def test_without_the_guards_rows_are_counted_twice(
    world: World, omar: User, workers: "Popen[str]"
) -> None:
    places = places_in(APPLYING)
    rows = rows_for(places)
    run, shipment = checked(world, omar, rows)
    result = import_with_kills(run, shipment, workers, places=places, chunk=CHUNK, naive=True)
    assert (result.kills, result.status) == (len(places), "done")
    assert result.rows > rows
    assert result.sum > expected(rows)
