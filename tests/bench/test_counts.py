"""What operations cost in countable things, on the smallest data set of the benchmark.

Times are the benchmark's own business: they depend on who else uses the machine.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection
from pytest_django import DjangoDbBlocker

from bench.asking import Client
from bench.database import pinned
from bench.loading import facts
from bench.measuring import Race, counts
from bench.operations import pages, reading, recording, totals
from bench.stage import Stage
from tests.database import TestDatabase

GROWING = [
    f"shipments_{name}"
    for name in ("shipment", "shipmentline", "linebalance", "deliveryevent", "deliveryline")
]
READ = """
SELECT coalesce(sum(seq_scan), 0), coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)
FROM pg_stat_xact_user_tables WHERE relname = ANY (%s)
"""


class Cost(NamedTuple):
    """What one operation takes; scans and rows are those of the tables that grow."""

    statements: int
    scans: int
    rows: int
    bytes: int


# The most that each may take. So few shipments PostgreSQL rather scans than looks up one by one
# where many are asked for: those of one country, and what the guards of the ledger join.
BUDGETS = {
    "list of 50 shipments, reader of everything": Cost(2, 0, 500, 75_000),
    "list of 50 shipments, reader of one country": Cost(2, 1, 1_400, 75_000),
    "last page, as a multiple of the first": Cost(2, 0, 500, 75_000),
    "detail with lines, balance and events": Cost(2, 0, 40, 5_000),
    "totals by donor": Cost(3, 0, 0, 20_000),
    "totals by region": Cost(3, 0, 0, 40_000),
    "totals by category": Cost(3, 0, 0, 8_000),
    "totals by month": Cost(3, 0, 0, 14_000),
    "record a delivery with 3 lines": Cost(6, 3, 9_200, 2_000),
    "first page, signed in": Cost(14, 1, 3_400, 80_000),
}


def rows_read() -> tuple[int, int]:
    """This will count the scans of whole tables, and the rows read, by this test until now."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [GROWING])
        scans, rows = cursor.fetchone() or (0, 0)
    return int(scans), int(rows)


def taken(race: Race) -> Cost:
    race.run()
    scans, rows = rows_read()
    race.run()
    more_scans, more_rows = rows_read()
    seen = counts(race.run)
    return Cost(seen["statements"], more_scans - scans, more_rows - rows, seen["bytes"])


def races(stage: Stage) -> Iterator[Race]:
    yield from reading.lists(stage)
    yield reading.last_page(stage)
    yield reading.detail(stage)
    yield from totals.races(stage)
    yield from recording.races(stage)
    yield from pages.races(stage)


def test_the_data_are_the_same_every_time(
    smoke: TestDatabase, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        assert facts() == pinned()["smoke"]


def test_answers_are_right_and_cost_no_more_than_they_may(stage: Stage) -> None:
    over = {}
    for race in races(stage):
        race.check()
        if budget := BUDGETS.get(race.name):
            cost = taken(race)
            if any(spent > most for spent, most in zip(cost, budget, strict=True)):
                over[race.name] = cost
    assert over == {}


def test_every_budget_is_of_something_measured(stage: Stage) -> None:
    assert {race.name for race in races(stage)} >= set(BUDGETS)


def test_a_page_takes_the_same_statements_however_long(stage: Stage) -> None:
    for client in (stage.everywhere, stage.regional):
        found = {limit: statements(client, limit) for limit in (5, 50, 500)}
        assert set(found.values()) == {2}, found


def statements(client: Client, limit: int) -> int:
    path = f"shipments?count=0&limit={limit}"
    client.api(path)
    return counts(lambda: client.api(path))["statements"]
