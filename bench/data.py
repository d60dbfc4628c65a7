"""Shipments and what befell them, made by chance that falls the same way every time.

Quantities are whole thousandths of a unit and weights whole grams, so that nothing is rounded
but what the program rounds, too.
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from bench.scenery import END, OPERATION, START, ZONE_SECONDS, Scenery
from text.check_digits import make_reference

SIZES = {"smoke": 1_000, "reference": 100_000, "scale": 1_000_000}
# Shipments written in one transaction.
CHUNK = 100_000
NULL = "\\N"
DAY = 86_400
# How many shipments in a hundred get no receipt, one, two ... twelve.
RECEIPTS = (12, 20, 20, 16, 11, 7, 5, 3.4, 2.2, 1.4, 0.9, 0.6, 0.5)
MODES = ("road", "road", "road", "rail", "air")
SOURCES = ("web", "api", "import", "offline")


def shipments_in(size: str) -> int:
    """This will say how many shipments a size has, which is a name or the number itself."""
    return SIZES[size] if size in SIZES else int(size)


def moment(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S+00", time.gmtime(seconds))


def local_day(seconds: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(seconds + ZONE_SECONDS))


def thousandths(value: int) -> str:
    whole, part = divmod(abs(value), 1000)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{part:03d}" if part else f"{sign}{whole}"


@dataclass
class Chunk:
    """Rows of some shipments, as COPY takes them, in the order in which they are written."""

    shipments: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)
    dispatched: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    received: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    reversals: list[str] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)


class Line:
    """A line of a shipment, and how much of it is accounted for."""

    __slots__ = ("accounted", "basis", "given", "pk", "quantity", "step", "weight")

    def __init__(self, pk: int, quantity: int, step: int, weight: int) -> None:
        self.pk, self.quantity, self.step, self.weight = pk, quantity, step, weight
        self.basis = "declared" if weight else "unknown"
        self.accounted = self.given = 0

    def take(self, quantity: int) -> int:
        """This will account for a part and return its grams, from the running total."""
        self.accounted += quantity
        upto = (2 * self.weight * self.accounted + self.quantity) // (2 * self.quantity)
        grams = max(upto - self.given, 0)
        self.given += grams
        return grams


def ledger_row(
    event: int, line: Line, outcome: str, quantity: int, grams: int, surplus: int = 0, sign: int = 1
) -> str:
    weight = thousandths(sign * grams) if line.weight else NULL
    return (
        f"{event}\t{line.pk}\t{outcome}\t{thousandths(sign * quantity)}\t{weight}\t{line.basis}"
        f"\t{thousandths(sign * surplus)}\n"
    )


class Author:
    """Writes shipments one after the other; row ids go on from chunk to chunk."""

    def __init__(self, scenery: Scenery, count: int) -> None:
        self.scenery, self.count = scenery, count
        self.chance = Random(f"aid {count}")
        # Zipf's law: the second gives half as much as the first, the third a third.
        self.zipf = list(accumulate(1 / n for n in range(1, len(scenery.donors) + 1)))
        self.receipts = list(accumulate(RECEIPTS))
        self.line = self.event = 0
        self.chunk = Chunk()

    def chunks(self) -> Iterator[Chunk]:
        for first in range(1, self.count + 1, CHUNK):
            self.chunk = Chunk()
            for number in range(first, min(first + CHUNK, self.count + 1)):
                self.ship(number)
            yield self.chunk

    def ship(self, number: int) -> None:
        chance, scenery = self.chance, self.scenery
        left_at = START + (END - START) * (number - 1) // self.count
        donor = chance.choices(scenery.donors, cum_weights=self.zipf)[0]
        origin, to = chance.choice(scenery.depots), chance.choice(scenery.destinations)
        while to == origin:
            to = chance.choice(scenery.destinations)
        reference = make_reference(OPERATION, number)
        self.chunk.shipments.append(
            f"{number}\t{reference}\t{scenery.operation}\t{donor}\tConsignor {donor}\t"
            f"Consignee {to}\t{origin}\t{to}\t{chance.choice(MODES)}\t{moment(left_at - DAY)}\t"
            f"{moment(left_at + 10 * DAY)}\t\tdraft\t{scenery.recorder}\t"
            f"{moment(left_at - 3 * DAY)}\t{reference.lower()}\n"
        )
        lines = self.load(number, donor)
        self.say("planned", number, origin, left_at - DAY, self.chunk.planned)
        # The newest are still being loaded.
        if number <= self.count * 0.99:
            event = self.say("dispatched", number, origin, left_at, self.chunk.dispatched)
            for line in lines:
                row = ledger_row(event, line, "sent", line.quantity, line.weight)
                self.chunk.sent.append(row)
            self.receive(number, to, left_at, lines)

    def load(self, number: int, donor: int) -> list[Line]:
        chance = self.chance
        lines = []
        for position in range(1, min(20, 1 + int(chance.expovariate(0.31))) + 1):
            item, unit, grams = chance.choice(self.scenery.items)
            step = 1 if unit == "kg" else 1000
            quantity = chance.randint(10_000, 2_000_000) // step * step
            weight = 0 if chance.random() < 0.15 else max(1, quantity * grams // 1000)
            self.line += 1
            line = Line(self.line, quantity, step, weight)
            self.chunk.lines.append(
                f"{self.line}\t{number}\t{position}\t{donor}\t{item}\t\t{thousandths(quantity)}\t"
                f"{unit}\t\t{thousandths(weight) if weight else NULL}\t{line.basis}\t\t\tf\n"
            )
            lines.append(line)
        return lines

    def say(
        self, kind: str, shipment: int, place: int, at: int, rows: list[str], **more: int
    ) -> int:
        """This will write an event that was recorded some hours after it occurred."""
        self.event += 1
        key = f"{self.chance.getrandbits(128):032x}"
        recorded = at + more.get("delay", 0) + self.chance.randint(60, 12 * 3600)
        rows.append(
            f"{self.event}\t{key}\t{shipment}\t{kind}\t{moment(at)}\t{local_day(at)}\t"
            f"{moment(recorded)}\t{self.scenery.recorder}\t{place}\t{self.chance.choice(SOURCES)}\t"
            f"{'t' if more.get('surplus') else 'f'}\t{more.get('reverses', NULL)}\t{key}{key}\n"
        )
        return self.event

    def receive(self, shipment: int, place: int, left_at: int, lines: list[Line]) -> None:
        chance = self.chance
        (count,) = chance.choices(range(len(RECEIPTS)), cum_weights=self.receipts)
        plan = [
            [n for n in range(len(lines)) if n == turn % len(lines) or chance.random() < 0.34]
            for turn in range(count)
        ]
        last = {n: turn for turn, which in enumerate(plan) for n in which}
        at = left_at
        for turn, which in enumerate(plan):
            at += chance.randint(DAY // 4, 3 * DAY)
            parts = [part for n in which for part in self.parts(lines[n], final=last[n] == turn)]
            if parts:
                self.receipt(shipment, place, at, parts)

    def parts(self, line: Line, *, final: bool) -> list[tuple[Line, str, int, int, int]]:
        """This will account for a part of a line: with outcome, quantity, grams and surplus."""
        chance = self.chance
        left = line.quantity - line.accounted
        whole = final and chance.random() < 0.8
        part = left if whole else left * chance.randint(20, 60) // 100 // line.step * line.step
        surplus = max(line.step, part // 50 // line.step * line.step) * (
            whole and chance.random() < 0.02
        )
        if part <= 0:
            return []
        shares = []
        for outcome, share in (("damaged", 0.06), ("lost", 0.01)):
            if chance.random() < share:
                bad = part // 10 // line.step * line.step
                shares += [(outcome, bad)] if bad else []
        good = part - sum(bad for _outcome, bad in shares) + surplus
        made = [(line, "received", good, line.take(good), surplus)]
        return made + [(line, outcome, bad, line.take(bad), 0) for outcome, bad in shares]

    def receipt(
        self, shipment: int, place: int, at: int, parts: list[tuple[Line, str, int, int, int]]
    ) -> None:
        surplus = any(part[4] for part in parts)
        event = self.say("received", shipment, place, at, self.chunk.receipts, surplus=surplus)
        for line, outcome, quantity, grams, beyond in parts:
            row = ledger_row(event, line, outcome, quantity, grams, beyond)
            self.chunk.received.append(row)
        words = f"Warehouse team {place % 7}"
        salt = f"{self.chance.getrandbits(128):032x}"
        digest = hashlib.sha256(f"{salt}{words}".encode()).hexdigest()
        self.chunk.words.append(f"{event}\treceived_by\t0\t{words}\t{salt}\t{digest}\n")
        if self.chance.random() < 0.03:
            rows = self.chunk.reversals
            undo = self.say("reversed", shipment, place, at, rows, reverses=event, delay=2 * DAY)
            for line, outcome, quantity, grams, beyond in parts:
                row = ledger_row(undo, line, outcome, quantity, grams, beyond, sign=-1)
                self.chunk.taken_back.append(row)
