"""An import whose worker is killed twenty times; without the guards, rows are doubled."""

import os
from random import Random
from subprocess import Popen

import pytest

from accounts.models import User
from tests.shipments.imports.kills import (
    APPLYING,
    Result,
    checked,
    expected,
    import_with_kills,
    workers,
)
from tests.world import World

__all__ = ["workers"]

ROWS, SEED, KILLS = int(os.environ.get("ROWS", "10000")), 20201125, 20
pytestmark = pytest.mark.usefixtures("committed")


def test_an_import_whose_worker_is_killed_twenty_times_is_complete(
    world: World, omar: User, workers: "Popen[str]"
) -> None:
    places = Random(SEED).sample(range(1, APPLYING + 1), KILLS)
    run, shipment = checked(world, omar, ROWS)
    result = import_with_kills(run, shipment, workers, places=places, chunk=200)
    print(f"{places}: {result}")
    assert result == Result(KILLS, "done", ROWS, expected(ROWS))


@pytest.mark.parametrize("naive", [False, True])
def test_only_a_chunk_marked_in_another_transaction_is_counted_twice(
    world: World, omar: User, workers: "Popen[str]", *, naive: bool
) -> None:
    rows, chunk = ROWS // 10, 20
    assert rows >= (KILLS + 1) * chunk
    run, shipment = checked(world, omar, rows)
    result = import_with_kills(
        run, shipment, workers, places=["mark"] * KILLS, chunk=chunk, naive=naive
    )
    print(f"{result} of {rows} rows")
    assert (result.kills, result.status) == (KILLS, "done")
    assert result.rows == rows + (KILLS * chunk if naive else 0)
    assert (result.sum > expected(rows)) is naive
