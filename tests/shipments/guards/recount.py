"""What must hold of the ledger in every state, asked of the database in plain SQL and Python."""

from collections.abc import Iterable
from typing import Any

from shipments.models import DeliveryEvent, Shipment
from shipments.models.ledger import Outcome

OUTCOMES = Outcome.values
SUMS = ", ".join(
    f"coalesce(sum(d.quantity) FILTER (WHERE d.outcome = '{o}'), 0) AS {o},"
    f" coalesce(sum(d.weight_kg) FILTER (WHERE d.outcome = '{o}'), 0) AS {o}_kg"
    for o in OUTCOMES
)
SAME = " AND ".join(f"b.{o} = r.{o} AND b.{o}_kg = r.{o}_kg" for o in OUTCOMES)
ACCOUNTED = "(b.received + b.damaged + b.lost + b.returned)"
ACCOUNTED_KG = "(b.received_kg + b.damaged_kg + b.lost_kg + b.returned_kg)"

# What is wrong -> the rows of which it is true: b is a balance, r a recount, l a line.
WRONG = {
    "counters are not the sums of the ledger": f"NOT ({SAME}) OR b.onward <> r.onward",
    "the balance does not close": f"b.sent + b.surplus <> {ACCOUNTED} + b.outstanding",
    "the balance does not close in kilograms": (
        f"b.sent_kg + b.surplus_kg <> {ACCOUNTED_KG} + b.outstanding_kg"
    ),
    "outstanding and surplus at once": "b.outstanding > 0 AND b.surplus > 0",
    "below zero": "least(b.outstanding, b.surplus, b.onward, b.sent, b.received) < 0",
    "more surplus than was declared": "b.surplus > b.declared_surplus",
    "more carried on than received": "b.onward > b.received",
    "not sent whole": "b.sent NOT IN (0, l.quantity)",
    "a complete line does not weigh what was sent": (
        f"b.sent > 0 AND b.sent_kg > 0 AND {ACCOUNTED} = b.sent"
        f" AND NOT r.over AND {ACCOUNTED_KG} <> b.sent_kg"
    ),
    "a weight without goods": " OR ".join(f"(b.{o} = 0 AND b.{o}_kg <> 0)" for o in OUTCOMES),
}
RECOUNT = f"""
WITH recount AS (
    SELECT l.id AS line_id, {SUMS}, coalesce(bool_or(d.surplus > 0), false) AS over,
        coalesce((SELECT sum(o.quantity) FROM shipments_deliveryline AS o
            JOIN shipments_shipmentline AS c ON c.id = o.line_id
            WHERE o.outcome = 'sent' AND c.from_line_id = l.id), 0) AS onward
    FROM shipments_shipmentline AS l LEFT JOIN shipments_deliveryline AS d ON d.line_id = l.id
    GROUP BY l.id
)
SELECT l.id, {", ".join(WRONG.values())}
FROM shipments_shipmentline AS l
JOIN recount AS r ON r.line_id = l.id
LEFT JOIN shipments_linebalance AS b ON b.line_id = l.id
"""
ON_THE_ROAD = {"departed", "arrived"}


def faults_of(connection: Any) -> list[str]:
    """This will say what is wrong with the ledger; an empty list when nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)
        rows = cursor.fetchall()
    faults = [
        f"line {row[0]}: {words}"
        for row in rows
        for words, wrong in zip(WRONG, row[1:], strict=True)
        # No balance at all makes a comparison unknown.
        if wrong is not False
    ]
    return faults + [
        f"{shipment} is {shipment.status}, not {status}"
        for shipment in Shipment.objects.prefetch_related("lines__balance")
        if (status := expected_status(shipment)) != shipment.status
    ]


def effective_kinds(shipment: Shipment) -> set[str]:
    events = list(DeliveryEvent.objects.filter(shipment=shipment))
    undone = {event.reverses_id for event in events}
    return {e.kind for e in events if e.pk not in undone and e.kind != "reversed"}


def expected_status(shipment: Shipment) -> str:
    """This will work out the status from the events and balances, as the table of moves has it."""
    kinds = effective_kinds(shipment)
    balances = [line.balance for line in shipment.lines.all()]
    if "cancelled" in kinds:
        return "cancelled"
    if "dispatched" not in kinds:
        return "planned" if "planned" in kinds else "draft"
    if "closed" in kinds:
        return "closed"
    if not accounted(balances):
        return "in_transit" if kinds & ON_THE_ROAD else "dispatched"
    return "partially_received" if any(b.outstanding for b in balances) else "received"


def accounted(balances: Iterable[Any]) -> bool:
    return any(b.received or b.damaged or b.lost or b.returned for b in balances)
