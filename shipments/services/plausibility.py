"""Doubts about what is reported: asked, never a reason to refuse."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from shipments.models import Shipment, ShipmentLine
from shipments.models.fields import KILOGRAMS_IN, unit_word
from shipments.models.ledger import Source
from shipments.models.shipments import Mode
from shipments.services.book import seen_by
from text.dates import format_moment
from text.statements import run

# Most that one vehicle of each mode carries, in tonnes: a four-axle wagon of 70 t, an
# articulated truck of 25 t, an Antonov An-124 of 120 t.
TONNES_A_VEHICLE = {Mode.RAIL: Decimal(70), Mode.ROAD: Decimal(25), Mode.AIR: Decimal(120)}
LATE_AFTER = timedelta(days=14)
# A kg/t slip is a factor of 1,000; a third of the way on a logarithmic scale already is odd.
SLIP = Decimal(100)
SENTENCES = {
    "overloaded_vehicles": gettext_noop(
        "%(tonnes)s t in %(vehicles)s vehicles is %(each)s t each; "
        "one carries at most about %(norm)s t. Is the weight or the number of vehicles wrong?"
    ),
    "weight_far_from_catalogue": gettext_noop(
        "Line %(line)s weighs %(weight_kg)s kg, the catalogue expects about %(expected_kg)s kg. "
        "Were kilograms and tonnes mixed up?"
    ),
    "weight_far_from_siblings": gettext_noop(
        "Line %(line)s weighs %(weight_kg)s kg a unit, other lines of this item "
        "%(sibling_kg)s kg. Were kilograms and tonnes mixed up?"
    ),
    "before_dispatch": gettext_noop(
        "This happened on %(occurred_at)s, before the dispatch on %(dispatched_at)s. "
        "Is the date right?"
    ),
    "more_than_sent": gettext_noop(
        "Line %(line)s: %(accounted)s %(unit)s accounted for, %(sent)s sent. "
        "Was the surplus counted twice?"
    ),
    "waybill_used_before": gettext_noop(
        "Waybill %(number)s of this donor is on another shipment, too. Is it the same consignment?"
    ),
    "entered_late": gettext_noop(
        "This happened %(days)s days before it is entered. Is the date right?"
    ),
    "near_duplicate": gettext_noop(
        "Another event reports about the same quantity at this place on this day. "
        "Is it the same delivery?"
    ),
    "damage_unexplained": gettext_noop(
        "Line %(line)s: %(damaged)s %(unit)s damaged. What damaged them?"
    ),
}

# Compared by programs as they are kept, written for people where a sentence names them.
MOMENTS = {"occurred_at", "dispatched_at"}
# Said only to the sender, who sees the other shipment: readers of the event may not.
NAMED = {
    "waybill_used_before": gettext_noop("It is on %(shipment)s."),
    "near_duplicate": gettext_noop("It is %(event)s of %(shipment)s."),
}


USED_BEFORE = """
SELECT other.number, s.reference
FROM shipments_shipment AS mine
JOIN shipments_transportdocument AS own ON own.shipment_id = mine.id AND own.kind = 'waybill'
JOIN shipments_transportdocument AS other ON other.number = own.number AND other.kind = 'waybill'
JOIN shipments_shipment AS s ON s.id = other.shipment_id
WHERE mine.id = %s AND s.id <> mine.id AND s.donor_id = mine.donor_id AND s.status <> 'cancelled'"""
FIRST = " ORDER BY other.number, s.id LIMIT 1"


@dataclass(frozen=True)
class Doubt:
    """A doubt: a stable code, the line doubted (0 for the whole event), the numbers compared.

    ``other`` names the shipment it was compared with; it is told to the sender and never kept.
    """

    code: str
    compared: dict[str, Any]
    line: int = 0
    other: dict[str, str] = field(default_factory=dict)


def warning_sentence(code: str, compared: Mapping[str, Any]) -> str:
    """This will say a doubt as a question in the reader's language."""
    words = dict(compared)
    if "unit" in words:
        quantity = Decimal(words.get("damaged") or words["accounted"])
        words["unit"] = unit_word(words["unit"], quantity)
    for name in MOMENTS & words.keys():
        words[name] = format_moment(datetime.fromisoformat(words[name]))
    return _(SENTENCES[code]) % words


def sentence_for_sender(doubt: Doubt) -> str:
    """This will say a doubt to the person who sends the event, the other shipment named."""
    sentence = warning_sentence(doubt.code, doubt.compared)
    return f"{sentence} {_(NAMED[doubt.code]) % doubt.other}" if doubt.other else sentence


def number(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.1')).normalize():f}"


def overload(*, kg: Decimal, vehicles: int | None, mode: str) -> Doubt | None:
    """This will doubt a load beyond what vehicles of the mode carry; also for statements."""
    norm = TONNES_A_VEHICLE.get(Mode(mode)) if mode else None
    if not norm or not vehicles or kg / 1000 <= norm * vehicles:
        return None
    tonnes = kg / 1000
    return Doubt(
        "overloaded_vehicles",
        {
            "tonnes": number(tonnes),
            "vehicles": vehicles,
            "each": number(tonnes / vehicles),
            "norm": number(norm),
        },
    )


def doubts_about_dispatch(
    shipment: Shipment, lines: Iterable[ShipmentLine], *, by: User
) -> list[Doubt]:
    """This will doubt a load: too heavy for its vehicles, kg and t mixed up, a waybill twice."""
    lines = list(lines)
    prefetch_related_objects(lines, "item")
    kg = sum((line.weight_kg for line in lines if line.weight_kg), Decimal(0))
    doubts: list[Doubt | None] = [overload(kg=kg, vehicles=shipment.vehicles, mode=shipment.mode)]
    doubts += [slip_against_catalogue(line) for line in lines]
    doubts += slips_against_siblings(lines)
    doubts += waybills_used_before(shipment, by=by)
    return [doubt for doubt in doubts if doubt]


def slip_against_catalogue(line: ShipmentLine) -> Doubt | None:
    unit_kg = line.item.unit_weight_kg
    if not line.weight_kg or not unit_kg or line.unit != line.item.base_unit:
        return None
    expected = unit_kg * line.quantity
    if max(line.weight_kg / expected, expected / line.weight_kg) < SLIP:
        return None
    return Doubt(
        "weight_far_from_catalogue",
        {
            "line": line.position,
            "weight_kg": number(line.weight_kg),
            "expected_kg": number(expected),
        },
        line.position,
    )


def slips_against_siblings(lines: list[ShipmentLine]) -> list[Doubt | None]:
    doubts: list[Doubt | None] = []
    lightest: dict[tuple[int, str], Decimal] = {}
    for line in lines:
        if not line.weight_kg or line.unit in KILOGRAMS_IN:
            continue
        each = line.weight_kg / line.quantity
        least = lightest.setdefault((line.item_id, line.unit), each)
        if max(each / least, least / each) >= SLIP:
            compared = {
                "line": line.position,
                "weight_kg": number(each),
                "sibling_kg": number(least),
            }
            doubts.append(Doubt("weight_far_from_siblings", compared, line.position))
    return doubts


def waybills_used_before(shipment: Shipment, *, by: User) -> list[Doubt]:
    # A doubt names the other shipment, so it is raised only about those that the sender may see.
    seen, params = seen_by(by, [])
    for number_, reference in run(USED_BEFORE + seen + FIRST, [shipment.pk, *params]):
        compared = {"number": number_}
        return [Doubt("waybill_used_before", compared, other={"shipment": reference})]
    return []


def doubts_about_time(
    shipment: Shipment, occurred_at: datetime, *, at: datetime, source: str
) -> list[Doubt]:
    """This will doubt an event before its dispatch, and one that is entered long after.

    Spreadsheets tell of the past: lateness is doubted only where an event is typed in.
    """
    doubts = []
    if shipment.dispatched_at and occurred_at < shipment.dispatched_at:
        # On one clock, the sender's: the two are to be compared by eye.
        dispatched_at = shipment.dispatched_at.astimezone(occurred_at.tzinfo)
        compared = {
            "occurred_at": f"{occurred_at:%Y-%m-%d %H:%M}",
            "dispatched_at": f"{dispatched_at:%Y-%m-%d %H:%M}",
        }
        doubts.append(Doubt("before_dispatch", compared))
    if source != Source.IMPORT and at - occurred_at > LATE_AFTER:
        doubts.append(Doubt("entered_late", {"days": (at - occurred_at).days}))
    return doubts
