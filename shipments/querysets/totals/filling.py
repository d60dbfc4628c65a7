"""Periods in which nothing happened, where a question wants them shown."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any

from shipments.querysets.totals.dimensions import DIMENSIONS
from shipments.querysets.totals.periods import first_day, next_period, written_period
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.question import Condition

Row = dict[str, Any]


def with_every_period(plan: Plan, rows: list[Row]) -> list[Row]:
    """This will add a row of zeros for each period that a combination of the others lacks.

    Periods run between the days asked for, or else from the first to the last one met.
    """
    name = next(d.name for d in plan.dimensions if d.cut)
    others = [other for other in plan.query.by if other != name]
    labels = {other: tuple(row_names(other)) for other in others}
    found = {(tuple(row[other] for other in others), row[name]) for row in rows}
    combinations = {tuple(row[other] for other in others): row for row in rows}
    if not others:
        combinations.setdefault((), {})
    missing = [
        zeros(plan, like, name, period, labels)
        for key, like in combinations.items()
        for period in periods(plan, name, [row[name] for row in rows])
        if (key, period) not in found
    ]
    return in_order(plan, rows + missing)


def row_names(dimension: str) -> Iterator[str]:
    yield dimension
    if DIMENSIONS[dimension].label:
        yield f"{dimension}_name"


def zeros(plan: Plan, like: Row, name: str, period: str, labels: dict[str, tuple[str, ...]]) -> Row:
    row: Row = {"depth": 0, "units": None, name: period}
    for names in labels.values():
        row |= {column: like[column] for column in names if column in like}
    for measure in plan.measures:
        nothing = {"count": 0, "shares": None}.get(measure.kind, Decimal(0))
        row |= dict.fromkeys(measure.columns, nothing)
    return row


def periods(plan: Plan, name: str, met: list[str | None]) -> list[str]:
    """This will list the periods to be shown, as they are written."""
    kind = DIMENSIONS[name].cut
    days = sorted(first_day(kind, period) for period in met if period is not None)
    field = "occurred_on" if plan.query.date_field == "occurred" else "dispatched_on"
    conditions = plan.query.scope.on(field)
    first = bound(conditions, {"gte": 0, "gt": 1, "is": 0}, max) or (days[0] if days else None)
    last = bound(conditions, {"lte": 0, "lt": -1, "is": 0}, min) or (days[-1] if days else None)
    if first is None or last is None:
        return []
    listed, day = [], first_day(kind, written_period(kind, first))
    while day <= last:
        listed.append(written_period(kind, day))
        day = next_period(kind, day)
    return listed


def bound(conditions: tuple[Condition, ...], shift: dict[str, int], choose: Any) -> date | None:
    days = [
        value + timedelta(days=shift[condition.lookup])
        for condition in conditions
        if condition.lookup in shift
        for value in condition.values
        if isinstance(value, date)
    ]
    return choose(days) if days else None


def in_order(plan: Plan, rows: list[Row]) -> list[Row]:
    """This will sort rows as the statement does: as asked, then by codes, nothing last."""
    asked = [(name.lstrip("-"), name.startswith("-")) for name in plan.query.order]
    left = [(name, False) for name in plan.query.by if name not in dict(asked)]
    for name, descending in reversed((*asked, *left)):
        empty = [row for row in rows if row[name] is None]
        filled = [row for row in rows if row[name] is not None]
        rows = [*sorted(filled, key=itemgetter(name), reverse=descending), *empty]
    return rows
