"""Adding to the ledger: events with their lines, words, warnings and answers, in few statements."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.models import User
from regions.models import Destination
from shipments.models import DeliveryEvent, DeliveryLine, Shipment
from shipments.models.ledger import Source
from shipments.models.testimony import TextKind
from shipments.services.answers import answer_of
from shipments.services.book import Balance, LedgerRow
from shipments.services.plausibility import Doubt
from shipments.services.statements import rows_in
from text.statements import run


@dataclass
class Entry:
    """An event about to be written, with everything that belongs to it."""

    key: UUID
    shipment: Shipment
    kind: str
    occurred_at: datetime
    by: User
    source: str
    fingerprint: str
    place: Destination | None = None
    surplus: bool = False
    reverses: DeliveryEvent | None = None
    replaces: DeliveryEvent | None = None
    rows: list[LedgerRow] = field(default_factory=list)
    words: list[tuple[str, int, str]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    remarks: Mapping[str, str] = field(default_factory=dict)
    balances: dict[int, Balance] = field(default_factory=dict)
    event: DeliveryEvent | None = None
    answer: dict[str, Any] = field(default_factory=dict)

    def say(self, kind: TextKind, text: str, position: int = 0) -> None:
        """This will keep words of a person with the event, unless there are none."""
        if text.strip():
            self.words.append((kind, position, text.strip()))


def fingerprint(said: Mapping[str, Any]) -> str:
    """This will hash what a sender said, in parsed values: 380 and 380.000 are the same."""
    text = json.dumps(said, default=plainly, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def plainly(value: object) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        return str(value.normalize())
    if isinstance(value, datetime):
        return str(value.timestamp())
    return str(value)


# One statement for all that belongs to events. Their guards look at it when it is complete.
INSERT = """
WITH event AS (
    INSERT INTO shipments_deliveryevent (key, shipment_id, kind, occurred_at, occurred_on,
        recorded_by_id, place_id, source, surplus, reverses_id, replaces_id, fingerprint)
    SELECT n.key, n.shipment, n.kind, n.occurred_at, (n.occurred_at AT TIME ZONE n.zone)::date,
        n.by, n.place, n.source, n.surplus, n.reverses, n.replaces, n.fingerprint
    FROM json_to_recordset(%s) AS n (number integer, key uuid, shipment bigint, kind text,
        occurred_at timestamptz, zone text, by bigint, place bigint, source text, surplus boolean,
        reverses bigint, replaces bigint, fingerprint text)
    ORDER BY n.number
    RETURNING id, key, code, occurred_on, recorded_at
), line AS (
    INSERT INTO shipments_deliveryline
        (event_id, line_id, outcome, quantity, weight_kg, weight_basis, surplus, scale_kg)
    SELECT event.id, n.line, n.outcome, n.quantity, n.kg, n.basis, n.surplus, n.scale
    FROM json_to_recordset(%s) AS n (number integer, key uuid, line bigint, outcome text,
        quantity numeric, kg numeric, basis text, surplus numeric, scale numeric)
    JOIN event USING (key)
    ORDER BY n.number
), words AS (
    INSERT INTO shipments_eventtext (event_id, kind, position, text, salt, sha256)
    SELECT event.id, n.kind, n.position, n.text, n.salt, n.sha256
    FROM json_to_recordset(%s) AS n (key uuid, kind text, position smallint, text text, salt uuid,
        sha256 text)
    JOIN event USING (key)
), said AS (
    SELECT event.id, n.code, n.position, n.compared, n.remark, n.by
    FROM json_to_recordset(%s) AS n (key uuid, code text, position smallint, compared jsonb,
        remark text, by bigint)
    JOIN event USING (key)
), warning AS (
    INSERT INTO shipments_plausibilitywarning (event_id, code, position, compared)
    SELECT id, code, position, compared FROM said
    RETURNING id, event_id, code, position
), remark AS (
    INSERT INTO shipments_warninganswer (warning_id, remark, answered_by_id)
    SELECT warning.id, said.remark, said.by
    FROM said JOIN warning
        ON (warning.event_id, warning.code, warning.position) = (said.id, said.code, said.position)
    WHERE said.remark <> ''
)
SELECT id, key, code, occurred_on, recorded_at FROM event
"""
# The status that the guards computed from it all is part of the answer.
KEEP_ANSWERS = """
INSERT INTO shipments_storedanswer (event_id, body)
SELECT n.event, n.body || jsonb_build_object('shipment_status', s.status)
FROM json_to_recordset(%s) AS n (event bigint, shipment bigint, body jsonb)
JOIN shipments_shipment AS s ON s.id = n.shipment
RETURNING event_id, body ->> 'shipment_status'
"""


def append(entries: Iterable[Entry]) -> None:
    """This will write the entries, in order, and give each its event and its answer.

    Runs inside the caller's transaction; the number of statements does not depend on the
    number of entries.
    """
    written = list(entries)
    if not written:
        return
    insert(written)
    keep_answers(written)


def insert(entries: list[Entry]) -> None:
    parts = (events_in(entries), lines_in(entries), words_in(entries), warnings_in(entries))
    rows = {row[1]: row for row in run(INSERT, [rows_in(part) for part in parts])}
    for entry in entries:
        pk, _key, code, occurred_on, recorded_at = rows[entry.key]
        entry.event = DeliveryEvent(
            id=pk,
            key=entry.key,
            code=code,
            shipment=entry.shipment,
            kind=entry.kind,
            occurred_at=entry.occurred_at,
            occurred_on=occurred_on,
            recorded_at=recorded_at,
            recorded_by=entry.by,
            place=entry.place,
            source=entry.source,
            surplus=entry.surplus,
            reverses=entry.reverses,
            replaces=entry.replaces,
            fingerprint=entry.fingerprint,
        )


def events_in(entries: list[Entry]) -> Iterable[dict[str, Any]]:
    for number, e in enumerate(entries):
        yield {
            "number": number,
            "key": e.key,
            "shipment": e.shipment.pk,
            "kind": e.kind,
            "occurred_at": e.occurred_at,
            "zone": e.shipment.operation.time_zone,
            "by": e.by.pk,
            "place": e.place and e.place.pk,
            "source": e.source,
            "surplus": e.surplus,
            "reverses": e.reverses and e.reverses.pk,
            "replaces": e.replaces and e.replaces.pk,
            "fingerprint": e.fingerprint,
        }


def lines_in(entries: list[Entry]) -> Iterable[dict[str, Any]]:
    rows = ((e.key, row) for e in entries for row in e.rows)
    for number, (key, row) in enumerate(rows):
        yield {
            "number": number,
            "key": key,
            "line": row.line.pk,
            "outcome": row.outcome,
            "quantity": row.quantity,
            "kg": row.weight_kg,
            "basis": row.weight_basis,
            "surplus": row.surplus,
            "scale": row.scale_kg,
        }


def words_in(entries: list[Entry]) -> Iterable[dict[str, Any]]:
    for entry in entries:
        for kind, position, text in entry.words:
            salt = uuid.uuid4()
            yield {
                "key": entry.key,
                "kind": kind,
                "position": position,
                "text": text,
                "salt": salt,
                "sha256": hashlib.sha256(f"{salt}{text}".encode()).hexdigest(),
            }


def warnings_in(entries: list[Entry]) -> Iterable[dict[str, Any]]:
    for e in entries:
        for d in e.doubts:
            remark = e.remarks.get(d.code, "")
            yield {
                "key": e.key,
                "code": d.code,
                "position": d.line,
                "compared": d.compared,
                "remark": remark if remark.strip() else "",
                "by": e.by.pk,
            }


def written_event(entry: Entry) -> DeliveryEvent:
    """This will return the event of an entry that was written."""
    if entry.event is None:
        raise RuntimeError("The entry has not been written yet.")
    return entry.event


def keep_answers(entries: list[Entry]) -> None:
    """This will build what each sender is told and keep it, so that a retry is told the same."""
    for e in entries:
        e.answer = answer_of(written_event(e), rows=e.rows, balances=told(e), doubts=e.doubts)
    kept = (
        {"event": written_event(e).pk, "shipment": e.shipment.pk, "body": e.answer} for e in entries
    )
    statuses = dict(run(KEEP_ANSWERS, [rows_in(kept)]))
    for e in entries:
        e.shipment.status = e.answer["shipment_status"] = statuses[written_event(e).pk]


def told(entry: Entry) -> dict[int, Balance]:
    """This will pick the balances that an answer tells: of the whole shipment, as a rule.

    An import tells nobody. Its answers are for a program that may send a key again, and there are
    as many as rows: they tell of the lines that were counted, or they would outweigh the ledger.
    """
    if entry.source != Source.IMPORT:
        return entry.balances
    return {row.line.position: entry.balances[row.line.position] for row in entry.rows}


def mirror(lines: Iterable[DeliveryLine]) -> list[LedgerRow]:
    """This will return the rows that take back ledger lines, weights included."""
    return [
        LedgerRow(
            line=line.line,
            outcome=line.outcome,
            quantity=-line.quantity,
            weight_kg=None if line.weight_kg is None else -line.weight_kg,
            weight_basis=line.weight_basis,
            surplus=-line.surplus,
        )
        for line in lines
    ]
