"""Taking back what was recorded: a reversal, and where wanted a replacement, in one step."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from shipments.models import DeliveryEvent, DeliveryLine, Shipment
from shipments.models.ledger import ACCOUNTED, MILESTONES, EventKind, Outcome
from shipments.models.reports import Reversal
from shipments.models.shipments import Status
from shipments.models.testimony import TextKind
from shipments.services.book import Balance, Book, LedgerRow, open_book
from shipments.services.deliveries import Batch, Recorded, Refused, content_of
from shipments.services.entries import Entry, append, fingerprint, mirror, written_event
from shipments.services.judging import earlier_event, known_shipment, require_right, shipment_closed
from shipments.services.movements import once
from shipments.services.refusals import database_refusals, refusal


def reverse_event(*, reversal: Reversal, by: User, source: str, at: datetime) -> Recorded:
    """This will take back an event and record what happened instead, both or neither.

    The reversal mirrors the event's lines and weights and carries its time. Refuses
    ``unknown_event``, ``reason_required``, ``not_reversible``, ``already_reversed``,
    ``later_events_depend``, and all that refuses the replacement.
    """
    said = said_by(reversal)
    return once(lambda: record_reversal(reversal, said, by=by, source=source, at=at))


def reverse_unless_doubted(
    *, reversal: Reversal, asked: Collection[str], by: User, source: str, at: datetime
) -> Recorded | list[dict[str, Any]]:
    """This will do what ``reverse_event`` does, unless a doubt about the replacement is new.

    ``asked`` are the codes of doubts that the person was asked about. Where another comes up,
    nothing is recorded and the answer is what would be doubted, as ``preview_warnings`` gives it.
    """
    with transaction.atomic():
        done = reverse_event(reversal=reversal, by=by, source=source, at=at)
        new = done.replacement
        if new is None or new.replayed:
            return done
        doubts: list[dict[str, Any]] = new.answer["warnings"]
        if all(doubt["code"] in asked or is_known(doubt, done, new) for doubt in doubts):
            return done
        transaction.set_rollback(True)
    return doubts


def is_known(doubt: dict[str, Any], reversal: Recorded, new: Recorded) -> bool:
    """This will say whether a doubt about a replacement is no news after the event it replaces.

    That it is entered late says nothing where the moment, which a form shows to the minute, stays.
    """
    before: Any = reversal.event.reverses
    if doubt["code"] == "entered_late":
        return bool(abs(new.event.occurred_at - before.occurred_at) < timedelta(minutes=1))
    return bool(before.warnings.filter(code=doubt["code"], compared=doubt["compared"]).exists())


def reverse_events(
    *, reversals: Sequence[Reversal], by: User, source: str
) -> list[Recorded | Refused]:
    """This will take back many deliveries that nothing replaces, and answer each in its place.

    One transaction and a number of statements that does not depend on how many they are; what is
    refused leaves the others alone. Refuses what ``reverse_event`` does.
    """
    if not reversals:
        return []
    with database_refusals(), transaction.atomic():
        events = visible_events([r.event for r in reversals], by)
        book = open_book(
            by=by,
            references=[event.shipment.reference for event in events.values()],
            keys=[r.key for r in reversals],
            places=[],
        )
        taking = TakingBack(book, list(events.values()), source)
        outcomes = [taking.attempt(reversal, events.get(reversal.event)) for reversal in reversals]
        append([outcome for outcome in outcomes if isinstance(outcome, Entry)])
        return [Recorded(written_event(o), o.answer) if isinstance(o, Entry) else o
                for o in outcomes]  # fmt: skip


def said_by(reversal: Reversal) -> str:
    """This will hash what a reversal says; refuses ``reason_required``."""
    if not reversal.reason.strip():
        raise refusal("reason", "reason_required", _("Say why the event is taken back."))
    said = {
        "reverses": str(reversal.event),
        "reason": reversal.reason.strip(),
        "replacement": reversal.replacement
        and [str(reversal.replacement.key), content_of(reversal.replacement)],
    }
    return fingerprint(said)


def visible_events(keys: Sequence[UUID], by: User) -> dict[UUID, DeliveryEvent]:
    found = DeliveryEvent.objects.visible_to(by).filter(key__in=keys)
    return {event.key: event for event in found.select_related("shipment", "place__region")}


def visible_event(key: UUID, by: User) -> DeliveryEvent:
    """This will return an event the person may see, or refuse ``unknown_event``."""
    return known_event(visible_events([key], by).get(key), key)


def known_event(event: DeliveryEvent | None, key: UUID) -> DeliveryEvent:
    if event is None:
        raise refusal(
            "event", "unknown_event", _("The event %(key)s is not among yours."), key=str(key)
        )
    return event


def record_reversal(
    reversal: Reversal, said: str, *, by: User, source: str, at: datetime
) -> Recorded:
    with transaction.atomic():
        event = visible_event(reversal.event, by)
        new = reversal.replacement
        book = open_book(
            by=by,
            references=[event.shipment.reference, *([new.shipment] if new else [])],
            keys=[reversal.key, *([new.key] if new else [])],
            places=[new.place] if new else [],
        )
        known = earlier_event(book, reversal.key, said)
        if known is not None:
            return replayed(known)
        entry = TakingBack(book, [event], source).entry_for(event, reversal, said)
        return with_replacement(book, entry, event, reversal, at=at)


def replayed(known: DeliveryEvent) -> Recorded:
    """This will answer a retry: the reversal, and the replacement that came with it."""
    again = (
        DeliveryEvent.objects.filter(replaces=known.reverses_id).select_related("answer").first()
    )
    replacement = again and Recorded(again, again.answer.body, replayed=True)
    return Recorded(known, known.answer.body, replayed=True, replacement=replacement)


class TakingBack:
    """Reversals being judged one after the other against the same page of the ledger."""

    def __init__(self, book: Book, events: Sequence[DeliveryEvent], source: str) -> None:
        self.book, self.source = book, source
        before = DeliveryEvent.objects.filter(reverses__in=events)
        self.reversed = set(before.values_list("reverses_id", flat=True))
        self.lines: dict[int, list[DeliveryLine]] = {}
        lines = DeliveryLine.objects.filter(event__in=events).select_related("line")
        for line in lines.order_by("line_id", "id"):
            self.lines.setdefault(line.event_id, []).append(line)

    def attempt(
        self, reversal: Reversal, event: DeliveryEvent | None
    ) -> Entry | Recorded | Refused:
        """This will judge one reversal; what is refused leaves the balances as they were."""
        try:
            said = said_by(reversal)
            known = earlier_event(self.book, reversal.key, said)
            if known is not None:
                return replayed(known)
            return self.entry_for(known_event(event, reversal.event), reversal, said)
        except (ValidationError, PermissionDenied) as error:
            return Refused(error)

    def entry_for(self, event: DeliveryEvent, reversal: Reversal, said: str) -> Entry:
        shipment = known_shipment(self.book, event.shipment.reference)
        require_right(self.book.by, event.kind, shipment, event.place)
        require_reversible(shipment, event, reversed_before=event.pk in self.reversed)
        rows = mirror(self.lines.get(event.pk, []))
        balances = self.book.lines_of(shipment)
        held = {row.line.position: balances[row.line.position].copy() for row in rows}
        for row in rows:
            require_weighed_with_it(row, held[row.line.position])
            held[row.line.position].add(row)
        require_sound(list(held.values()))
        balances.update(held)
        for row in rows:
            if row.outcome == Outcome.SENT and row.line.from_line_id:
                give_back(self.book, row.line.from_line_id, row.quantity)
        self.reversed.add(event.pk)
        entry = Entry(
            key=reversal.key,
            shipment=shipment,
            kind=EventKind.REVERSED,
            occurred_at=event.occurred_at,
            by=self.book.by,
            source=self.source,
            fingerprint=said,
            place=event.place,
            reverses=event,
            rows=rows,
            balances=dict(balances),
        )
        entry.say(TextKind.REASON, reversal.reason)
        return entry


def give_back(book: Book, line_id: int, quantity: Decimal) -> None:
    for balances in book.balances.values():
        for balance in balances.values():
            if balance.line.pk == line_id:
                balance.onward += quantity


def require_reversible(shipment: Shipment, event: DeliveryEvent, *, reversed_before: bool) -> None:
    if event.kind == EventKind.REVERSED:
        raise refusal(
            "event",
            "not_reversible",
            _("A reversal cannot be reversed. Record the event again."),
        )
    if reversed_before:
        raise refusal("event", "already_reversed", _("This event is reversed already."))
    if shipment.status == Status.CLOSED and event.kind != EventKind.CLOSED:
        raise shipment_closed(shipment)
    if later_step(shipment, event):
        raise refusal("event", "later_events_depend", LATER)


LATER = _("Later events build on this one. Take those back first, the newest first.")


def later_step(shipment: Shipment, event: DeliveryEvent) -> bool:
    """This will say whether a step was taken that needs the planning or dispatch in question."""
    if event.kind == EventKind.PLANNED:
        return shipment.status != Status.PLANNED
    if event.kind != EventKind.DISPATCHED:
        return False
    return (
        shipment.events.effective()
        .exclude(kind__in=(EventKind.PLANNED, EventKind.INSPECTED, EventKind.DISPATCHED))
        .exists()
    )


def require_weighed_with_it(row: LedgerRow, balance: Balance) -> None:
    """This will refuse to take back a part whose weight came later: the scale counted it in."""
    if row.quantity and row.weight_kg is None and balance.total_kg is not None:
        raise refusal("event", "later_events_depend", LATER)


def require_sound(balances: list[Balance]) -> None:
    """This will refuse a reversal after which a balance could not be: others build on it."""
    for balance in balances:
        counted = balance.counted
        broken = (
            any(quantity < 0 for quantity in counted.values())
            or any(counted[m] > counted[Outcome.RECEIVED] for m in MILESTONES)
            or balance.onward > counted[Outcome.RECEIVED]
            or (balance.total_kg is None and any(balance.weighed[o] for o in ACCOUNTED))
        )
        if broken:
            raise refusal("event", "later_events_depend", LATER)


def with_replacement(
    book: Book, entry: Entry, event: DeliveryEvent, reversal: Reversal, *, at: datetime
) -> Recorded:
    append([entry])
    taken_back = Recorded(written_event(entry), entry.answer)
    if reversal.replacement is None:
        return taken_back
    batch = Batch(book, source=entry.source, at=at)
    outcome = batch.judge(reversal.replacement, replaces=event)
    if isinstance(outcome, Recorded):
        raise refusal("replacement/key", "key_reused", _("The replacement needs a key of its own."))
    append([outcome])
    return Recorded(
        taken_back.event,
        taken_back.answer,
        replacement=Recorded(written_event(outcome), outcome.answer),
    )
