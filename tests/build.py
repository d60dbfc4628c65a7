"""Builders: plain functions that make what a test needs; name only what the test is about."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from regions.models import Destination, Grant, Region
from regions.rights import Role
from shipments.models import Category, DeliveryEvent, Donor, Item, Operation, Shipment
from shipments.models.reports import (
    DeliveryReport,
    LineDraft,
    LineReport,
    Movement,
    Reversal,
    ShipmentDraft,
    Weighing,
)
from shipments.services import (
    Recorded,
    create_shipment,
    move_shipment,
    record_delivery,
    reverse_event,
    weigh_shipment,
)

NOW = datetime(2020, 11, 25, 12, 0, tzinfo=UTC)
counter = itertools.count(1)


def region(code: str = "", *, name: str = "", parent: Region | None = None) -> Region:
    code = code or f"R{next(counter)}"
    made = Region.objects.create(code=code, name=name or f"Region {code}", parent=parent)
    made.refresh_from_db()
    return made


def destination(code: str = "", **given: Any) -> Destination:
    code = code or f"PLACE-{next(counter)}"
    within = given.pop("region", None) or region()
    defaults = {"name": code.title(), "kind": "warehouse", "region": within}
    return Destination.objects.create(code=code, **{**defaults, **given})


def operation(code: str = "KA20", **given: Any) -> Operation:
    defaults = {"name": "Relief", "time_zone": "Asia/Yerevan", "contact": "desk@example.org"}
    within = given.pop("regions", ())
    made = Operation.objects.create(code=code, **{**defaults, **given})
    made.regions.set(within)
    return made


def donor(code: str = "", **given: Any) -> Donor:
    code = code or f"donor-{next(counter)}"
    return Donor.objects.create(code=code, **{"name": code.title(), "kind": "ngo", **given})


def category(code: str = "") -> Category:
    code = code or f"category-{next(counter)}"
    return Category.objects.create(code=code, name=code.title())


def item(code: str = "", **given: Any) -> Item:
    code = code or f"item-{next(counter)}"
    within = given.pop("category", None) or category()
    defaults = {"name": code.title(), "base_unit": "piece", "category": within}
    return Item.objects.create(code=code, **{**defaults, **given})


def person(username: str, *roles: tuple[Role, Region | None], **given: Any) -> User:
    made = User.objects.create_user(username, password="quiet-river-42", **given)
    for role, within in roles:
        Grant.objects.create(user=made, role=role, region=within)
    return made


def line(what: Item, quantity: object = 420, **given: Any) -> LineDraft:
    return LineDraft(
        item=what.code,
        quantity=Decimal(str(quantity)),
        unit=given.pop("unit", what.base_unit),
        **given,
    )


def draft(
    in_operation: Operation,
    from_donor: Donor,
    origin: Destination,
    to: Destination,
    *lines: LineDraft,
    **given: Any,
) -> ShipmentDraft:
    return ShipmentDraft(
        operation=in_operation.code,
        donor=from_donor.code,
        origin=origin.code,
        destination=to.code,
        **{"mode": "road", **given},
        lines=lines,
    )


def step(shipment: Shipment, kind: str, **given: Any) -> Movement:
    defaults = {"key": uuid.uuid4(), "occurred_at": NOW - timedelta(days=2)}
    return Movement(shipment=shipment.reference, kind=kind, **{**defaults, **given})


def move(shipment: Shipment, *kinds: str, by: User, **given: Any) -> Recorded:
    for kind in kinds:
        recorded = move_shipment(
            movement=step(shipment, kind, **given), by=by, source="api", at=NOW
        )
    shipment.refresh_from_db()
    return recorded


def shipment(what: ShipmentDraft, *, by: User, sent: bool = True) -> Shipment:
    made = create_shipment(draft=what, by=by)
    if sent:
        move(made, "planned", "dispatched", by=by)
    return made


def report(shipment: Shipment, *lines: LineReport, **given: Any) -> DeliveryReport:
    defaults = {"key": uuid.uuid4(), "kind": "received", "occurred_at": NOW - timedelta(hours=2)}
    return DeliveryReport(shipment=shipment.reference, lines=lines, **{**defaults, **given})


def counted(number: int = 1, *, reason: str = "", **quantities: object) -> LineReport:
    amounts: dict[str, Any] = {name: Decimal(str(value)) for name, value in quantities.items()}
    return LineReport(line=number, reason=reason, **amounts)


def receive(shipment: Shipment, *, by: User, **given: Any) -> Recorded:
    """This will record a delivery of line 1: ``received=380, damaged=20, reason="wet"``."""
    outcomes = {"received", "damaged", "lost", "returned", "handed_over", "distributed"}
    quantities = {name: given.pop(name) for name in outcomes & given.keys()}
    said = counted(given.pop("line", 1), reason=given.pop("reason", ""), **quantities)
    recorded = record_delivery(report=report(shipment, said, **given), by=by, source="api", at=NOW)
    shipment.refresh_from_db()
    return recorded


def weigh(shipment: Shipment, weights: dict[int, object], *, by: User, **given: Any) -> Recorded:
    """This will record what whole lines weigh, by their number: ``{1: 30}``."""
    weighing = Weighing(
        key=uuid.uuid4(),
        shipment=shipment.reference,
        weights={line: Decimal(str(kg)) for line, kg in weights.items()},
        **{"occurred_at": NOW, **given},
    )
    at = max(NOW, weighing.occurred_at)
    return weigh_shipment(weighing=weighing, by=by, source="api", at=at)


def reverse(event: DeliveryEvent, *, by: User, **given: Any) -> Recorded:
    defaults = {"key": uuid.uuid4(), "reason": "Counted the wrong truck."}
    return reverse_event(
        reversal=Reversal(event=event.key, **{**defaults, **given}), by=by, source="api", at=NOW
    )
