"""Values handed to PostgreSQL beside the statement, never inside its text."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from psycopg import sql

NAMED = re.compile(r"%\((\w+)\)s")


class Binder:
    """Collects the values of one statement under names, so that fragments can be reused."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def __call__(self, value: Any) -> sql.Composable:
        """This will keep the value and give the placeholder that stands for it."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return sql.Placeholder(name)

    def words(self, values: Iterable[str]) -> sql.Composable:
        """This will bind a list of words as a PostgreSQL array."""
        return sql.SQL("{}::text[]").format(self(list(values)))

    def subquery(self, queryset: "QuerySet[Any, Any]") -> sql.Composable:
        """This will take over a queryset as a subquery in brackets, with its values."""
        text, values = queryset.query.sql_with_params()
        pieces = [sql.SQL(piece) for piece in text.split("%s")]
        bound = [self(value) for value in values]
        between: list[sql.Composable] = [pieces[0]]
        for placeholder, piece in zip(bound, pieces[1:], strict=True):
            between += [placeholder, piece]
        return sql.SQL("({})").format(sql.Composed(between))

    def once(self, name: str, make: Callable[[], "QuerySet[Any, Any]"]) -> sql.Composable:  # noqa: ARG002
        """This will take over rows that several questions of a reader start from."""
        return self.subquery(make())

    def positional(self, statement: sql.Composable) -> tuple[str, list[Any]]:
        """This will turn a fragment into text with ``%s`` and a list, as Django's RawSQL wants."""
        text = rendered(statement)
        return NAMED.sub("%s", text), [self.values[name] for name in NAMED.findall(text)]


def rendered(statement: sql.Composable) -> str:
    """This will write a composed statement as text; its values stay apart."""
    connection.ensure_connection()
    return statement.as_string(connection.connection)


def joined(separator: str, parts: Iterable[sql.Composable | str]) -> sql.Composed:
    """This will join fragments; plain strings are SQL of our own, never somebody's input."""
    return sql.SQL(separator).join(
        sql.SQL(part) if isinstance(part, str) else part for part in parts
    )


def aliased(expression: sql.Composable | str, name: str) -> sql.Composed:
    value = sql.SQL(expression) if isinstance(expression, str) else expression
    return sql.SQL("{} AS {}").format(value, sql.Identifier(name))
