"""An import from upload to done and undone, for each kind of spreadsheet."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile

from accounts.models import User
from shipments.imports.runs import (
    cancel_import,
    change_import,
    confirm_import,
    fix_cells,
    start_import,
    take_step,
    undo_import,
)
from shipments.models import DeliveryEvent, Item, LineBalance, Shipment, StoredAnswer
from shipments.models.imports import ImportRun
from tests import build
from tests.world import World

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def work(run: ImportRun) -> ImportRun:
    """This will do what the worker would, until the run waits for a person."""
    take_step(run_id=run.pk, now=lambda: NOW)
    run.refresh_from_db()
    return run


def upload(text: str, kind: str, by: User, **options: Any) -> ImportRun:
    file = ContentFile(text.encode(), name="sheet.csv")
    return work(start_import(file=file, name="sheet.csv", kind=kind, by=by, at=NOW, **options))


def imported(run: ImportRun, by: User, mode: str = "all_or_nothing") -> ImportRun:
    return work(confirm_import(run=run, mode=mode, by=by, at=NOW))


def sheet(*rows: str) -> str:
    return "\n".join(rows) + "\n"


def deliveries(shipment: Shipment, *rows: str) -> str:
    head = "Shipment,Line,Date,Received,Damaged,Lost,Reason,GRN"
    return sheet(head, *(f"{shipment.reference},{row}" for row in rows))


def test_a_sheet_of_deliveries_is_checked_imported_and_undone(world: World, amina: User) -> None:
    shipment = world.sent()
    run = upload(
        deliveries(shipment, "1,2020-11-25,380,20,,wet,G-1", "1,2020-11-26,10,,,,G-2"),
        "deliveries",
        amina,
    )
    assert (run.status, run.detail) == ("checked", "")
    assert run.counts["ready"] + run.counts["warning"] == run.counts["rows"] == 2
    assert not DeliveryEvent.objects.filter(kind="received").exists()
    run = imported(run, amina)
    assert (run.status, run.created) == ("done", {"events": 2, "replaced": 0})
    balance = LineBalance.objects.get(line__shipment=shipment)
    assert (balance.received, balance.damaged, balance.outstanding) == (390, 20, 10)
    run = work(undo_import(run=run, by=run.sender, at=NOW))
    assert run.status == "undone"
    balance.refresh_from_db()
    assert (balance.received, balance.damaged) == (0, 0)


def test_the_same_sheet_with_rows_appended_records_only_the_new_ones(
    world: World, amina: User
) -> None:
    shipment = world.sent()
    first = ["1,2020-11-25,100,,,,G-1", "1,2020-11-26,50,,,,"]
    imported(upload(deliveries(shipment, *first), "deliveries", amina), amina)
    again = upload(deliveries(shipment, *first, "1,2020-11-27,7,,,,G-3"), "deliveries", amina)
    assert (again.counts["already_here"], again.counts["ready"] + again.counts["warning"]) == (2, 1)
    imported(again, amina)
    assert LineBalance.objects.get(line__shipment=shipment).received == 157


def test_what_is_wrong_is_said_at_its_cell_and_can_be_fixed_in_place(
    world: World, amina: User
) -> None:
    shipment = world.sent()
    run = upload(
        deliveries(shipment, "1,2020-11-25,many,,,,G-1", "1,2020-11-25,999,,,,G-2"),
        "deliveries",
        amina,
    )
    said = {p["cell"]: p["code"] for row in run.rows.all() for p in row.problems}
    assert said == {"D2": "not_a_number", "D3": "more_than_outstanding"}
    with pytest.raises(ValidationError, match="need fixing"):
        confirm_import(run=run, mode="all_or_nothing", by=amina, at=NOW)
    run = work(fix_cells(run=run, fixes={"D2": "100", "D3": "200"}, by=run.sender))
    assert run.counts["error"] == 0
    assert imported(run, amina).status == "done"


def test_good_rows_are_imported_on_request_and_every_row_has_an_outcome(
    world: World, amina: User
) -> None:
    shipment = world.sent()
    run = upload(
        deliveries(shipment, "1,2020-11-25,100,,,,G-1", "9,2020-11-25,5,,,,G-2", ",,,,,,"),
        "deliveries",
        amina,
    )
    run = imported(run, amina, "good_rows")
    outcomes = {k: v for k, v in run.counts.items() if v and k != "rows"}
    assert sum(outcomes.values()) == run.counts["rows"]
    assert (outcomes["applied"], outcomes["rejected"]) == (1, 1)


def test_the_balance_runs_on_through_the_rows_of_a_sheet(world: World, amina: User) -> None:
    shipment = world.sent(100)
    rows = [f"1,2020-11-25,60,,,,G-{number}" for number in range(2)]
    run = upload(deliveries(shipment, *rows), "deliveries", amina)
    assert (run.counts["ready"] + run.counts["warning"], run.counts["error"]) == (1, 1)


def test_rows_recorded_by_others_meanwhile_take_the_whole_import_back(
    world: World, amina: User
) -> None:
    from tests.build import receive

    shipment = world.sent(100)
    run = upload(deliveries(shipment, "1,2020-11-25,60,,,,G-1"), "deliveries", amina)
    receive(shipment, by=amina, received=90)
    run = imported(run, amina)
    assert run.status == "failed"
    assert run.detail
    assert LineBalance.objects.get(line__shipment=shipment).received == 90


def test_a_packing_list_becomes_shipments_with_lines(world: World, omar: User) -> None:
    text = sheet(
        "Waybill,Operation,Donor,Origin,Destination,Mode,Item,Quantity,Unit",
        "RU-1,KA20,Ministry of Emergencies,South depot,North hub,road,Wool blanket,400,pcs",
        "RU-1,KA20,Ministry of Emergencies,South depot,North hub,road,Construction wood,12.5,m3",
        "RU-2,KA20,mchs,SOUTH-DEPOT,NORTH-HUB,road,blanket,100,piece",
    )
    run = upload(text, "packing_list", omar)
    assert (run.status, run.values, run.counts["error"]) == ("checked", [], 0)
    assert not Shipment.objects.exists()
    run = imported(run, omar)
    assert run.created == {"shipments": 2, "lines": 3, "events": 2, "replaced": 0}
    assert set(Shipment.objects.values_list("status", flat=True)) == {"planned"}
    again = upload(text, "packing_list", omar)
    assert again.counts["already_here"] == 3
    run = work(undo_import(run=run, by=run.sender, at=NOW))
    assert set(Shipment.objects.values_list("status", flat=True)) == {"cancelled"}


def test_unknown_words_are_asked_once_and_remembered(world: World, omar: User) -> None:
    text = sheet(
        "Waybill,Operation,Donor,Origin,Destination,Mode,Item,Quantity,Unit",
        "RU-1,KA20,mchs,South depot,North hub,road,Quilt,400,pcs",
        "RU-2,KA20,mchs,South depot,North hub,road,Quilt,400,pcs",
    )
    run = upload(text, "packing_list", omar)
    assert [(v["target"], v["found"], v["rows"]) for v in run.values] == [("item", "Quilt", 2)]
    run = work(change_import(run=run, by=omar, choices={"item": {"Quilt": "blanket"}}))
    assert (run.values, run.counts["error"]) == ([], 0)
    again = upload(text.replace("RU-", "RV-"), "packing_list", omar)
    assert again.values == []


def test_items_come_in_once_and_a_weight_of_zero_is_unknown(world: World, ada: User) -> None:
    category = world.blankets.category.code
    text = sheet(
        "Code,Name,Category,Unit,Weight (kg)",
        f"heater,Space heater,{category},pcs,125",
        f"stove,Gas stove,{category},pcs,0",
    )
    imported(upload(text, "items", ada), ada)
    weights = Item.objects.filter(code__in=["heater", "stove"]).order_by("code")
    assert list(weights.values_list("unit_weight_kg", flat=True)) == [125, None]
    assert upload(text, "items", ada).counts["already_here"] == 2


def test_an_analyst_may_not_import(world: World, chen: User) -> None:
    with pytest.raises(PermissionDenied):
        upload("a,b\n1,2\n", "deliveries", chen)


def test_a_cancelled_import_records_nothing(world: World, amina: User) -> None:
    run = upload(deliveries(world.sent(), "1,2020-11-25,1,,,,G-1"), "deliveries", amina)
    assert cancel_import(run=run, by=run.sender).status == "cancelled"


def test_a_file_nobody_can_read_fails_with_a_sentence(world: World, amina: User) -> None:
    file = ContentFile(b"PK\x03\x04 broken", name="x.xlsx")
    run = start_import(file=file, name="x.xlsx", kind="deliveries", by=amina, at=NOW)
    run = work(run)
    assert run.status == "failed"
    assert run.detail.endswith(".")


def test_the_stored_answer_of_a_row_tells_of_the_line_that_it_counts(
    world: World, omar: User
) -> None:
    shipment = world.shipment(build.line(world.blankets, 10), build.line(world.wood, 5))
    imported(upload(deliveries(shipment, "2,2020-11-25,3,,,,G-1"), "deliveries", omar), omar)
    (answer,) = StoredAnswer.objects.filter(event__kind="received")
    assert [row["line"] for row in answer.body["balance"]] == [2]
    assert answer.body["balance"][0]["outstanding"] == "2"
    assert answer.body["shipment_status"] == "partially_received"
