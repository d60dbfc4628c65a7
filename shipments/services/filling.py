"""Turning a draft into rows: codes looked up once, weights found out, refusals gathered."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from shipments.models import Shipment, ShipmentLine, TransportDocument
from shipments.models.fields import KILOGRAMS_IN, unit_decimals
from shipments.models.papers import DocumentKind
from shipments.models.reports import LineDraft, ShipmentDraft
from shipments.models.shipments import Mode, WeightBasis
from shipments.services.judging import all_of, require_bounds, require_decimals
from shipments.services.naming import (
    donors_named,
    items_named,
    operations_named,
    places_named,
    units_of,
)
from shipments.services.refusals import refusal

LINE_COLUMNS = (
    "description",
    "packages",
    "package_kind",
    "batch",
    "expires_on",
    "unit_value",
    "currency",
)
SHIPMENT_COLUMNS = (
    "mode",
    "consignor",
    "consignee",
    "vehicles",
    "planned_at",
    "expected_at",
    "remark",
)
MOST_LINES = 500


class Filling:
    """A draft being turned into rows: codes looked up once, refusals gathered."""

    def __init__(self, draft: ShipmentDraft, by: User) -> None:
        self.draft, self.by = draft, by
        self.lines = draft.lines or ()
        self.refusals: list[ValidationError] = []
        # Of a shipment that is only being made, nothing is there yet to be compared.
        self.anew = False
        self.donors = donors_named([draft.donor, *(line.donor for line in self.lines)], by=by)
        self.items = items_named([line.item for line in self.lines], by=by)
        self.places = places_named([draft.origin, draft.destination], by=by)
        self.operations = operations_named(draft.operation, by=by)
        self.units = units_of(self.items.values())

    def look_up(self, known: dict[str, Any], code: str, field: str, noun: str) -> Any:
        found = known.get(code)
        if found is None:
            sentence = _("There is no %(noun)s with the code “%(given)s”.")
            self.refusals.append(refusal(field, f"unknown_{noun}", sentence, noun=noun, given=code))
        return found

    def fill(self, shipment: Shipment) -> None:
        draft = self.draft
        self.anew = shipment.pk is None
        found = {
            "operation": self.look_up(self.operations, draft.operation, "operation", "operation"),
            "donor": self.look_up(self.donors, draft.donor, "donor", "donor"),
            "origin": self.look_up(self.places, draft.origin, "origin", "place"),
            "destination": self.look_up(self.places, draft.destination, "destination", "place"),
        }
        if draft.mode not in Mode.values:
            sentence = _("Choose one of these modes: %(allowed)s.")
            self.refusals.append(
                refusal("mode", "unknown_mode", sentence, allowed=", ".join(Mode.values))
            )
        self.kept = self.carried_on_unseen(shipment)
        self.rows = [self.line(index, line) for index, line in enumerate(self.lines)]
        self.check_lines_together()
        refused = all_of(self.refusals)
        if refused:
            raise refused
        for name, value in found.items():
            setattr(shipment, name, value)
        for name in SHIPMENT_COLUMNS:
            setattr(shipment, name, getattr(draft, name))

    def carried_on_unseen(self, shipment: Shipment) -> dict[tuple[int, int], int]:
        """This will note what lines carry on that the sender may not see, and so cannot name."""
        if self.anew:
            return {}
        lines = ShipmentLine.objects.filter(shipment=shipment).carrying_on_unseen(self.by)
        found = lines.values_list("position", "item", "from_line")
        return {(position, item): earlier for position, item, earlier in found}

    def check_lines_together(self) -> None:
        if len(self.lines) > MOST_LINES:
            sentence = _("A shipment has at most %(most)s lines.")
            self.refusals.append(refusal("lines", "too_many_lines", sentence, most=MOST_LINES))
        positions = [row.position for row in self.rows if row]
        for position in sorted({p for p in positions if positions.count(p) > 1}):
            sentence = _("Line %(line)s appears twice. Give each line its own number.")
            self.refusals.append(refusal("lines", "line_twice", sentence, line=position))

    def line(self, index: int, draft: LineDraft) -> ShipmentLine | None:
        """This will make the row of a line, or note what is wrong with it."""
        field = f"lines/{index}"
        item = self.look_up(self.items, draft.item, f"{field}/item", "item")
        donor = self.look_up(
            self.donors, draft.donor or self.draft.donor, f"{field}/donor", "donor"
        )
        if item is None or donor is None:
            return None
        row = ShipmentLine(
            position=draft.line or index + 1,
            item=item,
            donor=donor,
            quantity=draft.quantity,
            unit=draft.unit,
            equipment=item.equipment if draft.equipment is None else draft.equipment,
        )
        for name in LINE_COLUMNS:
            setattr(row, name, getattr(draft, name))
        try:
            self.measure(row, draft, field)
            self.continue_line(row, draft, field)
            row.full_clean(
                exclude=["shipment", "item", "donor", "from_line"],
                validate_unique=False,
                validate_constraints=False,
            )
        except ValidationError as error:
            self.refusals.append(below(field, error))
            return None
        return row

    def measure(self, row: ShipmentLine, draft: LineDraft, field: str) -> None:
        """This will check the quantity and its unit, and find out what is known of the weight."""
        per_base = self.units.get((row.item_id, row.unit))
        if per_base is None:
            allowed = sorted(unit for item, unit in self.units if item == row.item_id)
            raise refusal(
                f"{field}/unit",
                "unit_not_of_item",
                _("%(item)s is counted in: %(allowed)s."),
                item=row.item.name,
                allowed=", ".join(allowed),
            )
        require_bounds(f"{field}/quantity", row.quantity)
        if row.quantity <= 0:
            raise refusal(f"{field}/quantity", "not_above_zero", _("Enter a quantity above zero."))
        require_decimals(f"{field}/quantity", row.quantity, unit_decimals(row.unit))
        row.weight_kg, row.weight_basis = known_weight(row, draft, per_base)

    def continue_line(self, row: ShipmentLine, draft: LineDraft, field: str) -> None:
        if not draft.from_line:
            row.from_line_id = self.kept.get((row.position, row.item_id))
            return
        reference, _slash, position = draft.from_line.rpartition("/")
        row.from_line = (
            ShipmentLine.objects.visible_to(self.by)
            .filter(shipment__reference=reference, position=position)
            .first()
            if position.isdecimal() and len(position) < 6
            else None
        )
        if row.from_line is None:
            sentence = _("There is no line %(line)s. Write it like KA20-1042-3/1.")
            raise refusal(f"{field}/from_line", "unknown_line", sentence, line=draft.from_line)

    def save_lines(self, shipment: Shipment) -> None:
        """This will make the lines those of the draft; a line is known by its number."""
        if self.draft.lines is None:
            return
        rows = [row for row in self.rows if row]
        kept = {} if self.anew else dict(shipment.lines.values_list("position", "pk"))
        if kept:
            shipment.lines.exclude(position__in=[row.position for row in rows]).delete()
        for row in rows:
            row.shipment = shipment
            row.pk = kept.get(row.position)
        ShipmentLine.objects.bulk_create(row for row in rows if row.position not in kept)
        changed = [row for row in rows if row.position in kept]
        names = [f.name for f in ShipmentLine._meta.concrete_fields if not f.primary_key]
        if changed:
            ShipmentLine.objects.bulk_update(changed, names)

    def save_documents(self, shipment: Shipment) -> None:
        if self.draft.documents is None:
            return
        wanted = {(d.kind, d.number.strip()) for d in self.draft.documents if d.number.strip()}
        for kind, _number in wanted:
            if kind not in DocumentKind.values:
                sentence = _("Choose one of these kinds of document: %(allowed)s.")
                allowed = ", ".join(DocumentKind.values)
                raise refusal("documents", "unknown_document_kind", sentence, allowed=allowed)
        there: set[tuple[str, str]] = set()
        for paper in () if self.anew else shipment.documents.all():
            if (paper.kind, paper.number) in wanted or paper.file:
                there.add((paper.kind, paper.number))
            else:
                paper.delete()
        papers = [
            TransportDocument(shipment=shipment, kind=kind, number=number)
            for kind, number in sorted(wanted - there)
        ]
        for paper in papers:
            paper.full_clean(exclude=["shipment", "kind"], validate_constraints=False)
        TransportDocument.objects.bulk_create(papers)


def known_weight(
    row: ShipmentLine, draft: LineDraft, per_base: Decimal
) -> tuple[Decimal | None, str]:
    """This will return a line's weight and its basis: as given, from its unit, or estimated."""
    if draft.weight_kg is not None:
        return draft.weight_kg, draft.weight_basis or WeightBasis.DECLARED
    if row.unit in KILOGRAMS_IN:
        factor = KILOGRAMS_IN[row.unit]  # type: ignore[index]
        return row.quantity * factor, WeightBasis.DECLARED
    if row.item.unit_weight_kg is not None:
        kg = row.quantity * per_base * row.item.unit_weight_kg
        return round(kg, 3) or None, WeightBasis.ESTIMATED
    return None, WeightBasis.UNKNOWN


def below(field: str, error: ValidationError) -> ValidationError:
    """This will put the refusals of a line's columns under the line's own pointer."""
    return ValidationError(
        {
            name if name.startswith(field) else f"{field}/{name}": errors
            for name, errors in error.error_dict.items()
        }
    )
