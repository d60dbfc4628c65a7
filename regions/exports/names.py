"""Names in the language a reader asked for."""

from collections.abc import Callable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, NullIf

from regions.models import PlaceName
from text.json_rows import JsonObject, JsonText
from text.listings import Reader

Source = Callable[[Reader], Any]


def place_name(place: str, path: str = "") -> Source:
    """This will name the region or destination that the path leads to ("" for the row itself)."""
    prefix = f"{path}__" if path else ""

    def source(reader: Reader) -> Any:
        if not reader.language:
            return f"{prefix}name"
        names = PlaceName.objects.filter(
            **{place: OuterRef(f"{prefix}id")}, language=reader.language
        )
        return Coalesce(
            Subquery(names.order_by("pk").values("text")[:1]),
            F(f"{prefix}name"),
            output_field=TextField(),
        )

    return source


def translated(language: str, prefix: str) -> NullIf:
    """This will read a name in one language from a row that keeps them in a column."""
    return NullIf(KeyTextTransform(language, f"{prefix}names"), Value(""))


def row_name(path: str = "") -> Source:
    """This will name a row that keeps its names by language in a column."""
    prefix = f"{path}__" if path else ""

    def source(reader: Reader) -> Any:
        if not reader.language:
            return f"{prefix}name"
        return Coalesce(
            translated(reader.language, prefix), F(f"{prefix}name"), output_field=TextField()
        )

    return source


def other_names(place: str) -> JsonText:
    """This will list the further names of a place with language, script and authority."""
    names = PlaceName.objects.filter(**{place: OuterRef("pk")}).order_by("language", "text")
    row = JsonObject({name: name for name in ("text", "language", "script", "authority")})
    return JsonText(ArraySubquery(names.values(row=row)))
