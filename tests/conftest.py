"""What all tests share: the database, and the cast."""

import gc
from dataclasses import dataclass
from typing import Any

import pytest
from django.template import Template
from django.test import utils

from accounts.models import User
from regions.models import Destination, Region
from regions.rights import Role
from shipments.models import Donor, Item, Operation, Shipment
from shipments.models.reports import LineDraft
from tests import build

pytest_plugins = ["tests.database", "tests.forking", "tests.programs"]


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end, so the collector need not walk it each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


DRAW = getattr(Template, "_render")  # noqa: B009 - the stubs do not know it


@pytest.fixture(scope="session", autouse=True)
def _pages_are_not_copied(django_test_environment: None) -> None:
    """Django copies the context of every template that a page draws, which is a tenth of a page."""
    setattr(Template, "_render", DRAW)  # noqa: B010 - the stubs do not know it


@pytest.fixture
def contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the test look at the context of what was drawn."""
    copying = utils.instrumented_test_render  # type: ignore[attr-defined]
    monkeypatch.setattr(Template, "_render", copying)


@dataclass
class World:
    """Two regions of one country, a depot in the south, a hub in the north, and goods."""

    country: Region
    north: Region
    south: Region
    depot: Destination
    hub: Destination
    operation: Operation
    donor: Donor
    blankets: Item
    wood: Item

    def sent(self, quantity: object = 420, **given: Any) -> Shipment:
        """This will build a shipment of blankets that left the depot for the hub."""
        line = build.line(self.blankets, quantity)
        return self.shipment(line, **given)

    def shipment(self, *lines: LineDraft, sent: bool = True, **given: Any) -> Shipment:
        by = User.objects.get(username="omar")
        what = build.draft(self.operation, self.donor, self.depot, self.hub, *lines, **given)
        return build.shipment(what, by=by, sent=sent)


@pytest.fixture
def world(db: None) -> World:
    country = build.region("AA", name="Country")
    north = build.region("AA-N", name="North", parent=country)
    south = build.region("AA-S", name="South", parent=country)
    made = World(
        country=country,
        north=north,
        south=south,
        depot=build.destination("SOUTH-DEPOT", name="South depot", region=south),
        hub=build.destination("NORTH-HUB", name="North hub", region=north, kind="transit_hub"),
        operation=build.operation(regions=[country]),
        donor=build.donor("mchs", name="Ministry of Emergencies", kind="government"),
        blankets=build.item("blanket", name="Wool blanket", unit_weight_kg="1.5"),
        wood=build.item("wood", name="Construction wood", base_unit="m3"),
    )
    build.person("omar", (Role.COORDINATOR, country), name="Omar, head of logistics")
    return made


@pytest.fixture
def omar(world: World) -> User:
    """Head of logistics: coordinates the whole country."""
    return User.objects.get(username="omar")


@pytest.fixture
def amina(world: World) -> User:
    """Field officer: coordinates the north."""
    return build.person("amina", (Role.COORDINATOR, world.north), name="Amina")


@pytest.fixture
def chen(world: World) -> User:
    """Analyst: reads everything, writes nothing."""
    return build.person("chen", (Role.ANALYST, None), name="Chen")


@pytest.fixture
def ada(world: World) -> User:
    """Admin: keeps people and reference data in order."""
    return build.person("ada", (Role.ADMIN, None), name="Ada")


@pytest.fixture
def stranger(world: World) -> User:
    """Signed in, holds no role."""
    return build.person("stranger")
