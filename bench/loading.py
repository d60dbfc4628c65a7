"""Writes the data set into an empty database, past nothing but the totals, which are made anew."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connections

from bench.data import Author, Chunk, shipments_in
from bench.scenery import OWNER, make_scenery
from shipments.querysets.totals.verifying import differing_cells

SHIPMENT = (
    "id, reference, operation_id, donor_id, consignor, consignee, origin_id, destination_id, mode,"
    " planned_at, expected_at, remark, status, created_by_id, created_at, folded"
)
LINE = (
    "id, shipment_id, position, donor_id, item_id, description, quantity, unit, package_kind,"
    " weight_kg, weight_basis, batch, currency, equipment"
)
EVENT = (
    "id, key, shipment_id, kind, occurred_at, occurred_on, recorded_at, recorded_by_id, place_id,"
    " source, surplus, reverses_id, fingerprint"
)
LEDGER_LINE = "event_id, line_id, outcome, quantity, weight_kg, weight_basis, surplus"
TEXT = "event_id, kind, position, text, salt, sha256"
# Where each part of a chunk goes, in the order in which it happened.
TABLES = (
    ("shipments", "shipments_shipment", SHIPMENT),
    ("lines", "shipments_shipmentline", LINE),
    ("planned", "shipments_deliveryevent", EVENT),
    ("dispatched", "shipments_deliveryevent", EVENT),
    ("sent", "shipments_deliveryline", LEDGER_LINE),
    ("receipts", "shipments_deliveryevent", EVENT),
    ("received", "shipments_deliveryline", LEDGER_LINE),
    ("words", "shipments_eventtext", TEXT),
    ("reversals", "shipments_deliveryevent", EVENT),
    ("taken_back", "shipments_deliveryline", LEDGER_LINE),
)
NUMBERED = ("shipments_shipment", "shipments_shipmentline", "shipments_deliveryevent")
TOTALS_TRIGGER = "ALTER TABLE shipments_deliveryline {} TRIGGER total_ledger_lines"
ROWS_A_PIECE = 2_000

# One number for all ledger lines and balances, in whatever order they lie.
FACTS = """
SELECT jsonb_build_object(
    'shipments', (SELECT count(*) FROM shipments_shipment),
    'lines', (SELECT count(*) FROM shipments_shipmentline),
    'events', (SELECT count(*) FROM shipments_deliveryevent),
    'receipts', (SELECT count(*) FROM shipments_deliveryevent WHERE kind = 'received'),
    'ledger_lines', (SELECT count(*) FROM shipments_deliveryline),
    'statuses', (SELECT jsonb_object_agg(status, n) FROM (
        SELECT status, count(*) AS n FROM shipments_shipment GROUP BY status) AS s),
    'kilograms', (SELECT jsonb_object_agg(outcome, kg) FROM (
        SELECT outcome, sum(weight_kg)::text AS kg FROM shipments_deliveryline GROUP BY outcome
    ) AS o),
    'outstanding', (SELECT sum(outstanding)::text FROM shipments_linebalance),
    'checksum', (SELECT sum(hashtextextended(concat_ws('|', s.reference, l.position, i.code,
            d.code, p.code, e.kind, e.occurred_on, x.outcome, x.quantity, x.weight_kg, x.surplus,
            b.received, b.outstanding), 0)::numeric)::text
        FROM shipments_deliveryline AS x
        JOIN shipments_deliveryevent AS e ON e.id = x.event_id
        JOIN shipments_shipmentline AS l ON l.id = x.line_id
        JOIN shipments_linebalance AS b ON b.line_id = l.id
        JOIN shipments_shipment AS s ON s.id = l.shipment_id
        JOIN shipments_item AS i ON i.id = l.item_id
        JOIN shipments_donor AS d ON d.id = l.donor_id
        JOIN regions_destination AS p ON p.id = s.destination_id))
"""
# Lines whose counters are not what their ledger lines come to.
BROKEN = """
SELECT count(*) FROM shipments_linebalance AS b FULL JOIN (
    SELECT line_id, coalesce(sum(quantity) FILTER (WHERE outcome = 'sent'), 0) AS sent,
        coalesce(sum(quantity) FILTER (WHERE outcome <> 'sent'), 0) AS accounted,
        coalesce(sum(weight_kg) FILTER (WHERE outcome = 'sent'), 0) AS sent_kg,
        coalesce(sum(weight_kg) FILTER (WHERE outcome <> 'sent'), 0) AS accounted_kg
    FROM shipments_deliveryline GROUP BY line_id
) AS r ON r.line_id = b.line_id
WHERE (b.sent, b.received + b.damaged + b.lost + b.returned,
        b.sent_kg, b.received_kg + b.damaged_kg + b.lost_kg + b.returned_kg)
    IS DISTINCT FROM (coalesce(r.sent, 0), coalesce(r.accounted, 0),
        coalesce(r.sent_kg, 0), coalesce(r.accounted_kg, 0))
    OR b.sent + b.surplus <> b.received + b.damaged + b.lost + b.returned + b.outstanding
"""


class UnsoundDataError(Exception):
    """What was loaded is not a state that the program could have come to."""


def load(size: str) -> dict[str, Any]:
    """This will write the data set, make its totals, check both, and return what is pinned."""
    author = Author(make_scenery(), shipments_in(size))
    owner = connections[OWNER]
    with owner.cursor() as cursor:
        # Once for all rows below, which costs a fraction of once for each chunk.
        cursor.execute(TOTALS_TRIGGER.format("DISABLE"))
        for chunk in author.chunks():
            write(cursor, chunk)
        cursor.execute(TOTALS_TRIGGER.format("ENABLE ALWAYS"))
        for table in NUMBERED:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
        cursor.execute("SELECT setval('shipment_serial', max(id)) FROM shipments_shipment")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT rebuild_totals()")
        cursor.execute("VACUUM ANALYZE totals_cell")
    check()
    return facts()


def write(cursor: Any, chunk: Chunk) -> None:
    """This will write a chunk in one transaction, as the ledger wants events and their lines."""
    cursor.execute("BEGIN")
    # Only says that the rows come with their own times of recording, as a history does.
    cursor.execute("SELECT set_config('aidtracker.recorded_at', now()::text, true)")
    for part, table, columns in TABLES:
        rows: list[str] = getattr(chunk, part)
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for piece in pieces(rows):
                copy.write(piece)
    cursor.execute("COMMIT")


def pieces(rows: list[str]) -> Iterable[str]:
    for at in range(0, len(rows), ROWS_A_PIECE):
        yield "".join(rows[at : at + ROWS_A_PIECE])


def check() -> None:
    """This will refuse counters or totals that are not what the ledger comes to."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(BROKEN)
        (broken,) = cursor.fetchone() or (0,)
    if broken:
        raise UnsoundDataError(f"{broken} lines have counters that differ from the ledger.")
    differing = differing_cells(OWNER)
    if differing:
        raise UnsoundDataError(f"{len(differing)} totals differ from the ledger.")


def facts() -> dict[str, Any]:
    """This will count and hash what is there."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(f"SELECT pinned::text FROM ({FACTS}) AS f (pinned)")
        (text,) = cursor.fetchone() or ("{}",)
    found: dict[str, Any] = json.loads(text)
    return found
