"""What shipments of the benchmark are made of: places, donors, items and people."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from accounts.models import User
from regions.models import Destination, Grant, Region
from regions.models.places import DestinationKind
from regions.rights import Role
from shipments.models import Category, Donor, Item, Operation
from shipments.models.catalogue import DonorKind

OWNER = "owner"
OPERATION, ZONE = "KA20", "Asia/Yerevan"
# The clock of that zone in the years of the data; it knew no summer time then.
ZONE_SECONDS = 4 * 3600
START = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
END = int(datetime(2023, 1, 1, tzinfo=UTC).timestamp())
COUNTRIES, PROVINCES, DISTRICTS = 3, 27, 120
DESTINATIONS, DEPOTS = 800, 40
DONORS, CATEGORIES, ITEMS = 60, 16, 500
UNITS = ["piece"] * 7 + ["kg"] * 2 + ["kit"]
# By name: where the person's role holds, None for everywhere.
PEOPLE = {
    "everywhere": (Role.COORDINATOR, None),
    "regional": (Role.COORDINATOR, "B1"),
    "reader": (Role.ANALYST, None),
}


@dataclass(frozen=True)
class Scenery:
    """Row ids to choose from; an item comes with its unit and the grams of one, 0 for unknown."""

    operation: int
    donors: list[int]
    depots: list[int]
    destinations: list[int]
    items: list[tuple[int, str, int]]
    recorder: int


def make_scenery() -> Scenery:
    """This will write the reference data of the benchmark into an empty database."""
    places = make_places(make_regions())
    operation = Operation.objects.using(OWNER).create(
        code=OPERATION, name="Benchmark", time_zone=ZONE, contact="desk@example.org"
    )
    operation.regions.set(Region.objects.using(OWNER).filter(level=0))
    return Scenery(
        operation=operation.pk,
        donors=[donor.pk for donor in make_donors()],
        depots=[place.pk for place in places[:DEPOTS]],
        destinations=[place.pk for place in places],
        items=[(i.pk, i.base_unit, int((i.unit_weight_kg or 0) * 1000)) for i in make_items()],
        recorder=make_people()["everywhere"].pk,
    )


def make_regions() -> list[Region]:
    """This will make a tree of countries, provinces and districts, and return the districts."""
    above: list[Region] = []
    made: list[Region] = []
    for level, count in enumerate((COUNTRIES, PROVINCES, DISTRICTS)):
        made = []
        for n in range(count):
            parent = above[n % len(above)] if above else None
            code = f"{parent.code}-{n + 1}" if parent else f"B{n + 1}"
            name = f"{('Country', 'Province', 'District')[level]} {n + 1}"
            made.append(Region.objects.using(OWNER).create(code=code, name=name, parent=parent))
        above = made
    return made


def make_places(districts: list[Region]) -> list[Destination]:
    kinds = DestinationKind.values
    return Destination.objects.using(OWNER).bulk_create(
        Destination(
            code=f"PLACE-{n + 1}",
            name=f"Place of the benchmark {n + 1}",
            kind=kinds[n % len(kinds)],
            region=districts[n % len(districts)],
        )
        for n in range(DESTINATIONS)
    )


def make_donors() -> list[Donor]:
    kinds = DonorKind.values
    return Donor.objects.using(OWNER).bulk_create(
        Donor(code=f"donor-{n + 1}", name=f"Donor of goods {n + 1}", kind=kinds[n % len(kinds)])
        for n in range(DONORS)
    )


def make_items() -> list[Item]:
    chance = Random(20201125)
    categories = Category.objects.using(OWNER).bulk_create(
        Category(code=f"category-{n + 1}", name=f"Family of goods {n + 1}")
        for n in range(CATEGORIES)
    )
    return Item.objects.using(OWNER).bulk_create(
        Item(
            code=f"item-{n + 1}",
            name=f"Article of the catalogue {n + 1}",
            category=categories[n % CATEGORIES],
            base_unit=UNITS[n % len(UNITS)],
            unit_weight_kg=Decimal(1000 if UNITS[n % len(UNITS)] == "kg" else grams(chance)) / 1000,
        )
        for n in range(ITEMS)
    )


def grams(chance: Random) -> int:
    return chance.randint(50, 30_000)


def make_people() -> dict[str, User]:
    people = {}
    for name, (role, within) in PEOPLE.items():
        person = User.objects.using(OWNER).create(username=name, name=name.title())
        region = Region.objects.using(OWNER).get(code=within) if within else None
        Grant.objects.using(OWNER).create(user=person, role=role, region=region)
        people[name] = person
    return people
