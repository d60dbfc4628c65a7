"""The shipments behind the public statements: convoys, the batch of 25 November, the trains.

Dates, vehicles and the totals in tonnes are those of the statements, and so are the quantities
named in them. How they were spread over shipments and lines is illustrative.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from shipments.demo.catalogue import OPERATION
from shipments.demo.journeys import Journey, Stop, line_of, local
from shipments.demo.people import team_of
from shipments.demo.tables import rows
from shipments.models.papers import DocumentKind
from shipments.models.reports import DocumentDraft, LineDraft, LineReport, ShipmentDraft

HOUR = timedelta(hours=1)


def documented_journeys() -> list[Journey]:
    """This will tell the journeys that the statements speak of, in the order they were planned."""
    loads = loads_by_shipment()
    trains = railway_journeys(loads)
    return [
        *convoys(loads),
        *batch_of_november(loads),
        *trains.values(),
        impossible_wagons(loads),
        *trucks_from_the_railhead(trains),
    ]


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


def convoys(loads: dict[str, list[LineDraft]]) -> list[Journey]:
    """This will tell of 45 t in five vehicles, and of 300 t in thirty trucks, split in two."""
    first = journey(
        "convoy-1",
        "YEREVAN-WAREHOUSE",
        "STEPANAKERT-HUB",
        "road",
        5,
        loads["convoy-1"],
        local(11, 20, 7),
        local(11, 21, 12),
        legs=(Stop("YEREVAN-WAREHOUSE", "GORIS-HUB"), Stop("GORIS-HUB", "STEPANAKERT-HUB")),
    )
    first.move("dispatched", local(11, 20, 7), late=0.5)
    first.move("arrived", local(11, 21, 10, 30), late=0.5)
    first.receive_all(local(11, 21, 14), late=3, received_by="Hub team")
    first.move("closed", local(11, 23, 9))
    second = [split_convoy(loads, *part) for part in SPLIT]
    return [first, *second]


SPLIT = (("convoy-2a", "STEPANAKERT-HUB", 18, 17), ("convoy-2b", "SHUSHI-DP", 12, 19))


def split_convoy(
    loads: dict[str, list[LineDraft]], name: str, destination: str, trucks: int, hour: int
) -> Journey:
    told = journey(
        name,
        "YEREVAN-WAREHOUSE",
        destination,
        "road",
        trucks,
        loads[name],
        local(11, 24, 5),
        local(11, 24, 20),
        remark="Part of the second convoy of 30 trucks.",
    )
    told.move("dispatched", local(11, 24, 5), late=0.5)
    told.move("arrived", local(11, 24, hour), late=0.5)
    report = told.whole()
    # Panes break on mountain roads: the glass is line 4.
    broken = Decimal(24)
    report[3] = LineReport(
        line=4, received=told.lines[3].quantity - broken, damaged=broken, reason="broken panes"
    )
    told.deliver(local(11, 24, hour) + 3 * HOUR, report, late=12, received_by="Unloading team")
    return told


BATCH = (
    ("batch-materials", "Construction materials"),
    ("batch-heaters", "Heaters and stoves"),
    ("batch-appliances", "Household appliances"),
    ("batch-equipment", "Equipment of the relief team"),
)


def batch_of_november(loads: dict[str, list[LineDraft]]) -> list[Journey]:
    """This will tell of the batch delivered on Wednesday 25 November 2020."""
    return [batch_part(loads[name], name, remark) for name, remark in BATCH]


def batch_part(lines: list[LineDraft], name: str, remark: str) -> Journey:
    told = journey(
        name,
        "NOGINSK-RESCUE-CENTRE",
        "STEPANAKERT-CHR",
        "air",
        1,
        lines,
        local(11, 23, 21),
        local(11, 25, 15),
        legs=(
            Stop("NOGINSK-RESCUE-CENTRE", "YEREVAN-AIRPORT", "aircraft"),
            Stop("YEREVAN-AIRPORT", "STEPANAKERT-CHR", "trucks"),
        ),
        remark=remark,
    )
    told.move(
        "inspected",
        local(11, 23, 11),
        place="NOGINSK-RESCUE-CENTRE",
        note="Personnel and equipment were examined before being sent.",
    )
    told.move("dispatched", local(11, 23, 21), late=0.3)
    told.move("arrived", local(11, 24, 4), place="YEREVAN-AIRPORT", late=0.5, by="yerevan-team")
    told.move("departed", local(11, 25, 5), place="YEREVAN-AIRPORT", late=0.5)
    told.move("arrived", local(11, 25, 13), late=0.3)
    told.receive_all(local(11, 25, 14, 10), late=2.5, received_by="Warehouse team")
    told.move("closed", local(11, 28, 10))
    return told


TRAINS = (
    # name, origin, wagons, left on (December), arrived on, received on, hour of receipt
    ("rail-moscow", "MOSCOW-WAREHOUSE", 3, 12, 17, 17, 15),
    ("rail-noginsk", "NOGINSK-RESCUE-CENTRE", 14, 14, 20, 22, 16),
    ("rail-petersburg", "PETERSBURG-WAREHOUSE", 6, 13, 20, 21, 11),
    ("rail-rostov", "ROSTOV-WAREHOUSE", 6, 14, 18, 18, 6),
    ("rail-nizhny", "NIZHNY-WAREHOUSE", 6, 14, 21, 22, 9),
    ("rail-yekaterinburg", "YEKATERINBURG-WAREHOUSE", 7, 15, 24, 25, 10),
    ("rail-krasnodar", "KRASNODAR-WAREHOUSE", 6, 16, 23, 24, 13),
    ("rail-volgograd", "VOLGOGRAD-WAREHOUSE", 6, 16, 26, 27, 12),
)


def railway_journeys(loads: dict[str, list[LineDraft]]) -> dict[str, Journey]:
    """This will tell of 54 wagons from eight cities with 1,200 t, 35 of them there by 22 December."""
    return {train[0]: train_journey(loads, *train) for train in TRAINS}


def train_journey(
    loads: dict[str, list[LineDraft]],
    name: str,
    origin: str,
    wagons: int,
    left: int,
    arrived: int,
    received: int,
    hour: int,
) -> Journey:
    told = journey(
        name,
        origin,
        "BARDA-RAILHEAD",
        "rail",
        wagons,
        loads[name],
        local(12, left, 10),
        local(12, 23, 18),
        remark="Nine wagons and five platforms." if wagons == 14 else "",
    )
    told.move("dispatched", local(12, left, 10), late=3)
    told.move("arrived", local(12, arrived, max(hour - 4, 2)), late=0.5)
    broken = {
        number: Decimal(140)
        for number, line in enumerate(told.lines, 1)
        if line.item == "window-glass"
    }
    told.deliver(
        local(12, received, hour),
        [
            LineReport(
                line=number,
                received=line.quantity - broken.get(number, 0),
                damaged=Decimal(broken.get(number, 0)),
                reason="broken panes" if number in broken else "",
            )
            for number, line in enumerate(told.lines, 1)
        ],
        late=1,
        received_by="Railhead team",
    )
    return told


def impossible_wagons(loads: dict[str, list[LineDraft]]) -> Journey:
    """This will tell how a press figure was typed in as a waybill, doubted and taken back."""
    told = journey(
        "press-wagons",
        "MOSCOW-WAREHOUSE",
        "BARDA-RAILHEAD",
        "rail",
        3,
        loads["press-wagons"],
        local(12, 17, 8),
        local(12, 23, 18),
        remark="Entered from a press report, not from a waybill.",
    )
    told.move("dispatched", local(12, 17, 9), late=2)
    told.correct(
        1, "The press figure is no waybill: three wagons carry about 66 t.", None, late=20
    )
    told.move("cancelled", local(12, 18, 8), late=0.5)
    return told


TRUCKS = (
    ("trucks-stepanakert", "STEPANAKERT-DP", 5),
    ("trucks-martuni", "MARTUNI-DP", 3),
    ("trucks-martakert", "MARTAKERT-DP", 4),
    ("trucks-askeran", "ASKERAN-DP", 3),
)


def trucks_from_the_railhead(trains: dict[str, Journey]) -> list[Journey]:
    """This will tell of 80 t carried on by 15 trucks on 18 December; they came by rail before."""
    carried: dict[str, list[LineDraft]] = {}
    for row in rows("onward"):
        line = line_of(trains[row["from"]], int(row["line"]), Decimal(row["quantity"]))
        carried.setdefault(row["shipment"], []).append(line)
    return [truck_journey(carried[truck[0]], *truck) for truck in TRUCKS]


def truck_journey(lines: list[LineDraft], name: str, destination: str, trucks: int) -> Journey:
    told = journey(
        name,
        "BARDA-RAILHEAD",
        destination,
        "road",
        trucks,
        lines,
        local(12, 18, 10),
        local(12, 18, 20),
    )
    # Planned the evening before, but written down only when the goods were there.
    told.created_at = local(12, 18, 8)
    told.steps.clear()
    told.move("planned", local(12, 18, 8), late=0.2)
    told.move("dispatched", local(12, 18, 10), late=0.3)
    told.receive_all(local(12, 18, 17), late=4, received_by="Distribution team")
    shared = [
        LineReport(line=number, distributed=(line.quantity * 4 // 5))
        for number, line in enumerate(lines, 1)
    ]
    told.deliver(local(12, 22, 15), shared, kind="distributed", late=5)
    return told
