"""Rows of an answer before they are added up, as the ledger gives them."""

from dataclasses import dataclass

from psycopg import sql

from shipments.querysets.totals.binding import aliased, joined
from shipments.querysets.totals.cells import UNKNOWN, Cells, cut, no_values
from shipments.querysets.totals.dimensions import REGION_AT_LEVEL, Dimension, needed_joins
from shipments.querysets.totals.learned import learned_weight
from shipments.querysets.totals.measures import BASES
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.sources import Sources

PARTS_OF_LEDGER = """
    SELECT {columns} FROM pieces JOIN {goods} ON x.line_id = pieces.line_id {joins}
    WHERE {active}
"""
PARTS_ANNOUNCED = """
    SELECT {columns} FROM {goods} {learned} {joins} WHERE {conditions}
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
WEIGHT = "coalesce(x.weight_kg, learned.kg)"
# Quantity, known kilograms, quantity in the dark.
ANNOUNCED = (
    "x.quantity::numeric",
    f"coalesce({WEIGHT}, 0)::numeric",
    f"CASE WHEN {WEIGHT} IS NULL THEN x.quantity::numeric ELSE 0 END",
)


@dataclass(frozen=True)
class LedgerParts:
    """Draws the parts of an answer from the ledger: any question, any reader, any moment."""

    plan: Plan
    sources: Sources

    @property
    def cells(self) -> Cells:
        return Cells(self.plan, self.sources)

    def steps(self) -> list[tuple[str, sql.Composable]]:
        """This will list the steps before the parts, each by name."""
        return [
            ("cells", self.cells.statement()),
            ("running", self.cells.running()),
            ("pieces", self.cells.pieces()),
        ]

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
            aliased(UNKNOWN, "unknown_here"),
            aliased("line_weight = 0 AND line_unweighed > 0", "unknown"),
            aliased("NULL::bigint", "event_id"),
            aliased("NULL::integer", "happened"),
            *basis,
        ]
        shown, joins = joined(", ", columns), self.joins()
        return sql.SQL(PARTS_OF_LEDGER).format(
            columns=shown,
            goods=self.sources.goods(shown, joins),
            joins=joins,
            active=sql.SQL(self.cells.active()),
        )

    def announced_parts(self) -> sql.Composable:
        day = self.sources.announced_day()
        keys = {d.name: cut(d, day) if d.cut else sql.SQL("NULL") for d in self.plan.moving}
        weighs = self.plan.asks("announced_kg")
        announced = ANNOUNCED if weighs else (ANNOUNCED[0], "NULL::numeric", "NULL::numeric")
        unknown = f"{WEIGHT} IS NULL" if weighs else "false"
        columns = [
            *self.dimension_columns(keys),
            *of_line(),
            *self.bases(announced=announced),
            aliased(unknown, "unknown_here"),
            aliased(unknown, "unknown"),
            *self.nothing("event_id", "happened"),
        ]
        shown, joins, where = joined(", ", columns), self.joins(), self.sources.on_announced()
        return sql.SQL(PARTS_ANNOUNCED).format(
            columns=shown,
            goods=self.sources.announced(shown, joins, where),
            learned=learned_weight(self.sources) if weighs else sql.SQL(""),
            joins=joins,
            conditions=where,
        )

    def event_parts(self) -> sql.Composable:
        cells = self.cells
        keys = [(d.name, cells.key(d)) for d in self.plan.moving]
        columns = [
            *self.dimension_columns(self.keys_of_pieces()),
            aliased("NULL::bigint", "line_id"),
            aliased("NULL::bigint", "shipment_id"),
            aliased("NULL::text", "unit_of_line"),
            *self.bases(),
            aliased("false", "unknown_here"),
            aliased("false", "unknown"),
            aliased("pieces.event_id", "event_id"),
            aliased("pieces.happened", "happened"),
            *self.nothing(),
        ]
        conditions = [self.sources.on_ledger(), self.sources.until(), self.sources.within()]
        shown, joins, where = joined(", ", columns), self.joins(), joined(" AND ", conditions)
        cut_at = joined("", [sql.SQL("{}, ").format(aliased(key, name)) for name, key in keys])
        return sql.SQL(PARTS_OF_EVENTS).format(
            columns=shown,
            keys=cut_at,
            key_list=joined("", [sql.SQL("{}, ").format(key) for _, key in keys]),
            ledger=self.sources.ledger(cut_at, where, sql.SQL("e.id")),
            conditions=where,
            goods=self.sources.goods(shown, joins),
            joins=joins,
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

    def bases(self, **given: tuple[str, str, str]) -> list[sql.Composable]:
        columns: list[sql.Composable] = []
        for base in self.plan.bases:
            if base in given:
                names = (base, f"{base}_kg", f"{base}_dark")
                columns += [aliased(v, n) for v, n in zip(given[base], names, strict=True)]
            else:
                columns += no_values(base)
        return columns

    def nothing(self, *names: str) -> list[sql.Composable]:
        columns: list[sql.Composable] = [aliased("NULL::bigint", name) for name in names]
        if self.plan.asks("weight_basis"):
            columns += [aliased("NULL::numeric", f"basis_{name}") for name in BASES]
        return columns

    def counts(self) -> dict[str, sql.Composable]:
        """This will write the counts: of whole histories where those are summed, else of parts."""
        lines = "DISTINCT line_id" if self.plan.repeats_lines else "line_id"
        here = f"count({lines}) FILTER (WHERE unknown_here)"
        overall = f"count({lines}) FILTER (WHERE unknown)"
        of_all = self.plan.is_of_whole_histories
        texts = {
            "shipments": "count(DISTINCT shipment_id)",
            "lines": f"count({lines})",
            "events": "count(DISTINCT event_id) FILTER (WHERE happened > 0)"
            " - count(DISTINCT event_id) FILTER (WHERE happened < 0)",
            "lines_without_weight": f"CASE WHEN {of_all} THEN {overall} ELSE {here} END",
        }
        return {name: sql.SQL(text) for name, text in texts.items()}


def of_line() -> list[sql.Composable]:
    return [
        aliased("x.line_id", "line_id"),
        aliased("x.shipment_id", "shipment_id"),
        aliased("x.unit", "unit_of_line"),
    ]
