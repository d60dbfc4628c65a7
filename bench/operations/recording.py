"""G4: a delivery with three lines recorded, key, checks, balance, totals and answer included."""

import itertools
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bench.asking import Answer, Client
from bench.floors import Floor
from bench.measuring import Finding, Race
from bench.operations.pages import statements
from bench.operations.totals import answered
from bench.stage import Stage, same

OPEN = """
SELECT s.reference, s.id, s.destination_id, array_agg(l.id ORDER BY l.position)
FROM shipments_shipment AS s
JOIN shipments_shipmentline AS l ON l.shipment_id = s.id AND l.position <= 3
JOIN shipments_linebalance AS b ON b.line_id = l.id AND b.outstanding >= 20
WHERE s.id > (SELECT max(id) FROM shipments_shipment) - %(newest)s
GROUP BY s.id HAVING count(*) = 3 ORDER BY s.id DESC LIMIT 3000
"""
# Tables as the ledger's, with their columns, checks and indexes, and nothing that happens there.
MAKE_FLOOR = """
CREATE SCHEMA floor;
CREATE TABLE floor.event (LIKE shipments_deliveryevent INCLUDING ALL);
CREATE TABLE floor.line (LIKE shipments_deliveryline INCLUDING ALL);
INSERT INTO floor.event OVERRIDING SYSTEM VALUE SELECT * FROM shipments_deliveryevent;
INSERT INTO floor.line OVERRIDING SYSTEM VALUE SELECT * FROM shipments_deliveryline;
SELECT setval(pg_get_serial_sequence('floor.event', 'id'), max(id)) FROM floor.event;
SELECT setval(pg_get_serial_sequence('floor.line', 'id'), max(id)) FROM floor.line;
ANALYZE floor.event, floor.line;
"""
RECORD = """
WITH said AS (
    INSERT INTO floor.event (key, shipment_id, kind, occurred_at, occurred_on, recorded_by_id,
        place_id, source, surplus, fingerprint)
    VALUES (%(key)s, %(shipment)s, 'received', %(at)s, %(at)s::date, 1, %(place)s, 'api', false,
        %(fingerprint)s)
    RETURNING id
)
INSERT INTO floor.line (event_id, line_id, outcome, quantity, weight_kg, weight_basis, surplus)
SELECT said.id, n.line, 'received', 1, 12.5, 'declared', 0
FROM said CROSS JOIN unnest(%(lines)s::bigint[]) AS n (line) RETURNING id
"""


def make_floor(floor: Floor) -> None:
    """This will copy the ledger's tables without what guards and counts there."""
    if floor.value("SELECT to_regclass('floor.line') IS NULL"):
        for statement in MAKE_FLOOR.strip().split(";\n"):
            floor.connection.execute(statement.encode())


class Deliveries:
    """Deliveries to shipments that still wait for some, one shipment after the other."""

    def __init__(self, stage: Stage) -> None:
        rows = stage.floor.rows(OPEN, newest=max(1000, stage.shipments // 2))
        self.open = [(reference, pk, place, lines) for reference, pk, place, lines in rows]
        self.turns = itertools.count()

    def next(self) -> tuple[str, int, int, list[int], datetime]:
        """This will choose a shipment and a day: the same pair comes only once."""
        turn = next(self.turns)
        reference, pk, place, lines = self.open[turn % len(self.open)]
        days = turn // len(self.open) % 12
        return reference, pk, place, lines, datetime.now(UTC) - timedelta(days=days, hours=1)

    def body(self) -> bytes:
        """This will write what a client sends: one unit of each of three lines."""
        reference, _pk, _place, _lines, at = self.next()
        said = {
            "key": str(uuid.uuid4()),
            "shipment": reference,
            "kind": "received",
            "occurred_at": at.isoformat(),
            "lines": [{"line": line, "received": "1"} for line in (1, 2, 3)],
        }
        return json.dumps(said).encode()


def record(client: Client, body: bytes) -> Answer:
    return client.api("deliveries", status=201, method="POST", body=body)


def races(stage: Stage) -> Iterator[Race]:
    make_floor(stage.floor)
    client = stage.everywhere
    deliveries, floors = Deliveries(stage), Deliveries(stage)

    def insert() -> object:
        _reference, pk, place, lines, at = floors.next()
        key = uuid.uuid4()
        given: dict[str, Any] = {"key": key, "shipment": pk, "at": at, "place": place}
        return stage.floor.rows(RECORD, lines=lines, fingerprint=key.hex * 2, **given)

    yield Race(
        "G4",
        "record a delivery with 3 lines",
        run=lambda: record(client, deliveries.body()),
        floor=insert,
        goal=8,
        check=lambda: counted_at_once(client, deliveries),
    )


def looks(stage: Stage) -> Iterator[Finding]:
    client, deliveries = stage.everywhere, Deliveries(stage)
    yield statements("recording", lambda: record(client, deliveries.body()), 4)


def counted_at_once(client: Client, deliveries: Deliveries) -> None:
    """This will refuse a recording that its answer or the next question about totals leaves out."""
    question = "totals?by=donor&measure=sent_kg,received_kg"
    before = answered(client.api(question).json, "donor")
    answer = record(client, deliveries.body()).json
    same([line["received"] for line in answer["lines"]], ["1", "1", "1"], "recorded lines")
    kilograms = sum(Decimal(line.get("received_kg", 0)) for line in answer["lines"])
    after = answered(client.api(question).json, "donor")
    gained = sum(after[donor][1] - before[donor][1] for donor in after)
    same(gained, kilograms, "kilograms received more than a moment ago")
