"""Planning, inspecting, dispatching, moving, weighing, cancelling and closing a shipment."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from shipments.forms.deliveries import now_in_form
from shipments.forms.fields import is_sent, offer_candidates, without_complaints
from shipments.forms.steps import StepForm, WeighingForm
from shipments.models import Shipment
from shipments.models.ledger import EventKind, Source
from shipments.models.reports import Movement, Weighing
from shipments.services import move_shipment, weigh_shipment
from shipments.services.judging import require_status
from shipments.views.balances import lines_shown
from shipments.views.deliveries import saved
from shipments.views.detail import MOVES
from shipments.views.lookups import for_coordinators, of_shipment
from shipments.views.naming import PlaceNames, current, open_places, place_label
from shipments.views.readers import MOVES_OFFERED, Reader
from shipments.views.refusals import refuse_form
from shipments.views.sentences import left_of, shipment_sentence

HEADINGS = {
    "plan": _("Plan this shipment"),
    "dispatch": _("Dispatch this shipment"),
    "close": _("Close this shipment"),
    "arrive": _("Record an arrival"),
    "depart": _("Record a departure"),
    "inspect": _("Record an inspection"),
    "weigh": _("Add weights"),
    "cancel": _("Cancel this shipment"),
}
EXPLAINED = {
    "plan": _("Its lines can still be changed until it is dispatched."),
    "dispatch": _("All lines count as sent, and can no longer be changed."),
    "close": _("Nothing more is expected. A closed shipment takes no further entries."),
    "arrive": _("The vehicles are there. What they brought is recorded as a delivery."),
    "depart": _("The vehicles left this place."),
    "inspect": _("Goods, people or vehicles were examined."),
    "weigh": _("Weights that were learned after dispatch are added to what was recorded."),
    "cancel": _("It will not be sent. Its entries stay readable."),
}
PLACED = {"arrive", "depart", "inspect"}


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
@of_shipment
def take_step(request: HttpRequest, reader: Reader, shipment: Shipment, step: str) -> HttpResponse:
    if step not in MOVES_OFFERED:
        raise Http404
    if request.method != "POST":
        try:
            require_status(shipment, MOVES_OFFERED[step])
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("shipment", reference=shipment.reference)
    form = step_form(request, reader, shipment, step)
    if request.method != "POST" and isinstance(form, WeighingForm) and not form.positions:
        messages.info(request, _("The weight of every line is known."))
        return redirect("shipment", reference=shipment.reference)
    sent = is_sent(request)
    if sent:
        if form.is_valid():
            try:
                return saved(record(reader, shipment, step, form))
            except (ValidationError, PermissionDenied) as refused:
                refuse_form(form, refused)
        offer_candidates(form)
    else:
        without_complaints([form])
    status = 400 if sent else 200
    return render(
        request, "shipments/step.html", step_context(reader, shipment, step, form), status=status
    )


def step_form(request: HttpRequest, reader: Reader, shipment: Shipment, step: str) -> StepForm:
    data = request.POST if request.method == "POST" else None
    given: dict[str, Any] = {
        "zone": shipment.operation.time_zone,
        "initial": {"occurred_at": now_in_form(timezone.now())},
    }
    if step == "weigh":
        lines = [
            (line.position, line.item)
            for line in lines_shown(shipment, reader)
            if line.weight_kg is None
        ]
        return WeighingForm(data, lines=lines, **given)
    form = StepForm(data, placed=step in PLACED, **given)
    if step in PLACED:
        usual = shipment.destination if step == "arrive" else shipment.origin
        place: Any = form.fields["place"]
        place.offer(open_places(reader), place_label)
        place.initial = place_label(current(usual))
    return form


def record(reader: Reader, shipment: Shipment, step: str, form: StepForm) -> Any:
    said = form.cleaned_data
    common: dict[str, Any] = {
        "key": said["key"],
        "shipment": shipment.reference,
        "occurred_at": said["occurred_at"],
        "note": said["note"],
    }
    sender: dict[str, Any] = {"by": reader.person, "source": Source.WEB, "at": timezone.now()}
    if isinstance(form, WeighingForm):
        return weigh_shipment(weighing=Weighing(**common, weights=form.weights()), **sender)
    place = said.get("place")
    movement = Movement(**common, kind=MOVES_OFFERED[step], place=place.code if place else "")
    return move_shipment(movement=movement, **sender)


def step_context(reader: Reader, shipment: Shipment, step: str, form: StepForm) -> dict[str, Any]:
    places = PlaceNames.on_page(
        [shipment.origin, shipment.destination], reduced=False, operation=shipment.operation
    )
    lines = lines_shown(shipment, reader)
    return {
        "form": form,
        "shipment": shipment,
        "step": step,
        "heading": HEADINGS[step],
        "explained": EXPLAINED[step],
        "button": MOVES[step],
        "grave": step == "cancel",
        "lines": [
            {"item": line.item, "words": left_of(line.quantity, line.unit)}
            for line in lines
            if MOVES_OFFERED[step] == EventKind.DISPATCHED
        ],
        "sentence": shipment_sentence(shipment.status, lines),
        "origin": places.both(shipment.origin),
        "destination": places.both(shipment.destination),
        "demo": shipment.operation.illustrative,
    }
