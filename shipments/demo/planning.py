"""Planning the shipments that the public statements speak of."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from shipments.demo.catalogue import OPERATION
from shipments.demo.journeys import Journey, Stop
from shipments.demo.people import team_of
from shipments.demo.tables import rows
from shipments.models.papers import DocumentKind
from shipments.models.reports import DocumentDraft, LineDraft, ShipmentDraft

HOUR = timedelta(hours=1)


def loads_by_shipment() -> dict[str, list[LineDraft]]:
    """This will read what each documented shipment carries: shipment -> lines."""
    loads: dict[str, list[LineDraft]] = {}
    for row in rows("loads"):
        line = LineDraft(
            item=row["item"],
            quantity=Decimal(row["quantity"]),
            unit=row["unit"],
            weight_kg=Decimal(row["kg"]) if row["kg"] else None,
            weight_basis="declared" if row["kg"] else "",
            description=row["description"],
        )
        loads.setdefault(row["shipment"], []).append(line)
    return loads


def journey(
    name: str,
    origin: str,
    destination: str,
    mode: str,
    vehicles: int,
    lines: Iterable[LineDraft],
    left_at: datetime,
    due_at: datetime,
    *,
    legs: tuple[Stop, ...] = (),
    remark: str = "",
    reference: str = "",
) -> Journey:
    """This will plan a documented shipment the day before it left."""
    teams, regions = team_of(), {row["code"]: row["region"] for row in rows("destinations")}
    planned_at = left_at - 20 * HOUR
    draft = ShipmentDraft(
        operation=OPERATION,
        donor="mchs",
        origin=origin,
        destination=destination,
        mode=mode,
        consignor="EMERCOM of Russia",
        consignee="Centre for humanitarian reaction",
        vehicles=vehicles,
        planned_at=left_at,
        expected_at=due_at,
        remark=remark,
        reference=reference,
        lines=tuple(lines),
        documents=(DocumentDraft(kind=DocumentKind.WAYBILL, number=f"EM-{name.upper()}"),),
    )
    told = Journey(
        name=name,
        draft=draft,
        created_at=planned_at,
        sender=team_of_region(teams, regions[origin]),
        receiver=team_of_region(teams, regions[destination]),
        legs=legs,
    )
    told.move("planned", planned_at, late=0.2)
    return told


def team_of_region(teams: dict[str, str], region: str) -> str:
    """This will name the team of a region, or of what lies around it."""
    around = {row["code"]: row["parent"] for row in rows("regions")}
    while region not in teams:
        region = around[region]
    return teams[region]
