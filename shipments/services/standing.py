"""Reading a shipment back into the draft that would make it."""

from typing import Any

from accounts.models import User
from shipments.models import Shipment, ShipmentLine
from shipments.models.reports import DocumentDraft, LineDraft, ShipmentDraft
from shipments.services.filling import SHIPMENT_COLUMNS


def as_draft(shipment: Shipment, *, by: User) -> ShipmentDraft:
    """This will read a shipment back into the draft that would make it, as the person sees it."""
    rows = ShipmentLine.objects.filter(shipment=shipment).with_names().naming_earlier(by)
    return ShipmentDraft(
        operation=shipment.operation.code,
        donor=shipment.donor.code,
        origin=shipment.origin.code,
        destination=shipment.destination.code,
        **{name: getattr(shipment, name) for name in SHIPMENT_COLUMNS},
        lines=tuple(line_as_draft(row, shipment) for row in rows.order_by("position")),
        documents=tuple(
            DocumentDraft(kind=p.kind, number=p.number) for p in shipment.documents.all()
        ),
    )


def line_as_draft(row: Any, shipment: Shipment) -> LineDraft:
    # A line that names no donor of its own follows the shipment's, now and after a change.
    own = row.donor.code if row.donor_id != shipment.donor_id else ""
    texts = ("description", "packages", "package_kind", "batch", "expires_on", "currency")
    return LineDraft(
        item=row.item.code,
        quantity=row.quantity,
        unit=row.unit,
        line=row.position,
        donor=own,
        from_line=row.carried_on or "",
        # An estimate is made anew when the quantity changes; only what was said is kept.
        weight_kg=None if row.weight_basis == "estimated" else row.weight_kg,
        weight_basis="" if row.weight_kg is None else row.weight_basis,
        unit_value=row.unit_value,
        equipment=row.equipment,
        **{name: getattr(row, name) for name in texts},
    )
