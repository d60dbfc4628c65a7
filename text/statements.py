"""Statements that are asked often: planned once a connection, then only bound."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor


class Shown(ServerBindingCursor):
    """Keeps the text of its statement where Django's log of statements looks for it."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        done: Any = super().execute(query, params, **more)  # type: ignore[misc]
        self._query = SimpleNamespace(query=query.encode())
        return done


def run(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """This will run a statement by its kept plan and return its rows.

    Planning a join costs more than running it.
    ``sql`` must not grow with what is asked: lists go in as arrays, or as rows of JSON.
    """
    with kept_plans() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def run_with_names(
    sql: str, params: Sequence[Any] | Mapping[str, Any]
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """This will do the same, and name the columns of the rows before them."""
    with kept_plans() as cursor:
        cursor.execute(sql, params)
        return [column.name for column in cursor.description], cursor.fetchall()


def kept_plans() -> Any:
    """This will open a cursor whose statements the server plans once."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    server = connection.connection
    # Django turns it off, because what its own queries bind cannot be planned ahead.
    server.prepare_threshold = 0
    logged = connection.queries_logged
    wrap = connection.make_debug_cursor if logged else connection.make_cursor
    own: Any = (Shown if logged else ServerBindingCursor)(server)  # type: ignore[call-arg]
    return wrap(own)
