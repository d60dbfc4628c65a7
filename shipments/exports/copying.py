"""Lets the database write the cells of a file, which is several times faster than we are.

What a cell holds is decided twice, here in SQL and in ``writing.plain_cell`` for tables that are
no query; ``tests/shipments/exports/test_copying.py`` holds them together.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from psycopg import sql

from shipments.exports.writing import FORMULA_PATTERN, Table
from text.listings import Column, Kind

# Texts that begin with a digit or a letter of the usual alphabets are no formulas: looking at one
# character costs less than a pattern. Between the ranges lie signs and kinds of space.
PLAIN = (
    "ascii({c}) BETWEEN 48 AND 57 OR ascii({c}) BETWEEN 65 AND 122"
    " OR ascii({c}) BETWEEN 192 AND 5759"
)
MOMENT = (
    """replace(to_char({c} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000', '')"""
)
# An empty text is an empty cell without quotes.
CELLS: dict[Kind, str] = {
    Kind.TEXT: f"CASE WHEN {PLAIN} THEN {{c}} WHEN {{c}} ~ {{formula}} THEN '''' || {{c}}"
    " ELSE nullif({c}, '') END",
    Kind.INTEGER: "{c}",
    Kind.QUANTITY: "trim_scale({c})",
    Kind.AMOUNT: "trim_scale({c})",
    Kind.DEGREES: "trim_scale({c})",
    Kind.WEIGHT: "round({c}, 3)",
    Kind.DATE: "{c}",
    Kind.MOMENT: MOMENT,
    Kind.FLAG: "{c}::text",
    Kind.KEY: "{c}",
}
CHOICE = "nullif({c}, '')"


def is_copyable(table: Table) -> bool:
    """This will say whether the database can write every cell of a table."""
    return bool(table.values is not None and table.count) and all(
        column.kind in CELLS for column in table.columns
    )


def csv_lines(table: Table) -> Iterator[bytes]:
    """This will give the lines of a CSV file without what ends them, each when it is there."""
    cells = [cell_of(column, at) for at, column in enumerate(table.columns)]
    statement, params = selected(table, sql.SQL(", ").join(cells))
    copying = sql.SQL("COPY ({}) TO STDOUT WITH (FORMAT csv)").format(statement)
    for line in copied(copying, params):
        yield bytes(line[:-1])


def copied(copying: sql.Composable, params: tuple[Any, ...]) -> Iterator[Any]:
    """This will give what a COPY writes, piece by piece as it comes."""
    # Of the driver's own cursor, because the one that logs statements takes no parameters.
    with connection.cursor() as cursor, cursor.cursor.copy(rendered(copying), params) as pieces:
        yield from pieces


def cell_of(column: Column, at: int) -> sql.Composable:
    # The words of a closed list are ours, and no formulas.
    form = CHOICE if column.choices else CELLS[column.kind]
    return sql.SQL(form).format(c=named(at), formula=sql.Literal(FORMULA_PATTERN))


def named(at: int) -> sql.Identifier:
    return sql.Identifier(f"c{at}")


def selected(table: Table, cells: sql.Composable) -> tuple[sql.Composable, tuple[Any, ...]]:
    """This will select the cells from the rows of a table, which stay in their order."""
    compiler = table.values.query.get_compiler(connection=connection)
    inner, params = compiler.as_sql()
    names = sql.SQL(", ").join(named(at) for at in range(len(table.columns)))
    # Sorted rows are not mixed into the outer query: each value is computed once.
    outer = sql.SQL("SELECT {} FROM ({}) AS rows ({})")
    return outer.format(cells, sql.SQL(inner), names), params


def rendered(statement: sql.Composable) -> str:
    return statement.as_string(connection.connection)
