"""Attacks on the database as its owner: each in a transaction that is rolled back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

# Tables of packages: their guards are their makers' to test.
OURS = "!~ '^(auth|axes|django)_'"
GOT_THROUGH = ""


@dataclass(frozen=True)
class Guard:
    """A constraint of one of our tables; ``columns`` in the order it names them."""

    table: str
    name: str
    columns: tuple[str, ...]


def constraints(owner: Connection, kind: str) -> list[Guard]:
    """This will list the constraints of our tables of a kind of pg_constraint: c, f, n, p, u."""
    rows = owner.execute(
        f"""
        SELECT c.conrelid::regclass::text, c.conname, array_agg(a.attname::text ORDER BY k.place)
        FROM pg_constraint AS c, unnest(c.conkey) WITH ORDINALITY AS k (attnum, place),
            pg_attribute AS a
        WHERE c.conrelid::regclass::text {OURS}
            AND c.connamespace = 'public'::regnamespace AND c.contype = %s
            AND a.attrelid = c.conrelid AND a.attnum = k.attnum
        GROUP BY c.oid ORDER BY 1, 2
        """,
        [kind],
    )
    return [Guard(table, name, tuple(columns)) for table, name, columns in rows]


def attempt(owner: Connection, *statements: str) -> str:
    """This will run an attack and return what refused it: the constraint, the rule or the column.

    Everything is undone. An attack that finds no row to change is a mistake in the test.
    """
    try:
        with owner.transaction(force_rollback=True):
            for statement in statements:
                changed = owner.execute(statement)
            assert changed.rowcount, f"nothing to attack: {statements[-1]}"
            owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.errors.NotNullViolation as error:
        return str(error.diag.column_name)
    except psycopg.IntegrityError as error:
        return str(error.diag.constraint_name)
    return GOT_THROUGH


def without_triggers(table: str) -> str:
    return f"ALTER TABLE {table} DISABLE TRIGGER USER"


def without(table: str, names: Iterable[str]) -> list[str]:
    return [f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE" for name in names]


def change_one(table: str, assignments: str, condition: str = "true") -> str:
    """This will write the change of one row that meets a condition."""
    row = f"SELECT ctid FROM {table} WHERE {condition} LIMIT 1"
    return f"UPDATE {table} SET {assignments} WHERE ctid = ({row})"


def copy_one(owner: Connection, guard: Guard) -> str:
    """This will write the copy of a row of the guard's table, its keys included."""
    rows = owner.execute(
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [guard.table],
    )
    columns = ", ".join(row[0] for row in rows)
    given = " AND ".join(f'"{c}" IS NOT NULL' for c in guard.columns)
    condition = f"ORDER BY ({given}) DESC LIMIT 1"
    return (
        f"INSERT INTO {guard.table} ({columns}) OVERRIDING SYSTEM VALUE"
        f" SELECT {columns} FROM {guard.table} {condition}"
    )
