"""Statements past the verbs, as text: what a program that knows only SQL would send."""

from shipments.models.ledger import EventKind

KEY = "'00000000-0000-4000-8000-000000000001'"
LAST = "(SELECT max(id) FROM shipments_deliveryevent)"
OMAR = "(SELECT id FROM accounts_user WHERE username = 'omar')"
# The latest event of a kind of a shipment.
EVENT = (
    "(SELECT max(e.id) FROM shipments_deliveryevent AS e JOIN shipments_shipment AS s"
    " ON s.id = e.shipment_id WHERE s.remark = '{}' AND e.kind = '{}')"
)


def shipment(remark: str) -> str:
    return f"(SELECT id FROM shipments_shipment WHERE remark = '{remark}')"


def line(remark: str, position: int = 1) -> str:
    return (
        f"(SELECT id FROM shipments_shipmentline WHERE shipment_id = {shipment(remark)}"
        f" AND position = {position})"
    )


def insert(table: str, **values: str) -> str:
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"


def event(remark: str, kind: str, **given: str) -> str:
    """This will write the recording of an event past the verbs; values are SQL."""
    defaults = {
        "key": "gen_random_uuid()",
        "shipment_id": shipment(remark),
        "kind": f"'{kind}'",
        "occurred_at": "timestamptz '2020-11-25 10:00+00'",
        "occurred_on": "date '2020-11-25'",
        "recorded_by_id": OMAR,
        "source": "'api'",
        "surplus": "false",
        "fingerprint": "''",
    }
    return insert("shipments_deliveryevent", **defaults | given)


def reversal(remark: str, of: str, **given: str) -> str:
    moment = {
        name: f"(SELECT {name} FROM shipments_deliveryevent WHERE id = {of})"
        for name in ("occurred_at", "occurred_on")
    }
    return event(remark, EventKind.REVERSED, **{"reverses_id": of, **moment, **given})


def counted(remark: str, outcome: str, quantity: object, **given: str) -> str:
    """This will write a ledger line of the last event, or of the ``event_id`` given."""
    defaults = {
        "event_id": LAST,
        "line_id": line(remark),
        "outcome": f"'{outcome}'",
        "quantity": str(quantity),
        "weight_kg": "NULL",
        "weight_basis": "'unknown'",
        "surplus": "0",
    }
    return insert("shipments_deliveryline", **defaults | given)


def sent(remark: str, first: object = 100, **given: str) -> tuple[str, ...]:
    """This will write both lines of a dispatch."""
    second = {"line_id": line(remark, 2), **given}
    return (counted(remark, "sent", first, **given), counted(remark, "sent", "8.5", **second))
