"""What the public asks for, of tables that PostgreSQL has not counted yet.

After a large import, or out of a backup, it takes a while until PostgreSQL knows its tables, and
until then it takes what a question finds for next to nothing. Rows are counted here, never time.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.database import TestDatabase, use_database
from tests.drawing import drawn
from tests.templates import DEMONSTRATION, SMOKE, Template

# The most rows that the steps of one statement may hand on. What looks at the status of every
# shipment comes near to it, counted or not; where one side of a join is read again for each row of
# the other, it is ten to a thousand times as much.
MOST = 1_500_000
COLUMNS = """
SELECT attrelid::regclass::text, attname FROM pg_attribute
JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
"""
FORGET = "SELECT pg_clear_attribute_stats('public', %s, %s, false)"
FORGET_SIZE = "SELECT pg_clear_relation_stats('public', %s)"
ASKED = (
    "/",
    "/shipments/",
    "/lines/",
    "/lines/?item=BLANKET,I007&outcome=received",
    "/data/?by=region,month",
    "/data/statements/",
    "/data/coverage/",
    "/api/v1/shipments",
    "/api/v1/shipments?status=received",
    "/api/v1/shipments?overdue=true",
    "/api/v1/deliveries",
    "/api/v1/lines",
    "/api/v1/coverage",
    "/api/v1/reported-figures",
    "/api/v1/totals?by=donor",
    "/api/v1/totals?by=region,month&measure=announced_kg,received_kg,shipments,events",
)


@pytest.fixture(scope="module", params=(DEMONSTRATION, SMOKE), ids=("demonstration", "benchmark"))
def uncounted(
    request: pytest.FixtureRequest, test_database: TestDatabase, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    template: Template = request.param
    made = replace(test_database, name=f"{test_database.name}_uncounted", template=template)
    with django_db_blocker.unblock():
        made.create()
        with made.connect("owner", made.name) as owner:
            forget(owner)
            owner.execute("UPDATE shipments_operation SET public = true")
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        made.drop()
        use_database(test_database.name)


def forget(owner: psycopg.Connection[Any]) -> None:
    """This will leave the tables as if they had just been filled."""
    columns = owner.execute(COLUMNS).fetchall()
    for table in {table for table, _column in columns}:
        owner.execute(f'ALTER TABLE "{table}" SET (autovacuum_enabled = false)')
        owner.execute(FORGET_SIZE, [table])
    for table, column in columns:
        owner.execute(FORGET, [table, column])


def statements_of(client: Client, path: str) -> list[tuple[str, Any]]:
    """This will list what is asked of the database for one address, with its parameters."""
    asked: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        assert client.get(path).status_code in (200, 400), path
    return [(sql, params) for sql, params in asked if sql.split()[0] in ("SELECT", "WITH")]


def rows_handed_on(sql: str, params: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING off, FORMAT json) {sql}", params)
        (found,) = cursor.fetchone() or ("[]",)
    plans = json.loads(found) if isinstance(found, str) else found
    return rows_of(plans[0]["Plan"])


def rows_of(step: dict[str, Any]) -> int:
    """This will count the rows of a step and of those below it, thrown away or not."""
    dropped = ("Rows Removed by Filter", "Rows Removed by Join Filter")
    rows = step["Actual Rows"] + sum(step.get(name, 0) for name in dropped)
    return int(rows * step["Actual Loops"]) + sum(map(rows_of, step.get("Plans", ())))


@pytest.mark.usefixtures("uncounted", "db")
@pytest.mark.parametrize("path", drawn(ASKED, 4))
def test_the_public_is_answered_before_the_tables_are_counted(client: Client, path: str) -> None:
    asked = statements_of(client, path)
    rows = {sql: rows_handed_on(sql, params) for sql, params in asked}
    assert {sql: number for sql, number in rows.items() if number > MOST} == {}
