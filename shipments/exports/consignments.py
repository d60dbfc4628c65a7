"""Shipments as lists: one row a shipment in JSON, one row a line in files."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from regions.exports.names import place_name
from shipments.exports.following import followed, followed_name, followed_place_name
from shipments.filters import ShipmentFilter
from shipments.models import DeliveryEvent, Shipment, ShipmentLine, TransportDocument
from shipments.models.fields import Unit
from shipments.models.ledger import EventKind
from shipments.models.papers import DocumentKind
from shipments.models.shipments import Mode, Status, WeightBasis
from shipments.querysets.published import published_balance, published_sum
from shipments.querysets.shipments import carried_on
from text.json_rows import JsonObject, JsonText, Kilograms, Plain
from text.listings import Column, Kind, Listing, Reader

BALANCE = ("sent", "received", "damaged", "lost", "returned", "surplus", "outstanding")


def source_of(column: Column, reader: Reader) -> Any:
    """This will make the source of a column inside a nested object."""
    source = column.source_for(reader)
    if column.kind == Kind.QUANTITY:
        return Plain(source)
    return Kilograms(source) if column.kind == Kind.WEIGHT else source


def nested(
    columns: tuple[Column, ...], rows: QuerySet[Any], reader: Reader, more: Mapping[str, Any] = {}
) -> JsonText:
    """This will make a list of objects with the columns that the reader may see."""
    seen = [column for column in columns if reader.known or column.published is not False]
    members = {column.name: source_of(column, reader) for column in seen} | dict(more)
    return JsonText(ArraySubquery(rows.values(row=JsonObject(members))))


def earlier_line(reader: Reader) -> Case:
    return carried_on(reader.user)


def earlier_line_in_file(reader: Reader) -> Case:
    return carried_on(reader.user, "lines__")


def weights(path: str = "") -> dict[str, Column]:
    """This will give the weight of the line at the path, and its basis, by name.

    A weight learned after dispatch stands in the ledger alone, and the public's in what is
    published of it.
    """

    def known(learned: Any) -> tuple[Any, Any]:
        on_a_scale = Q(IsNull(F(f"{path}weight_kg"), True)) & Q(IsNull(learned, False))
        basis = Case(When(on_a_scale, then=Value("weighed")), default=f"{path}weight_basis")
        return Coalesce(f"{path}weight_kg", learned), basis

    nothing = Value(Decimal(0))
    sent = published_sum("sent", column="weight_kg", line=OuterRef(f"{path}pk"))
    weight, basis = known(NullIf(f"{path}balance__sent_kg", nothing))
    told, basis_told = known(NullIf(sent, nothing))
    meaning = _(
        "Kilograms of the whole line, as entered or as learned after dispatch. Empty means "
        "unknown, which is not zero."
    )
    return {
        "weight_kg": Column("weight_kg", weight, Kind.WEIGHT, meaning, published=told),
        "weight_basis": Column("weight_basis", basis, choices=WeightBasis, published=basis_told),
    }


LINE_NAMES = (
    Column("line", "position", Kind.INTEGER),
    Column("item", followed("item")),
    Column("item_name", followed_name("item")),
    Column("unit", choices=Unit),
)
MEASURES = tuple(Column(name, f"balance__{name}", Kind.QUANTITY) for name in BALANCE)
LINE_COLUMNS = (
    *LINE_NAMES[:3],
    Column("category", "item__category__code"),
    Column("donor", followed("donor")),
    Column("donor_name", followed_name("donor")),
    Column("description", published=False),
    Column("quantity", kind=Kind.QUANTITY),
    LINE_NAMES[3],
    Column("packages", kind=Kind.INTEGER),
    Column("package_kind"),
    *weights().values(),
    Column("batch", published=False),
    Column("expires_on", kind=Kind.DATE),
    Column("unit_value", kind=Kind.AMOUNT, published=False),
    Column("currency", published=False),
    Column("equipment", kind=Kind.FLAG),
    Column("from_line", earlier_line),
)
EVENT_COLUMNS = (
    Column("key", kind=Kind.KEY),
    Column("code"),
    Column("kind", choices=EventKind),
    Column("occurred_at", kind=Kind.MOMENT),
    Column("recorded_at", kind=Kind.MOMENT),
    Column("place", followed("place"), published=False),
    Column("reverses", "reverses__key", Kind.KEY, published=False),
)
DOCUMENT_COLUMNS = (Column("kind", choices=DocumentKind), Column("number"))


# Written once: it is the same for every reader without a role.
PUBLISHED_OF_LINE = published_balance()


def lines_of_row() -> QuerySet[Any]:
    return ShipmentLine.objects.filter(shipment=OuterRef("pk")).order_by("position")


def balance(reader: Reader) -> JsonText:
    """This will list the balance of each line, the public's from published ledger lines."""
    if reader.known:
        return nested((*LINE_NAMES, *MEASURES), lines_of_row(), reader)
    members = {name: Plain(PUBLISHED_OF_LINE[name]) for name in BALANCE}
    return nested(LINE_NAMES, lines_of_row(), reader, members)


def lines(reader: Reader) -> JsonText:
    return nested(LINE_COLUMNS, lines_of_row(), reader)


def documents(reader: Reader) -> JsonText:
    rows = TransportDocument.objects.filter(shipment=OuterRef("pk")).order_by("kind", "number")
    return nested(DOCUMENT_COLUMNS, rows, reader)


def events(reader: Reader) -> JsonText:
    rows = DeliveryEvent.objects.visible_to(reader.user).filter(shipment=OuterRef("pk"))
    return nested(EVENT_COLUMNS, rows.order_by("occurred_at", "id"), reader)


HEAD = (
    Column("reference"),
    Column("operation", "operation__code"),
    Column("donor", followed("donor")),
    Column("donor_name", followed_name("donor")),
    Column("origin", followed("origin"), published=False),
    Column("origin_name", followed_place_name("origin"), published=False),
    Column("origin_region", "origin__region__code"),
    Column("origin_region_name", place_name("region", "origin__region")),
    Column("destination", followed("destination"), published=False),
    Column("destination_name", followed_place_name("destination"), published=False),
    Column("destination_region", "destination__region__code"),
    Column("destination_region_name", place_name("region", "destination__region")),
    Column("mode", choices=Mode),
    Column("status", "shown_status", choices=Status),
    Column("consignor", published=False),
    Column("consignee", published=False),
    Column("vehicles", kind=Kind.INTEGER, published=False),
    Column("planned_at", kind=Kind.MOMENT, published=False),
    Column("dispatched_at", kind=Kind.MOMENT),
    Column("expected_at", kind=Kind.MOMENT, published=False),
)
BALANCE_COLUMN = Column("balance", balance, Kind.ROWS, rows=(*LINE_NAMES, *MEASURES))
DETAIL = (
    *HEAD,
    Column("remark", published=False),
    Column("created_at", kind=Kind.MOMENT, published=False),
    Column("created_by", "created_by__username", published=False),
    Column("lines", lines, Kind.ROWS, rows=LINE_COLUMNS),
    BALANCE_COLUMN,
    Column("documents", documents, Kind.ROWS, published=False, rows=DOCUMENT_COLUMNS),
    Column("events", events, Kind.ROWS, rows=EVENT_COLUMNS),
)


FILE_WEIGHTS = weights("lines__")
FILE_LINES = (
    Column("line", "lines__position", Kind.INTEGER),
    Column("item", followed("lines__item")),
    Column("item_name", followed_name("lines__item")),
    Column("category", "lines__item__category__code"),
    Column("line_donor", followed("lines__donor")),
    *(
        FILE_WEIGHTS.get(column.name)
        or Column(
            column.name,
            f"lines__{column.name}",
            column.kind,
            column.help,
            column.choices,
            column.published,
        )
        for column in LINE_COLUMNS
        if column.source is None or column.name in FILE_WEIGHTS
    ),
    Column("from_line", earlier_line_in_file),
)
PUBLISHED = published_balance("lines__pk")
FILE_MEASURES = tuple(
    Column(name, f"lines__balance__{name}", Kind.QUANTITY, published=PUBLISHED[name])
    for name in BALANCE
)

SHIPMENTS = Listing(
    name="shipments",
    columns=(*HEAD, BALANCE_COLUMN),
    rows=lambda reader: Shipment.objects.visible_to(reader.user).as_seen_by(reader.user),
    order=("-id",),
    filters=ShipmentFilter,
    key="reference",
    file_columns=(*HEAD, *FILE_LINES, *FILE_MEASURES),
    file_order=("-id", "lines__position"),
)
