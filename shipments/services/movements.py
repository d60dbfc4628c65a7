"""Moving a shipment: plan, inspect, dispatch, depart, arrive, cancel, close; and weighing it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from regions.models import Destination
from shipments.models import Shipment, ShipmentLine
from shipments.models.fields import unit_word
from shipments.models.ledger import ACCOUNTED, MILESTONES, EventKind, Outcome
from shipments.models.reports import Movement, Weighing
from shipments.models.testimony import TextKind
from shipments.services.answers import plain
from shipments.services.book import Balance, Book, LedgerRow, open_book
from shipments.services.deliveries import Recorded
from shipments.services.entries import Entry, append, fingerprint, written_event
from shipments.services.judging import (
    MOVES,
    all_of,
    earlier_event,
    known_place,
    known_shipment,
    require_bounds,
    require_decimals,
    require_possible_time,
    require_right,
    require_status,
)
from shipments.services.plausibility import doubts_about_dispatch, doubts_about_time
from shipments.services.refusals import database_refusals, refusal, rule_broken

COUNTS_NOTHING = (
    EventKind.PLANNED,
    EventKind.INSPECTED,
    EventKind.DEPARTED,
    EventKind.ARRIVED,
    EventKind.CLOSED,
    EventKind.CANCELLED,
)


def move_shipment(*, movement: Movement, by: User, source: str, at: datetime) -> Recorded:
    """This will record a step of a shipment, once for each key.

    ``dispatched`` counts every line as sent, with its weight. Raises what refuses it:
    ``unknown_shipment``, ``wrong_status``, ``nothing_to_dispatch``, ``outstanding_remains`` ...
    """
    if movement.kind not in (*COUNTS_NOTHING, EventKind.DISPATCHED):
        raise refusal(
            "kind", "unknown_kind", _("%(kind)s is not a step of a shipment."), kind=movement.kind
        )
    said = asdict(movement)
    del said["answers"], said["key"]
    return once(lambda: record_movement(movement, fingerprint(said), by=by, source=source, at=at))


def once(record: Callable[[], Recorded]) -> Recorded:
    """This will run a recording, again if its key was used between its look and its write."""
    with database_refusals():
        try:
            return record()
        except IntegrityError as error:
            if rule_broken(error) != "shipments_deliveryevent_key_key":
                raise
            return record()


def record_movement(
    movement: Movement, said: str, *, by: User, source: str, at: datetime
) -> Recorded:
    with transaction.atomic():
        entry = opened(movement, said, by=by, source=source, at=at)
        if isinstance(entry, Recorded):
            return entry
        entry.remarks = movement.answers
        return written(entry)


def opened(
    step: Movement | Weighing, said: str, *, by: User, source: str, at: datetime
) -> Entry | Recorded:
    """This will judge a step into an entry to be written; a known key is answered as before."""
    book = open_book(by=by, references=[step.shipment], keys=[step.key], places=[step.place])
    known = earlier_event(book, step.key, said)
    if known is not None:
        return Recorded(known, known.answer.body, replayed=True)
    entry = entry_for_step(book, step, said, source=source, at=at)
    entry.say(TextKind.NOTE, step.note)
    return entry


def written(entry: Entry) -> Recorded:
    append([entry])
    return Recorded(written_event(entry), entry.answer)


def entry_for_step(
    book: Book, step: Movement | Weighing, said: str, *, source: str, at: datetime
) -> Entry:
    kind = step.kind if isinstance(step, Movement) else EventKind.WEIGHED
    shipment = known_shipment(book, step.shipment)
    place = known_place(book, step.place)
    require_right(book.by, kind, shipment, place)
    require_status(shipment, kind)
    require_possible_time(step.occurred_at, at=at)
    balances = book.lines_of(shipment)
    entry = Entry(
        key=step.key,
        shipment=shipment,
        kind=kind,
        occurred_at=step.occurred_at,
        by=book.by,
        source=source,
        fingerprint=said,
        place=book.place_for(place, default_place(shipment, kind)),
        balances=balances,
        doubts=doubts_about_time(shipment, step.occurred_at, at=at, source=source),
    )
    if kind == EventKind.DISPATCHED:
        entry.rows = send(book, balances)
        lines = [balance.line for balance in balances.values()]
        entry.doubts += doubts_about_dispatch(shipment, lines, by=book.by)
    return entry


def default_place(shipment: Shipment, kind: str) -> Destination:
    at_origin = shipment.status in MOVES[EventKind.CANCELLED] or kind == EventKind.DEPARTED
    return shipment.origin if at_origin else shipment.destination


def send(book: Book, balances: dict[int, Balance]) -> list[LedgerRow]:
    """This will count every line as sent; goods carried on must have been received before."""
    if not balances:
        raise refusal(
            "lines", "nothing_to_dispatch", _("The shipment has no lines. Add what it carries.")
        )
    held = {b.line.pk: b for lines in book.balances.values() for b in lines.values()}
    refused = all_of(
        not_received_yet(balance, held[balance.line.from_line_id], by=book.by)
        for balance in balances.values()
        if balance.line.from_line_id and carries_too_much(balance, held)
    )
    if refused:
        raise refused
    return [send_line(balance) for balance in balances.values()]


def carries_too_much(balance: Balance, held: dict[int, Balance]) -> bool:
    earlier = held[balance.line.from_line_id or 0]
    earlier.onward += balance.line.quantity
    return earlier.onward > earlier.counted[Outcome.RECEIVED]


def not_received_yet(balance: Balance, earlier: Balance, *, by: User) -> ValidationError:
    """This will refuse a line; how much is left is said to who may see the earlier shipment."""
    said = {
        "line": balance.line.position,
        "quantity": plain(balance.line.quantity),
        "unit": unit_word(balance.line.unit, balance.line.quantity),
    }
    if not ShipmentLine.objects.visible_to(by).filter(pk=earlier.line.pk).exists():
        return refusal(
            "lines",
            "more_than_received",
            _(
                "Line %(line)s carries on %(quantity)s %(unit)s, more than are there to carry on. "
                "Enter fewer."
            ),
            **said,
        )
    left = earlier.counted[Outcome.RECEIVED] - earlier.onward + balance.line.quantity
    if left > 0:
        sentence = _(
            "Line %(line)s carries on %(quantity)s %(unit)s, but only %(left)s are there to "
            "carry on. Enter %(left)s or fewer."
        )
    else:
        sentence = _(
            "Line %(line)s carries on %(quantity)s %(unit)s, but nothing is there to carry on. "
            "Record first what arrived of the earlier shipment, or remove the line."
        )
    return refusal("lines", "more_than_received", sentence, **said, left=plain(left))


def send_line(balance: Balance) -> LedgerRow:
    row = LedgerRow(
        line=balance.line,
        outcome=Outcome.SENT,
        quantity=balance.line.quantity,
        weight_kg=balance.line.weight_kg,
        weight_basis=balance.line.weight_basis,
    )
    balance.add(row)
    return row


def weigh_shipment(*, weighing: Weighing, by: User, source: str, at: datetime) -> Recorded:
    """This will add weights learned after dispatch to what was recorded without one.

    Kilograms of whole lines, by line number. Refuses ``weight_known`` for a line that left with
    a weight, and ``weight_not_above_zero``.
    """
    said = asdict(weighing)
    del said["key"]
    said["weights"] = {str(line): kg for line, kg in weighing.weights.items()}
    return once(lambda: record_weighing(weighing, fingerprint(said), by=by, source=source, at=at))


def record_weighing(
    weighing: Weighing, said: str, *, by: User, source: str, at: datetime
) -> Recorded:
    with transaction.atomic():
        entry = opened(weighing, said, by=by, source=source, at=at)
        if isinstance(entry, Recorded):
            return entry
        refused = all_of(refusals_of_weights(weighing, entry.balances))
        if refused:
            raise refused
        entry.rows = [
            row
            for line, kg in sorted(weighing.weights.items())
            for row in weigh_line(entry.balances[line], kg)
        ]
        return written(entry)


def refusals_of_weights(weighing: Weighing, balances: dict[int, Balance]) -> list[ValidationError]:
    if not weighing.weights:
        return [refusal("lines", "no_lines", _("Enter the weight of at least one line."))]
    return [
        error
        for line, kg in weighing.weights.items()
        if (error := refusal_of_weight(line, kg, balances.get(line)))
    ]


def refusal_of_weight(line: int, kg: Decimal, balance: Balance | None) -> ValidationError | None:
    field = f"weights/{line}"
    if balance is None:
        return refusal(field, "unknown_line", _("The shipment has no line %(line)s."), line=line)
    if balance.total_kg is not None:
        return refusal(
            field,
            "weight_known",
            _("Line %(line)s left with a weight of %(kg)s kg already."),
            line=line,
            kg=f"{balance.total_kg:f}",
        )
    try:
        require_bounds(field, kg)
        if kg <= 0:
            raise refusal(field, "weight_not_above_zero", _("Enter a weight above zero, in kg."))
        require_decimals(field, kg, 3)
    except ValidationError as error:
        return error
    return None


def weigh_line(balance: Balance, kg: Decimal) -> list[LedgerRow]:
    """This will give the line its weight, and what was counted of it before its share."""
    rows = [weight_row(balance, Outcome.SENT, kg)]
    balance.weighed[Outcome.SENT] = kg
    before = given = Decimal(0)
    for outcome in ACCOUNTED:
        before += balance.counted[outcome]
        share = (balance.weight_upto(before) or Decimal(0)) - given
        given += share
        if balance.counted[outcome]:
            rows.append(weight_row(balance, outcome, share))
    rows += [
        weight_row(balance, outcome, balance.weight_upto(balance.counted[outcome]) or Decimal(0))
        for outcome in MILESTONES
        if balance.counted[outcome]
    ]
    for row in rows[1:]:
        balance.add(row)
    return rows


def weight_row(balance: Balance, outcome: str, kg: Decimal) -> LedgerRow:
    return LedgerRow(
        line=balance.line,
        outcome=outcome,
        quantity=Decimal(0),
        weight_kg=kg,
        weight_basis="weighed",
    )
