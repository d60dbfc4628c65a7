"""The page of one shipment."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from shipments.models import DeliveryEvent, Leg, Shipment
from shipments.models.shipments import Status
from shipments.views.balances import LineShown, lines_shown, progress
from shipments.views.history import UNDO_FOR, events_of, history, may_undo
from shipments.views.listing import ON_THE_WAY
from shipments.views.lookups import of_public_shipment
from shipments.views.naming import PlaceNames, named
from shipments.views.readers import Reader
from shipments.views.sentences import shipment_sentence

# What the button of each move says.
MOVES = {
    "plan": gettext_lazy("Plan"),
    "dispatch": gettext_lazy("Dispatch"),
    "close": gettext_lazy("Close"),
    "arrive": gettext_lazy("Record arrival"),
    "depart": gettext_lazy("Record departure"),
    "inspect": gettext_lazy("Record inspection"),
    "weigh": gettext_lazy("Add weights"),
    "cancel": gettext_lazy("Cancel this shipment"),
}
NEXT_STEPS = ("plan", "dispatch")


@require_safe
@of_public_shipment
def shipment_page(request: HttpRequest, reader: Reader, shipment: Shipment) -> HttpResponse:
    lines = lines_shown(shipment, reader)
    events = events_of(shipment, reader)
    legs = [] if reader.reduced else list(legs_of(shipment))
    places = PlaceNames.on_page(
        [
            shipment.origin,
            shipment.destination,
            *(event.place for event in events),
            *(place for leg in legs for place in (leg.from_place, leg.to_place)),
        ],
        reduced=reader.reduced,
        operation=shipment.operation,
    )
    context = {
        "shipment": shipment,
        "zone": shipment.operation.time_zone,
        "operation": named(shipment.operation),
        "donor": named(shipment.donor),
        "places": places,
        "lines": lines,
        "told": history(events, shipment, reader, places),
        "saved": saved_entry(request, reader, events),
        "elsewhere": reader.reduced and request.user.is_authenticated,
        "demo": shipment.operation.illustrative,
        **summary(shipment, lines, reader),
        **whereabouts(shipment, legs, places, reader),
        **offers(shipment, lines, reader),
    }
    return render(request, "shipments/shipment.html", context)


def legs_of(shipment: Shipment) -> Any:
    return Leg.objects.filter(shipment=shipment).select_related(
        "from_place__region", "to_place__region"
    )


def summary(shipment: Shipment, lines: list[LineShown], reader: Reader) -> dict[str, Any]:
    """This will say where the shipment stands, in a word, a sentence and a bar."""
    status: str = shipment.shown_status  # type: ignore[attr-defined]
    words = {
        "title": _("What became of this shipment"),
        "received": _("Received:"),
        "damaged": _("Damaged:"),
        "lost": _("Lost or returned:"),
    }
    late = shipment.expected_at is not None and shipment.expected_at < timezone.now()
    return {
        "status": status,
        "status_name": Status(status).label,
        "overdue": late and status in ON_THE_WAY and not reader.reduced,
        "sentence": shipment_sentence(status, lines),
        # Drawn by our own code, which escapes the words it is given.
        "progress": mark_safe(progress(lines, words)),  # noqa: S308
        "unsent": not any(line.sent for line in lines),
        "some_returned": any(line.returned for line in lines),
        "some_surplus": any(line.surplus for line in lines),
        "several_donors": len({line.donor for line in lines}) > 1,
        "kg": sum(line.weight_kg for line in lines if line.weight_kg is not None) or None,
        "without_weight": sum(1 for line in lines if line.weight_kg is None),
    }


def whereabouts(
    shipment: Shipment, legs: list[Leg], places: PlaceNames, reader: Reader
) -> dict[str, Any]:
    """This will name the places, route and papers; the public gets two regions."""
    shown: dict[str, Any] = {
        "origin": places.both(shipment.origin),
        "destination": places.both(shipment.destination),
        "inside": not reader.reduced,
    }
    if reader.reduced:
        return shown
    return shown | {
        "documents": list(shipment.documents.all()),
        "route": [(leg, places.name(leg.from_place), places.name(leg.to_place)) for leg in legs],
    }


def offers(shipment: Shipment, lines: list[LineShown], reader: Reader) -> dict[str, Any]:
    """This will list what the reader is offered to do, the next step first."""
    weighs = any(line.weight_kg is None for line in lines)
    moves = [(m, MOVES[m]) for m in reader.moves(shipment) if weighs or m != "weigh"]
    delivers = reader.may("received", shipment)
    may_edit = reader.may_edit(shipment)
    first = moves[0] if moves and (moves[0][0] in NEXT_STEPS or moves[0][0] == "close") else None
    unfinished = shipment.status != "received"
    return {
        "delivers": delivers,
        "delivers_first": delivers and unfinished,
        "first_move": first,
        "moves": [move for move in moves if move != first],
        "may_edit": may_edit,
    }


def saved_entry(
    request: HttpRequest, reader: Reader, events: list[DeliveryEvent]
) -> dict[str, Any] | None:
    """This will describe the entry that the reader has just saved, and until when to undo it."""
    code = request.GET.get("saved")
    event = next((event for event in events if event.code == code), None)
    if event is None or event.recorded_by_id != reader.user.pk:
        return None
    reversed_already = any(other.reverses_id == event.pk for other in events)
    undo = not event.reverses_id and not reversed_already
    return {
        "code": event.code,
        "key": event.key,
        "until": event.recorded_at + UNDO_FOR,
        "undo": undo and may_undo(event, reader, at=timezone.now()),
        "undo_key": uuid.uuid4(),
    }
