"""From a question to one SQL statement."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from shipments.querysets.totals.binding import Binder, aliased, joined
from shipments.querysets.totals.measures import BASES, Measure
from shipments.querysets.totals.naming import Naming
from shipments.querysets.totals.parts import LedgerParts
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.rollup import RollupParts, is_kept_ready
from shipments.querysets.totals.sources import Sources

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

STATEMENT = """
WITH {steps}
parts AS ({parts}),
grouped AS (
    SELECT {dimensions}{depth} AS depth, {measures} FROM parts
    GROUP BY GROUPING SETS ({sets})
)
SELECT {output} FROM grouped {names} ORDER BY {order}{limit}
"""
NO_UNITS = "NULL::text[] AS units"
UNITS = "array_agg(DISTINCT unit_of_line) FILTER (WHERE unit_of_line IS NOT NULL) AS units"


@dataclass(frozen=True)
class Compiler:
    """Writes the statement of one question: parts, then groups, then names."""

    plan: Plan
    source: LedgerParts | RollupParts
    bind: Binder

    def statement(self) -> sql.Composable:
        naming = Naming(self.plan, self.bind)
        by = self.plan.query.by
        return sql.SQL(STATEMENT).format(
            steps=joined(
                "",
                [
                    sql.SQL("{} AS ({}), ").format(sql.Identifier(name), step)
                    for name, step in self.source.steps()
                ],
            ),
            parts=joined(" UNION ALL ", self.source.parts()),
            dimensions=joined("", [sql.SQL("{}, ").format(sql.Identifier(n)) for n in by]),
            depth=sql.SQL("grouping({})").format(columns_of(by)) if by else sql.SQL("0"),
            measures=joined(", ", self.measures()),
            sets=joined(", ", [sql.SQL("({})").format(columns_of(g)) for g in self.plan.groups]),
            output=naming.output(),
            names=naming.joins(),
            order=naming.order(),
            limit=self.limit(),
        )

    def limit(self) -> sql.Composable:
        """One row more than asked for tells whether there are more; the total comes first."""
        query = self.plan.query
        if query.limit is None or query.shape == "wide" or query.fill == "zero":
            return sql.SQL("")
        return sql.SQL(" LIMIT {}").format(self.bind(query.limit + 2))

    def measures(self) -> list[sql.Composable]:
        """This will write each measure over the parts of a row, and the units met there."""
        columns: list[sql.Composable] = [sql.SQL(UNITS if self.plan.counts_units else NO_UNITS)]
        for measure in self.plan.measures:
            columns += [
                aliased(value, column)
                for value, column in zip(self.sums(measure), measure.columns, strict=True)
            ]
        return columns

    def sums(self, measure: Measure) -> list[sql.Composable | str]:
        base = measure.base
        if measure.kind == "quantity":
            # Kilograms are never added to pieces.
            mixed = "min(unit_of_line) <> max(unit_of_line)"
            return [f"CASE WHEN {mixed} THEN NULL ELSE coalesce(sum({base}), 0) END"]
        if measure.kind == "weight":
            # Unknown is never zero.
            known = f"coalesce(sum({base}_kg), 0)"
            dark = f"{known} = 0 AND coalesce(sum({base}_dark), 0) <> 0"
            return [f"CASE WHEN {dark} THEN NULL ELSE {known} END"]
        if measure.kind == "shares":
            whole = " + ".join(f"coalesce(sum(basis_{name}), 0)" for name in BASES)
            return [
                f"round(coalesce(sum(basis_{name}), 0) / nullif({whole}, 0), 4)" for name in BASES
            ]
        return [self.source.counts()[measure.name]]


def columns_of(names: tuple[str, ...]) -> sql.Composable:
    return joined(", ", [sql.Identifier(name) for name in names])


def compiler_for(plan: Plan, user: "User | AnonymousUser", bind: Binder) -> Compiler:
    """This will choose where an answer comes from: what is kept ready, else the ledger."""
    sources = Sources(plan.query.scope, user, bind)
    if is_kept_ready(plan, user):
        return Compiler(plan, RollupParts(plan, sources), bind)
    return Compiler(plan, LedgerParts(plan, sources), bind)
