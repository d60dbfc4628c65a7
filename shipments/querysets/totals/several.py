"""Several questions about totals, answered by one statement however many they are."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg import sql

from shipments.querysets.totals.binding import Binder, joined, rendered
from shipments.querysets.totals.compiler import compiler_for
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.question import TotalsQuery
from shipments.querysets.totals.tables import Row

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from accounts.models import User

# PostgreSQL plans every question of a statement; more at once gain nothing.
AT_ONCE = 50


@dataclass(frozen=True)
class Sums:
    """What one of several questions comes to: codes of dimensions, and numbers by measure.

    Amounts are exact decimals or None where they are unknown, as in ``Answer``.
    """

    query: TotalsQuery
    total: Row
    rows: list[Row]


class Together(Binder):
    """Writes what the questions of one reader have in common once, before them all."""

    def __init__(self) -> None:
        super().__init__()
        self.shared: dict[str, sql.Composable] = {}

    def once(self, name: str, make: Callable[[], "QuerySet[Any, Any]"]) -> sql.Composable:
        if name not in self.shared:
            self.shared[name] = self.subquery(make())
        return sql.Identifier(name)

    def after_shared(self, statement: sql.Composable) -> sql.Composable:
        """This will put before a statement what it shares, worked out a single time."""
        if not self.shared:
            return statement
        named = [
            sql.SQL("{} AS MATERIALIZED {}").format(sql.Identifier(name), rows)
            for name, rows in self.shared.items()
        ]
        return sql.SQL("WITH {} {}").format(joined(", ", named), statement)


def answer_several(queries: Sequence[TotalsQuery], user: "User | AnonymousUser") -> list[Sums]:
    """This will answer questions of one reader in their order, whose codes are known to exist."""
    found: list[Sums] = []
    for start in range(0, len(queries), AT_ONCE):
        found += answered(queries[start : start + AT_ONCE], user)
    return found


def answered(queries: Sequence[TotalsQuery], user: "User | AnonymousUser") -> Iterator[Sums]:
    bind = Together()
    plans = [Plan(query) for query in queries]
    statement = joined(
        " UNION ALL ",
        [
            sql.SQL("SELECT {}, to_jsonb(found)::text FROM ({}) AS found").format(
                sql.Literal(place), compiler_for(plan, user, bind).statement()
            )
            for place, plan in enumerate(plans)
        ],
    )
    rows: list[list[Row]] = [[] for _ in plans]
    with connection.cursor() as cursor:
        cursor.execute(rendered(bind.after_shared(statement)), bind.values)
        for place, row in cursor.fetchall():
            rows[place].append(read(plans[place], row))
    for plan, these in zip(plans, rows, strict=True):
        total = next(row for row in these if row["depth"] or not plan.query.by)
        yield Sums(plan.query, total, [row for row in these if row is not total])


def read(plan: Plan, text: str) -> Row:
    """This will read a row: quantities and weights as decimals, whatever they look like."""
    row: Row = json.loads(text, parse_float=Decimal)
    for measure in plan.measures:
        for column in measure.columns:
            if measure.kind != "count" and row[column] is not None:
                row[column] = Decimal(row[column])
    return row
