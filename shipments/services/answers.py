"""What a sender is told about a recorded event, as JSON-ready values."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from shipments.models import DeliveryEvent
from shipments.models.ledger import ACCOUNTED, MILESTONES, Outcome
from shipments.services.book import Balance, LedgerRow
from shipments.services.plausibility import warning_sentence

if TYPE_CHECKING:
    from shipments.services.plausibility import Doubt

COUNTED = (*ACCOUNTED, *MILESTONES)


def plain(quantity: Decimal) -> str:
    """This will write a quantity exactly, without trailing zeros: ``380``, ``0.125``."""
    return f"{quantity.normalize():f}" if quantity else "0"


def local(moment: datetime, zone: str) -> str:
    """This will write a moment in ISO 8601 with the offset of a time zone."""
    return moment.astimezone(ZoneInfo(zone)).isoformat()


def answer_of(
    event: DeliveryEvent,
    *,
    rows: Iterable[LedgerRow],
    balances: dict[int, Balance],
    doubts: "Iterable[Doubt]",
) -> dict[str, Any]:
    """This will build the answer to a recorded event; words of people are left out of it.

    The shipment's status is put last when the answer is kept: the event may have changed it.
    """
    zone = event.shipment.operation.time_zone
    return {
        "key": str(event.key),
        "code": event.code,
        "shipment": event.shipment.reference,
        "kind": event.kind,
        "occurred_at": local(event.occurred_at, zone),
        "recorded_at": local(event.recorded_at, zone),
        "recorded_by": event.recorded_by.username,
        "place": event.place.code if event.place else None,
        "lines": lines_of(rows),
        "balance": [balance_of(position, balances[position]) for position in sorted(balances)],
        "warnings": [warning_of(doubt) for doubt in doubts],
    }


def lines_of(rows: Iterable[LedgerRow]) -> list[dict[str, Any]]:
    """This will gather ledger rows by shipment line: one mapping a line, one key an outcome."""
    lines: dict[int, dict[str, Any]] = {}
    for row in rows:
        line = lines.setdefault(row.line.position, {"line": row.line.position})
        line["unit"] = row.line.unit
        line[row.outcome] = plain(row.quantity)
        if row.weight_kg is not None:
            line[f"{row.outcome}_kg"] = f"{row.weight_kg:.3f}"
        if row.surplus:
            line["surplus"] = plain(row.surplus)
    return [lines[position] for position in sorted(lines)]


def balance_of(position: int, balance: Balance) -> dict[str, Any]:
    counted = balance.counted
    return {
        "line": position,
        "unit": balance.line.unit,
        "sent": plain(counted[Outcome.SENT]),
        **{outcome: plain(counted[outcome]) for outcome in ACCOUNTED},
        "surplus": plain(balance.surplus),
        "outstanding": plain(balance.outstanding),
        **{outcome: plain(counted[outcome]) for outcome in MILESTONES},
    }


def warning_of(doubt: "Doubt") -> dict[str, Any]:
    return {
        "code": doubt.code,
        "line": doubt.line or None,
        "detail": warning_sentence(doubt.code, doubt.compared),
        "compared": doubt.compared,
    }
