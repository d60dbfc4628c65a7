"""A worker killed in the middle of an import loses nothing and doubles nothing."""

from decimal import Decimal
from subprocess import Popen

import pytest

from accounts.models import User
from tests.drawing import drawn
from tests.shipments.imports.kills import (
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

ROWS, SEED = 120, 20201125


@pytest.mark.parametrize("at_mark", drawn([False, True], 2))
@pytest.mark.usefixtures("committed")
def test_an_import_whose_worker_is_killed_three_times_is_complete(
    world: World, omar: User, workers: "Popen[str]", *, at_mark: bool
) -> None:
    run, shipment = checked(world, omar, ROWS)
    result = import_with_kills(run, shipment, workers, kills=3, chunk=8, seed=SEED, at_mark=at_mark)
    print(f"seed {SEED}: {result}")
    assert result == Result(kills=3, status="done", rows=ROWS, sum=expected(ROWS))


@pytest.mark.usefixtures("committed")
def test_replacing_whose_worker_is_killed_reverses_and_records_each_row_once(
    world: World, omar: User, workers: "Popen[str]"
) -> None:
    rows = 30
    run, shipment = checked_again(world, omar, rows)
    result = import_with_kills(run, shipment, workers, kills=3, chunk=3, seed=SEED)
    print(f"seed {SEED}: {result}")
    # Each stands three times: as first recorded, reversed, and as it is now.
    assert result == Result(kills=3, status="done", rows=3 * rows, sum=expected(rows) + rows)


@pytest.mark.parametrize("at_mark", drawn([False, True], 2))
@pytest.mark.usefixtures("committed")
def test_undoing_whose_worker_is_killed_takes_each_row_back_once(
    world: World, omar: User, workers: "Popen[str]", *, at_mark: bool
) -> None:
    run, shipment = checked_to_undo(world, omar, ROWS)
    result = import_with_kills(run, shipment, workers, kills=3, chunk=8, seed=SEED, at_mark=at_mark)
    print(f"seed {SEED}: {result}")
    # Each stands twice: as recorded, and taken back.
    assert result == Result(kills=3, status="undone", rows=2 * ROWS, sum=Decimal(0))
