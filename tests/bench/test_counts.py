"""What operations cost in countable things, on the smallest data set of the benchmark.

Times are the benchmark's own business: they depend on who else uses the machine.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from bench.database import pinned
from bench.floors import Floor
from bench.loading import load
from bench.measuring import Race, counts
from bench.operations import reading, recording, totals
from bench.stage import Stage
from tests.database import TestDatabase, address

GROWING = [
    f"shipments_{name}"
    for name in ("shipment", "shipmentline", "linebalance", "deliveryevent", "deliveryline")
]
READ = """
SELECT coalesce(sum(seq_scan), 0), coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)
FROM pg_stat_xact_user_tables WHERE relname = ANY (%s)
"""


class Budget(NamedTuple):
    """The most an operation may take; rows are those of the tables that grow."""

    statements: int
    rows: int
    bytes: int


BUDGETS = {
    "G1": Budget(2, 700, 70_000),
    "G2": Budget(2, 700, 70_000),
    "G3": Budget(2, 60, 9_000),
    "G4": Budget(6, 60, 3_000),
    "G5": Budget(3, 0, 50_000),
}


@pytest.fixture(scope="module")
def smoke(
    test_database: TestDatabase, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, Any]]:
    """The data set, committed for the tests of this module."""
    with django_db_blocker.unblock():
        yield load("smoke")
        test_database.renew()


@pytest.fixture
def stage(smoke: dict[str, Any], db: None, test_database: TestDatabase) -> Iterator[Stage]:
    floor = Floor(address("owner", test_database.name))
    yield Stage("smoke", floor)
    floor.close()


def rows_read() -> tuple[int, int]:
    """This will count the scans of whole tables, and the rows read, by this test until now."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [GROWING])
        scans, rows = cursor.fetchone() or (0, 0)
    return int(scans), int(rows)


def taken(race: Race) -> tuple[int, Budget]:
    race.run()
    before = rows_read()
    race.run()
    after = rows_read()
    seen = counts(race.run)
    return after[0] - before[0], Budget(seen["statements"], after[1] - before[1], seen["bytes"])


def races(stage: Stage) -> Iterator[Race]:
    yield from reading.lists(stage)
    yield reading.last_page(stage)
    yield reading.detail(stage)
    yield from totals.races(stage)
    yield from recording.races(stage)


def test_the_data_are_the_same_every_time(smoke: dict[str, Any]) -> None:
    assert smoke == pinned()["smoke"]


def test_answers_are_right_and_cost_no_more_than_they_may(stage: Stage) -> None:
    over = {}
    for race in races(stage):
        race.check()
        if budget := BUDGETS.get(race.code):
            scans, cost = taken(race)
            if scans or any(spent > most for spent, most in zip(cost, budget, strict=True)):
                over[race.name] = (scans, cost)
    assert over == {}
