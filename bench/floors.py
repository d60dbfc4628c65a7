"""What PostgreSQL alone needs: a prepared statement for the same rows, as durable."""

from collections.abc import Callable
from typing import Any

import psycopg

# What stands in a list and in a detail about each line.
BALANCE = """(
    SELECT json_agg(json_build_object('line', l.position, 'item', i.code, 'item_name', i.name,
        'unit', l.unit, 'sent', b.sent, 'received', b.received, 'damaged', b.damaged,
        'lost', b.lost, 'returned', b.returned, 'surplus', b.surplus,
        'outstanding', b.outstanding) ORDER BY l.position)
    FROM shipments_shipmentline AS l
    JOIN shipments_item AS i ON i.id = l.item_id
    JOIN shipments_linebalance AS b ON b.line_id = l.id
    WHERE l.shipment_id = s.id) AS balance"""
HEAD = """s.reference, op.code AS operation, d.code AS donor, d.name AS donor_name,
    o.code AS origin, o.name AS origin_name, ore.code AS origin_region,
    ore.name AS origin_region_name, t.code AS destination, t.name AS destination_name,
    tre.code AS destination_region, tre.name AS destination_region_name, s.mode, s.status,
    s.consignor, s.consignee, s.vehicles, s.planned_at, s.dispatched_at, s.expected_at"""
JOINS = """FROM shipments_shipment AS s
    JOIN shipments_operation AS op ON op.id = s.operation_id
    JOIN shipments_donor AS d ON d.id = s.donor_id
    JOIN regions_destination AS o ON o.id = s.origin_id
    JOIN regions_region AS ore ON ore.id = o.region_id
    JOIN regions_destination AS t ON t.id = s.destination_id
    JOIN regions_region AS tre ON tre.id = t.region_id"""
PAGE = f"""
SELECT json_agg(page) FROM (
    SELECT {HEAD}, {BALANCE} {JOINS}
    WHERE (ore.path LIKE %(path)s OR tre.path LIKE %(path)s)
    ORDER BY s.id DESC LIMIT 50
) AS page"""
PAGE_OF_ALL = PAGE.replace("WHERE (ore.path LIKE %(path)s OR tre.path LIKE %(path)s)", "")
DETAIL = f"""
SELECT row_to_json(detail) FROM (
    SELECT {HEAD}, s.remark, s.created_at, {BALANCE},
    (SELECT json_agg(json_build_object('line', l.position, 'item', i.code, 'item_name', i.name,
            'category', c.code, 'donor', ld.code, 'donor_name', ld.name,
            'description', l.description, 'quantity', l.quantity, 'unit', l.unit,
            'packages', l.packages, 'package_kind', l.package_kind, 'weight_kg', l.weight_kg,
            'weight_basis', l.weight_basis, 'batch', l.batch, 'expires_on', l.expires_on,
            'unit_value', l.unit_value, 'currency', l.currency, 'equipment', l.equipment)
            ORDER BY l.position)
        FROM shipments_shipmentline AS l
        JOIN shipments_item AS i ON i.id = l.item_id
        JOIN shipments_category AS c ON c.id = i.category_id
        JOIN shipments_donor AS ld ON ld.id = l.donor_id
        WHERE l.shipment_id = s.id) AS lines,
    (SELECT json_agg(json_build_object('key', e.key, 'code', e.code, 'kind', e.kind,
            'occurred_at', e.occurred_at, 'recorded_at', e.recorded_at, 'place', p.code,
            'reverses', r.key) ORDER BY e.occurred_at, e.id)
        FROM shipments_deliveryevent AS e
        LEFT JOIN regions_destination AS p ON p.id = e.place_id
        LEFT JOIN shipments_deliveryevent AS r ON r.id = e.reverses_id
        WHERE e.shipment_id = s.id) AS events
    {JOINS} WHERE s.reference = %(reference)s
) AS detail"""

# The ledger joined to what totals are split by; only what a question names is joined.
SUMS = """sum(x.weight_kg) FILTER (WHERE x.outcome = 'sent') AS sent_kg,
    sum(x.weight_kg) FILTER (WHERE x.outcome = 'received') AS received_kg"""
LEDGER = """FROM shipments_deliveryline AS x JOIN shipments_shipmentline AS l ON l.id = x.line_id"""
SHIPMENT = "JOIN shipments_shipment AS s ON s.id = l.shipment_id"
PLACE = f"""{SHIPMENT} JOIN regions_destination AS t ON t.id = s.destination_id
    JOIN regions_region AS r ON r.id = t.region_id"""
ITEM = """JOIN shipments_item AS i ON i.id = l.item_id
    JOIN shipments_category AS c ON c.id = i.category_id"""
DONOR = "JOIN shipments_donor AS d ON d.id = l.donor_id"
EVENT = "JOIN shipments_deliveryevent AS e ON e.id = x.event_id"
MONTH = "to_char(e.occurred_on, 'YYYY-MM')"
LIVE = {
    "donor": f"SELECT d.code, {SUMS} {LEDGER} {DONOR} GROUP BY d.code",
    "region": f"SELECT r.code, {SUMS} {LEDGER} {PLACE} GROUP BY r.code",
    "category": f"SELECT c.code, {SUMS} {LEDGER} {ITEM} GROUP BY c.code",
    "month": f"SELECT {MONTH}, {SUMS} {LEDGER} {EVENT} GROUP BY 1",
}
FILTERED = f"""SELECT c.code, {SUMS} {LEDGER} {ITEM} {DONOR} {EVENT}
    WHERE d.code = %(donor)s AND e.occurred_on BETWEEN %(first)s AND %(last)s GROUP BY c.code"""
AS_OF = f"""SELECT d.code, {SUMS} {LEDGER} {DONOR} {EVENT}
    WHERE e.recorded_at <= %(as_of)s GROUP BY d.code"""


# What a rebuild has to read and tell apart at the least.
FINEST = f"""SELECT l.donor_id, l.item_id, s.destination_id, date_trunc('month', e.occurred_on),
    {SUMS} {LEDGER} {SHIPMENT} {EVENT} GROUP BY 1, 2, 3, 4"""


class Floor:
    """A connection of its own that does nothing but prepared statements."""

    def __init__(self, address: str) -> None:
        self.connection = psycopg.connect(address, autocommit=True)
        # As the program's connections have it, with room enough for what is sorted and hashed.
        self.connection.execute("SET max_parallel_workers_per_gather = 0")
        self.connection.execute("SET work_mem = '64MB'")

    def rows(self, statement: str, **given: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement, given, prepare=True).fetchall()

    def value(self, statement: str, **given: Any) -> Any:
        return self.rows(statement, **given)[0][0]

    def asking(self, statement: str, **given: Any) -> Callable[[], object]:
        return lambda: self.rows(statement, **given)

    def close(self) -> None:
        self.connection.close()
