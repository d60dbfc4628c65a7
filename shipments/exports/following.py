"""Sources of columns that follow a merge: a double shows the record it turned out to be."""

from collections.abc import Callable
from typing import Any

from django.db.models import F, OuterRef, Subquery, TextField
from django.db.models.functions import Coalesce

from regions.exports.names import translated
from regions.models import PlaceName
from text.listings import Reader


def followed(path: str, column: str = "code") -> Coalesce:
    """This will read a column of the record at the path, or of the one it was merged into."""
    return Coalesce(f"{path}__merged_into__{column}", f"{path}__{column}")


def followed_name(path: str) -> Callable[[Reader], Any]:
    """This will name a donor or item in the reader's language."""

    def source(reader: Reader) -> Any:
        if not reader.language:
            return followed(path, "name")
        return Coalesce(
            translated(reader.language, f"{path}__merged_into__"),
            F(f"{path}__merged_into__name"),
            translated(reader.language, f"{path}__"),
            F(f"{path}__name"),
            output_field=TextField(),
        )

    return source


def followed_place_name(path: str) -> Callable[[Reader], Any]:
    """This will name a destination in the reader's language."""

    def source(reader: Reader) -> Any:
        if not reader.language:
            return followed(path, "name")
        current = Coalesce(OuterRef(f"{path}__merged_into_id"), OuterRef(f"{path}__id"))
        names = PlaceName.objects.filter(destination=current, language=reader.language)
        return Coalesce(
            Subquery(names.order_by("pk").values("text")[:1]),
            F(f"{path}__merged_into__name"),
            F(f"{path}__name"),
            output_field=TextField(),
        )

    return source
