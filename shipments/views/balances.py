"""The balance of a shipment's lines as a page shows it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from shipments.models import DeliveryLine, Shipment, ShipmentLine
from shipments.pictures import Part, draw_progress
from shipments.querysets.totals.measures import FLOWS
from shipments.views.naming import named
from shipments.views.readers import Reader
from text.numbers import format_quantity

NOTHING = Decimal(0)


@dataclass(frozen=True)
class LineShown:
    """A shipment line with what became of it, in the line's unit."""

    position: int
    item: str
    donor: str
    description: str
    unit: str
    unit_name: str
    quantity: Decimal
    weight_kg: Decimal | None
    carried_on: str
    sent: Decimal = NOTHING
    received: Decimal = NOTHING
    damaged: Decimal = NOTHING
    lost: Decimal = NOTHING
    returned: Decimal = NOTHING
    handed_over: Decimal = NOTHING
    distributed: Decimal = NOTHING

    @property
    def accounted(self) -> Decimal:
        return self.received + self.damaged + self.lost + self.returned

    @property
    def outstanding(self) -> Decimal:
        return max(self.sent - self.accounted, NOTHING)

    @property
    def surplus(self) -> Decimal:
        return max(self.accounted - self.sent, NOTHING)


def lines_shown(shipment: Shipment, reader: Reader) -> list[LineShown]:
    """This will read a shipment's lines with their balance.

    The public's balance counts only the events it may see, so that nothing newer than the
    embargo shows through.
    """
    rows = ShipmentLine.objects.filter(shipment=shipment).with_names()
    lines = list(rows.naming_earlier(reader.user).order_by("position"))
    counts = public_counts(shipment, reader) if reader.reduced else {}
    return [
        line_shown(line, counts.get(line.pk, {}) if reader.reduced else counted(line), reader)
        for line in lines
    ]


def counted(line: ShipmentLine) -> dict[str, Decimal]:
    return {name: getattr(line.balance, name) for name in (*FLOWS, "sent_kg")}


def public_counts(shipment: Shipment, reader: Reader) -> dict[int, dict[str, Decimal]]:
    rows = (
        DeliveryLine.objects.visible_to(reader.user)
        .filter(line__shipment=shipment)
        .values_list("line_id", "outcome")
        .annotate(quantity=Sum("quantity"), kg=Sum("weight_kg"))
    )
    counts: dict[int, dict[str, Decimal]] = {}
    for line, outcome, quantity, kg in rows:
        found = counts.setdefault(line, {})
        found[outcome] = quantity
        if outcome == "sent" and kg:
            found["sent_kg"] = kg
    return counts


def line_shown(line: Any, counts: dict[str, Decimal], reader: Reader) -> LineShown:
    counted = {name: counts[name] for name in FLOWS if name in counts}
    return LineShown(
        position=line.position,
        item=named(line.item),
        donor=named(line.donor),
        description="" if reader.reduced else line.description,
        unit=line.unit,
        unit_name=line.get_unit_display(),
        quantity=line.quantity,
        # A weight learned after dispatch stands in the ledger alone.
        weight_kg=line.weight_kg or counts.get("sent_kg") or None,
        carried_on=(line.carried_on or "").partition("/")[0],
        **counted,
    )


def progress(lines: list[LineShown], words: dict[str, str]) -> str:
    """This will draw what became of a shipment: each line weighs the same, whatever its unit.

    ``words`` names the parts: title, received, damaged, lost.
    """
    sent = [line for line in lines if line.sent]
    if not sent:
        return ""
    share = {
        name: sum(getattr(line, name) / max(line.sent, line.accounted) for line in sent) / len(sent)
        for name in ("received", "damaged", "lost", "returned")
    }
    gone = share["lost"] + share["returned"]
    parts = [
        Part("good", share["received"], f"{words['received']} {percent(share['received'])}"),
        Part("warn", share["damaged"], f"{words['damaged']} {percent(share['damaged'])}"),
        Part("bad", gone, f"{words['lost']} {percent(gone)}"),
    ]
    shown = [part for part in parts if part.value]
    return draw_progress(shown, whole=1, title=words["title"])


def percent(share: Decimal) -> str:
    return f"{format_quantity(share * 100, 0)} %"
