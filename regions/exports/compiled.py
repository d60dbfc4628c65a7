"""Questions turned into SQL once and asked often: that costs more than the answer does."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, Value
from psycopg import sql

from text.listings import Reader
from text.statements import run

MOST_KEPT = 500


class Compiled:
    """The SQL of a queryset of tuples, with what turns its columns into values."""

    def __init__(self, values: QuerySet[Any, Any]) -> None:
        compiler = values.query.get_compiler(connection=connection)
        self.sql, self.params = compiler.as_sql()
        self.converters = compiler.get_converters([entry[0] for entry in compiler.select])
        self.text = ""

    def fetch(self, given: dict[Any, Any]) -> list[tuple[Any, ...]]:
        """This will ask, with some of the parameters replaced by the given ones."""
        connection.ensure_connection()
        self.text = self.text or self.with_literals(given)
        varying = [given[p] for p in self.params if isinstance(p, Hashable) and p in given]
        rows = run(self.text, varying)
        if not self.converters:
            return rows
        return [self.converted(row) for row in rows]

    def with_literals(self, given: dict[Any, Any]) -> str:
        """This will write into the SQL what never changes; the plan that is kept rests on it."""
        written = [
            "%s"
            if isinstance(p, Hashable) and p in given
            else sql.Literal(p).as_string(connection.connection).replace("%", "%%")
            for p in self.params
        ]
        text: str = self.sql.replace("%%", "%%%%") % tuple(written)
        return text

    def converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for at, (converters, expression) in self.converters.items():
            for convert in converters:
                values[at] = convert(values[at], expression, connection)
        return tuple(values)


kept: OrderedDict[Hashable, Compiled] = OrderedDict()


def fetched(
    name: Hashable,
    reader: Reader,
    values: Callable[[], QuerySet[Any, Any]],
    given: dict[Any, Any] | None = None,
) -> list[tuple[Any, ...]]:
    """This will ask a question that depends on nothing but its name and its reader.

    The clock may stand in its SQL, never in its parameters. ``given`` replaces parameters.
    """
    compiled = compiled_once(name, reader, values)
    return compiled.fetch(given or {}) if compiled else []


def counted(name: Hashable, reader: Reader, rows: Callable[[], QuerySet[Any]]) -> int:
    """This will count the rows of such a question."""
    compiled = compiled_once(name, reader, lambda: rows().order_by().values_list(Value(1)))
    if compiled is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({compiled.sql}) AS found", compiled.params)  # noqa: S608
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def compiled_once(
    name: Hashable, reader: Reader, values: Callable[[], QuerySet[Any, Any]]
) -> Compiled | None:
    """This will compile a question, or find it compiled; None if it can have no answer."""
    key = (name, reader.user.pk, reader.known, reader.paths, reader.language)
    found = kept.get(key)
    if found is None:
        try:
            found = Compiled(values())
        except EmptyResultSet:
            return None
        kept[key] = found
        if len(kept) > MOST_KEPT:
            kept.popitem(last=False)
    return found
