"""Recording a delivery in the browser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from shipments.forms.deliveries import (
    LABELS,
    DeliveryForm,
    DeliveryLines,
    Expected,
    now_in_form,
    read_answers,
)
from shipments.forms.fields import is_sent, offer_candidates, without_complaints
from shipments.models import Shipment
from shipments.models.ledger import MILESTONES, WITH_DAMAGE, Source
from shipments.models.reports import DeliveryReport
from shipments.services import Recorded, preview_warnings, record_delivery
from shipments.services.judging import require_status
from shipments.views.balances import LineShown, lines_shown
from shipments.views.listing import rows_shown
from shipments.views.lookups import canonical, for_coordinators, of_shipment
from shipments.views.naming import PlaceNames, current, open_places, place_label
from shipments.views.readers import Reader, speaks_illustratively
from shipments.views.refusals import refuse_delivery
from shipments.views.sentences import left_of

MOST_OFFERED = 15


def expected(line: LineShown, kind: str) -> Expected:
    """This will say what of a line is left to be recorded by a kind of delivery."""
    left = line.outstanding
    if kind in MILESTONES:
        left += line.received - getattr(line, kind)
    return Expected(
        position=line.position,
        item=line.item,
        unit=line.unit,
        left=left,
        left_words=left_of(left, line.unit),
        # What went back or is lost is typed, so that a hasty tap does not give all of it up.
        good=left if kind in WITH_DAMAGE else Decimal(0),
    )


@dataclass
class Entry:
    """A delivery being entered: the form, its lines, and the doubts to be asked about."""

    reader: Reader
    shipment: Shipment
    kind: str
    form: DeliveryForm
    lines: DeliveryLines
    everything: bool = False
    doubts: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        request: HttpRequest,
        reader: Reader,
        shipment: Shipment,
        kind: str,
        lines: Sequence[Expected],
        initial: dict[str, Any] | None = None,
    ) -> "Entry":
        """This will read what was sent, or lay out an empty entry."""
        data = request.POST if request.method == "POST" else None
        first = {"occurred_at": now_in_form(timezone.now()), **(initial or {})}
        form = DeliveryForm(data, initial=first, zone=shipment.operation.time_zone, kind=kind)
        place: Any = form.fields["place"]
        place.offer(open_places(reader), place_label)
        place.initial = place_label(current(shipment.destination))
        everything = bool(data and "everything" in data and kind in WITH_DAMAGE)
        return cls(reader, shipment, kind, form, DeliveryLines(data, lines, kind=kind), everything)

    @property
    def when(self) -> datetime | None:
        """When it happened, as far as it can be read."""
        form = self.form
        moment: datetime | None = (
            form.cleaned_data.get("occurred_at")
            if form.is_bound
            else form.get_initial_for_field(form.fields["occurred_at"], "occurred_at")
        )
        return moment

    def report(self, answers: dict[str, str]) -> DeliveryReport | None:
        """This will return what the person says, or None when it cannot be read."""
        readable = [self.form.is_valid(), self.everything or self.lines.is_valid()]
        if not all(readable):
            offer_candidates(self.form)
            return None
        surplus = self.form.cleaned_data.get("surplus", False)
        said = self.lines.reports(everything=self.everything, surplus=surplus)
        place = self.form.cleaned_data.get("place")
        if place == self.shipment.destination:
            self.form.cleaned_data["place"] = None
        return self.form.report(self.shipment.reference, said, answers)

    def hush(self) -> None:
        """This will show what was typed as it stands, before anything is said of it."""
        without_complaints([self.form, *self.lines])

    def refuse(self, report: DeliveryReport, refused: ValidationError | PermissionDenied) -> None:
        refuse_delivery(self.form, self.lines, [line.line for line in report.lines], refused)


def record(request: HttpRequest, entry: Entry) -> Recorded | None:
    """This will record what was entered; None when something is to be mended or answered first."""
    report = entry.report(read_answers(request.POST))
    if report is None:
        return None
    asked = asked_in(request.POST)
    try:
        doubts = preview_warnings(report=report, by=entry.reader.person, at=timezone.now())
        entry.doubts = one_a_code(doubts)
        if any(doubt["code"] not in asked for doubt in entry.doubts):
            return None
        return record_delivery(
            report=report, by=entry.reader.person, source=Source.WEB, at=timezone.now()
        )
    except (ValidationError, PermissionDenied) as refused:
        entry.doubts = []
        entry.refuse(report, refused)
        return None


def asked_in(data: Mapping[str, Any]) -> set[str]:
    """This will list the codes of the doubts that a form has asked about."""
    return {name.removeprefix("asked-") for name in data if name.startswith("asked-")}


def one_a_code(doubts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """This will gather doubts of the same kind: one answer serves them all."""
    gathered: dict[str, dict[str, Any]] = {}
    for doubt in doubts:
        group = gathered.setdefault(doubt["code"], {"code": doubt["code"], "details": []})
        group["details"].append(doubt["detail"])
    return list(gathered.values())


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
@of_shipment
def deliver(request: HttpRequest, reader: Reader, shipment: Shipment) -> HttpResponse:
    kind = request.GET.get("kind", "received")
    if kind not in LABELS:
        raise Http404
    if request.method != "POST":
        try:
            require_status(shipment, kind)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("shipment", reference=shipment.reference)
    lines = [expected(line, kind) for line in lines_shown(shipment, reader)]
    entry = Entry.of(request, reader, shipment, kind, lines)
    sent = is_sent(request)
    if sent:
        recorded = record(request, entry)
        if recorded is not None:
            return saved(recorded)
    elif request.method == "POST":
        entry.hush()
    return render(
        request,
        "shipments/deliver.html",
        delivery_context(entry),
        status=400 if sent and not entry.doubts else 200,
    )


def saved(recorded: Recorded) -> HttpResponseRedirect:
    """This will lead to the shipment, with the new entry on top and its receipt code."""
    page = reverse("shipment", args=[recorded.event.shipment.reference])
    return HttpResponseRedirect(f"{page}?saved={recorded.event.code}")


def delivery_context(entry: Entry) -> dict[str, Any]:
    shipment = entry.shipment
    places = PlaceNames.on_page(
        [shipment.origin, shipment.destination], reduced=False, operation=shipment.operation
    )
    return {
        "entry": entry,
        "form": entry.form,
        "lines": entry.lines,
        "shipment": shipment,
        "to": places.both(shipment.destination),
        "kinds": LABELS.items(),
        "with_damage": entry.kind in WITH_DAMAGE,
        "when": entry.when,
        "zone": shipment.operation.time_zone,
        "folded": not any(name in entry.form.errors for name in ("occurred_at", "place")),
        "demo": shipment.operation.illustrative,
    }


@require_safe
@for_coordinators
def choose_shipment(request: HttpRequest) -> HttpResponse:
    """The first step of recording where no shipment is named yet."""
    typed = request.GET.get("shipment", "").strip()
    if typed:
        return redirect("shipment-deliver", reference=canonical(typed))
    words = request.GET.get("words", "").replace("\x00", "").strip()[:200]
    found = Shipment.objects.visible_to(request.user).arriving_in_regions_of(request.user)
    found = found.on_the_way().with_names()
    if words:
        found = found.searched(words)
    shipments = list(found.order_by("expected_at", "-id")[: MOST_OFFERED + 1])
    places = PlaceNames.on_page([s.destination for s in shipments], reduced=False)
    context = {
        "rows": rows_shown(shipments[:MOST_OFFERED], places, at=timezone.now()),
        "more": len(shipments) > MOST_OFFERED,
        "most": MOST_OFFERED,
        "words": words,
        "demo": speaks_illustratively(request.user),
    }
    return render(request, "shipments/choose.html", context)
