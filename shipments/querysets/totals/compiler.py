"""From a question to one SQL statement."""

from dataclasses import dataclass

from psycopg import sql

from shipments.querysets.totals.binding import aliased, joined
from shipments.querysets.totals.cells import Cells, cut
from shipments.querysets.totals.dimensions import REGION_AT_LEVEL, Dimension, needed_joins
from shipments.querysets.totals.measures import BASES, Measure
from shipments.querysets.totals.naming import Naming
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.sources import Sources

STATEMENT = """
WITH cells AS ({cells}),
running AS ({running}),
pieces AS ({pieces}),
parts AS ({parts}),
grouped AS (
    SELECT {dimensions}{grouping} AS depth, {measures} FROM parts GROUP BY GROUPING SETS ({sets})
)
SELECT {output} FROM grouped {names} ORDER BY {order}{limit}
"""
PARTS_OF_LEDGER = """
    SELECT {columns} FROM pieces JOIN {goods} ON x.line_id = pieces.line_id {joins}
    WHERE {active}
"""
PARTS_ANNOUNCED = """
    SELECT {columns} FROM {goods} {joins} WHERE {conditions}
"""
# An event and its reversal are nothing together; each counts once in a row, whatever its lines.
PARTS_OF_EVENTS = """
    SELECT {columns} FROM (
        SELECT d.line_id, {keys} coalesce(e.reverses_id, e.id) AS event_id,
            sum(CASE WHEN e.reverses_id IS NULL THEN 1 ELSE -1 END) AS happened
        FROM {ledger} WHERE {conditions}
        GROUP BY d.line_id, {key_list} coalesce(e.reverses_id, e.id)
    ) AS pieces JOIN {goods} ON x.line_id = pieces.line_id {joins}
    WHERE pieces.happened <> 0
"""
UNITS = "array_agg(DISTINCT unit_of_line) FILTER (WHERE unit_of_line IS NOT NULL) AS units"


@dataclass(frozen=True)
class Compiler:
    """Writes the statement of one question: cells, then parts, then groups, then names."""

    plan: Plan
    sources: Sources

    @property
    def cells(self) -> Cells:
        return Cells(self.plan, self.sources)

    def statement(self) -> sql.Composable:
        naming = Naming(self.plan, self.sources.bind)
        by = self.plan.query.by
        return sql.SQL(STATEMENT).format(
            cells=self.cells.statement(),
            running=self.cells.running(),
            pieces=self.cells.pieces(),
            parts=joined(" UNION ALL ", self.parts()),
            dimensions=joined("", [sql.SQL("{}, ").format(sql.Identifier(n)) for n in by]),
            grouping=sql.SQL("grouping({})").format(columns_of(by)) if by else sql.SQL("0"),
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
        return sql.SQL(" LIMIT {}").format(self.sources.bind(query.limit + 2))

    def parts(self) -> list[sql.Composable]:
        found = [self.ledger_parts()]
        if self.plan.announces:
            found.append(self.announced_parts())
        if self.plan.asks("events"):
            found.append(self.event_parts())
        return found

    def ledger_parts(self) -> sql.Composable:
        keys = self.keys_of_pieces()
        basis = [
            aliased(f"basis_{name}", f"basis_{name}")
            for name in (BASES if self.plan.asks("weight_basis") else ())
        ]
        columns = [
            *self.dimension_columns(keys),
            *of_line(),
            *self.cells.values(),
            aliased("pieces.weight = 0 AND pieces.unweighed > 0", "unknown_here"),
            aliased("line_weight = 0 AND line_unweighed > 0", "unknown"),
            aliased("NULL::bigint", "event_id"),
            aliased("NULL::integer", "happened"),
            *basis,
        ]
        return sql.SQL(PARTS_OF_LEDGER).format(
            columns=joined(", ", columns),
            goods=self.sources.goods(),
            joins=self.joins(),
            active=sql.SQL(self.cells.active()),
        )

    def announced_parts(self) -> sql.Composable:
        day = self.sources.announced_day()
        keys = {d.name: cut(d, day) if d.cut else sql.SQL("NULL") for d in self.plan.moving}
        unknown = "x.weight_kg IS NULL" if self.plan.asks("announced_kg") else "false"
        columns = [
            *self.dimension_columns(keys),
            *of_line(),
            *self.bases({"announced": ("x.quantity::numeric", "x.weight_kg::numeric")}),
            aliased(unknown, "unknown_here"),
            aliased(unknown, "unknown"),
            *self.nothing("event_id", "happened"),
        ]
        return sql.SQL(PARTS_ANNOUNCED).format(
            columns=joined(", ", columns),
            goods=self.sources.goods(),
            joins=self.joins(),
            conditions=self.sources.on_announced(),
        )

    def event_parts(self) -> sql.Composable:
        cells = self.cells
        keys = [(d.name, cells.key(d)) for d in self.plan.moving]
        columns = [
            *self.dimension_columns(self.keys_of_pieces()),
            aliased("NULL::bigint", "line_id"),
            aliased("NULL::bigint", "shipment_id"),
            aliased("NULL::text", "unit_of_line"),
            *self.bases({}),
            aliased("false", "unknown_here"),
            aliased("false", "unknown"),
            aliased("pieces.event_id", "event_id"),
            aliased("pieces.happened", "happened"),
            *self.nothing(),
        ]
        conditions = [self.sources.on_ledger(), self.sources.until(), self.sources.within()]
        return sql.SQL(PARTS_OF_EVENTS).format(
            columns=joined(", ", columns),
            keys=joined("", [sql.SQL("{}, ").format(aliased(key, name)) for name, key in keys]),
            key_list=joined("", [sql.SQL("{}, ").format(key) for _, key in keys]),
            ledger=self.sources.ledger(),
            conditions=joined(" AND ", conditions),
            goods=self.sources.goods(),
            joins=self.joins(),
        )

    def keys_of_pieces(self) -> dict[str, sql.Composable]:
        return {d.name: sql.Identifier("pieces", d.name) for d in self.plan.moving}

    def dimension_columns(self, keys: dict[str, sql.Composable]) -> list[sql.Composable]:
        return [
            aliased(keys[d.name] if d.name in keys else self.standing_key(d), d.name)
            for d in self.plan.dimensions
        ]

    def standing_key(self, dimension: Dimension) -> sql.Composable:
        """This will give the key of a dimension that a line of a shipment has once for all."""
        level = self.plan.query.scope.level
        if dimension.cut:
            return cut(dimension, self.sources.dispatched_day())
        if dimension.name == "region" and level is not None:
            return sql.SQL(REGION_AT_LEVEL).format(level=self.sources.bind(level))
        return sql.SQL(dimension.key)

    def joins(self) -> sql.Composable:
        return joined(" ", needed_joins(self.plan.standing, self.plan.query.scope.level))

    def bases(self, given: dict[str, tuple[str, str]]) -> list[sql.Composable]:
        nothing = ("NULL::numeric", "NULL::numeric")
        columns: list[sql.Composable] = []
        for base in self.plan.bases:
            value, weight = given.get(base, nothing)
            columns += [aliased(value, base), aliased(weight, f"{base}_kg")]
        return columns

    def nothing(self, *names: str) -> list[sql.Composable]:
        columns: list[sql.Composable] = [aliased("NULL::bigint", name) for name in names]
        if self.plan.asks("weight_basis"):
            columns += [aliased("NULL::numeric", f"basis_{name}") for name in BASES]
        return columns

    def measures(self) -> list[sql.Composable]:
        """This will write each measure over the parts of a row, and the units met there."""
        columns: list[sql.Composable] = [sql.SQL(UNITS)]
        for measure in self.plan.measures:
            columns += [
                aliased(text, column)
                for text, column in zip(self.sums(measure), measure.columns, strict=True)
            ]
        return columns

    def sums(self, measure: Measure) -> list[str]:
        base = measure.base
        if measure.kind == "quantity":
            # Kilograms are never added to pieces.
            mixed = "min(unit_of_line) <> max(unit_of_line)"
            return [f"CASE WHEN {mixed} THEN NULL ELSE coalesce(sum({base}), 0) END"]
        if measure.kind == "weight":
            unknown = f"sum({base}_kg) IS NULL AND bool_or({base} <> 0)"
            return [f"CASE WHEN {unknown} THEN NULL ELSE coalesce(sum({base}_kg), 0) END"]
        if measure.kind == "shares":
            whole = " + ".join(f"coalesce(sum(basis_{name}), 0)" for name in BASES)
            return [
                f"round(coalesce(sum(basis_{name}), 0) / nullif({whole}, 0), 4)" for name in BASES
            ]
        return [self.counts()[measure.name]]

    def counts(self) -> dict[str, str]:
        here = "count(DISTINCT line_id) FILTER (WHERE unknown_here)"
        overall = "count(DISTINCT line_id) FILTER (WHERE unknown)"
        by = ", ".join(f'"{name}"' for name in self.plan.query.by)
        of_all = f"grouping({by}) = {2 ** len(self.plan.query.by) - 1}" if by else "true"
        return {
            "shipments": "count(DISTINCT shipment_id)",
            "lines": "count(DISTINCT line_id)",
            "events": "count(DISTINCT event_id) FILTER (WHERE happened > 0)"
            " - count(DISTINCT event_id) FILTER (WHERE happened < 0)",
            "lines_without_weight": f"CASE WHEN {of_all} THEN {overall} ELSE {here} END",
        }


def of_line() -> list[sql.Composable]:
    return [
        aliased("x.line_id", "line_id"),
        aliased("x.shipment_id", "shipment_id"),
        aliased("x.unit", "unit_of_line"),
    ]


def columns_of(names: tuple[str, ...]) -> sql.Composable:
    return joined(", ", [sql.Identifier(name) for name in names])
