"""What a person meets on the way: blanks, contradictions, other sheets, templates, trying again."""

import io
from datetime import datetime, timedelta
from functools import partial

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from accounts.models import User
from shipments.imports.columns import propose_mapping
from shipments.imports.problems import problems_workbook
from shipments.imports.reading.headers import Heading
from shipments.imports.review import problems_of
from shipments.imports.runs import (
    change_import,
    confirm_import,
    start_corrected,
    start_import,
    take_step,
    undo_import,
)
from shipments.imports.runs.applying import apply_chunk
from shipments.imports.runs.steps import STEPS
from shipments.imports.targets import ImportKind
from shipments.imports.templates import template_workbook
from shipments.models import ImportRun, LineBalance, Shipment
from tests.shipments.imports.test_decisions import HEAD, ROUTE, outcomes, received
from tests.shipments.imports.test_runs import NOW, deliveries, imported, sheet, upload, work
from tests.world import World
from text.languages import LANGUAGE_CODES


def codes(run: ImportRun) -> dict[str, str]:
    return {problem["cell"]: problem["code"] for problem in problems_of(run, 50)}


def test_an_iati_identifier_with_a_space_is_refused_at_its_cell(world: World, ada: User) -> None:
    head = "code,name,kind,iati_id"
    run = upload(sheet(head, "mid,Medair,ngo,bad id", "wfp,WFP,ngo,XM-DAC-41140"), "donors", ada)
    assert codes(run) == {"D2": "not_an_iati_id"}
    assert outcomes(run) == {"error": 1, "ready": 1}


def as_above(run: ImportRun, *letters: str) -> ImportRun:
    return work(change_import(run=run, by=run.sender, as_above=list(letters)))


def test_blanks_mean_as_above_only_in_the_columns_where_a_person_says_so(
    world: World, amina: User
) -> None:
    shipment = world.sent()
    text = (
        deliveries(shipment, "1,2020-11-25,100,,,,G-1") + ",1,,50,,,,G-2\n,1,2020-11-27,5,,,,G-3\n"
    )
    run = upload(text, "deliveries", amina)
    assert outcomes(run) == {"ready": 1, "error": 2}
    assert [column["blanks"] for column in run.columns] == [2, 0, 1, 0, 3, 3, 3, 0]
    run = as_above(run, "A")
    assert codes(run)["C3"] == "required"
    run = as_above(run, "A", "C")
    assert outcomes(run) == {"ready": 3}
    assert outcomes(as_above(run)) == {"ready": 1, "error": 2}
    run = imported(as_above(run, "A", "C"), amina)
    assert received(shipment) == 155


def test_a_row_of_totals_gives_nothing_to_the_row_below_it(world: World, amina: User) -> None:
    shipment = world.sent()
    text = (
        deliveries(shipment, "1,2020-11-25,100,,,,G-1")
        + "Total,,,100,,,,\n,1,2020-11-26,5,,,,G-2\n"
    )
    run = as_above(upload(text, "deliveries", amina), "A")
    assert outcomes(run) == {"ready": 2, "totals": 1}


def test_what_blanks_stood_for_is_written_out_in_the_rows_to_fix(world: World, amina: User) -> None:
    shipment = world.sent()
    text = deliveries(shipment, "1,2020-11-25,100,,,,G-1") + ",1,2020-11-26,many,,,,G-2\n"
    run = as_above(upload(text, "deliveries", amina), "A")
    rows = openpyxl.load_workbook(io.BytesIO(problems_workbook(run))).active
    assert rows is not None
    assert rows["A2"].value == shipment.reference


def test_rows_of_one_waybill_that_contradict_each_other_are_said_at_the_cell_and_fixed(
    world: World, omar: User
) -> None:
    other = ROUTE.replace("North hub,road", "North hub,rail")
    text = sheet(HEAD, f"{ROUTE},blanket,400,pcs", f"{other},wood,12.5,m3")
    run = upload(text, "packing_list", omar)
    assert outcomes(run) == {"error": 2}
    said = next(p for p in problems_of(run, 50) if p["code"] == "row_contradicts_row")
    assert (said["cell"], said["value"]) == ("F3", "rail")
    assert "Row 2" in said["detail"]
    assert "road" in said["detail"]
    run = work(change_import(run=run, by=omar, fixes={"F3": "road"}))
    assert outcomes(run) == {"ready": 2}


def test_a_contradicted_moment_is_quoted_as_pages_write_it(world: World, omar: User) -> None:
    head = f"{HEAD},Dispatched on"
    rows = (f"{ROUTE},blanket,400,pcs,2020-11-20 09:30", f"{ROUTE},wood,12.5,m3,2020-11-21 09:30")
    run = upload(sheet(head, *rows), "packing_list", omar)
    said = next(p for p in problems_of(run, 50) if p["code"] == "row_contradicts_row")
    assert said["detail"] == "Row 2 of the same shipment says “20 Nov 2020, 09:30” here."


def test_remarks_of_the_rows_of_a_waybill_are_all_kept(world: World, omar: User) -> None:
    text = sheet(
        f"{HEAD},Remark", f"{ROUTE},blanket,400,pcs,Keep dry", f"{ROUTE},wood,12.5,m3,Long"
    )
    imported(upload(text, "packing_list", omar), omar)
    assert Shipment.objects.get().remark == "Keep dry\nLong"


def test_lines_that_arrived_on_different_days_become_an_event_for_each_day(
    world: World, omar: User
) -> None:
    head = f"{HEAD},Dispatched on,Received on,Received"
    text = sheet(
        head,
        f"{ROUTE},blanket,400,pcs,2020-11-20,2020-11-25,390",
        f"{ROUTE},wood,12.5,m3,2020-11-20,2020-11-27,12.5",
    )
    run = imported(upload(text, "packing_list", omar), omar)
    assert run.created == {"shipments": 1, "lines": 2, "events": 4, "replaced": 0}
    events = Shipment.objects.get().events.filter(kind="received").order_by("occurred_at")
    assert [f"{event.occurred_on}" for event in events] == ["2020-11-25", "2020-11-27"]


def test_what_is_refused_of_an_arrival_is_said_at_its_own_row(world: World, omar: User) -> None:
    head = f"{HEAD},Dispatched on,Received on,Received"
    text = sheet(
        head,
        f"{ROUTE},blanket,400,pcs,2020-11-20,2020-11-25,",
        f"{ROUTE},wood,12.5,m3,2020-11-20,2020-11-25,99",
    )
    run = upload(text, "packing_list", omar)
    assert "more_than_outstanding" in [p["code"] for p in run.rows.get(number=3).problems]


def test_another_sheet_is_matched_by_its_own_titles(world: World, amina: User) -> None:
    shipment = world.sent()
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("April")
    assert first is not None
    first.append(["Shipment", "Line", "Date", "Received", "GRN"])
    first.append([shipment.reference, 1, "2020-11-25", 1, "G-1"])
    second.append(["GRN", "Received", "Date", "Line", "Shipment"])
    second.append(["G-2", 2, "2020-11-26", 1, shipment.reference])
    content = io.BytesIO()
    book.save(content)
    file = ContentFile(content.getvalue(), name="x.xlsx")
    run = work(start_import(file=file, name="x.xlsx", kind="deliveries", by=amina, at=NOW))
    run = work(change_import(run=run, by=amina, sheet="April"))
    assert (run.sheet, outcomes(run)) == ("April", {"ready": 1})


def test_words_chosen_in_two_steps_both_hold(world: World, omar: User) -> None:
    text = sheet(HEAD, f"{ROUTE},Quilt,400,pcs", f"{ROUTE},Timber,12.5,m3")
    run = upload(text, "packing_list", omar)
    for found, code in (("Quilt", "blanket"), ("Timber", "wood")):
        chosen = {"item": {found: code}}
        run = work(change_import(run=run, by=omar, choices=chosen, remember=False))
    assert outcomes(run) == {"ready": 2}
    assert len(upload(text, "packing_list", omar).values) == 2


def test_a_file_that_failed_can_be_tried_again_with_another_encoding(
    world: World, amina: User
) -> None:
    text = deliveries(world.sent(), "1,2020-11-25,1,,,,G-1")
    run = upload(text, "deliveries", amina, delimiter="~")
    assert (run.status, run.detail.endswith(".")) == ("failed", True)
    run = work(change_import(run=run, by=amina, delimiter=","))
    assert (run.status, outcomes(run)) == ("checked", {"ready": 1})


def test_an_import_that_stops_half_way_says_so_and_can_be_undone(
    world: World, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment = world.sent()
    rows = (f"1,2020-11-25,{number},,,,G-{number}" for number in range(1, 5))
    run = upload(deliveries(shipment, *rows), "deliveries", amina)
    monkeypatch.setattr("shipments.imports.runs.applying.CHUNK", 2)
    done: list[bool] = []

    def stops(run: ImportRun, at: object) -> bool:
        if done:
            raise ValidationError("The disk is full.")
        done.append(True)
        return apply_chunk(run, NOW)

    monkeypatch.setitem(STEPS, "apply", stops)
    run = imported(run, amina)
    assert (run.status, received(shipment)) == ("failed", 3)
    assert run.detail == "The disk is full. 2 rows were imported before; undo takes them back."
    run = work(undo_import(run=run, by=amina, at=NOW))
    assert (run.status, received(shipment)) == ("undone", 0)


class KilledError(BaseException):
    """Nothing catches a kill."""


def test_whoever_dies_after_each_part_does_not_die_at_the_same_place(
    world: World, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment = world.sent()
    rows = (f"1,2020-11-25,1,,,,G-{number}" for number in range(10))
    run = upload(deliveries(shipment, *rows), "deliveries", amina)
    monkeypatch.setattr("shipments.imports.runs.applying.CHUNK", 2)

    def dies(run: ImportRun, at: object) -> None:
        raise KilledError

    monkeypatch.setattr("shipments.imports.runs.steps.renewed", dies)
    confirm_import(run=run, mode="good_rows", by=amina, at=NOW)
    for turn in range(6):
        with pytest.raises(KilledError):
            take_step(run_id=run.pk, now=partial(later, turn))
    run.refresh_from_db()
    assert (run.status, received(shipment)) == ("done", 10)


def later(turn: int) -> datetime:
    """This will give a time when the one before no longer holds the run."""
    return NOW + timedelta(minutes=3 * turn)


def test_after_thirty_days_an_import_is_no_longer_undone(world: World, amina: User) -> None:
    run = upload(deliveries(world.sent(), "1,2020-11-25,1,,,,G-1"), "deliveries", amina)
    run = imported(run, amina)
    with pytest.raises(ValidationError, match="30 days"):
        undo_import(run=run, by=amina, at=NOW + timedelta(days=31))


def test_corrected_rows_come_back_with_what_was_chosen_for_them(world: World, omar: User) -> None:
    text = sheet(
        "Papier,Quoi,Combien,Unit",
        "RU-1,blanket,400,pcs",
        "RU-2,blanket,many,pcs",
        "RU-2,wood,1,m3",
    )
    mapping = {"A": "waybill", "B": "item", "C": "quantity", "D": "unit"}
    constants = {"operation": "KA20", "donor": "mchs", "origin": "SOUTH-DEPOT",
                 "destination": "NORTH-HUB", "mode": "road"}  # fmt: skip
    run = upload(text, "packing_list", omar, mapping=mapping, constants=constants)
    imported(run, omar, "good_rows")
    book = openpyxl.load_workbook(io.BytesIO(problems_workbook(run)))
    to_fix = book.active
    assert to_fix is not None
    assert [cell.value for cell in to_fix[2]][:3] == ["RU-2", "blanket", "many"]
    to_fix["C2"] = 30
    content = io.BytesIO()
    book.save(content)
    file = ContentFile(content.getvalue(), name="to-fix.xlsx")
    again = work(start_corrected(run=run, file=file, by=omar, at=NOW))
    assert (again.status, outcomes(again)) == ("checked", {"ready": 2})
    imported(again, omar)
    assert LineBalance.objects.count() == 3


class Titles:
    """A sheet of titles alone."""

    def __init__(self, titles: list[str]) -> None:
        parts = tuple((title,) for title in titles)
        self.heading = Heading((1,), None, tuple(titles), parts, ("",) * len(titles))
        self.columns = len(titles)

    def samples(self, most: int = 5) -> list[list[str]]:
        return [[] for _column in range(self.columns)]


@pytest.mark.parametrize("kind", ImportKind)
@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_column_of_an_empty_sheet_is_recognised(kind: ImportKind, language: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_workbook(kind, language)))
    titles = [str(cell.value) for cell in book.worksheets[0][1]]
    found = [proposal.target for proposal in propose_mapping(kind, Titles(titles), {})]
    assert None not in found, dict(zip(titles, found, strict=True))
    assert len(set(found)) == len(found)


def test_a_list_that_says_it_arrived_before_it_left_is_asked_at_its_cell(
    world: World, omar: User
) -> None:
    head = f"{HEAD},Weight (kg),Dispatched at,Received at,Received"
    rows = (
        f"{ROUTE},blanket,4,pcs,6,2020-11-25 08:00,2020-11-20 08:00,4",
        f"{ROUTE.replace('RU-1', 'RU-2')},blanket,4,pcs,6000,2020-11-20 08:00,2020-11-25 08:00,4",
    )
    run = upload(sheet(head, *rows), "packing_list", omar)
    assert outcomes(run) == {"warning": 2}
    assert codes(run) == {"L2": "before_dispatch", "J3": "weight_far_from_catalogue"}
    assert outcomes(imported(run, omar)) == {"applied": 2}
