"""Saved queries as a list, with the question that each asks now."""

from typing import Any

from django.db.models import OuterRef

from shipments.exports.consignments import nested
from shipments.models import SavedQuery, SavedQueryVersion
from text.listings import Column, Kind, Listing, Reader

VERSION_COLUMNS = (
    Column("version", "number", Kind.INTEGER),
    Column("query"),
    Column("made_by", "made_by__username"),
    Column("made_at", kind=Kind.MOMENT),
)


def versions(reader: Reader) -> Any:
    rows = SavedQueryVersion.objects.filter(saved_query=OuterRef("pk"))
    return nested(VERSION_COLUMNS, rows.order_by("-number"), reader)


SAVED_QUERIES = Listing(
    name="saved-queries",
    columns=(
        Column("code"),
        Column("name"),
        Column("owner", "owner__username"),
        Column("operation", "operation__code"),
        Column("version", kind=Kind.INTEGER),
        Column("query"),
        Column("created_at", kind=Kind.MOMENT),
        Column("changed_at", kind=Kind.MOMENT),
        Column("retired_at", kind=Kind.MOMENT),
    ),
    rows=lambda reader: SavedQuery.objects.visible_to(reader.user).with_question(),
    order=("-id",),
)
SAVED_DETAIL = (
    *SAVED_QUERIES.columns,
    Column("versions", versions, Kind.ROWS, rows=VERSION_COLUMNS),
)
