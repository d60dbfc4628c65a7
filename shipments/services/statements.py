"""The few statements that every recording runs: planned once a connection, then only bound."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model


def rows_in(rows: Iterable[dict[str, Any]]) -> str:
    """This will write rows for ``json_to_recordset``, numbers and moments exactly."""
    return json.dumps(list(rows), default=exactly, ensure_ascii=False)


def exactly(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


class Columns:
    """The columns of a model in a SELECT, and its objects made from what that returns."""

    def __init__(self, model: type[Model]) -> None:
        fields = model._meta.concrete_fields
        self.model, self.width = model, len(fields)
        self.names = [field.attname for field in fields]
        self.columns = [field.column for field in fields]
        self.converted = [
            (place, field.from_db_value)
            for place, field in enumerate(fields)
            if hasattr(field, "from_db_value")
        ]

    def of(self, table: str) -> str:
        """This will list the columns for a SELECT from a table of this name."""
        return ", ".join(f"{table}.{column}" for column in self.columns)

    def made(self, row: Sequence[Any], start: int = 0) -> Any:
        """This will make the object whose columns begin at ``start``."""
        values = list(row[start : start + self.width])
        for place, convert in self.converted:
            values[place] = convert(values[place], None, connection)
        return self.model.from_db(connection.alias, self.names, values)
