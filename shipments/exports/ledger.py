"""Delivery events and ledger lines as lists."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, Subquery, TextField, Value, When
from django.db.models.functions import NullIf

from regions.exports.names import place_name
from shipments.exports.consignments import nested
from shipments.exports.following import followed, followed_name, followed_place_name
from shipments.filters import DeliveryFilter, LineFilter
from shipments.models import DeliveryEvent, DeliveryLine, EventText, PlausibilityWarning
from shipments.models.fields import Unit
from shipments.models.ledger import EventKind, Outcome, Source
from shipments.models.shipments import Mode, WeightBasis
from shipments.models.testimony import TextKind
from shipments.querysets.ledger import replaced_key
from text.json_rows import JsonObject, JsonText
from text.listings import EVERY_LIST, Column, Kind, Listing, Reader


def replaced_event(reader: Reader) -> Case:
    return replaced_key(reader.user)


def words(kind: TextKind, *, position: Any = 0) -> Subquery:
    """This will read what a person wrote about an event, or about one of its lines."""
    found = EventText.objects.filter(event=OuterRef("pk"), kind=kind, position=position)
    return Subquery(found.values("text")[:1])


EVENT_LINES = (
    Column("line", "line__position", Kind.INTEGER),
    Column("item", followed("line__item")),
    Column("item_name", followed_name("line__item")),
    Column("outcome", choices=Outcome),
    Column("quantity", kind=Kind.QUANTITY),
    Column("unit", "line__unit", choices=Unit),
    Column("weight_kg", kind=Kind.WEIGHT),
    Column("weight_basis", choices=WeightBasis),
    Column("surplus", kind=Kind.QUANTITY),
)
WARNING_COLUMNS = (
    Column("code"),
    Column("line", "position", Kind.INTEGER),
    Column("compared", kind=Kind.NAMES),
)


def lines(reader: Reader) -> JsonText:
    rows = DeliveryLine.objects.filter(event=OuterRef("pk"))
    return nested(EVENT_LINES, rows.order_by("line__position", "id"), reader)


def warnings(reader: Reader) -> JsonText:  # noqa: ARG001
    rows = PlausibilityWarning.objects.filter(event=OuterRef("pk")).order_by("position", "code")
    # 0 stands for the whole event.
    line = NullIf("position", Value(0))
    members = {"code": "code", "line": line, "compared": "compared"}
    return JsonText(ArraySubquery(rows.values(row=JsonObject(members))))


HEAD = (
    Column("key", kind=Kind.KEY),
    Column("code"),
    Column("shipment", "shipment__reference"),
    Column("operation", "shipment__operation__code"),
    Column("kind", choices=EventKind),
    Column("occurred_at", kind=Kind.MOMENT),
    Column("occurred_on", kind=Kind.DATE),
    Column("recorded_at", kind=Kind.MOMENT),
    Column("recorded_by", "recorded_by__username", published=False),
    Column("place", followed("place"), published=False),
    Column("place_name", followed_place_name("place"), published=False),
    Column("region", "place__region__code"),
    Column("region_name", place_name("region", "place__region")),
    Column("received_by", words(TextKind.RECEIVED_BY), published=False),
    Column("note", words(TextKind.NOTE), published=False),
    Column("reason", words(TextKind.REASON), published=False),
    Column("source", choices=Source, published=False),
    Column("reverses", "reverses__key", Kind.KEY, published=False),
    Column("reversed_by", "reversal__key", Kind.KEY, published=False),
    Column("replaces", replaced_event, Kind.KEY, published=False),
)


def of_lines(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """This will reach the columns of ledger lines from their event."""
    sources: dict[str, Any] = {
        "item": followed("lines__line__item"),
        "item_name": followed_name("lines__line__item"),
    }
    return tuple(
        Column(
            column.name,
            sources.get(column.name, f"lines__{column.source or column.name}"),
            column.kind,
            column.help,
            column.choices,
        )
        for column in columns
    )


def movement(line: str) -> Case:
    """This will say whether an earlier shipment brought the goods; nothing without a line."""
    return Case(
        When(**{f"{line}__isnull": True}, then=Value(None)),
        When(**{f"{line}__from_line__isnull": True}, then=Value("first")),
        default=Value("onward"),
        output_field=TextField(),
    )


DELIVERIES = Listing(
    name="deliveries",
    columns=(
        *HEAD,
        Column("lines", lines, Kind.ROWS, rows=EVENT_LINES),
        Column("warnings", warnings, Kind.ROWS, published=False, rows=WARNING_COLUMNS),
    ),
    rows=lambda reader: DeliveryEvent.objects.visible_to(reader.user),
    order=("-occurred_at", "-id"),
    filters=DeliveryFilter,
    key="key",
    file_columns=(
        *HEAD,
        *of_lines(EVENT_LINES),
        Column("donor", followed("lines__line__donor")),
        Column("category", followed("lines__line__item", "category__code")),
        Column("equipment", "lines__line__equipment", Kind.FLAG),
        Column("movement", movement("lines__line")),
        Column("scale_kg", "lines__scale_kg", Kind.WEIGHT, published=False),
        Column(
            "line_reason",
            words(TextKind.REASON, position=OuterRef("lines__line__position")),
            published=False,
        ),
    ),
    file_order=("-occurred_at", "-id", "lines__line__position", "lines__id"),
    formats=(*EVERY_LIST, "parquet"),
)


LINES = Listing(
    name="lines",
    columns=(
        Column("event", "event__key", Kind.KEY),
        Column("code", "event__code"),
        Column("shipment", "event__shipment__reference"),
        Column("line", "line__position", Kind.INTEGER),
        Column("kind", "event__kind", choices=EventKind),
        Column("outcome", choices=Outcome),
        Column("quantity", kind=Kind.QUANTITY),
        Column("unit", "line__unit", choices=Unit),
        Column("weight_kg", kind=Kind.WEIGHT),
        Column("weight_basis", choices=WeightBasis),
        Column("surplus", kind=Kind.QUANTITY),
        Column("item", followed("line__item")),
        Column("item_name", followed_name("line__item")),
        Column("category", followed("line__item", "category__code")),
        Column("donor", followed("line__donor")),
        Column("donor_name", followed_name("line__donor")),
        Column("equipment", "line__equipment", Kind.FLAG),
        Column("movement", movement("line")),
        Column("operation", "event__shipment__operation__code"),
        Column("mode", "event__shipment__mode", choices=Mode),
        Column("destination", followed("event__shipment__destination"), published=False),
        Column("destination_region", "event__shipment__destination__region__code"),
        Column("occurred_at", "event__occurred_at", Kind.MOMENT),
        Column("occurred_on", "event__occurred_on", Kind.DATE),
        Column("recorded_at", "event__recorded_at", Kind.MOMENT),
        Column("recorded_by", "event__recorded_by__username", published=False),
    ),
    rows=lambda reader: DeliveryLine.objects.visible_to(reader.user),
    order=("-id",),
    filters=LineFilter,
    key="event",
    formats=(*EVERY_LIST, "parquet"),
)
