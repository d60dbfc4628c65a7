"""Creating a shipment with its lines, and editing it before it leaves."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shipments.forms.drafts import MOST_LINES, DraftForm, DraftLines
from shipments.forms.fields import REDRAW, offer_candidates, without_complaints
from shipments.models import Donor, Item, Operation, Shipment
from shipments.models.reports import LineDraft, ShipmentDraft
from shipments.services import create_shipment_once, edit_shipment, version_of
from shipments.services.standing import as_draft
from shipments.views.lookups import for_coordinators, of_shipment
from shipments.views.naming import current, named, open_places, place_label
from shipments.views.readers import Reader, speaks_illustratively
from shipments.views.refusals import LINE, add, said_by_field
from text.numbers import format_input


class Draft:
    """A shipment being typed in: its form, its lines, and what the page does not show."""

    def __init__(
        self,
        request: HttpRequest,
        reader: Reader,
        *,
        initial: dict[str, Any] | None = None,
        lines: list[dict[str, Any]] | None = None,
    ) -> None:
        self.reader = reader
        data = request.POST if request.method == "POST" else None
        operations = {
            operation.code: (named(operation), operation.time_zone)
            for operation in Operation.objects.visible_to(reader.user).in_language_order("en")
        }
        self.form = DraftForm(data, initial=initial or {}, operations=operations)
        self.lines = DraftLines(data, lines or [], self.offer_items)
        self.offer("donor", Donor.objects.visible_to(reader.user).current(), named)
        for name in ("origin", "destination"):
            self.offer(name, open_places(reader), place_label)
        # Buttons that only change the page: nothing is saved, and nothing is complained about.
        self.rearranged = any(name in request.POST for name in ("add", "remove", REDRAW))
        if self.rearranged:
            without_complaints([self.form, *self.lines])

    def offer(self, name: str, rows: Any, label_of: Any) -> None:
        field: Any = self.form.fields[name]
        field.offer(rows, label_of)

    def offer_items(self, form: Any) -> None:
        form.fields["item"].offer(Item.objects.visible_to(self.reader.user).current(), named)

    def is_valid(self) -> bool:
        valid = all([self.form.is_valid(), self.lines.is_valid()])
        offer_candidates(self.form)
        return valid

    def drafted(self, kept: ShipmentDraft | None = None) -> ShipmentDraft:
        """This will put together what was typed, keeping what the page does not show."""
        known = {line.line: line for line in kept.lines or ()} if kept else {}
        lines = numbered(
            [form.draft(known.get(form.cleaned_data["line"])) for form in self.lines.filled]
        )
        return self.form.draft(lines, documents=kept.documents if kept else ())

    def refuse(self, refused: ValidationError | PermissionDenied) -> None:
        """This will put what the verb refuses beside what was typed."""
        filled = self.lines.filled
        for pointer, error in said_by_field(refused):
            match = LINE.fullmatch(pointer)
            if match and int(match[1]) < len(filled):
                add(filled[int(match[1])], match[2] or "", error)
            else:
                add(self.form, pointer, error)


def numbered(lines: list[LineDraft]) -> list[LineDraft]:
    """This will give new lines the numbers after those that stand already."""
    last = max((line.line or 0 for line in lines), default=0)
    result = []
    for line in lines:
        if line.line is None:
            last += 1
            line = replace(line, line=last)
        result.append(line)
    return result


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
def create(request: HttpRequest) -> HttpResponse:
    reader = Reader.of(request)
    draft = Draft(request, reader)
    if request.method == "POST" and not draft.rearranged and draft.is_valid():
        try:
            made = create_shipment_once(
                key=draft.form.cleaned_data["key"], draft=draft.drafted(), by=reader.person
            )
        except (ValidationError, PermissionDenied) as refused:
            draft.refuse(refused)
        else:
            sentence = (
                _("Saved before, under the code %(reference)s.")
                if made.replayed
                else _("Saved as a draft under the code %(reference)s.")
            )
            messages.success(request, sentence % {"reference": made.shipment.reference})
            return redirect("shipment", reference=made.shipment.reference)
    return page(request, draft, heading=_("New shipment"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
@of_shipment
def edit(request: HttpRequest, reader: Reader, shipment: Shipment) -> HttpResponse:
    if not reader.may_edit(shipment):
        messages.error(
            request,
            _("%(reference)s can be edited until it is dispatched, by a coordinator of its origin.")
            % {"reference": shipment.reference},
        )
        return redirect("shipment", reference=shipment.reference)
    standing = as_draft(shipment, by=reader.person)
    draft = Draft(request, reader, **typed_values(shipment, standing))
    if request.method == "POST" and not draft.rearranged and draft.is_valid():
        try:
            edit_shipment(
                reference=shipment.reference,
                draft=draft.drafted(standing),
                by=reader.person,
                version=draft.form.cleaned_data["version"] or None,
            )
        except (ValidationError, PermissionDenied) as refused:
            draft.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("shipment", reference=shipment.reference)
    heading = _("Edit %(reference)s") % {"reference": shipment.reference}
    return page(request, draft, heading=heading, shipment=shipment)


def page(
    request: HttpRequest, draft: Draft, *, heading: str, shipment: Shipment | None = None
) -> HttpResponse:
    refused = request.method == "POST" and not draft.rearranged
    context = {
        "form": draft.form,
        "lines": draft.lines,
        # A page that only got another line has no errors to show yet.
        "checked": refused,
        "count": len(draft.lines.forms),
        "full": len(draft.lines.forms) >= MOST_LINES,
        "heading": heading,
        "shipment": shipment,
        "demo": speaks_illustratively(request.user),
        # The place to go on typing after "Add another line".
        "new_line": draft.rearranged and "add" in request.POST,
    }
    return render(request, "shipments/draft.html", context, status=400 if refused else 200)


def typed_values(shipment: Shipment, standing: ShipmentDraft) -> dict[str, Any]:
    """This will fill the page with what stands, as a person would have typed it."""
    columns = ("mode", "vehicles", "consignor", "consignee", "planned_at", "expected_at", "remark")
    initial = {name: getattr(shipment, name) for name in columns} | {
        "version": version_of(shipment),
        "operation": shipment.operation.code,
        "donor": named(current(shipment.donor)),
        "origin": place_label(current(shipment.origin)),
        "destination": place_label(current(shipment.destination)),
    }
    items = {
        line.item.code: named(current(line.item)) for line in shipment.lines.select_related("item")
    }
    lines = [
        {
            "item": items[line.item],
            "quantity": format_input(line.quantity),
            "unit": line.unit,
            "weight_kg": "" if line.weight_kg is None else format_input(line.weight_kg),
            "description": line.description,
            "packages": line.packages,
            "batch": line.batch,
            "line": line.line,
        }
        for line in standing.lines or ()
    ]
    return {"initial": initial, "lines": lines}
