"""An import whose worker is killed twenty times; without the guards, rows are doubled."""

import os
from subprocess import Popen

import pytest

from accounts.models import User
from tests.shipments.imports.kills import Result, checked, expected, import_with_kills, workers
from tests.world import World

__all__ = ["workers"]

ROWS, SEED = int(os.environ.get("ROWS", "10000")), 20201125
pytestmark = pytest.mark.usefixtures("committed")


def test_an_import_whose_worker_is_killed_twenty_times_is_complete(
    world: World, omar: User, workers: "Popen[str]"
) -> None:
    run, shipment = checked(world, omar, ROWS)
    result = import_with_kills(run, shipment, workers, kills=20, chunk=200, seed=SEED)
    print(f"seed {SEED}: {result}")
    assert result == Result(kills=20, status="done", rows=ROWS, sum=expected(ROWS))


@pytest.mark.parametrize("naive", [False, True])
def test_only_a_chunk_marked_in_another_transaction_is_counted_twice(
    world: World, omar: User, workers: "Popen[str]", *, naive: bool
) -> None:
    rows, kills, chunk = ROWS // 10, 20, 20
    assert rows >= (kills + 1) * chunk
    run, shipment = checked(world, omar, rows)
    result = import_with_kills(
        run, shipment, workers, kills=kills, chunk=chunk, seed=SEED,
        naive=naive, at_mark=True,
    )  # fmt: skip
    print(f"seed {SEED}: {result} of {rows} rows")
    assert (result.kills, result.status) == (kills, "done")
    assert result.rows == rows + (kills * chunk if naive else 0)
    assert (result.sum > expected(rows)) is naive
