"""What drafts name by code, looked up in statements that are planned once a connection."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from accounts.models import User
from regions.models import Destination, Region
from regions.rights import rights_of
from shipments.models import Donor, Item, Operation
from shipments.services.statements import Columns
from text.statements import run

DONOR, ITEM, OPERATION = Columns(Donor), Columns(Item), Columns(Operation)
PLACE, REGION = Columns(Destination), Columns(Region)
# One that was merged stands for what it became.
DONORS = f"""
SELECT named.code, {DONOR.of("d")} FROM shipments_donor AS named
JOIN shipments_donor AS d ON d.id = coalesce(named.merged_into_id, named.id)
WHERE named.code = ANY (%s)"""  # noqa: S608 - only names of columns
ITEMS = f"""
SELECT named.code, {ITEM.of("i")} FROM shipments_item AS named
JOIN shipments_item AS i ON i.id = coalesce(named.merged_into_id, named.id)
WHERE named.code = ANY (%s)"""  # noqa: S608 - only names of columns
PLACES = f"""
SELECT named.code, {PLACE.of("p")}, {REGION.of("r")} FROM regions_destination AS named
JOIN regions_destination AS p ON p.id = coalesce(named.merged_into_id, named.id)
JOIN regions_region AS r ON r.id = p.region_id
WHERE named.code = ANY (%s)"""  # noqa: S608 - only names of columns
OPERATIONS = f"""
SELECT o.code, {OPERATION.of("o")} FROM shipments_operation AS o
WHERE o.code = ANY (%s)"""  # noqa: S608 - only names of columns
UNITS = "SELECT item_id, unit, per_base FROM shipments_itemunit WHERE item_id = ANY (%s)"


def donors_named(codes: Iterable[str], *, by: User) -> dict[str, Donor]:
    rows = run(DONORS, [seen(Donor, codes, by)])
    return {row[0]: DONOR.made(row, 1) for row in rows}


def items_named(codes: Iterable[str], *, by: User) -> dict[str, Item]:
    rows = run(ITEMS, [seen(Item, codes, by)])
    return {row[0]: ITEM.made(row, 1) for row in rows}


def places_named(codes: Iterable[str], *, by: User) -> dict[str, Destination]:
    """This will look up destinations, each with its region."""
    found: dict[str, Destination] = {}
    for row in run(PLACES, [seen(Destination, codes, by)]):
        found[row[0]] = PLACE.made(row, 1)
        found[row[0]].region = REGION.made(row, 1 + PLACE.width)
    return found


def operations_named(code: str, *, by: User) -> dict[str, Operation]:
    rows = run(OPERATIONS, [seen(Operation, [code], by)])
    return {row[0]: OPERATION.made(row, 1) for row in rows}


def units_of(items: Iterable[Item]) -> dict[tuple[int, str], Decimal]:
    """This will read what each unit of the items is worth in their base units."""
    rows = run(UNITS, [[item.pk for item in items]])
    return {(item, unit): per_base for item, unit, per_base in rows}


def seen(model: Any, codes: Iterable[str], by: User) -> list[str]:
    """This will leave out the codes of what the person may not see."""
    given = sorted({code for code in codes if code})
    rights = rights_of(by)
    # Reference data is seen by whoever holds a role, an operation by who holds it there.
    if rights.reads_everywhere or (rights.is_known and model is not Operation):
        return given
    visible = model.objects.visible_to(by).filter(code__in=given)
    return list(visible.values_list("code", flat=True))
