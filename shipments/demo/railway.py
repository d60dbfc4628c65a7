"""The trains of December 2020, and the trucks that carried their goods on.

Dates, wagons and tonnes, and the quantities named in them, are those of the public statements. How
they were spread over cities and lines is illustrative.
"""

from decimal import Decimal

from shipments.demo.journeys import Journey, line_of, local
from shipments.demo.planning import journey
from shipments.demo.tables import rows
from shipments.models.reports import LineDraft, LineReport

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
    """This will tell of 54 wagons from eight cities with 1,200 t, 35 there by 22 December."""
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
    told.correct(1, "The press figure is no waybill: three wagons carry about 66 t.", None, late=20)
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
