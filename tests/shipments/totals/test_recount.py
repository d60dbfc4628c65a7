"""Whatever happened, every total is what a recount of the ledger in plain Python comes to."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from shipments.exports.totals.links import Links, spelled
from shipments.filters.totals import parse_scope
from shipments.querysets.totals import (
    DIMENSIONS,
    FIELDS,
    MEASURES,
    Condition,
    Scope,
    TotalsQuery,
    answer,
    ledger_lines,
)
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.tables import WideNames, dimension_columns
from tests.drawing import rounds
from tests.shipments.totals.history import TURNS, History, scenery
from tests.shipments.totals.recount import Ledger, Recount
from text.refusals import QueryRefused

RANDOM = settings(
    max_examples=rounds(6, whole=40),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
CODES = {
    "donor": ["z-donor-0", "z-donor-1", "z-donor-3", "z-donor-4"],
    "donor_kind": ["ngo", "government"],
    "category": ["z-goods", "z-cat-0", "z-cat-1"],
    "item": ["z-item-0", "z-item-1", "z-item-4"],
    "unit": ["piece", "kg"],
    "region": ["ZZ", "ZZ-1", "ZZ-2", "ZZ-0-A"],
    "destination": ["Z-1", "Z-5", "Z-2"],
    "mode": ["road"],
    "status": ["partially_received", "received", "dispatched"],
    "verification": ["verified", "reported", "disputed"],
}
# Fields of what befell a line, not of the line.
MOVING = ("occurred_on", "recorded_on", "verification", "outcome")


def some_days(random: Random) -> date:
    return random.choice(TURNS).date() + timedelta(days=random.randint(-1, 1))


def some_condition(random: Random) -> Condition:
    name = random.choice([*CODES, "occurred_on", "occurred_on", "recorded_on", "dispatched_on"])
    lookup = random.choice(FIELDS[name].lookups)
    if lookup == "isnull":
        return Condition(field=name, lookup=lookup, values=(random.choice([True, False]),))
    if name in CODES:
        words = random.sample(CODES[name], random.randint(1, min(2, len(CODES[name]))))
        return Condition(field=name, lookup=lookup, values=tuple(words))
    count = random.randint(1, 3) if lookup in ("is", "not") else 1
    return Condition(
        field=name, lookup=lookup, values=tuple(some_days(random) for _ in range(count))
    )


def some_query(random: Random, history: History) -> TotalsQuery:
    by = tuple(random.sample(list(DIMENSIONS), random.choice([0, 1, 1, 2, 2, 3])))
    movement: Any = random.choice(["first", "first", "onward", "all"])
    if movement == "all" and "movement" not in by:
        by = (*by, "movement")
    drawn = [some_condition(random) for _ in range(random.choice([0, 0, 1, 1, 2, 3]))]
    scope = Scope(
        conditions=(
            Condition(field="operation", lookup="is", values=(history.operation.code,)),
            # No address says the same parameter twice.
            *{(condition.field, condition.lookup): condition for condition in drawn}.values(),
        ),
        movement=movement,
        equipment=random.choice(["exclude", "include", "include", "only"]),
        as_of=random.choice([None, None, *history.recorded]),
        tz=random.choice([None, None, ZoneInfo("Asia/Tokyo"), ZoneInfo("America/Lima")]),
        level=random.choice([None, 0, 1, 2]) if "region" in by else None,
    )
    measures = random.sample(list(MEASURES), random.randint(1, 6))
    # The one weight that is not of the ledger alone.
    measures += random.choice([[], [], ["announced_kg"]])
    return TotalsQuery(
        by=by,
        measures=tuple(dict.fromkeys(measures)),
        scope=scope,
        date_field=random.choice(["occurred", "occurred", "dispatched"]),
    )


def assert_same(query: TotalsQuery, recount: Recount, reader: User) -> None:
    if recount.mixes_units():
        with pytest.raises(QueryRefused, match="several units"):
            answer(query, reader)
        return
    found = answer(query, reader)
    columns = Plan(query).columns
    counted = {
        group: {column: row[column] for column in columns} for group, row in recount.rows().items()
    }
    if not query.by:
        counted = {(): {column: recount.total()[column] for column in columns}}
    answered = {
        tuple(code[name] for name in query.by): {column: row[column] for column in columns}
        for code, row in zip(found.codes, found.rows, strict=True)
    }
    assert answered == counted, query.canonical()
    total = recount.total()
    assert found.total == {column: total[column] for column in columns}, query.canonical()


def assert_same_wide(query: TotalsQuery, recount: Recount, reader: User) -> None:
    """The last dimension as columns: each cell, and what each column comes to."""
    query = replace(query, shape="wide")
    if not query.by or recount.mixes_units():
        return
    found = answer(query, reader)
    names = WideNames(query)
    cells = {
        (tuple(code.values()), column): row[column]
        for code, row in zip(found.codes, found.rows, strict=True)
        for column in row
        if column not in dimension_columns(Plan(query), query.by[:-1]) and row[column] is not None
    }
    counted = {
        (group[:-1], names.name(group[-1], measure)): row[measure]
        for group, row in recount.rows().items()
        for measure in names.measures
        if row[measure] is not None
    }
    assert cells == counted, query.canonical()
    columns = (
        recount.columns() if len(query.by) > 1 else {k[0]: v for k, v in recount.rows().items()}
    )
    assert found.total == {
        names.name(value, measure): row[measure]
        for value, row in columns.items()
        for measure in names.measures
    }, query.canonical()


def assert_lines_explain(query: TotalsQuery, ledger: Ledger, reader: User) -> None:
    """The ledger lines that a row links to add up to what the row says."""
    found = answer(replace(query, measures=("received_kg", "lost_kg"), order=()), reader)
    links = Links(found, "")
    for codes, row in zip(found.codes, found.rows, strict=True):
        written = dict(parse_qsl(urlsplit(links.lines(codes)).query))
        assert written == dict(spelled(found.behind.row(codes)))
        statement, values = ledger_lines(parse_scope(written), reader)
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            ids = {pk for (pk,) in cursor.fetchall()}
        rows = [fact.row for fact in ledger.facts if fact.row.pk in ids]
        assert {line.outcome for line in rows} <= {"received", "lost"}
        for outcome in ("received", "lost"):
            weights = [line.weight_kg or Decimal(0) for line in rows if line.outcome == outcome]
            assert sum(weights) == (row[f"{outcome}_kg"] or 0), query.canonical()


def assert_closes(query: TotalsQuery, reader: User) -> None:
    """sent + surplus = received + damaged + lost + returned + outstanding, in every row."""
    flows = ("sent", "surplus", "received", "damaged", "lost", "returned", "outstanding")
    closing = replace(query, measures=tuple(f"{flow}_kg" for flow in flows))
    found = answer(closing, reader)
    for row in [*found.rows, found.total]:
        value = {flow: row[f"{flow}_kg"] or Decimal(0) for flow in flows}
        assert value["sent"] + value["surplus"] == sum(
            value[flow] for flow in ("received", "damaged", "lost", "returned", "outstanding")
        ), query.canonical()


def assert_no_less_announced_than_sent(query: TotalsQuery, reader: User) -> None:
    """Where nothing is said about days, levels or outcomes, shipment by shipment."""
    asked = [c for c in query.scope.conditions if c.field not in MOVING]
    covering = replace(
        query,
        by=("shipment", "item", "unit", "movement"),
        measures=("announced_kg", "sent_kg"),
        scope=replace(query.scope, conditions=tuple(asked), level=None),
    )
    for row in answer(covering, reader).rows:
        assert (row["announced_kg"] or 0) >= (row["sent_kg"] or 0), covering.canonical()


def test_totals_are_what_a_recount_comes_to(reader: User) -> None:
    world = scenery()

    @RANDOM
    @given(st.integers(0, 2**32))
    def holds(seed: int) -> None:
        # A seed, because what can be drawn next depends on what the database allowed.
        random = Random(seed)
        history = History(random, world)
        history.write(random.randint(2, 14))
        ledger = Ledger(history.operation.code)
        for _ in range(12):
            query = some_query(random, history)
            recount = Recount(query, ledger)
            assert_same(query, recount, reader)
            assert_same_wide(query, recount, reader)
            assert_closes(query, reader)
            assert_no_less_announced_than_sent(query, reader)
            assert_lines_explain(query, ledger, reader)

    holds()
