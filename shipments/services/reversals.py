"""Taking back what was recorded: a reversal, and where wanted a replacement, in one step."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from shipments.models import DeliveryEvent, PlausibilityWarning, Shipment, WarningAnswer
from shipments.models.ledger import ACCOUNTED, MILESTONES, EventKind, Outcome
from shipments.models.reports import Reversal
from shipments.models.shipments import Status
from shipments.models.testimony import TextKind
from shipments.services.book import Balance, Book, LedgerRow, open_book
from shipments.services.deliveries import Batch, Recorded, content_of
from shipments.services.entries import Entry, append, fingerprint, mirror, written_event
from shipments.services.judging import earlier_event, known_shipment, require_right
from shipments.services.movements import once
from shipments.services.refusals import refusal


def reverse_event(*, reversal: Reversal, by: User, source: str, at: datetime) -> Recorded:
    """This will take back an event and record what happened instead, both or neither.

    The reversal mirrors the event's lines and weights and carries its time. Refuses
    ``unknown_event``, ``reason_required``, ``not_reversible``, ``already_reversed``,
    ``later_events_depend``, and all that refuses the replacement.
    """
    if not reversal.reason.strip():
        raise refusal("reason", "reason_required", _("Say why the event is taken back."))
    said = {
        "reverses": str(reversal.event),
        "reason": reversal.reason.strip(),
        "replacement": reversal.replacement
        and [str(reversal.replacement.key), content_of(reversal.replacement)],
    }
    return once(lambda: record_reversal(reversal, fingerprint(said), by=by, source=source, at=at))


def visible_event(key: UUID, by: User) -> DeliveryEvent:
    """This will return an event the person may see, or refuse ``unknown_event``."""
    event: DeliveryEvent | None = (
        DeliveryEvent.objects.visible_to(by)
        .filter(key=key)
        .select_related("shipment", "place__region")
        .first()
    )
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
        entry = entry_for_reversal(book, event, reversal, said, source)
        return with_replacement(book, entry, event, reversal, at=at)


def replayed(known: DeliveryEvent) -> Recorded:
    """This will answer a retry: the reversal, and the replacement that came with it."""
    again = (
        DeliveryEvent.objects.filter(replaces=known.reverses_id).select_related("answer").first()
    )
    replacement = again and Recorded(again, again.answer.body, replayed=True)
    return Recorded(known, known.answer.body, replayed=True, replacement=replacement)


def entry_for_reversal(
    book: Book, event: DeliveryEvent, reversal: Reversal, said: str, source: str
) -> Entry:
    shipment = known_shipment(book, event.shipment.reference)
    require_right(book.by, event.kind, shipment, event.place)
    require_reversible(shipment, event)
    rows = mirror(event.lines.select_related("line").order_by("line_id", "id"))
    balances = book.lines_of(shipment)
    for row in rows:
        require_weighed_with_it(row, balances[row.line.position])
        balances[row.line.position].add(row)
        if row.outcome == Outcome.SENT and row.line.from_line_id:
            give_back(book, row.line.from_line_id, row.quantity)
    require_sound(list(balances.values()))
    entry = Entry(
        key=reversal.key,
        shipment=shipment,
        kind=EventKind.REVERSED,
        occurred_at=event.occurred_at,
        by=book.by,
        source=source,
        fingerprint=said,
        place=event.place,
        reverses=event,
        rows=rows,
        balances=balances,
    )
    entry.say(TextKind.REASON, reversal.reason)
    return entry


def give_back(book: Book, line_id: int, quantity: Decimal) -> None:
    for balances in book.balances.values():
        for balance in balances.values():
            if balance.line.pk == line_id:
                balance.onward += quantity


def require_reversible(shipment: Shipment, event: DeliveryEvent) -> None:
    if event.kind == EventKind.REVERSED:
        raise refusal(
            "event",
            "not_reversible",
            _("A reversal cannot be reversed. Record the event again."),
        )
    if DeliveryEvent.objects.filter(reverses=event).exists():
        raise refusal("event", "already_reversed", _("This event is reversed already."))
    if shipment.status == Status.CLOSED and event.kind != EventKind.CLOSED:
        raise refusal(
            "shipment",
            "shipment_closed",
            _("%(reference)s is closed. Reverse its closing first."),
            reference=shipment.reference,
        )
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


def answer_warnings(*, event: UUID, answers: dict[str, str], by: User) -> DeliveryEvent:
    """This will keep what somebody answers to the warnings of an event: warning code to remark.

    Refuses ``unknown_event``, ``unknown_warning`` and ``remark_required``.
    """
    found = visible_event(event, by)
    kind = EventKind.RECEIVED if found.kind == EventKind.REVERSED else found.kind
    require_right(by, kind, shipment_with_places(found), found.place)
    warnings: dict[str, list[PlausibilityWarning]] = {}
    for warning in found.warnings.all():
        warnings.setdefault(warning.code, []).append(warning)
    for code, remark in answers.items():
        if code not in warnings:
            raise refusal(
                f"answers/{code}",
                "unknown_warning",
                _("The event has no warning %(given)s. Its warnings are: %(allowed)s."),
                given=code,
                allowed=", ".join(sorted(warnings)) or "–",
            )
        if not remark.strip():
            raise refusal(f"answers/{code}", "remark_required", _("Write a remark."))
    WarningAnswer.objects.bulk_create(
        WarningAnswer(warning=warning, remark=remark.strip(), answered_by=by)
        for code, remark in answers.items()
        for warning in warnings[code]
    )
    return found


def shipment_with_places(event: DeliveryEvent) -> Shipment:
    shipment: Shipment = Shipment.objects.select_related(
        "origin__region", "destination__region"
    ).get(pk=event.shipment_id)
    return shipment
