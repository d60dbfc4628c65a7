"""Recording deliveries: received, handed over, distributed, returned, lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from shipments.models import DeliveryEvent, Shipment
from shipments.models.ledger import Outcome, Source
from shipments.models.reports import DeliveryReport
from shipments.models.testimony import TextKind
from shipments.services.accounting import COUNTS, account
from shipments.services.answers import plain, warning_of
from shipments.services.book import Book, LedgerRow, open_book
from shipments.services.earlier import EarlierDeliveries
from shipments.services.entries import Entry, append, fingerprint, written_event
from shipments.services.judging import (
    earlier_event,
    known_place,
    known_shipment,
    require_possible_time,
    require_right,
    require_status,
)
from shipments.services.plausibility import (
    Doubt,
    doubts_about_time,
    sentence_for_sender,
)
from shipments.services.refusals import database_refusals, refusal, rule_broken


@dataclass(frozen=True)
class Recorded:
    """An event that stands in the ledger, and what its sender is told.

    ``replayed`` says that it stood there before: the sender's key was known.
    """

    event: DeliveryEvent
    answer: dict[str, Any]
    replayed: bool = False
    replacement: "Recorded | None" = None


@dataclass(frozen=True)
class Refused:
    """A report of a batch that was not recorded, and why."""

    error: ValidationError | PermissionDenied


def record_delivery(*, report: DeliveryReport, by: User, source: str, at: datetime) -> Recorded:
    """This will record one delivery, or raise what refuses it. See ``record_deliveries``."""
    (outcome,) = record_deliveries(reports=[report], by=by, source=source, at=at)
    if isinstance(outcome, Refused):
        raise outcome.error
    return outcome


def record_deliveries(
    *,
    reports: Sequence[DeliveryReport],
    by: User,
    source: str,
    at: datetime,
    atomic: bool = False,
) -> list[Recorded | Refused]:
    """This will record deliveries in one transaction and answer each in its place.

    A refused report leaves the others alone, unless ``atomic``: then nothing is written and the
    rest are refused as ``not_attempted``. A known key with the same content is answered as
    before; with other content it is refused as ``key_reused``. Raises ``busy`` when another
    request holds a lock too long: nothing was recorded then.
    """
    with database_refusals():
        try:
            return record_once(reports, by=by, source=source, at=at, atomic=atomic)
        except IntegrityError as error:
            if rule_broken(error) != "shipments_deliveryevent_key_key":
                raise
            # Somebody used one of the keys between our look and our write: now it is there to see.
            return record_once(reports, by=by, source=source, at=at, atomic=atomic)


def preview_warnings(*, report: DeliveryReport, by: User, at: datetime) -> list[dict[str, Any]]:
    """This will say what would be doubted about a report, and record nothing.

    Raises what would refuse it. Rows are ``{"code", "line", "detail", "compared"}``.
    """
    (tried,) = try_deliveries(reports=[report], by=by, source=Source.WEB, at=at)
    if isinstance(tried, Refused):
        raise tried.error
    return [] if isinstance(tried, Recorded) else tried


def try_deliveries(
    *, reports: Sequence[DeliveryReport], by: User, source: str, at: datetime
) -> list["Recorded | Refused | list[dict[str, Any]]"]:
    """This will judge deliveries as ``record_deliveries`` does, and record nothing.

    What would be recorded answers with its warnings, as ``preview_warnings`` gives them.
    """
    book = open_book(
        by=by,
        references=[r.shipment for r in reports],
        keys=[r.key for r in reports],
        places=[r.place for r in reports],
        lock=False,
    )
    batch = Batch(book, source=source, at=at)
    batch.read_earlier(reports)
    outcomes = [batch.attempt(report) for report in reports]
    return [
        [warning_of(doubt) | {"detail": sentence_for_sender(doubt)} for doubt in o.doubts]
        if isinstance(o, Entry)
        else o
        for o in outcomes
    ]


def record_once(
    reports: Sequence[DeliveryReport], *, by: User, source: str, at: datetime, atomic: bool
) -> list[Recorded | Refused]:
    with transaction.atomic():
        book = open_book(
            by=by,
            references=[r.shipment for r in reports],
            keys=[r.key for r in reports],
            places=[r.place for r in reports],
        )
        batch = Batch(book, source=source, at=at)
        batch.read_earlier(reports)
        outcomes = [batch.attempt(report) for report in reports]
        if atomic and any(isinstance(outcome, Refused) for outcome in outcomes):
            return [o if isinstance(o, Refused) else not_attempted() for o in outcomes]
        append(batch.entries.values())
        return settled(outcomes)


def not_attempted() -> Refused:
    return Refused(
        refusal(
            "key", "not_attempted", _("Not recorded, because another delivery of it was refused.")
        )
    )


class Batch:
    """Reports being judged one after the other against the same page of the ledger."""

    def __init__(self, book: Book, *, source: str, at: datetime) -> None:
        self.book, self.source, self.at = book, source, at
        self.entries: dict[UUID, Entry] = {}
        self.earlier = EarlierDeliveries([], by=book.by)

    def read_earlier(self, reports: Sequence[DeliveryReport]) -> None:
        """This will read the deliveries that new ones may double."""
        new = [r for r in reports if r.key not in self.book.used_keys]
        known = [(self.book.shipments.get(r.shipment), r) for r in new]
        wanted = [
            (
                s,
                self.book.place_for(self.book.places.get(r.place), s.destination),
                local_day(s, r.occurred_at),
            )
            for s, r in known
            if s is not None
        ]
        self.earlier = EarlierDeliveries(wanted, by=self.book.by)

    def attempt(self, report: DeliveryReport) -> "Entry | Recorded | Refused":
        """This will judge one report; what is refused leaves the balances as they were."""
        try:
            return self.judge(report)
        except (ValidationError, PermissionDenied) as error:
            return Refused(error)

    def judge(
        self, report: DeliveryReport, replaces: DeliveryEvent | None = None
    ) -> "Entry | Recorded":
        said = content_of(report)
        known = earlier_event(self.book, report.key, said)
        if known is not None:
            return Recorded(known, known.answer.body, replayed=True)
        if report.key in self.entries:
            return self.again_in_batch(report, said)
        entry = self.entry_for(report, said)
        entry.replaces = replaces
        self.entries[report.key] = entry
        return entry

    def again_in_batch(self, report: DeliveryReport, said: str) -> Entry:
        if self.entries[report.key].fingerprint != said:
            raise refusal("key", "key_reused", _("Two deliveries in this list have the same key."))
        return self.entries[report.key]

    def entry_for(self, report: DeliveryReport, said: str) -> Entry:
        shipment = known_shipment(self.book, report.shipment)
        place = known_place(self.book, report.place)
        require_kind(report)
        require_right(self.book.by, report.kind, shipment, place)
        require_status(shipment, report.kind)
        require_possible_time(report.occurred_at, at=self.at)
        balances = self.book.lines_of(shipment)
        # Judging changes what the report names: the rest of the page is shared, never changed.
        named = {line.line for line in report.lines}
        trial = balances | {at: balances[at].copy() for at in named & balances.keys()}
        rows = account(report, trial)
        balances.update(trial)
        entry = Entry(
            key=report.key,
            shipment=shipment,
            kind=report.kind,
            occurred_at=report.occurred_at,
            by=self.book.by,
            source=self.source,
            fingerprint=said,
            place=self.book.place_for(place, shipment.destination),
            surplus=report.surplus,
            rows=rows,
            remarks=report.answers,
            balances=trial,
        )
        add_words(entry, report)
        entry.doubts = self.doubts_about(entry, report)
        return entry

    def doubts_about(self, entry: Entry, report: DeliveryReport) -> list[Doubt]:
        shipment = entry.shipment
        doubts = doubts_about_time(shipment, entry.occurred_at, at=self.at, source=self.source)
        doubts += [doubt for row in entry.rows for doubt in doubts_about_row(row, entry, report)]
        if entry.place is not None:
            zone_day = local_day(shipment, entry.occurred_at)
            key = (entry.place.pk, shipment.donor_id, zone_day, entry.kind)
            alike = self.earlier.alike(key, entry.rows)
            doubts += [alike] if alike else []
        return list({(doubt.code, doubt.line): doubt for doubt in doubts}.values())


def settled(outcomes: Sequence["Entry | Recorded | Refused"]) -> list[Recorded | Refused]:
    """This will turn written entries into answers; the same key again in a list is a retry."""
    answers: list[Recorded | Refused] = []
    seen: set[UUID] = set()
    for outcome in outcomes:
        if isinstance(outcome, Entry):
            replayed = outcome.key in seen
            seen.add(outcome.key)
            answers.append(Recorded(written_event(outcome), outcome.answer, replayed=replayed))
        else:
            answers.append(outcome)
    return answers


def local_day(shipment: Shipment, moment: datetime) -> date:
    """This will return the day of a moment in the time zone of the shipment's operation."""
    return moment.astimezone(ZoneInfo(shipment.operation.time_zone)).date()


def content_of(report: DeliveryReport) -> str:
    """This will hash what a report says, whoever sent it and by whichever way."""
    # Not asdict, which copies every value: an import says this of each of its rows.
    said = dict(vars(report))
    del said["answers"], said["key"]
    said["lines"] = sorted((dict(vars(line)) for line in report.lines), key=itemgetter("line"))
    return fingerprint(said)


def require_kind(report: DeliveryReport) -> None:
    if report.kind not in COUNTS:
        raise refusal(
            "kind",
            "unknown_kind",
            _("%(kind)s is not a kind of delivery. Use one of: %(allowed)s."),
            kind=report.kind,
            allowed=", ".join(COUNTS),
        )


def add_words(entry: Entry, report: DeliveryReport) -> None:
    entry.say(TextKind.NOTE, report.note)
    entry.say(TextKind.RECEIVED_BY, report.received_by)
    for line in report.lines:
        entry.say(TextKind.REASON, line.reason, line.line)


def doubts_about_row(row: LedgerRow, entry: Entry, report: DeliveryReport) -> list[Doubt]:
    position, unit = row.line.position, row.line.unit
    doubts = []
    if row.surplus:
        balance = entry.balances[position]
        compared = {
            "line": position,
            "unit": unit,
            "accounted": plain(balance.accounted),
            "sent": plain(balance.counted[Outcome.SENT]),
        }
        doubts.append(Doubt("more_than_sent", compared, position))
    said = {line.line: line.reason for line in report.lines}
    if row.outcome == Outcome.DAMAGED and not said.get(position, "").strip():
        compared = {"line": position, "unit": unit, "damaged": plain(row.quantity)}
        doubts.append(Doubt("damage_unexplained", compared, position))
    return doubts
