"""Rows that say something else than what is there: decided, replaced, and taken back."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from regions.models import Population
from regions.rights import Role
from shipments.imports.review import changes_of
from shipments.imports.runs import change_import, confirm_import, undo_import
from shipments.models import DeliveryEvent, ImportRun, Item, LineBalance, Shipment
from shipments.models.testimony import EventText
from tests import build
from tests.shipments.imports.test_round_trips import exported
from tests.shipments.imports.test_runs import NOW, deliveries, imported, sheet, upload, work
from tests.world import World

HEAD = "Waybill,Operation,Donor,Origin,Destination,Mode,Item,Quantity,Unit"
ROUTE = "RU-1,KA20,mchs,South depot,North hub,road"


def decided(run: ImportRun, decisions: dict[str, str], **options: Any) -> ImportRun:
    return work(change_import(run=run, by=run.sender, decisions=decisions, **options))


def outcomes(run: ImportRun) -> dict[str, int]:
    """This will count the rows by outcome, and make sure that these sum to the file."""
    counts = {state: count for state, count in run.counts.items() if count and state != "rows"}
    assert sum(counts.values()) == run.counts["rows"]
    return counts


def quantities(shipment: Shipment) -> list[float]:
    lines = shipment.lines.order_by("position").values_list("quantity", flat=True)
    return [float(quantity) for quantity in lines]


def received(shipment: Shipment) -> int:
    return int(LineBalance.objects.get(line__shipment=shipment).received)


def test_a_delivery_that_changed_waits_for_a_decision_with_what_is_here_and_in_the_file(
    world: World, amina: User
) -> None:
    shipment = world.sent()
    imported(upload(deliveries(shipment, "1,2020-11-25,380,,,,G-1"), "deliveries", amina), amina)
    rows = ("1,2020-11-25,370,10,,wet,G-1", "1,2020-11-26,5,,,,G-2")
    run = upload(deliveries(shipment, *rows), "deliveries", amina)
    assert outcomes(run) == {"changed": 1, "ready": 1}
    (change,) = changes_of(run, 10)
    said = {one["name"]: (one["column"], one["here"], one["file"]) for one in change["differences"]}
    assert said == {
        "received": ("D", "380", "370"), "damaged": ("E", "0", "10"), "reason": ("G", "", "wet"),
    }  # fmt: skip
    with pytest.raises(ValidationError, match="Decide which holds"):
        confirm_import(run=run, mode="all_or_nothing", by=amina, at=NOW)


def test_a_delivery_decided_to_be_replaced_is_reversed_recorded_anew_and_comes_back_by_undo(
    world: World, amina: User
) -> None:
    shipment = world.sent()
    imported(upload(deliveries(shipment, "1,2020-11-25,380,,,,G-1"), "deliveries", amina), amina)
    text = deliveries(shipment, "1,2020-11-25,400,,,,G-1", "1,2020-11-26,5,,,,G-2")
    run = upload(text, "deliveries", amina)
    run = decided(run, {"2": "replace"}, reason="Counted again.")
    assert outcomes(run)["changed"] == 1
    assert received(shipment) == 380
    run = imported(run, amina)
    assert (run.status, outcomes(run)) == ("done", {"applied": 2})
    assert (run.created["events"], run.created["replaced"]) == (3, 1)
    assert received(shipment) == 405
    assert EventText.objects.filter(event__kind="reversed", text="Counted again.").exists()
    again = upload(text, "deliveries", amina)
    assert outcomes(again) == {"already_here": 2}
    run = work(undo_import(run=run, by=amina, at=NOW))
    assert (run.status, received(shipment)) == ("undone", 380)


def test_what_is_to_be_replaced_makes_room_for_the_other_rows(
    world: World, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shipments.imports.runs.applying.CHUNK", 1)
    shipment = world.sent(400)
    imported(upload(deliveries(shipment, "1,2020-11-25,400,,,,G-1"), "deliveries", amina), amina)
    rows = ("1,2020-11-26,100,,,,G-2", "1,2020-11-25,300,,,,G-1")
    run = upload(deliveries(shipment, *rows), "deliveries", amina)
    assert outcomes(run) == {"error": 1, "changed": 1}
    run = decided(run, {"all": "replace"})
    assert "error" not in outcomes(run)
    run = imported(run, amina)
    assert (outcomes(run), received(shipment)) == ({"applied": 2}, 400)


@pytest.mark.parametrize("counted", ["380", "370"])
def test_of_a_delivery_that_the_sender_may_not_see_nothing_is_said_but_that_its_key_is_used(
    world: World, omar: User, counted: str
) -> None:
    event = build.receive(world.sent(), by=omar, received=380).event
    other = build.region("AA-E", name="East", parent=world.country)
    zoe = build.person("zoe", (Role.COORDINATOR, other))
    row = f"{event.key},,1,{event.occurred_at.isoformat()},{counted}"
    text = sheet("key,shipment,line,occurred_at,received", row)
    run = decided(upload(text, "deliveries", zoe), {"all": "replace"})
    assert outcomes(run) == {"changed": 1}
    (row_,) = run.rows.all()
    assert (row_.differences, row_.event_id) == ([], None)
    assert [problem["code"] for problem in row_.problems] == ["key_reused"]
    assert "380" not in str(row_.problems)


def test_what_is_decided_to_be_kept_is_not_imported(world: World, amina: User) -> None:
    shipment = world.sent()
    imported(upload(deliveries(shipment, "1,2020-11-25,380,,,,G-1"), "deliveries", amina), amina)
    text = deliveries(shipment, "1,2020-11-25,400,,,,G-1", "1,2020-11-26,5,,,,G-2")
    run = decided(upload(text, "deliveries", amina), {"all": "keep"})
    assert not run.rows.undecided().exists()
    run = imported(run, amina)
    assert (outcomes(run), received(shipment)) == ({"applied": 1, "rejected": 1}, 385)


def test_a_replacement_that_is_refused_is_said_and_can_be_decided_otherwise(
    world: World, amina: User
) -> None:
    shipment = world.sent(400)
    imported(upload(deliveries(shipment, "1,2020-11-25,380,,,,G-1"), "deliveries", amina), amina)
    run = upload(deliveries(shipment, "1,2020-11-25,900,,,,G-1"), "deliveries", amina)
    run = decided(run, {"2": "replace"})
    assert outcomes(run) == {"error": 1}
    assert [p["code"] for p in run.rows.get().problems] == ["more_than_outstanding"]
    run = decided(run, {"2": "keep"})
    assert outcomes(run) == {"changed": 1}


def test_only_rows_that_differ_can_be_decided(world: World, amina: User) -> None:
    run = upload(deliveries(world.sent(), "1,2020-11-25,380,,,,G-1"), "deliveries", amina)
    for decisions in ({"2": "keep"}, {"9": "keep"}, {"x": "keep"}, {"2": "perhaps"}):
        with pytest.raises(ValidationError):
            change_import(run=run, by=amina, decisions=decisions)


def test_a_row_of_our_own_file_replaces_only_what_it_says(world: World, omar: User) -> None:
    shipment = world.sent(400)
    build.receive(shipment, by=omar, received=300, damaged=20, reason="wet", note="At the gate.")
    content = exported("deliveries", omar, "csv", "").decode().replace(",300,", ",310,")
    run = decided(upload(content, "deliveries", omar), {"all": "replace"})
    run = imported(run, omar)
    assert run.status == "done", run.detail
    balance = LineBalance.objects.get(line__shipment=shipment)
    assert (balance.received, balance.damaged) == (310, 20)
    event = DeliveryEvent.objects.effective().get(kind="received")
    assert {text.text for text in event.texts.all()} == {"wet", "At the gate."}


def test_an_event_taken_back_here_can_be_recorded_again(world: World, amina: User) -> None:
    shipment = world.sent(400)
    run = imported(
        upload(deliveries(shipment, "1,2020-11-25,380,,,,G-1"), "deliveries", amina), amina
    )
    work(undo_import(run=run, by=amina, at=NOW))
    run = upload(deliveries(shipment, "1,2020-11-25,390,,,,G-1"), "deliveries", amina)
    assert outcomes(run) == {"changed": 1}
    imported(decided(run, {"2": "replace"}), amina)
    assert received(shipment) == 390


def test_a_record_that_changed_is_updated_and_restored_by_undo(world: World, ada: User) -> None:
    category = world.blankets.category.code
    head = "Code,Name,Category,Unit,Weight (kg),Other names"
    text = sheet(head, f"heater,Space heater,{category},pcs,125,")
    imported(upload(text, "items", ada), ada)
    text = sheet(head, f"heater,Oil heater,{category},pcs,130,Radiator")
    run = upload(text, "items", ada)
    (change,) = changes_of(run, 10)
    said = {one["name"]: (one["here"], one["file"]) for one in change["differences"]}
    assert said == {
        "name": ("Space heater", "Oil heater"),
        "unit_weight_kg": ("125", "130"),
        "aliases": ([], ["Radiator"]),
    }
    run = imported(decided(run, {"all": "replace"}), ada)
    heater = Item.objects.get(code="heater")
    assert (heater.name, heater.unit_weight_kg, heater.aliases) == ("Oil heater", 130, ["Radiator"])
    assert (run.created["items"], run.created["replaced"]) == (0, 1)
    assert outcomes(upload(text, "items", ada)) == {"already_here": 1}
    run = work(undo_import(run=run, by=ada, at=NOW))
    heater.refresh_from_db()
    assert (heater.name, heater.unit_weight_kg, heater.aliases) == ("Space heater", 125, [])
    assert outcomes(run) == {"taken_back": 1}


def test_undo_leaves_a_record_that_somebody_changed_since(world: World, ada: User) -> None:
    head = "Code,Name,Kind"
    imported(upload(sheet(head, "mid,Medair,ngo"), "donors", ada), ada)
    run = upload(sheet(head, "mid,Medair int.,ngo"), "donors", ada)
    assert run.status == "checked", run.values
    run = imported(decided(run, {"all": "replace"}), ada)
    donor = type(world.donor).objects.get(code="mid")
    donor.name = "Medair Armenia"
    donor.save()
    run = work(undo_import(run=run, by=ada, at=NOW))
    donor.refresh_from_db()
    assert (donor.name, outcomes(run)) == ("Medair Armenia", {"kept": 1})


def test_a_population_figure_that_changed_is_updated_and_restored(world: World, ada: User) -> None:
    head = "Region,Date,Kind,People,Source"
    region = world.north.code
    imported(
        upload(sheet(head, f"{region},2020-11-30,displaced,1200,Gov"), "populations", ada), ada
    )
    run = upload(sheet(head, f"{region},2020-11-30,displaced,1300,Gov"), "populations", ada)
    assert outcomes(run) == {"changed": 1}
    run = imported(decided(run, {"all": "replace"}), ada)
    assert Population.objects.get().people == 1300
    work(undo_import(run=run, by=ada, at=NOW))
    assert Population.objects.get().people == 1200


def test_more_population_figures_take_no_more_statements(world: World, ada: User) -> None:
    def statements(rows: int) -> int:
        said = (f"{world.north.code},2020-11-{day + 1:02},displaced,90,UN" for day in range(rows))
        with CaptureQueriesContext(connection) as asked:
            upload(sheet("Region,Date,Kind,People,Source", *said), "populations", ada)
        return len(asked)

    few = statements(3)
    assert statements(20) <= few


def test_a_planned_shipment_is_changed_by_its_list_and_restored_by_undo(
    world: World, omar: User
) -> None:
    rows = (f"{ROUTE},blanket,400,pcs", f"{ROUTE},wood,12.5,m3")
    imported(upload(sheet(HEAD, *rows), "packing_list", omar), omar)
    shipment = Shipment.objects.get()
    run = upload(sheet(HEAD, f"{ROUTE},blanket,420,pcs", rows[1]), "packing_list", omar)
    assert outcomes(run) == {"changed": 2}
    run = imported(decided(run, {"3": "replace"}), omar)
    assert outcomes(run) == {"applied": 2}
    assert quantities(shipment) == [420, 12.5]
    assert run.created == {"shipments": 0, "lines": 0, "events": 0, "replaced": 2}
    run = work(undo_import(run=run, by=omar, at=NOW))
    assert quantities(shipment) == [400, 12.5]
    shipment.refresh_from_db()
    assert (shipment.status, outcomes(run)) == ("planned", {"taken_back": 2})


def test_a_shipment_that_left_keeps_its_lines_and_the_row_says_so(world: World, omar: User) -> None:
    head = f"{HEAD},Dispatched on"
    imported(upload(sheet(head, f"{ROUTE},blanket,400,pcs,2020-11-20"), "packing_list", omar), omar)
    run = upload(sheet(head, f"{ROUTE},blanket,420,pcs,2020-11-20"), "packing_list", omar)
    (change,) = changes_of(run, 10)
    assert not change["replaceable"]
    assert "has left" in run.rows.get().problems[0]["detail"]
    run = decided(run, {"2": "replace"})
    assert outcomes(run) == {"error": 1}
    assert outcomes(decided(run, {"2": "keep"})) == {"changed": 1}


def test_a_list_kept_up_records_what_left_and_arrived_since(world: World, omar: User) -> None:
    head = f"{HEAD},Dispatched on,Received on,Received"
    imported(upload(sheet(head, f"{ROUTE},blanket,400,pcs,,,"), "packing_list", omar), omar)
    text = sheet(head, f"{ROUTE},blanket,400,pcs,2020-11-20,2020-11-25,390")
    run = upload(text, "packing_list", omar)
    assert outcomes(run) == {"changed": 1}
    run = imported(decided(run, {"all": "replace"}), omar)
    shipment = Shipment.objects.get()
    assert (run.created["events"], received(shipment)) == (2, 390)
    assert outcomes(upload(text, "packing_list", omar)) == {"already_here": 1}
    work(undo_import(run=run, by=omar, at=NOW))
    shipment.refresh_from_db()
    assert (shipment.status, received(shipment)) == ("planned", 0)


def test_undo_of_a_list_leaves_the_deliveries_of_another_import(world: World, omar: User) -> None:
    head = f"{HEAD},Dispatched on"
    run = upload(sheet(head, f"{ROUTE},blanket,400,pcs,2020-11-20"), "packing_list", omar)
    run = imported(run, omar)
    assert run.created == {"shipments": 1, "lines": 1, "events": 2, "replaced": 0}
    shipment = Shipment.objects.get()
    imported(upload(deliveries(shipment, "1,2020-11-25,380,,,,G-1"), "deliveries", omar), omar)
    run = work(undo_import(run=run, by=omar, at=NOW))
    assert (outcomes(run), received(shipment)) == ({"kept": 1}, 380)
    assert run.detail == "1 row stays. Beside it stands why."
