"""Taking back an entry: undo, correct a mistake, answer a doubt."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shipments.forms.deliveries import LABELS, Expected, read_answers, read_remark
from shipments.forms.fields import is_sent, without_complaints
from shipments.forms.steps import OtherShipmentForm, ReasonForm
from shipments.models import DeliveryEvent, Shipment
from shipments.models.ledger import WITH_DAMAGE, Source
from shipments.models.reports import DeliveryReport, Reversal
from shipments.models.testimony import TextKind
from shipments.services import (
    Recorded,
    answer_warnings,
    reverse_event,
    reverse_unless_doubted,
)
from shipments.views.balances import lines_shown
from shipments.views.deliveries import Entry, asked_in, expected, one_a_code
from shipments.views.history import may_undo, texts
from shipments.views.lookups import canonical, for_coordinators, of_event
from shipments.views.naming import PlaceNames, current, place_label
from shipments.views.readers import Reader
from shipments.views.refusals import refuse_delivery, refuse_form
from shipments.views.sentences import event_sentence, left_of

WAYS = ("numbers", "shipment", "never")


@require_POST
@for_coordinators
@of_event
def undo(request: HttpRequest, reader: Reader, event: DeliveryEvent) -> HttpResponse:
    """Takes back at once what the person recorded a moment ago."""
    page = redirect("shipment", reference=event.shipment.reference)
    if not may_undo(event, reader, at=timezone.now()):
        messages.warning(
            request,
            _("Ten minutes have passed, or somebody else recorded it. Use “Correct a mistake”."),
        )
        return page
    try:
        key = uuid.UUID(request.POST.get("reversal_key", ""))
    except ValueError:
        key = uuid.uuid4()
    reversal = Reversal(key=key, event=event.key, reason=_("Undone right after it was entered."))
    try:
        reverse_event(reversal=reversal, by=reader.person, source=Source.WEB, at=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(
            request, _("Undone. Entry %(code)s was taken back.") % {"code": event.code}
        )
    return page


@require_POST
@for_coordinators
@of_event
def answer(request: HttpRequest, reader: Reader, event: DeliveryEvent) -> HttpResponse:
    """Keeps what somebody answers to the doubts about an event."""
    remark = read_remark(request.POST.get("remark", ""))
    open_codes = {w.code for w in event.warnings.all() if not w.answers.all()}
    answers = read_answers(request.POST) or dict.fromkeys(open_codes, remark)
    try:
        answer_warnings(event=event.key, answers=answers, by=reader.person)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        count = len(answers)
        messages.success(request, ngettext("The answer was kept.", "The answers were kept.", count))
    return redirect("shipment", reference=event.shipment.reference)


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
@of_event
def correct(request: HttpRequest, reader: Reader, event: DeliveryEvent) -> HttpResponse:
    """Takes back an entry, with a reason, and records what happened instead, in one step."""
    if request.method != "POST" and hasattr(event, "reversal"):
        messages.warning(
            request, _("Entry %(code)s was taken back already.") % {"code": event.code}
        )
        return redirect("shipment", reference=event.shipment.reference)
    delivery = event.kind in LABELS
    way = request.GET.get("way", "numbers" if delivery else "never")
    if way not in WAYS or not delivery:
        way = "never"
    target = event.shipment if way == "numbers" else None
    finder = OtherShipmentForm(request.GET if "to" in request.GET else None)
    if way == "shipment" and finder.is_bound:
        target = other_shipment(reader, event, finder)
    reason = ReasonForm(request.POST if request.method == "POST" else None)
    entry = replacement_entry(request, reader, event, target) if target else None
    sent = is_sent(request)
    if not sent:
        without_complaints([reason])
        if entry:
            entry.hush()
    elif entry or way == "never":
        done = take_back(request, event, reason, entry)
        if done is not None:
            return corrected(request, done)
    context = correction_context(event, way, reason, entry) | {"finder": finder}
    well = not sent or (entry and entry.doubts)
    return render(request, "shipments/correct.html", context, status=200 if well else 400)


def other_shipment(
    reader: Reader, event: DeliveryEvent, finder: OtherShipmentForm
) -> Shipment | None:
    """This will find the shipment that was meant, or say in the form that it is not there."""
    if not finder.is_valid():
        return None
    reference = canonical(finder.cleaned_data["to"])
    found: Shipment | None = (
        Shipment.objects.visible_to(reader.user).with_names().filter(reference=reference).first()
    )
    if found is None:
        sentence = _("%(reference)s is not among your shipments.") % {"reference": reference[:60]}
        finder.add_error("to", sentence)
    elif found.pk == event.shipment_id:
        finder.add_error("to", _("This is the shipment it is recorded for. Enter another one."))
        return None
    return found


def replacement_entry(
    request: HttpRequest, reader: Reader, event: DeliveryEvent, target: Shipment
) -> Entry:
    """This will lay out what happened instead, filled with what was recorded."""
    recorded = recorded_lines(event)
    lines = [expected(line, event.kind) for line in lines_shown(target, reader)]
    if target.pk == event.shipment_id:
        lines = [with_recorded(line, recorded.get(line.position, {}), event) for line in lines]
    initial: dict[str, Any] = {
        "occurred_at": event.occurred_at,
        "note": " ".join(texts(event, TextKind.NOTE)),
        "received_by": " ".join(texts(event, TextKind.RECEIVED_BY)),
        "surplus": event.surplus,
    }
    entry = Entry.of(request, reader, target, event.kind, lines, initial)
    if target.pk == event.shipment_id and event.place:
        entry.form.fields["place"].initial = place_label(current(event.place))
    return entry


def recorded_lines(event: DeliveryEvent) -> dict[int, dict[str, Decimal]]:
    rows: dict[int, dict[str, Decimal]] = {}
    for row in event.lines.all():
        rows.setdefault(row.line.position, {})[row.outcome] = row.quantity
    return rows


def with_recorded(line: Expected, counted: Mapping[str, Decimal], event: DeliveryEvent) -> Expected:
    """This will show a line as it was entered; what the entry counted is left again."""
    good = counted.get(event.kind, Decimal(0))
    damaged = counted.get("damaged", Decimal(0)) if event.kind in WITH_DAMAGE else Decimal(0)
    reasons = [
        text.text
        for text in event.texts.all()
        if text.kind == TextKind.REASON and text.position == line.position
    ]
    # What the form does not ask for, a program may have recorded: it stays as it was.
    kept = {name: counted[name] for name in ("lost", "returned") if name in counted}
    kept.pop(event.kind, None)
    return replace(
        line,
        left=line.left + good + damaged,
        left_words=left_of(line.left + good + damaged, line.unit),
        good=good,
        damaged=damaged,
        reason=" ".join(reasons),
        kept=kept,
    )


def take_back(
    request: HttpRequest, event: DeliveryEvent, reason: ReasonForm, entry: Entry | None
) -> Recorded | None:
    """This will reverse the event and record its replacement.

    None when something is to be mended or answered first.
    """
    explained = reason.is_valid()
    report = entry.report(read_answers(request.POST)) if entry else None
    if not explained or (entry and report is None):
        return None
    try:
        done = reverse_unless_doubted(
            reversal=reversal_of(event, reason, report),
            asked=asked_in(request.POST),
            by=Reader.of(request).person,
            source=Source.WEB,
            at=timezone.now(),
        )
    except (ValidationError, PermissionDenied) as refused:
        if entry and report and not concerns(refused, "reason"):
            positions = [line.line for line in report.lines]
            refuse_delivery(entry.form, entry.lines, positions, refused)
        else:
            refuse_form(reason, refused)
        return None
    if entry and not isinstance(done, Recorded):
        entry.doubts = one_a_code(done)
    return done if isinstance(done, Recorded) else None


def reversal_of(
    event: DeliveryEvent, reason: ReasonForm, report: DeliveryReport | None
) -> Reversal:
    said = reason.cleaned_data
    return Reversal(
        key=said["reversal_key"], event=event.key, reason=said["reason"], replacement=report
    )


def concerns(refused: ValidationError | PermissionDenied, field: str) -> bool:
    return field in getattr(refused, "error_dict", {})


def corrected(request: HttpRequest, done: Recorded) -> HttpResponseRedirect:
    shown = done.replacement or done
    page = reverse("shipment", args=[shown.event.shipment.reference])
    if done.replacement:
        return HttpResponseRedirect(f"{page}?saved={done.replacement.event.code}")
    messages.success(request, _("Taken back. The entry stays readable in the history."))
    return HttpResponseRedirect(page)


def correction_context(
    event: DeliveryEvent, way: str, reason: ReasonForm, entry: Entry | None
) -> dict[str, Any]:
    places = PlaceNames.on_page([event.place], reduced=False, operation=event.shipment.operation)
    return {
        "event": event,
        "told": event_sentence(event, places),
        "shipment": event.shipment,
        "zone": event.shipment.operation.time_zone,
        "way": way,
        "ways": WAYS if event.kind in LABELS else ("never",),
        "reason": reason,
        "entry": entry,
        "form": entry.form if entry else reason,
        "lines": entry.lines if entry else None,
        "with_damage": event.kind in WITH_DAMAGE,
        "demo": event.shipment.operation.illustrative,
    }
