"""Reads the bodies that the API takes into what the verbs take."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shipments.models.fields import Unit
from shipments.models.ledger import EventKind, Outcome
from shipments.models.papers import DocumentKind
from shipments.models.reports import (
    DeliveryReport,
    DocumentDraft,
    LineDraft,
    LineReport,
    Movement,
    Reversal,
    ShipmentDraft,
    Weighing,
)
from shipments.models.shipments import Mode, WeightBasis
from text.bodies import Body, parse_key

DELIVERY_KINDS = (
    EventKind.RECEIVED,
    EventKind.HANDED_OVER,
    EventKind.DISTRIBUTED,
    EventKind.RETURNED,
    EventKind.LOST,
)
REPORTED = tuple(outcome for outcome in Outcome.values if outcome != Outcome.SENT)
MOST_LINES = 500
NO_KEY = UUID(int=0)


def key_in(body: Body, header: str) -> UUID:
    """This will read the key from the body or the Idempotency-Key header; both must agree."""
    return optional_key_in(body, header, required=not header) or NO_KEY


def optional_key_in(body: Body, header: str, *, required: bool = False) -> UUID | None:
    """This will read a key that the sender need not send; None where there is none."""
    key = body.key("key", required=required)
    if not header:
        return key
    try:
        sent = parse_key(header.strip().strip('"'))
    except ValidationError as refusal:
        body.refuse("key", refusal)
        return NO_KEY
    if key is not None and key != sent:
        sentence = _("The key in the body and the Idempotency-Key header are not the same.")
        body.refuse("key", ValidationError(sentence, code="keys_differ"))
    return sent


def line_in(body: Body) -> LineReport:
    outcomes: dict[str, Any] = {name: body.quantity(name) for name in REPORTED}
    line = LineReport(
        line=body.integer("line", required=True, least=1, most=32767) or 0,
        reason=body.text("reason", longest=2000),
        scale_kg=body.decimal("scale_kg"),
        **outcomes,
    )
    body.close()
    return line


def report_in(body: Body, header: str = "") -> DeliveryReport:
    """This will read a delivery; call ``finish`` on the body before using it."""
    key = key_in(body, header)
    shipment = body.text("shipment", required=True, longest=40)
    kind = body.text("kind", required=True, choices=[str(kind) for kind in DELIVERY_KINDS])
    occurred_at = body.moment("occurred_at", required=True)
    return DeliveryReport(
        key=key,
        shipment=shipment,
        kind=kind,
        occurred_at=occurred_at,  # type: ignore[arg-type]
        place=body.text("place", longest=40),
        received_by=body.text("received_by", longest=200),
        note=body.text("note", longest=2000),
        surplus=body.flag("surplus"),
        lines=tuple(line_in(line) for line in body.objects("lines", most=MOST_LINES)),
        answers=body.words("answers"),
    )


def movement_in(body: Body, header: str, *, shipment: str, kind: str) -> Movement:
    """This will read a step of a shipment."""
    movement = Movement(
        key=key_in(body, header),
        shipment=shipment,
        kind=kind,
        occurred_at=body.moment("occurred_at", required=True),  # type: ignore[arg-type]
        place=body.text("place", longest=40),
        note=body.text("note", longest=2000),
        answers=body.words("answers"),
    )
    body.finish()
    return movement


def weighing_in(body: Body, header: str, *, shipment: str) -> Weighing:
    """This will read weights learned after dispatch."""
    weighing = Weighing(
        key=key_in(body, header),
        shipment=shipment,
        occurred_at=body.moment("occurred_at", required=True),  # type: ignore[arg-type]
        place=body.text("place", longest=40),
        note=body.text("note", longest=2000),
        weights=weights_in(body),
    )
    body.finish()
    return weighing


def weights_in(body: Body) -> Mapping[int, Decimal]:
    weights: dict[int, Decimal] = {}
    for line in body.objects("lines", most=MOST_LINES):
        number = line.integer("line", required=True, least=1, most=32767)
        weight = line.decimal("weight_kg", required=True)
        line.close()
        if number in weights:
            sentence = _("Line %(line)s appears twice.")
            refusal = ValidationError(sentence, code="line_twice", params={"line": number})
            line.refuse("line", refusal)
        if number is not None and weight is not None:
            weights[number] = weight
    return weights


def reversal_in(body: Body, header: str, *, event: UUID) -> Reversal:
    """This will read why an event is taken back, and what happened instead."""
    key = key_in(body, header)
    reason = body.text("reason", required=True, longest=2000)
    instead = body.object("replacement")
    replacement = None
    if instead is not None:
        replacement = report_in(instead)
        instead.close()
    body.finish()
    return Reversal(key=key, event=event, reason=reason, replacement=replacement)


def draft_line_in(body: Body) -> LineDraft:
    line = LineDraft(
        line=body.integer("line", least=1, most=32767),
        item=body.text("item", required=True, longest=40),
        quantity=body.decimal("quantity", required=True) or Decimal(0),
        unit=body.text("unit", required=True, choices=Unit.values),
        donor=body.text("donor", longest=40),
        from_line=body.text("from_line", longest=40),
        description=body.text("description", longest=300),
        packages=body.integer("packages"),
        package_kind=body.text("package_kind", longest=40),
        weight_kg=body.decimal("weight_kg"),
        weight_basis=body.text("weight_basis", choices=WeightBasis.values),
        batch=body.text("batch", longest=60),
        expires_on=body.day("expires_on"),
        unit_value=body.decimal("unit_value", decimals=4, maximum=Decimal("99999999999.9999")),
        currency=body.text("currency", longest=3),
        equipment=body.flag("equipment") if body.has("equipment") else None,
    )
    body.known.add("equipment")
    body.close()
    return line


def document_in(body: Body) -> DocumentDraft:
    document = DocumentDraft(
        kind=body.text("kind", required=True, choices=DocumentKind.values),
        number=body.text("number", required=True, longest=60),
    )
    body.close()
    return document


def draft_in(body: Body, *, reference: str = "", whole: bool = True) -> dict[str, Any]:
    """This will read the members of a shipment; of a part only those that were sent."""
    read: dict[str, Callable[[], Any]] = {
        "operation": lambda: body.text("operation", required=whole, longest=8),
        "donor": lambda: body.text("donor", required=whole, longest=40),
        "origin": lambda: body.text("origin", required=whole, longest=40),
        "destination": lambda: body.text("destination", required=whole, longest=40),
        "mode": lambda: body.text("mode", required=whole, choices=Mode.values),
        "consignor": lambda: body.text("consignor", longest=200),
        "consignee": lambda: body.text("consignee", longest=200),
        "vehicles": lambda: body.integer("vehicles", most=32767),
        "planned_at": lambda: body.moment("planned_at"),
        "expected_at": lambda: body.moment("expected_at"),
        "remark": lambda: body.text("remark", longest=2000),
        "reference": lambda: body.text("reference", longest=24),
        "lines": lambda: tuple(
            draft_line_in(row) for row in body.objects("lines", most=MOST_LINES)
        ),
        "documents": lambda: tuple(document_in(row) for row in body.objects("documents", most=100)),
    }
    body.known.update(read)
    members = {name: take() for name, take in read.items() if whole or body.has(name)}
    if reference and members.get("reference", "") not in ("", reference):
        sentence = _("A shipment keeps its reference.")
        body.refuse("reference", ValidationError(sentence, code="reference_fixed"))
    body.finish()
    return members


def drafted(members: dict[str, Any]) -> ShipmentDraft:
    return ShipmentDraft(**members)
