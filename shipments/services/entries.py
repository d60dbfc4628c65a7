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

from django.db import connection

from accounts.models import User
from regions.models import Destination
from shipments.models import (
    DeliveryEvent,
    DeliveryLine,
    EventText,
    PlausibilityWarning,
    Shipment,
    StoredAnswer,
    WarningAnswer,
)
from shipments.models.testimony import TextKind
from shipments.services.answers import answer_of
from shipments.services.book import Balance, LedgerRow
from shipments.services.plausibility import Doubt


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


INSERT_EVENTS = """
INSERT INTO shipments_deliveryevent (key, shipment_id, kind, occurred_at, occurred_on,
    recorded_by_id, place_id, source, surplus, reverses_id, replaces_id, fingerprint)
SELECT n.key, n.shipment_id, n.kind, n.occurred_at, (n.occurred_at AT TIME ZONE n.zone)::date,
    n.recorded_by_id, n.place_id, n.source, n.surplus, n.reverses_id, n.replaces_id, n.fingerprint
FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::timestamptz[], %s::text[], %s::bigint[],
    %s::bigint[], %s::text[], %s::boolean[], %s::bigint[], %s::bigint[], %s::text[])
    WITH ORDINALITY AS n (key, shipment_id, kind, occurred_at, zone, recorded_by_id, place_id,
        source, surplus, reverses_id, replaces_id, fingerprint, place_in_batch)
ORDER BY n.place_in_batch
RETURNING id, key, code, occurred_on, recorded_at
"""
INSERT_LINES = """
INSERT INTO shipments_deliveryline
    (event_id, line_id, outcome, quantity, weight_kg, weight_basis, surplus, scale_kg)
SELECT event_id, line_id, outcome, quantity, weight_kg, weight_basis, surplus, scale_kg
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::numeric[], %s::numeric[], %s::text[],
    %s::numeric[], %s::numeric[]) WITH ORDINALITY
    AS n (event_id, line_id, outcome, quantity, weight_kg, weight_basis, surplus, scale_kg, place)
ORDER BY n.place
"""


def append(entries: Iterable[Entry]) -> None:
    """This will write the entries, in order, and give each its event and its answer.

    Runs inside the caller's transaction; the number of statements does not depend on the
    number of entries.
    """
    written = list(entries)
    if not written:
        return
    insert_events(written)
    insert_lines(written)
    EventText.objects.bulk_create([t for e in written for t in texts_of(e)])
    keep_warnings(written)
    keep_answers(written)


def insert_events(entries: list[Entry]) -> None:
    columns = zip(
        *(
            (
                e.key,
                e.shipment.pk,
                e.kind,
                e.occurred_at,
                e.shipment.operation.time_zone,
                e.by.pk,
                e.place and e.place.pk,
                e.source,
                e.surplus,
                e.reverses and e.reverses.pk,
                e.replaces and e.replaces.pk,
                e.fingerprint,
            )
            for e in entries
        ),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(INSERT_EVENTS, [list(column) for column in columns])
        rows = {row[1]: row for row in cursor.fetchall()}
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


def written_event(entry: Entry) -> DeliveryEvent:
    """This will return the event of an entry that was written."""
    if entry.event is None:
        raise RuntimeError("The entry has not been written yet.")
    return entry.event


def insert_lines(entries: list[Entry]) -> None:
    rows = [
        (
            written_event(e).pk,
            row.line.pk,
            row.outcome,
            row.quantity,
            row.weight_kg,
            row.weight_basis,
            row.surplus,
            row.scale_kg,
        )
        for e in entries
        for row in e.rows
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(INSERT_LINES, [list(column) for column in zip(*rows, strict=True)])


def texts_of(entry: Entry) -> Iterable[EventText]:
    for kind, position, text in entry.words:
        salt = uuid.uuid4()
        yield EventText(
            event=written_event(entry),
            kind=kind,
            position=position,
            text=text,
            salt=salt,
            sha256=hashlib.sha256(f"{salt}{text}".encode()).hexdigest(),
        )


def keep_warnings(entries: list[Entry]) -> None:
    warnings = PlausibilityWarning.objects.bulk_create(
        PlausibilityWarning(
            event=written_event(e), code=d.code, position=d.line, compared=d.compared
        )
        for e in entries
        for d in e.doubts
    )
    remarks = {written_event(e).pk: (e.remarks, e.by) for e in entries}
    WarningAnswer.objects.bulk_create(
        WarningAnswer(warning=w, remark=remarks[w.event_id][0][w.code], answered_by=by)
        for w in warnings
        for by in [remarks[w.event_id][1]]
        if remarks[w.event_id][0].get(w.code, "").strip()
    )


def keep_answers(entries: list[Entry]) -> None:
    """This will build what each sender is told and keep it, so that a retry is told the same."""
    statuses = dict(
        Shipment.objects.filter(pk__in={e.shipment.pk for e in entries}).values_list("pk", "status")
    )
    for entry in entries:
        entry.shipment.status = statuses[entry.shipment.pk]
        entry.answer = answer_of(
            written_event(entry), rows=entry.rows, balances=entry.balances, doubts=entry.doubts
        )
    StoredAnswer.objects.bulk_create(
        StoredAnswer(event=written_event(e), body=e.answer) for e in entries
    )


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
