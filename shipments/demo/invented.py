"""Shipments that nobody reported: illustrative, and the same on every machine."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from shipments.demo.catalogue import OPERATION
from shipments.demo.fates import FATES, ON_THE_WAY, tell
from shipments.demo.journeys import Journey, Stop, local
from shipments.demo.people import team_of
from shipments.demo.planning import team_of_region
from shipments.demo.tables import rows, several
from shipments.models.papers import DocumentKind
from shipments.models.reports import DocumentDraft, LineDraft, ShipmentDraft
from shipments.models.shipments import Mode

SEED = 20201110
FIRST_DAY = local(11, 11, 8)
DAYS = 128
# Tonnes loaded on one vehicle, well below what it could carry.
LOADED = {Mode.ROAD: 14, Mode.RAIL: 25, Mode.AIR: 30}
# The demonstration's own coordinator records part of what comes to these regions.
SHARED_REGIONS = {"AZ-XA", "AZ-SUS", "AZ-XVD", "AZ-XCI", "MARTAKERT"}
VALUES = {"blanket-wool": "9.40", "heater-electric": "31.00", "hygiene-kit": "18.75"}


@dataclass(frozen=True)
class Route:
    """A way that goods took, how long it takes and who gives by it."""

    origin: str
    destination: str
    mode: str
    hours: int
    donors: tuple[str, ...]


class Inventor:
    """Makes up journeys, each from the same sequence of random numbers."""

    def __init__(self) -> None:
        self.random = Random(SEED)  # noqa: S311 - to be repeated, not to be secret
        self.teams = team_of()
        self.region_of = {row["code"]: row["region"] for row in rows("destinations")}
        self.gifts = {row["donor"]: several(row["items"]) for row in rows("gifts")}
        self.parcels = {row["item"]: row for row in rows("parcels")}
        self.items = {row["code"]: row for row in rows("items")}
        self.routes = [
            route_of(row) for row in rows("routes") for _share in range(int(row["share"]))
        ]

    def journeys(self) -> Iterator[Journey]:
        """This will make up the journeys, one for each fate."""
        for number, fate in enumerate(FATES):
            # What is still on its way left late; the rest is spread over the winter.
            first, last = (98, DAYS) if fate in ON_THE_WAY else (0, DAYS - 14)
            day = first + self.random.randrange(last - first)
            at = FIRST_DAY + timedelta(days=day, minutes=self.random.randrange(600))
            journey = self.journey(f"way-{number + 1:03}", at, overdue=fate.overdue)
            tell(journey, fate.kind, self.random, at)
            yield journey

    def journey(self, name: str, at: datetime, *, overdue: bool) -> Journey:
        """This will plan a shipment by one of the routes, leaving at the given moment."""
        route = self.random.choice(self.routes)
        donor = self.random.choice(route.donors)
        lines = tuple(self.lines(donor))
        travel = timedelta(hours=route.hours)
        draft = ShipmentDraft(
            operation=OPERATION,
            donor=donor,
            origin=route.origin,
            destination=route.destination,
            mode=route.mode,
            consignor=f"{self.place(route.origin)} dispatch",
            consignee=f"{self.place(route.destination)} team",
            vehicles=self.vehicles(route.mode, lines),
            planned_at=at,
            expected_at=at + 3 * travel if overdue else None,
            lines=lines,
            documents=self.documents(name, donor),
        )
        region = self.region_of[route.destination]
        receiver = team_of_region(self.teams, region)
        if region in SHARED_REGIONS and self.random.random() < 0.5:
            receiver = "coordinator"
        return Journey(
            name=name,
            draft=draft,
            created_at=at - timedelta(hours=self.random.randrange(20, 60)),
            sender=team_of_region(self.teams, self.region_of[route.origin]),
            receiver=receiver,
            legs=legs_of(route),
        )

    def place(self, code: str) -> str:
        return code.replace("-", " ").title()

    def lines(self, donor: str) -> Iterator[LineDraft]:
        items = self.gifts[donor]
        for item in self.random.sample(items, min(len(items), self.random.choice((1, 2, 2, 3, 4)))):
            yield self.line(item)

    def line(self, item: str) -> LineDraft:
        """This will draft a line; its weight is declared, weighed, estimated or unknown."""
        parcel, known = self.parcels[item], self.items[item]
        low, high, step = (int(parcel[column]) for column in ("low", "high", "step"))
        quantity = self.random.randrange(low, high + 1, step)
        line = LineDraft(item=item, quantity=Decimal(quantity), unit=known["unit"])
        if parcel["package"]:
            packages = math.ceil(quantity / int(parcel["per_package"]))
            line = replace(line, packages=packages, package_kind=parcel["package"])
        if item in VALUES and self.random.random() < 0.4:
            line = replace(line, unit_value=Decimal(VALUES[item]), currency="USD")
        if known["kg"] and self.random.random() < 0.6:
            kg = Decimal(known["kg"]) * quantity * self.random.randrange(950, 1051) / 1000
            basis = self.random.choice(("declared", "declared", "declared", "weighed"))
            return replace(line, weight_kg=max(round(kg), 1) * Decimal(1), weight_basis=basis)
        return line

    def vehicles(self, mode: str, lines: tuple[LineDraft, ...]) -> int | None:
        if mode == Mode.HAND:
            return None
        kg = sum(
            line.weight_kg or line.quantity * Decimal(self.items[line.item]["kg"] or 0)
            for line in lines
        )
        return max(math.ceil(kg / 1000 / LOADED[Mode(mode)]), 1)

    def documents(self, name: str, donor: str) -> tuple[DocumentDraft, ...]:
        number = f"{donor.upper()}-{name[-3:]}"
        papers = [DocumentDraft(kind=DocumentKind.WAYBILL, number=f"WB-{number}")]
        if self.random.random() < 0.5:
            papers.append(DocumentDraft(kind=DocumentKind.PACKING_LIST, number=f"PL-{number}"))
        if self.random.random() < 0.15:
            kind = DocumentKind.GIFT_CERTIFICATE
            papers.append(DocumentDraft(kind=kind, number=f"GC-{number}"))
        return tuple(papers)


def route_of(row: dict[str, str]) -> Route:
    return Route(
        origin=row["origin"],
        destination=row["destination"],
        mode=row["mode"],
        hours=int(row["hours"]),
        donors=tuple(several(row["donors"])),
    )


def legs_of(route: Route) -> tuple[Stop, ...]:
    """This will stop trucks from Yerevan to the south at Goris."""
    south = {"STEPANAKERT-HUB", "MARTAKERT-DP", "SHUSHI-DP", "KAPAN-DP"}
    if route.origin == "YEREVAN-WAREHOUSE" and route.destination in south:
        return (Stop(route.origin, "GORIS-HUB"), Stop("GORIS-HUB", route.destination))
    return ()
