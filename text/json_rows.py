"""Values written as JSON and text by the database, so that rows reach an answer unread."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Func, JSONField, TextField


class JsonObject(Func):
    """A JSON object made by the database, its members in the order given."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        self.names = tuple(members)
        sources = [F(s) if isinstance(s, str) else s for s in members.values()]
        super().__init__(*sources, output_field=JSONField())

    def as_sql(self, compiler: Any, connection: Any, *more: Any, **extra: Any) -> Any:  # noqa: ARG002
        pieces: list[str] = []
        params: list[Any] = []
        for name, source in zip(self.names, self.get_source_expressions(), strict=True):
            sql, more = compiler.compile(source)
            pieces.append(f"'{name}', {sql}")
            params.extend(more)
        return f"json_build_object({', '.join(pieces)})", params


class Plain(Func):
    """A number as text without trailing zeros, written by the database."""

    template = "trim_scale(%(expressions)s)::text"

    def __init__(self, source: Any) -> None:
        super().__init__(source, output_field=TextField())


class Kilograms(Func):
    """Kilograms as text with three decimals, written by the database."""

    template = "round(%(expressions)s, 3)::text"

    def __init__(self, source: Any) -> None:
        super().__init__(source, output_field=TextField())


class JsonText(Func):
    """A list of JSON values as text, so that it travels to the answer without being read."""

    template = "array_to_json(%(expressions)s)::text"

    def __init__(self, source: Any) -> None:
        super().__init__(source, output_field=TextField())
