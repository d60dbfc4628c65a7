"""Shipments as rows of a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, NullIf

from shipments.models import Shipment, ShipmentLine
from shipments.models.shipments import Status
from shipments.views.naming import PlaceNames, named

ON_THE_WAY = ("dispatched", "in_transit", "partially_received")


@dataclass(frozen=True)
class Load:
    """What a shipment weighs, as far as it is known."""

    sent_kg: Decimal | None
    left_kg: Decimal | None
    lines: int
    without_weight: int


@dataclass(frozen=True)
class Row:
    """One shipment in a list."""

    reference: str
    status: str
    status_name: str
    overdue: bool
    donor: str
    origin: str
    destination: str
    dispatched_at: datetime | None
    expected_at: datetime | None
    zone: str
    load: Load | None


def rows_shown(
    shipments: Iterable[Shipment],
    places: PlaceNames,
    *,
    at: datetime,
    loads: dict[int, Load] | None = None,
) -> list[Row]:
    """This will write shipments, fetched with their names, as rows; the public sees regions."""
    return [
        row_shown(shipment, places, at, (loads or {}).get(shipment.pk)) for shipment in shipments
    ]


def row_shown(shipment: Shipment, places: PlaceNames, at: datetime, load: Load | None) -> Row:
    # The public is shown the status that follows from the events it may see.
    status = getattr(shipment, "shown_status", shipment.status)
    late = shipment.expected_at is not None and shipment.expected_at < at
    return Row(
        reference=shipment.reference,
        status=status,
        status_name=str(Status(status).label),
        overdue=late and status in ON_THE_WAY and not places.reduced,
        donor=named(shipment.donor),
        origin=places.name(shipment.origin),
        destination=places.name(shipment.destination),
        dispatched_at=shipment.dispatched_at,
        # Future movements are nobody's business but those of the people who work there.
        expected_at=None if places.reduced else shipment.expected_at,
        zone=shipment.operation.time_zone,
        load=load,
    )


def loads_of(shipments: "Iterable[Shipment] | QuerySet[Any]") -> dict[int, Load]:
    """This will weigh shipments in one query; drafts and plans by what they are to carry.

    A weight learned after dispatch stands in the balance alone.
    """
    rows = (
        ShipmentLine.objects.filter(shipment__in=[shipment.pk for shipment in shipments])
        .values("shipment_id")
        .annotate(
            kg=Sum(Coalesce("weight_kg", NullIf("balance__sent_kg", Value(Decimal(0))))),
            left=Sum("balance__outstanding_kg"),
            count=Count("pk"),
            unknown=Count("pk", filter=Q(weight_kg__isnull=True, balance__sent_kg=0)),
        )
        .order_by("shipment_id")
    )
    return {
        row["shipment_id"]: Load(row["kg"], row["left"], row["count"], row["unknown"])
        for row in rows
    }
