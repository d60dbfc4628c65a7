"""Random histories, written row by row as the owner of the tables so that they can lie in the past.

Many of the moves tried are not allowed: the database refuses them and the history goes on.
"""

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connections, transaction

from accounts.models import User
from regions.models import Destination, Region
from shipments.models import (
    Category,
    DeliveryEvent,
    DeliveryLine,
    Donor,
    Item,
    LineBalance,
    Operation,
    Shipment,
    ShipmentLine,
    Verification,
)
from text.check_digits import make_reference

OWNER = "owner"
START = datetime(2020, 11, 1, tzinfo=UTC)
ZONES = ("Asia/Baku", "America/Caracas", "Pacific/Auckland", "UTC")
# Hours round the turn of months, where zones disagree about the month.
TURNS = [
    datetime(year, month, 1, tzinfo=UTC) + timedelta(hours=hours)
    for year, month in ((2020, 11), (2020, 12), (2021, 1), (2021, 2))
    for hours in (-20, -13, -5, -4, -1, 0, 3, 5, 12, 60, 200)
]
serials = itertools.count(1)
letters = "AEKMT"
ACCOUNTED = ("received", "damaged", "lost", "returned")


@dataclass
class Scenery:
    """Places, donors and items that all histories share."""

    regions: list[Region]
    places: list[Destination]
    donors: list[Donor]
    categories: list[Category]
    items: list[Item]
    recorder: User
    verifier: User


def scenery() -> Scenery:
    country = region("ZZ", None)
    provinces = [region("ZZ-1", country), region("ZZ-2", country)]
    districts = [region(f"ZZ-{n}-A", parent) for n, parent in enumerate(provinces)]
    regions = [country, *provinces, *districts]
    places = [
        Destination.objects.using(OWNER).create(
            code=f"Z-{n}", name=f"Place {n}", kind="warehouse", region_id=regions[n % 5].pk
        )
        for n in range(7)
    ]
    merge(places[5], places[1])
    donors = [
        Donor.objects.using(OWNER).create(
            code=f"z-donor-{n}", name=f"Donor {n}", kind=("ngo", "government", "private")[n % 3]
        )
        for n in range(5)
    ]
    merge(donors[4], donors[0])
    goods = Category.objects.using(OWNER).create(code="z-goods", name="Goods")
    categories = [goods] + [
        Category.objects.using(OWNER).create(code=f"z-cat-{n}", name=f"C {n}", parent_id=goods.pk)
        for n in range(2)
    ]
    items = [
        Item.objects.using(OWNER).create(
            code=f"z-item-{n}",
            name=f"Item {n}",
            category_id=categories[n % 3].pk,
            base_unit=("piece", "kg", "piece", "m3")[n % 4],
        )
        for n in range(6)
    ]
    merge(items[4], items[0])
    people = [
        User.objects.using(OWNER).create(username=f"z-{name}") for name in ("writer", "checker")
    ]
    return Scenery(regions, places, donors, categories, items, *people)


def region(code: str, parent: Region | None) -> Region:
    made: Region = Region.objects.using(OWNER).create(
        code=code, name=code, parent_id=parent.pk if parent else None
    )
    made.refresh_from_db()
    return made


def merge(double: Any, into: Any) -> None:
    change(double, merged_into_id=into.pk)


def operation_code(number: int) -> str:
    return "T" + "".join(letters[int(digit)] for digit in base5(number))


def base5(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 5)
        digits = str(digit) + digits
    return digits or "0"


@dataclass
class History:
    """One operation and what happened in it, as chance would have it."""

    random: Random
    scenery: Scenery
    operation: Operation = field(init=False)
    clock: datetime = START - timedelta(days=10)
    shipments: list[Shipment] = field(default_factory=list)
    recorded: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.operation = Operation.objects.using(OWNER).create(
            code=operation_code(next(serials)),
            name="Random",
            time_zone=self.random.choice(ZONES),
        )

    def write(self, steps: int) -> None:
        for _ in range(self.random.randint(1, 3)):
            self.ship()
        for _ in range(steps):
            self.step()

    def ship(self) -> None:
        origin, destination = self.random.sample(self.scenery.places, 2)
        shipment = Shipment.objects.using(OWNER).create(
            reference=make_reference(self.operation.code, next(serials)),
            operation_id=self.operation.pk,
            donor_id=self.scenery.donors[0].pk,
            origin_id=origin.pk,
            destination_id=destination.pk,
            mode=self.random.choice(["road", "rail"]),
            planned_at=self.random.choice([None, *TURNS]),
            created_by_id=self.scenery.recorder.pk,
            created_at=self.tick(),
        )
        for position in range(1, self.random.randint(1, 3) + 1):
            self.load(shipment, position)
        self.shipments.append(shipment)
        self.attempt(shipment, "planned")
        if self.random.random() < 0.9:
            self.attempt(shipment, "dispatched")

    def load(self, shipment: Shipment, position: int) -> None:
        before = self.carried_on(shipment) if self.random.random() < 0.3 else None
        item = self.random.choice(self.scenery.items)
        weight = self.random.choice([None, Decimal("7.001"), Decimal("0.001"), Decimal(30)])
        ShipmentLine.objects.using(OWNER).create(
            shipment_id=shipment.pk,
            position=position,
            donor_id=before.donor_id if before else self.random.choice(self.scenery.donors).pk,
            from_line_id=before.pk if before else None,
            item_id=before.item_id if before else item.pk,
            unit=before.unit if before else item.base_unit,
            quantity=self.random.randint(1, 3 if before else 9),
            weight_kg=weight,
            weight_basis=self.random.choice(["weighed", "declared", "estimated"])
            if weight
            else "unknown",
            equipment=self.random.random() < 0.15,
        )

    def carried_on(self, shipment: Shipment) -> ShipmentLine | None:
        lines = ShipmentLine.objects.using(OWNER).filter(
            shipment__operation_id=self.operation.pk, balance__received__gt=0
        )
        found: list[ShipmentLine] = list(lines.exclude(shipment_id=shipment.pk).order_by("pk"))
        return self.random.choice([None, *found])

    def step(self) -> None:
        shipment = self.random.choice(self.shipments)
        what = self.random.choice(
            ["received"] * 5
            + ["lost", "returned", "handed_over", "distributed", "weighed"]
            + ["reversed"] * 3
            + ["planned", "dispatched", "closed", "cancelled", "ship", "verified", "verified"]
            + ["rearranged"]
        )
        if what == "ship":
            self.ship()
        elif what == "verified":
            self.verify(shipment)
        elif what == "rearranged":
            self.rearrange()
        else:
            self.attempt(shipment, what)

    def tick(self) -> datetime:
        """The clock of recording: it moves by seconds or by days."""
        self.clock += timedelta(seconds=self.random.choice([1, 3600, 86400, 5 * 86400]))
        self.recorded.append(self.clock)
        return self.clock

    def attempt(self, shipment: Shipment, kind: str) -> None:
        """Record an event, unless the database says that it cannot be."""
        at = self.tick()
        try:
            with transaction.atomic(using=OWNER):
                self.set_clock(at)
                self.record(shipment, kind, at)
                with connections[OWNER].cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except IntegrityError:
            pass

    def set_clock(self, at: datetime) -> None:
        with connections[OWNER].cursor() as cursor:
            cursor.execute(
                "SELECT set_config('aidtracker.recorded_at', %s, true)", [at.isoformat()]
            )

    def record(self, shipment: Shipment, kind: str, at: datetime) -> None:
        before = self.reversible(shipment) if kind == "reversed" else None
        if kind == "reversed" and before is None:
            return
        occurred = self.random.choice([turn for turn in TURNS if turn <= at] or [at])
        occurred = before.occurred_at if before else occurred
        rows = self.rows_of(shipment, kind, before)
        if not rows and kind in ("received", "lost", "returned", "handed_over", "distributed"):
            return
        event = DeliveryEvent.objects.using(OWNER).create(
            key=uuid.UUID(int=self.random.getrandbits(128)),
            shipment_id=shipment.pk,
            kind=kind,
            occurred_at=occurred,
            occurred_on=occurred.astimezone(ZoneInfo(self.operation.time_zone)).date(),
            recorded_by_id=self.scenery.recorder.pk,
            source="api",
            surplus=any(row["surplus"] for row in rows),
            reverses_id=before.pk if before else None,
        )
        DeliveryLine.objects.using(OWNER).bulk_create(
            [DeliveryLine(event_id=event.pk, **row) for row in rows]
        )

    def reversible(self, shipment: Shipment) -> DeliveryEvent | None:
        events = DeliveryEvent.objects.using(OWNER).filter(shipment_id=shipment.pk).effective()
        found: list[DeliveryEvent] = list(events.order_by("pk"))
        return self.random.choice([None, *found])

    def rows_of(
        self, shipment: Shipment, kind: str, before: DeliveryEvent | None
    ) -> list[dict[str, Any]]:
        if before is not None:
            return [
                {
                    "line_id": row.line_id,
                    "outcome": row.outcome,
                    "quantity": -row.quantity,
                    "weight_kg": None if row.weight_kg is None else -row.weight_kg,
                    "weight_basis": row.weight_basis,
                    "surplus": -row.surplus,
                }
                for row in DeliveryLine.objects.using(OWNER).filter(event_id=before.pk)
            ]
        rows: list[dict[str, Any]] = []
        for line in ShipmentLine.objects.using(OWNER).filter(shipment_id=shipment.pk):
            balance = LineBalance.objects.using(OWNER).get(pk=line.pk)
            if kind == "dispatched":
                rows.append(row_of(line, "sent", line.quantity, line.weight_kg))
            elif kind == "weighed":
                rows += self.weighing(line, balance)
            elif kind not in ("planned", "closed", "cancelled"):
                rows += self.accounting(line, balance, kind)
        return rows

    def weighing(self, line: ShipmentLine, balance: LineBalance) -> list[dict[str, Any]]:
        if balance.sent_kg:
            return []
        whole = Decimal(self.random.choice(["12.345", "0.002"]))
        return [
            row_of(line, outcome, Decimal(0), part(whole, getattr(balance, outcome), line))
            | {"weight_basis": "weighed"}
            for outcome in ("sent", *ACCOUNTED, "handed_over", "distributed")
            if getattr(balance, outcome)
        ]

    def accounting(
        self, line: ShipmentLine, balance: LineBalance, kind: str
    ) -> list[dict[str, Any]]:
        """One or two outcomes for a line, mostly within what is outstanding."""
        due = balance.outstanding
        allowed = {"received": ACCOUNTED, "lost": ("lost",), "returned": ("returned",)}
        outcomes = allowed.get(kind, ("received", kind))
        rows = []
        for outcome in self.random.sample(outcomes, min(len(outcomes), self.random.randint(1, 2))):
            most = int(due) + (3 if self.random.random() < 0.1 else 0)
            if outcome in ("handed_over", "distributed"):
                most = int(balance.received)
            if most < 1:
                continue
            quantity = Decimal(self.random.randint(1, most))
            over = Decimal(0)
            if outcome in ACCOUNTED:
                over = max(quantity - due, Decimal(0))
                due = max(due - quantity, Decimal(0))
            weight = part(balance.sent_kg, quantity, line) if balance.sent_kg else None
            rows.append(row_of(line, outcome, quantity, weight) | {"surplus": over})
        return rows

    def verify(self, shipment: Shipment) -> None:
        events = DeliveryEvent.objects.using(OWNER).filter(shipment_id=shipment.pk)
        event = self.random.choice([None, *events.order_by("pk")])
        if event is not None:
            Verification.objects.using(OWNER).create(
                event_id=event.pk,
                level=self.random.choice(["documented", "verified", "disputed", "verified"]),
                verified_by_id=self.scenery.verifier.pk,
                verified_at=self.tick(),
            )

    def rearrange(self) -> None:
        """Change what totals look up when they are read: trees, merges, categories."""
        choose, world = self.random.choice, self.scenery
        what = choose(["category", "tree", "district", "place", "merge", "merge", "merge"])
        if what == "category":
            change(choose(world.items), category_id=choose(world.categories).pk)
        elif what == "tree":
            change(world.categories[2], parent_id=choose(world.categories[:2]).pk)
        elif what == "district":
            district, province = choose(world.regions[3:]), choose(world.regions[:3])
            moved = Region.objects.using(OWNER).get(pk=district.pk)
            moved.parent_id = province.pk
            moved.save(using=OWNER)
        elif what == "place":
            change(choose(world.places), region_id=choose(world.regions).pk)
        else:
            self.merge_or_part()

    def merge_or_part(self) -> None:
        """Merge a donor, an item or a place into another or part them; one hop is all there is."""
        rows: list[Any] = self.random.choice(
            [self.scenery.donors, self.scenery.items, self.scenery.places]
        )
        double, into = self.random.sample(rows, 2)
        try:
            with transaction.atomic(using=OWNER):
                change(double, merged_into_id=self.random.choice([None, into.pk, into.pk]))
        except IntegrityError:
            pass


def change(row: Any, **values: object) -> None:
    type(row).objects.using(OWNER).filter(pk=row.pk).update(**values)


def row_of(
    line: ShipmentLine, outcome: str, quantity: Decimal, weight: Decimal | None
) -> dict[str, Any]:
    return {
        "line_id": line.pk,
        "outcome": outcome,
        "quantity": quantity,
        "weight_kg": weight,
        "weight_basis": line.weight_basis if weight is not None else "unknown",
        "surplus": Decimal(0),
    }


def part(whole: Decimal, quantity: Decimal, line: ShipmentLine) -> Decimal:
    return Decimal(round(whole * quantity / line.quantity, 3))
