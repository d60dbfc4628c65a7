"""The first step of an answer: what befell each line of a shipment, cut at the asked keys."""

from dataclasses import dataclass

from psycopg import sql

from shipments.querysets.totals.binding import aliased, joined
from shipments.querysets.totals.dimensions import Dimension
from shipments.querysets.totals.measures import ACCOUNTED, BASES
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.sources import Sources

CELLS = """
    SELECT {columns} FROM {ledger} WHERE {conditions} GROUP BY d.line_id{keys}
"""
ORDER_OF_LEVELS = "array_position(ARRAY['reported', 'documented', 'verified', 'disputed'], {})"

# sent - accounted of one cell, in quantity and in kilograms.
SIGNED = "coalesce(sum(CASE d.outcome WHEN 'sent' THEN {{0}} {} END), 0)".format(
    " ".join(f"WHEN '{name}' THEN -{{0}}" for name in ACCOUNTED)
)
CHANGE, CHANGE_KG = SIGNED.format("d.quantity"), SIGNED.format("d.weight_kg")
POSITIVE = "greatest({due}, 0)"
NEGATIVE = "greatest(-({due}), 0)"
# Kilograms go where the quantity goes; where the quantity is settled, where they lean.
POSITIVE_KG = (
    "CASE WHEN {due} > 0 THEN {due_kg} WHEN {due} = 0 THEN greatest({due_kg}, 0) ELSE 0 END"
)
NEGATIVE_KG = (
    "CASE WHEN {due} < 0 THEN -({due_kg}) WHEN {due} = 0 THEN greatest(-({due_kg}), 0) ELSE 0 END"
)
# Nothing is known of the weight of what befell a line here.
UNKNOWN = "pieces.weight = 0 AND pieces.unweighed > 0"
BALANCE_FORMS = {
    "outstanding": (POSITIVE, POSITIVE_KG),
    "surplus": (NEGATIVE, NEGATIVE_KG),
}


@dataclass(frozen=True)
class Cells:
    """Writes the cells: one row per line of a shipment and per piece of its history."""

    plan: Plan
    sources: Sources

    def statement(self) -> sql.Composable:
        conditions = [self.sources.on_ledger(), self.sources.until()]
        if not self.plan.balances:
            # Nothing stands on what came before: it need not be read.
            conditions.append(self.sources.within())
        columns = joined(
            ", ", [sql.SQL("d.line_id"), *self.named_keys(), *self.sums(), *self.marks()]
        )
        where = joined(" AND ", conditions)
        return sql.SQL(CELLS).format(
            columns=columns,
            ledger=self.sources.ledger(columns, where),
            conditions=where,
            keys=joined("", [sql.SQL(", {}").format(key) for key in self.keys()]),
        )

    def keys(self) -> list[sql.Composable]:
        """This will list by what a line's history is cut, in the order in which it adds up."""
        ground = self.sources.day_keys() if self.plan.balances else []
        return [*ground, *(self.key(dimension) for dimension in self.plan.moving)]

    def key(self, dimension: Dimension) -> sql.Composable:
        if dimension.cut:
            return cut(dimension, self.sources.occurred_day())
        return self.sources.level()

    def named_keys(self) -> list[sql.Composable]:
        return [aliased(key, name) for key, name in zip(self.keys(), self.key_names(), strict=True)]

    def key_names(self) -> list[str]:
        ground = len(self.keys()) - len(self.plan.moving)
        return [f"ground{n}" for n in range(ground)] + [d.name for d in self.plan.moving]

    def sums(self) -> list[sql.Composable]:
        """This will add up each flow; kilograms are NULL where no weight is known."""
        columns: list[sql.Composable] = []
        for flow in self.plan.flows:
            only = f"FILTER (WHERE d.outcome = '{flow}')"
            columns.append(aliased(f"coalesce(sum(d.quantity) {only}, 0)", flow))
            columns.append(aliased(f"sum(d.weight_kg) {only}", f"{flow}_kg"))
        if self.plan.balances:
            columns += [aliased(CHANGE, "change"), aliased(CHANGE_KG, "change_kg")]
        if self.plan.asks("weight_basis"):
            shared = f"d.outcome = '{self.plan.shared}'"
            columns += [
                aliased(
                    f"sum(d.weight_kg) FILTER (WHERE {shared} AND d.weight_basis = '{basis}')",
                    f"basis_{basis}",
                )
                for basis in BASES
            ]
        return columns

    def marks(self) -> list[sql.Composable]:
        within: sql.Composable = sql.SQL("true")
        if self.plan.balances:
            within = sql.SQL("bool_and({})").format(self.sources.within())
        return [
            aliased(within, "within"),
            aliased("sum(d.quantity)", "moved"),
            aliased("coalesce(sum(d.weight_kg), 0)", "weight"),
            aliased("count(*) FILTER (WHERE d.weight_kg IS NULL)", "unweighed"),
        ]

    def running(self) -> sql.Composable:
        """This will add to each cell what was due after it, and what changed in it."""
        if not self.plan.balances:
            return sql.SQL("SELECT * FROM cells")
        columns = joined(", ", self.dues())
        window: sql.Composable = sql.SQL("")
        if self.keys():
            order = joined(", ", [self.ordered(name) for name in self.key_names()])
            window = sql.SQL(" WINDOW history AS (PARTITION BY line_id ORDER BY {})").format(order)
        return sql.SQL("SELECT cells.*, {} FROM cells{}").format(columns, window)

    def dues(self) -> list[str]:
        total = "sum({}) OVER history" if self.keys() else "{}"
        return [f"{total.format('change')} AS due", f"{total.format('change_kg')} AS due_kg"]

    def ordered(self, name: str) -> sql.Composable:
        column = sql.Identifier(name)
        return sql.SQL(ORDER_OF_LEVELS).format(column) if name == "verification" else column

    def pieces(self) -> sql.Composable:
        """This will keep what lies in the asked days: one row per line and row of the answer."""
        columns = ["line_id", *(f'"{dimension.name}"' for dimension in self.plan.moving)]
        merging = self.sources.cuts_days() and bool(self.plan.balances)
        added = "sum({})" if merging else "{}"
        carried = [name for flow in self.plan.flows for name in (flow, f"{flow}_kg")]
        carried += ["moved", "weight", "unweighed"]
        if self.plan.asks("weight_basis"):
            carried += [f"basis_{basis}" for basis in BASES]
        sums = [f"{added.format(name)} AS {name}" for name in carried]
        for base in self.plan.balances:
            form, form_kg = BALANCE_FORMS[base]
            sums.append(f"{added.format(change_of(form))} AS {base}")
            sums.append(f"{added.format(change_of(form_kg))} AS {base}_kg")
        # A line whose history is not split has one piece, which says it all.
        split = bool(self.plan.moving)
        overall = f"sum({added}) OVER (PARTITION BY line_id)" if split else added
        sums += [f"{overall.format(name)} AS line_{name}" for name in ("weight", "unweighed")]
        statement = joined(", ", [*columns, *sums])
        keys = joined(", ", columns) if merging else ""
        return sql.SQL("SELECT {} FROM running WHERE within{}").format(
            statement, sql.SQL(" GROUP BY {}").format(keys) if merging else sql.SQL("")
        )

    def active(self) -> str:
        """This will say whether anything is left of a piece once reversals are taken off.

        A reversal occurs when its event did, so quantities never cancel across outcomes,
        unless some of the recordings are left out.
        """
        names = ["moved", "weight"]
        if self.sources.scope.on("recorded_on"):
            names += self.plan.flows
        return " OR ".join(f"{name} <> 0" for name in names)

    def values(self) -> list[sql.Composable]:
        """This will give each base of a piece: quantity, known kilograms, quantity in the dark.

        A balance may lean over by known kilograms in a month in which nothing was weighed:
        they are kept, so that months add up to the whole.
        """
        columns: list[sql.Composable] = []
        for base in self.plan.bases:
            if base == "announced":
                columns += no_values(base)
                continue
            value, weight = f"pieces.{base}", f"coalesce(pieces.{base}_kg, 0)"
            columns += [
                aliased(value, base),
                aliased(weight, f"{base}_kg"),
                aliased(f"CASE WHEN {UNKNOWN} THEN {value} ELSE 0 END", f"{base}_dark"),
            ]
        return columns


def change_of(form: str) -> str:
    """This will write a balance's change in a cell: after it, less before it."""
    after = form.format(due="due", due_kg="due_kg")
    before = form.format(due="(due - change)", due_kg="(due_kg - change_kg)")
    return f"(({after}) - ({before}))"


def no_values(base: str) -> list[sql.Composable]:
    return [aliased("NULL::numeric", f"{base}{end}") for end in ("", "_kg", "_dark")]


def cut(dimension: Dimension, day: sql.Composable) -> sql.Composable:
    """This will cut a day to the first day of its period."""
    if dimension.cut == "day":
        return day
    return sql.SQL("date_trunc({}, {}::timestamp)::date").format(sql.Literal(dimension.cut), day)
