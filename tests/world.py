"""The world that most tests happen in: built once, and cloned with the database of each process."""

from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from accounts.models import User
from regions.models import Destination, Region
from regions.rights import Role
from shipments.models import Donor, Item, Operation, Shipment
from shipments.models.reports import LineDraft
from tests import build


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


def make_world() -> None:
    """Commit the world, and Omar, who coordinates all of it."""
    country = build.region("AA", name="Country")
    north = build.region("AA-N", name="North", parent=country)
    south = build.region("AA-S", name="South", parent=country)
    build.destination("SOUTH-DEPOT", name="South depot", region=south)
    build.destination("NORTH-HUB", name="North hub", region=north, kind="transit_hub")
    build.operation(regions=[country])
    build.donor("mchs", name="Ministry of Emergencies", kind="government")
    bedding, materials = build.category("bedding"), build.category("materials")
    build.item("blanket", name="Wool blanket", unit_weight_kg="1.5", category=bedding)
    build.item("wood", name="Construction wood", base_unit="m3", category=materials)
    build.person("omar", (Role.COORDINATOR, country), name="Omar, head of logistics")


def the_world() -> World:
    """Give the world as it is when a test begins, to be changed at will."""
    return deepcopy(read_world())


@cache
def read_world() -> World:
    # Every clone of the template holds the same rows.
    return World(
        country=Region.objects.get(code="AA"),
        north=Region.objects.get(code="AA-N"),
        south=Region.objects.get(code="AA-S"),
        depot=Destination.objects.select_related("region").get(code="SOUTH-DEPOT"),
        hub=Destination.objects.select_related("region").get(code="NORTH-HUB"),
        operation=Operation.objects.get(),
        donor=Donor.objects.get(),
        blankets=Item.objects.select_related("category").get(code="blanket"),
        wood=Item.objects.select_related("category").get(code="wood"),
    )
