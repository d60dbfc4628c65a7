"""The last step of an answer: codes and names in place of row numbers, and the order of rows."""

from dataclasses import dataclass

from psycopg import sql

from shipments.querysets.totals.binding import Binder, aliased, joined
from shipments.querysets.totals.dimensions import Dimension
from shipments.querysets.totals.plan import Plan


@dataclass(frozen=True)
class Naming:
    """Writes what a row of the answer shows of its dimensions."""

    plan: Plan
    bind: Binder

    def output(self) -> sql.Composable:
        columns: list[sql.Composable] = [sql.SQL("grouped.depth"), sql.SQL("grouped.units")]
        for dimension in self.plan.dimensions:
            columns.append(aliased(self.code(dimension), dimension.name))
            if self.names(dimension):
                columns.append(aliased(self.label(dimension), f"{dimension.name}_name"))
        columns += [
            sql.SQL("grouped.{}").format(sql.Identifier(column)) for column in self.plan.columns
        ]
        return joined(", ", columns)

    def names(self, dimension: Dimension) -> bool:
        return bool(dimension.label) and self.plan.query.labels != "code"

    def code(self, dimension: Dimension) -> sql.Composable:
        key = sql.SQL("grouped.{}").format(sql.Identifier(dimension.name))
        if dimension.cut:
            return sql.SQL("to_char({}, {})").format(key, sql.Literal(dimension.written))
        if dimension.table:
            return sql.SQL("{}.{}").format(named(dimension), sql.Identifier(dimension.code))
        return key

    def label(self, dimension: Dimension) -> sql.Composable:
        return sql.SQL(dimension.label).format(
            alias=named(dimension), lang=self.bind(self.plan.query.lang)
        )

    def joins(self) -> sql.Composable:
        return joined(
            " ",
            [
                sql.SQL("LEFT JOIN {} AS {} ON {}.id = grouped.{}").format(
                    sql.Identifier(dimension.table),
                    named(dimension),
                    named(dimension),
                    sql.Identifier(dimension.name),
                )
                for dimension in self.plan.dimensions
                if dimension.table
            ],
        )

    def order(self) -> sql.Composable:
        """The total first, then as asked, then by the codes of the dimensions as they stand."""
        terms: list[sql.Composable] = [sql.SQL("grouped.depth DESC")]
        asked = [(name.lstrip("-"), name.startswith("-")) for name in self.plan.query.order]
        left = [(name, False) for name in self.plan.query.by if name not in dict(asked)]
        for name, descending in (*asked, *left):
            direction = sql.SQL(" DESC NULLS LAST" if descending else " ASC NULLS LAST")
            terms.append(self.sorted_by(name) + direction)
        return joined(", ", terms)

    def sorted_by(self, name: str) -> sql.Composed:
        dimension = next((d for d in self.plan.dimensions if d.name == name), None)
        if dimension is None or dimension.cut:
            return sql.SQL("grouped.{}").format(sql.Identifier(name))
        return sql.SQL('{} COLLATE "C"').format(self.code(dimension))


def named(dimension: Dimension) -> sql.Identifier:
    return sql.Identifier(f"named_{dimension.name}")
