"""Rows of an answer from the totals kept ready, for the questions that are asked most.

The cells are kept per month and for whole histories, telling apart at most two of donor, item
(with its unit) and destination. Everything else is joined when read, or left to the ledger.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from psycopg import sql

from regions.rights import rights_of
from shipments.querysets.totals.binding import aliased, joined
from shipments.querysets.totals.cells import cut
from shipments.querysets.totals.days import LOWER, UPPER, condition_on_day
from shipments.querysets.totals.dimensions import REGION_AT_LEVEL, Dimension, needed_joins
from shipments.querysets.totals.measures import ACCOUNTED, FLOWS
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.question import Condition
from shipments.querysets.totals.sources import Sources

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

DONOR, ITEM, PLACE = 1, 2, 4
# Which of them a dimension or a filter of this name looks at.
TOLD_APART = {
    "operation": 0,
    "movement": 0,
    "donor": DONOR,
    "donor_kind": DONOR,
    "item": ITEM,
    "category": ITEM,
    "unit": ITEM,
    "region": PLACE,
    "destination": PLACE,
}
PERIODS = ("month", "quarter", "year")
COUNTS = ("lines", "lines_without_weight")
# What a cell says of a flow: its quantity, known kilograms, quantity in the dark.
ENDS = ("", "_kg", "_dark")

CELLS = """(
    SELECT {columns} FROM totals_cell WHERE kept = {kept} AND {months}
    UNION ALL SELECT {columns} FROM totals_delta WHERE {months}
) AS x"""

# Cells in which everything was reversed are nothing, and neither is their unit.
PARTS = """
    SELECT {keys}nullif(x.unit, '') AS unit_of_line, {sums}
    FROM {cells} {joins} WHERE {conditions}
    GROUP BY {names}unit_of_line HAVING sum(x.lines) <> 0
"""


def is_kept_ready(plan: Plan, user: "User | AnonymousUser") -> bool:
    """This will say whether the cells can answer exactly what the ledger would."""
    scope = plan.query.scope
    periods = [dimension.name for dimension in plan.dimensions if dimension.cut]
    conditions = [c for c in scope.conditions if c.field != "occurred_on"]
    counted = any(measure.name in COUNTS for measure in plan.measures)
    return (
        rights_of(user).reads_everywhere
        and scope.as_of is None
        and scope.tz is None
        and all(condition.field in TOLD_APART for condition in conditions)
        and all(d.name in TOLD_APART or d.name in PERIODS for d in plan.dimensions)
        and (plan.query.date_field == "occurred" or not periods)
        and all(
            m.name in COUNTS or m.base in (*FLOWS, "surplus", "outstanding") for m in plan.measures
        )
        and all(ends_with_a_month(condition) for condition in scope.on("occurred_on"))
        and kept_apart(plan) != DONOR | ITEM | PLACE
        and (not counted or counts_add_up(plan, periods))
    )


def ends_with_a_month(condition: Condition) -> bool:
    """This will say whether a bound lies between two months."""
    if condition.lookup not in (*LOWER, *UPPER):
        return False
    day = condition.values[0]
    first = day + timedelta(days=1) if condition.lookup in ("gt", "lte") else day  # type: ignore[operator]
    return bool(first.day == 1)  # type: ignore[union-attr]


def counts_add_up(plan: Plan, periods: list[str]) -> bool:
    """Lines are counted by month and in all; a line of several months counts once in a year."""
    return not plan.query.scope.on("occurred_on") and set(periods) <= {"month"}


def kept_apart(plan: Plan) -> int:
    names = {*plan.query.by, *(condition.field for condition in plan.query.scope.conditions)}
    if any(measure.kind == "quantity" for measure in plan.measures):
        # Whether units are mixed is known by unit.
        names.add("unit")
    kept = 0
    for name in names:
        kept |= TOLD_APART.get(name, 0)
    return kept


@dataclass(frozen=True)
class RollupParts:
    """Draws the parts of an answer from the cells, and from what is not yet folded into them."""

    plan: Plan
    sources: Sources

    def steps(self) -> list[tuple[str, sql.Composable]]:
        return []

    def parts(self) -> list[sql.Composable]:
        by_month = any(d.cut for d in self.plan.dimensions) or bool(
            self.plan.query.scope.on("occurred_on")
        )
        keys = [aliased(self.key(d), d.name) for d in self.plan.dimensions]
        names = [sql.SQL("{}").format(sql.Identifier(d.name)) for d in self.plan.dimensions]
        return [
            sql.SQL(PARTS).format(
                keys=joined("", [sql.SQL("{}, ").format(key) for key in keys]),
                names=joined("", [sql.SQL("{}, ").format(name) for name in names]),
                sums=joined(", ", [f"sum(x.{name}) AS {name}" for name in self.added()]),
                cells=self.cells(self.months() if by_month else sql.SQL(EVER)),
                joins=joined(" ", needed_joins(self.plan.dimensions, self.plan.query.scope.level)),
                conditions=self.sources.on_goods(),
            )
        ]

    def cells(self, months: sql.Composable) -> sql.Composable:
        kept = kept_apart(self.plan)
        keys = ("operation_id", "donor_id", "item_id", "destination_id", "onward", "equipment")
        # Where cells tell no units apart, what is not yet folded must not either: it would stand
        # in a row of its own, with no line in it.
        unit = "unit" if kept & ITEM else "'' AS unit"
        columns: list[sql.Composable] = [sql.SQL(name) for name in (*keys, unit, "month")]
        columns += [aliased(text, name) for name, text in self.added().items()]
        return sql.SQL(CELLS).format(
            columns=joined(", ", columns),
            kept=sql.Literal(kept),
            months=months,
        )

    def added(self) -> dict[str, str]:
        """This will list what is read of a cell, with its SQL."""
        read = {"lines": "lines", "without_weight": "without_weight"}
        for base in self.plan.bases:
            for end in ENDS:
                accounted = " + ".join(f"{name}{end}" for name in ACCOUNTED)
                outstanding = f"sent{end} - ({accounted}) + surplus{end}"
                read[f"{base}{end}"] = outstanding if base == "outstanding" else f"{base}{end}"
        return read

    def months(self) -> sql.Composable:
        bounds = [
            condition_on_day(sql.SQL("month"), condition, self.sources.bind)
            for condition in self.plan.query.scope.on("occurred_on")
        ]
        return joined(" AND ", ["month > '-infinity'", *bounds])

    def key(self, dimension: Dimension) -> sql.Composable:
        level = self.plan.query.scope.level
        if dimension.cut:
            return cut(dimension, sql.SQL("x.month"))
        if dimension.name == "region" and level is not None:
            return sql.SQL(REGION_AT_LEVEL).format(level=self.sources.bind(level))
        return sql.SQL(dimension.key)

    def counts(self) -> dict[str, sql.Composable]:
        return {
            "lines": self.count("lines"),
            "lines_without_weight": self.count("without_weight"),
        }

    def count(self, name: str) -> sql.Composable:
        here = f"coalesce(sum({name}), 0)::bigint"
        if not any(dimension.cut for dimension in self.plan.dimensions):
            return sql.SQL(here)
        # A line of several months counts once in the total.
        ever = sql.SQL("(SELECT coalesce(sum(x.{}), 0)::bigint FROM {} WHERE {})").format(
            sql.Identifier(name), self.cells(sql.SQL(EVER)), self.sources.on_goods()
        )
        return sql.SQL("CASE WHEN {} THEN {} ELSE {} END").format(
            sql.SQL(self.plan.is_total), ever, sql.SQL(here)
        )


EVER = "month = '-infinity'"
