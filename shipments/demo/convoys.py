"""The convoys of November and the batch of 25 November 2020.

Dates, vehicles and tonnes are those of the public statements. How they were spread over shipments
and lines is illustrative.
"""

from decimal import Decimal

from shipments.demo.journeys import Journey, Stop, local
from shipments.demo.planning import HOUR, journey
from shipments.models.reports import LineDraft, LineReport


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


def waiting_blankets() -> Journey:
    """This will tell of the shipment in the examples of the API, which nobody has received yet."""
    told = journey(
        "blankets",
        "YEREVAN-WAREHOUSE",
        "STEPANAKERT-HUB",
        "road",
        1,
        [LineDraft(item="blanket-wool", quantity=Decimal(420), unit="piece")],
        local(11, 24, 9),
        local(11, 25, 18),
        remark="The examples of the API record its delivery.",
        reference="KA20-1042-3",
    )
    # Written down before the numbers of the others come as far as its own.
    told.created_at = local(11, 12, 8)
    told.move("dispatched", local(11, 24, 9), late=0.5)
    told.move("arrived", local(11, 25, 12), late=0.5)
    return told
