"""Two worlds of one shape, and a third of a public operation; each full of its canaries."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from regions.models import Destination, Population, Region
from regions.rights import Role
from shipments.demo.loading import as_owner
from shipments.models import DeliveryEvent, Donor, Item, Operation, Shipment
from shipments.models.reports import DocumentDraft, Movement
from shipments.services import create_shipment, move_shipment, record_delivery
from tests import build
from tests.matrix.canaries import Marks

LONG_AGO = timedelta(days=9)
LATELY = timedelta(hours=2)


@dataclass
class Land:
    """A world: one region with its operation, its people and what they recorded."""

    marks: Marks
    country: Region
    region: Region
    depot: Destination
    hub: Destination
    operation: Operation
    donor: Donor
    item: Item
    omar: User
    shipments: dict[str, Shipment] = field(default_factory=dict)
    events: dict[str, DeliveryEvent] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)

    def word(self, name: str) -> str:
        return f"{self.marks.word}-{name}"


def recorded_at(moment: datetime) -> None:
    """This will let what follows be recorded at a moment; only the owner may say so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('aidtracker.recorded_at', %s, true)", [moment.isoformat()]
        )


def make_land(marks: Marks, *, public: bool = False) -> Land:
    """This will build and commit a world, most of it nine days old, its last event two hours."""
    now = datetime.now(UTC)
    with as_owner(), transaction.atomic():
        recorded_at(now - LONG_AGO)
        land = empty_land(marks, public=public)
        make_shipments(land, now - LONG_AGO)
        recorded_at(now - LATELY)
        land.events["late"] = deliver(land, now - LATELY, marks.late, "late")
        recorded_at(now - timedelta(hours=1))
        make_movements(land, now - timedelta(hours=1))
    return land


def empty_land(marks: Marks, *, public: bool) -> Land:
    big = marks.letter.upper()
    country = build.region(f"X{big}", name=f"area-{marks.letter}")
    region = build.region(f"X{big}-1", name=f"area-{marks.letter} north", parent=country)
    said = "open" if public else marks.word
    operation = build.operation(
        marks.operation,
        name=f"{said} relief",
        contact=f"{said}@example.org",
        public=public,
        embargo_hours=48,
        regions=[country],
    )
    donor = build.donor(f"{marks.common}-donor", name=f"{marks.common} donor")
    item = build.item(
        f"{marks.common}-item",
        name=f"{marks.common} blankets",
        category=build.category(f"area-{marks.letter}-category"),
    )
    Population.objects.create(
        region=region, counted_on="2020-11-20", kind="displaced", people=11, source="area"
    )
    land = Land(
        marks=marks,
        country=country,
        region=region,
        depot=place(marks, "depot", region),
        hub=place(marks, "hub", region, kind="transit_hub"),
        operation=operation,
        donor=donor,
        item=item,
        omar=build.person(
            f"{marks.word}-omar",
            (Role.COORDINATOR, country),
            name=f"{marks.word} Omar",
            email=f"{marks.word}-omar@example.org",
        ),
    )
    land.rows["verifier"] = build.person(
        f"{marks.word}-vera", (Role.VERIFIER, country), name=f"{marks.word} Vera"
    )
    return land


def place(marks: Marks, name: str, region: Region, **given: Any) -> Destination:
    return build.destination(
        f"{marks.common}-{name}".upper(),
        name=f"{marks.common} {name}",
        region=region,
        latitude=marks.latitude,
        longitude=marks.longitude,
        **given,
    )


def make_shipments(land: Land, at: datetime) -> None:
    marks = land.marks
    draft(land, "draft", marks.drafted)
    draft(land, "planned", marks.planned)
    draft(land, "sent", marks.sent)
    move(land, "planned", at, "planned")
    move(land, "sent", at, "planned", "inspected", "dispatched", "departed")
    land.events["received"] = deliver(land, at, marks.received, "received")


def make_movements(land: Land, at: datetime) -> None:
    """This will build shipments in further states, for the verbs that need them."""
    for name, kinds in FURTHER.items():
        draft(land, name, 7)
        move(land, name, at, *kinds)
    # It left long ago and was entered just now: the embargo counts from the entry, too.
    draft(land, "backdated", 7)
    move(land, "backdated", at - LONG_AGO, "planned", "dispatched")
    said = build.report(
        land.shipments["complete"],
        build.counted(1, received=7),
        occurred_at=at,
        note=land.word("note"),
    )
    record_delivery(report=said, by=land.omar, source="api", at=at)
    land.events["dispatched"] = land.shipments["fresh"].events.get(kind="dispatched")


FURTHER = {
    "fresh": ("planned", "dispatched"),
    "complete": ("planned", "dispatched"),
    "cancelled": ("planned", "cancelled"),
}


def draft(land: Land, name: str, quantity: int) -> None:
    marks = land.marks
    weight = {"weight_kg": marks.weight_kg} if name == "sent" else {}
    packages = marks.packages if name == "sent" else None
    line = build.line(
        land.item,
        quantity,
        description=land.word("description"),
        batch=land.word("batch"),
        package_kind="bale",
        packages=packages,
        **weight,
    )
    what = build.draft(
        land.operation,
        land.donor,
        land.depot,
        land.hub,
        line,
        consignor=land.word("consignor"),
        consignee=land.word("consignee"),
        vehicles=marks.vehicles,
        remark=land.word("remark"),
        expected_at=datetime.now(UTC) - timedelta(days=1),
        documents=(DocumentDraft(kind="waybill", number=f"{land.word('waybill')}-{name}"),),
    )
    land.shipments[name] = create_shipment(draft=what, by=land.omar)


def move(land: Land, name: str, at: datetime, *kinds: str) -> None:
    for kind in kinds:
        movement = Movement(
            key=uuid.uuid4(),
            shipment=land.shipments[name].reference,
            kind=kind,
            occurred_at=at,
            note=land.word("note"),
        )
        move_shipment(movement=movement, by=land.omar, source="api", at=at)
    land.shipments[name].refresh_from_db()


def deliver(land: Land, at: datetime, quantity: int, name: str) -> DeliveryEvent:
    said = build.report(
        land.shipments["sent"],
        build.counted(1, received=quantity, reason=land.word("reason")),
        occurred_at=at,
        note=land.word("note"),
        received_by=land.word("team"),
        place=land.hub.code,
    )
    recorded = record_delivery(report=said, by=land.omar, source="api", at=at)
    land.shipments["sent"].refresh_from_db()
    return recorded.event


def make_crossings(a: Land, b: Land) -> dict[str, Shipment]:
    """This will build shipments between the worlds, which both see and each half may record."""
    at = datetime.now(UTC) - timedelta(hours=1)
    with as_owner(), transaction.atomic():
        recorded_at(at)
        everywhere = build.person("both-sides", (Role.COORDINATOR, None))
        between = build.operation("TT21", name="between", regions=[a.country, b.country])
        donor = build.donor("between-donor")
        made = {}
        # What comes in carries on goods that an earlier shipment, not seen from here, brought to b.
        earlier = {"incoming": f"{b.shipments['sent'].reference}/1"}
        for name, origin, to in (("incoming", b.depot, a.hub), ("outgoing", a.depot, b.hub)):
            line = build.line(a.item, 5)
            if name in earlier:
                line = build.line(b.item, 5, from_line=earlier[name], donor=b.donor.code)
            what = build.draft(between, donor, origin, to, line)
            made[f"{name} planned"] = create_shipment(draft=what, by=everywhere)
            made[f"{name} sent"] = create_shipment(draft=what, by=everywhere)
            for key, kinds in (("planned", PLAN), ("sent", SEND)):
                for kind in kinds:
                    step = build.step(made[f"{name} {key}"], kind, occurred_at=at)
                    move_shipment(movement=step, by=everywhere, source="api", at=at)
    return made


PLAN = ("planned",)
SEND = ("planned", "dispatched")
