"""What became of the illustrative shipments: from drafts to closed, with all that goes wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TypedDict

from shipments.demo.journeys import Journey
from shipments.models.ledger import EventKind, Source
from shipments.models.reports import LineReport

DAMAGE = ("wet", "crushed in transit", "torn packaging", "frozen", "broken on unloading")
LOSS = (
    "Fell from the truck on the pass, not found.",
    "Spoiled by water and destroyed.",
    "Missing after three counts; the carrier was told.",
)
SHORT_NOTES = ("", "", "", "Counted twice.", "Unloaded in snow.", "Two of the team helped out.")
WHO = ("Warehouse team", "Distribution team", "Night shift", "Village committee", "Store keeper")


class Words(TypedDict):
    """What people add to a report in their own words."""

    note: str
    received_by: str


@dataclass(frozen=True)
class Fate:
    """What becomes of one shipment, and whether it is late by now."""

    kind: str
    overdue: bool = False


# How many shipments meet each fate. Of those on the way only the overdue ones were given a date.
NUMBERS = {
    "draft": 9,
    "planned": 12,
    "cancelled": 11,
    "dispatched": 7,
    "dispatched overdue": 3,
    "in_transit": 8,
    "in_transit overdue": 5,
    "partial": 14,
    "partial overdue": 4,
    "whole": 149,
    "closed": 52,
    "damaged": 34,
    "in_two": 22,
    "lost": 13,
    "returned": 10,
    "surplus": 11,
    "corrected": 12,
    "never_happened": 4,
}
FATES = [
    Fate(kind.removesuffix(" overdue"), kind.endswith("overdue"))
    for kind, number in NUMBERS.items()
    for _each in range(number)
]
ON_THE_WAY = {
    fate for fate in FATES if fate.kind in ("draft", "planned", "dispatched", "in_transit")
}


def tell(journey: Journey, kind: str, random: Random, at: datetime) -> None:
    """This will tell a journey up to where its fate leaves it; it leaves at the given moment."""
    if kind == "draft":
        return
    journey.move(EventKind.PLANNED, journey.created_at + timedelta(minutes=20), late=0.1)
    if kind == "planned":
        return
    if kind == "cancelled":
        journey.move(
            EventKind.CANCELLED, at - timedelta(hours=3), note="The road is closed by snow."
        )
        return
    journey.move(EventKind.DISPATCHED, at, late=random.choice((0.3, 0.5, 1, 2)))
    if kind == "dispatched":
        return
    arrived = at + timedelta(hours=travel(journey, random))
    if kind == "in_transit":
        journey.move(EventKind.DEPARTED, at + timedelta(hours=1))
        return
    if random.random() < 0.2:
        journey.move(EventKind.ARRIVED, arrived, late=0.5)
    ENDINGS[kind](journey, random, arrived + timedelta(hours=random.choice((1, 1, 2, 3))))


def travel(journey: Journey, random: Random) -> float:
    hours = {"hand": 2, "road": 9, "air": 10, "rail": 40}[journey.draft.mode]
    return hours * random.choice((0.8, 1, 1, 1.2, 1.6))


def delay(random: Random) -> float:
    """This will say how many hours pass before somebody finds the time to write it down."""
    return random.choice((0.3, 0.5, 1, 1, 2, 3, 5, 8, 20, 44, 90))


def words(random: Random) -> Words:
    return {"note": random.choice(SHORT_NOTES), "received_by": random.choice(WHO)}


def arrive_whole(journey: Journey, random: Random, at: datetime) -> None:
    source = random.choice((Source.WEB, Source.WEB, Source.OFFLINE, Source.API, Source.IMPORT))
    journey.receive_all(at, late=delay(random), source=source, **words(random))
    weigh_unknown(journey, random, at)
    hand_out(journey, random, at)


def weigh_unknown(journey: Journey, random: Random, at: datetime) -> None:
    """This will put what came without a weight on a scale, now and then."""
    light = {"first-aid-kit": 2, "household-item": 1, "insulation": 4, "firewood": 450}
    weights = {
        number: line.quantity * light[line.item]
        for number, line in enumerate(journey.lines, 1)
        if line.item in light and line.weight_kg is None
    }
    if weights and random.random() < 0.3:
        journey.weigh(at + timedelta(hours=4), weights, note="Weighed on the lorry scale.")


def hand_out(journey: Journey, random: Random, at: datetime) -> None:
    """This will pass goods on to people, where a place does that."""
    place = journey.draft.destination
    if not place.endswith(("-DP", "-HOSPITAL", "-SCHOOL", "-CHR")) or random.random() < 0.35:
        return
    institution = place.endswith(("-HOSPITAL", "-SCHOOL"))
    kind = EventKind.HANDED_OVER if institution else EventKind.DISTRIBUTED
    share = random.choice((1, 1, Decimal("0.5"), Decimal("0.75")))
    given = [
        given_out(report.line, report.received * share // 1, institution)
        for report in journey.whole()
        if report.received * share >= 1
    ]
    moment = at + timedelta(hours=random.randrange(20, 120))
    journey.deliver(moment, given, kind=kind, late=delay(random))


def given_out(line: int, quantity: Decimal, institution: bool) -> LineReport:
    if institution:
        return LineReport(line=line, handed_over=quantity)
    return LineReport(line=line, distributed=quantity)


def close(journey: Journey, random: Random, at: datetime) -> None:
    arrive_whole(journey, random, at)
    closed_at = journey.last_recorded_at + timedelta(hours=random.randrange(10, 60))
    journey.move(EventKind.CLOSED, closed_at)


def arrive_damaged(journey: Journey, random: Random, at: datetime) -> None:
    report = journey.whole()
    number = random.randrange(len(report))
    damaged = part(report[number].received, random)
    report[number] = LineReport(
        line=number + 1,
        received=report[number].received - damaged,
        damaged=damaged,
        reason=random.choice(DAMAGE),
    )
    journey.deliver(at, report, late=delay(random), **words(random))


def part(quantity: Decimal, random: Random) -> Decimal:
    """This will take between a fiftieth and a tenth of a quantity, one at the least."""
    return max(quantity * random.randrange(2, 11) // 100, Decimal(1))


def some(journey: Journey, share: Decimal) -> tuple[list[LineReport], list[LineReport]]:
    """This will part a shipment into what comes first and the rest."""
    first = {r.line: r.received * share // 1 for r in journey.whole()}
    early = [LineReport(line=n, received=quantity) for n, quantity in first.items() if quantity]
    late = [LineReport(line=r.line, received=r.received - first[r.line]) for r in journey.whole()]
    return early, late


def arrive_in_part(journey: Journey, random: Random, at: datetime) -> None:
    early, _late = some(journey, random.choice((Decimal("0.6"), Decimal("0.8"))))
    journey.deliver(at, early, late=delay(random), **words(random))


def arrive_in_two(journey: Journey, random: Random, at: datetime) -> None:
    early, late = some(journey, random.choice((Decimal("0.5"), Decimal("0.7"))))
    journey.deliver(at, early, late=delay(random), note="The second truck broke down.")
    second = at + timedelta(hours=random.randrange(20, 60))
    journey.deliver(second, late, late=delay(random), **words(random))


def lose(journey: Journey, random: Random, at: datetime) -> None:
    report = journey.whole()
    missing = part(report[0].received, random)
    report[0] = LineReport(line=1, received=report[0].received - missing)
    journey.deliver(at, report, late=delay(random), **words(random))
    decided = journey.last_recorded_at + timedelta(days=random.randrange(2, 6))
    lost = LineReport(line=1, lost=missing, reason=random.choice(LOSS))
    journey.deliver(decided, [lost], kind=EventKind.LOST, late=0.3)


def send_back(journey: Journey, random: Random, at: datetime) -> None:
    report = journey.whole()
    wrong = part(report[0].received, random)
    report[0] = LineReport(
        line=1,
        received=report[0].received - wrong,
        returned=wrong,
        reason="Wrong size, sent back with the truck.",
    )
    journey.deliver(at, report, late=delay(random), **words(random))


def arrive_with_more(journey: Journey, random: Random, at: datetime) -> None:
    report = journey.whole()
    beyond = part(report[0].received, random)
    report[0] = LineReport(
        line=1, received=report[0].received + beyond, reason="More on the pallets than on the list."
    )
    journey.deliver(at, report, surplus=True, late=delay(random), received_by=random.choice(WHO))


def correct(journey: Journey, random: Random, at: datetime) -> None:
    early, _late = some(journey, Decimal("0.9"))
    journey.deliver(at, early, late=delay(random), **words(random))
    journey.correct(
        len(journey.steps) - 1,
        "A pallet had been left out of the count.",
        journey.whole(),
        late=random.randrange(3, 40),
    )


def take_back(journey: Journey, random: Random, at: datetime) -> None:
    journey.receive_all(at, late=delay(random), **words(random))
    journey.correct(
        len(journey.steps) - 1, "Entered on the wrong shipment.", None, late=random.randrange(1, 9)
    )


ENDINGS: dict[str, Callable[[Journey, Random, datetime], None]] = {
    "whole": arrive_whole,
    "closed": close,
    "damaged": arrive_damaged,
    "partial": arrive_in_part,
    "in_two": arrive_in_two,
    "lost": lose,
    "returned": send_back,
    "surplus": arrive_with_more,
    "corrected": correct,
    "never_happened": take_back,
}
