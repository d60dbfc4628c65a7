"""What a packing list says of the way of its shipment: planned, left, arrived."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from shipments.imports.kinds.consignments import ARRIVED, Consignment
from shipments.imports.kinds.loader import SPACE, Fate
from shipments.imports.values import Reading
from shipments.models import DeliveryEvent, Shipment
from shipments.models.imports import Decision
from shipments.models.ledger import EventKind, Source
from shipments.models.reports import DeliveryReport, LineReport, Movement, Reversal
from shipments.models.shipments import Status
from shipments.querysets import ImportRowQuerySet
from shipments.services import Recorded, move_shipment, record_delivery, reverse_event
from shipments.services.judging import BEFORE_DISPATCH

# The cell that a doubt is about, where it is about one.
DOUBTED = {
    "before_dispatch": "received_at",
    "damage_unexplained": "damaged",
    "overloaded_vehicles": "vehicles",
    "waybill_used_before": "waybill",
    "weight_far_from_catalogue": "weight_kg",
    "weight_far_from_siblings": "weight_kg",
}


def step_key(reference: str, *step: object) -> UUID:
    """This will make the key of a step that a list takes; the same step has it for ever."""
    return uuid5(SPACE, "/".join(map(str, (reference, *step))))


def take_steps(
    shipment: Shipment, consignment: Consignment, *, by: User, at: datetime
) -> dict[int, int]:
    """This will plan, dispatch and receive a shipment as far as its list says when.

    Answers with the event of each row that says what arrived: row number to its id.
    """
    left = consignment.first("dispatched_at")
    arrived = consignment.first("received_at")
    steps = []
    if shipment.status == Status.DRAFT:
        steps.append((EventKind.PLANNED, shipment.planned_at or left or at))
    if shipment.status in BEFORE_DISPATCH and (left or arrived):
        steps.append((EventKind.DISPATCHED, left or arrived))
    for kind, moment in steps:
        movement = Movement(
            key=step_key(shipment.reference, kind),
            shipment=shipment.reference,
            kind=kind,
            occurred_at=min(moment, at),
        )
        done = move_shipment(movement=movement, by=by, source=Source.IMPORT, at=at)
        note_doubts(done, consignment)
    return receive(shipment, consignment, by=by, at=at)


def receive(
    shipment: Shipment, consignment: Consignment, *, by: User, at: datetime
) -> dict[int, int]:
    """This will record what arrived, one event for each moment at which rows say it did."""
    counted = counted_of(shipment)
    moments: dict[datetime, list[tuple[int, Reading]]] = {}
    for place, row in enumerate(consignment.rows, 1):
        moment = row.values.get("received_at") or consignment.first("received_at")
        if moment and any(row.values.get(o) for o in ARRIVED) and not any(counted.get(place, ())):
            moments.setdefault(moment, []).append((place, row))
    events: dict[int, int] = {}
    for moment, rows in moments.items():
        places = ",".join(str(place) for place, _row in rows)
        report = DeliveryReport(
            key=step_key(shipment.reference, "received", moment.isoformat(), places),
            shipment=shipment.reference,
            kind=EventKind.RECEIVED,
            occurred_at=moment,
            lines=tuple(arrival(place, row) for place, row in rows),
        )
        try:
            done = record_delivery(report=report, by=by, source=Source.IMPORT, at=at)
        except ValidationError as error:
            raise at_their_rows(error, [place - 1 for place, _row in rows]) from error
        note_doubts(done, consignment, rows[0][1])
        events |= {row.number: done.event.pk for _place, row in rows}
    return events


def note_doubts(done: Recorded, consignment: Consignment, first: Reading | None = None) -> None:
    """This will say at its row what the verb doubts of a line, or at the first of all of them."""
    by_line = dict(enumerate(consignment.rows, 1))
    for doubt in done.answer["warnings"]:
        row = by_line.get(doubt["line"]) or first or consignment.rows[0]
        target = DOUBTED.get(doubt["code"], "")
        row.refuse(target, doubt["code"], doubt["detail"], severity="warning")


def arrival(place: int, row: Reading) -> LineReport:
    return LineReport(line=place, **{o: row.values[o] for o in ARRIVED if row.values.get(o)})


def counted_of(shipment: Shipment) -> dict[int, tuple[Any, ...]]:
    """This will read what arrived of each line: its number to received, damaged and lost."""
    lines = shipment.lines.values_list("position", *(f"balance__{o}" for o in ARRIVED))
    return {position: tuple(n or 0 for n in counted) for position, *counted in lines}


def at_their_rows(error: ValidationError, rows: list[int]) -> ValidationError:
    """This will number the lines of a refused report as the list does."""
    renamed = {}
    for name, errors in error.error_dict.items():
        parts = name.split("/")
        if parts[0] == "lines" and len(parts) > 1 and parts[1].isdecimal():
            parts[1] = str(rows[int(parts[1])])
        renamed["/".join(parts)] = errors
    return ValidationError(renamed)


def made_by(rows: ImportRowQuerySet) -> Any:
    """This will find the events that the rows of a packing list made."""
    new = rows.exclude(decision=Decision.REPLACE)
    keys = [
        step_key(reference, kind)
        for reference in new.values_list("shipment__reference", flat=True).distinct()
        for kind in (EventKind.PLANNED, EventKind.DISPATCHED)
    ]
    keys += [
        step_key(row.shipment.reference, EventKind.DISPATCHED)
        for row in rows.filter(decision=Decision.REPLACE).select_related("shipment")
        if any(one["name"] == "dispatched_at" for one in row.differences)
    ]
    return DeliveryEvent.objects.filter(
        Q(key__in=keys) | Q(pk__in=rows.exclude(event=None).values("event"))
    )


def reverse_steps(
    shipment: Shipment, rows: Iterable[Fate], *kinds: str, by: User, at: datetime
) -> None:
    """This will reverse the deliveries that rows recorded, and those steps of their shipment."""
    keys = [step_key(shipment.reference, kind) for kind in kinds]
    recorded = Q(key__in=keys) | Q(pk__in={row.event_id for row in rows if row.event_id})
    events = DeliveryEvent.objects.effective().filter(recorded, shipment=shipment)
    for event in events.order_by("-id"):
        reversal = Reversal(
            key=uuid5(event.key, "undo"), event=event.key, reason=_("The import was undone.")
        )
        reverse_event(reversal=reversal, by=by, source=Source.IMPORT, at=at)


def cancel(shipment: Shipment, *, by: User, at: datetime) -> None:
    """This will cancel a shipment that an import made."""
    cancelled = Movement(
        key=step_key(shipment.reference, "cancelled"),
        shipment=shipment.reference,
        kind=EventKind.CANCELLED,
        occurred_at=at,
        note=_("The import was undone."),
    )
    move_shipment(movement=cancelled, by=by, source=Source.IMPORT, at=at)
