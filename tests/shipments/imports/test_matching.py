"""Matchings kept under a name, columns that are not kept, rows of one delivery that differ."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from shipments.imports.review import problems_of
from shipments.imports.runs import cancel_import, change_import, saved_mappings
from shipments.imports.runs import checking as step_of_checking
from shipments.imports.runs import parts as parts_of_checking
from shipments.imports.synonyms import titles
from shipments.imports.targets import ImportKind, is_kept
from shipments.models import ImportRun
from shipments.models.papers import DocumentKind
from tests import build
from tests.shipments.imports.test_decisions import HEAD, ROUTE, outcomes
from tests.shipments.imports.test_runs import deliveries, imported, sheet, upload, work
from tests.world import World

KEYS = ("00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002")


def foreign(shipment: Any, head: str = "Sendung,Zeile,Wann,Menge") -> str:
    at = {"Sendung": shipment.reference, "Zeile": "1", "Wann": "2020-11-25", "Menge": "5"}
    return sheet(head, ",".join(at[title] for title in head.split(",")))


def test_a_matching_kept_under_a_name_is_chosen_again_wherever_the_columns_stand(
    world: World, amina: User, omar: User
) -> None:
    shipment = world.sent()
    run = upload(foreign(shipment), "deliveries", amina)
    assert run.status == "needs_mapping"
    mapping = dict(zip("ABCD", ("shipment", "line", "occurred_at", "received"), strict=True))
    options: dict[str, Any] = {"constants": {"note": "By phone"}, "remember": False}
    change_import(run=run, by=amina, mapping=mapping, save_as="Weekly list", **options)
    assert saved_mappings("deliveries", amina) == ["Weekly list"]
    assert (saved_mappings("deliveries", omar), saved_mappings("items", amina)) == ([], [])

    again = upload(foreign(shipment, "Menge,Wann,Sendung,Zeile"), "deliveries", amina)
    assert again.status == "needs_mapping"
    again = work(change_import(run=again, by=amina, saved="Weekly list", remember=False))
    assert outcomes(again) == {"ready": 1}
    assert again.mapping == dict(
        zip("ABCD", ("received", "occurred_at", "shipment", "line"), strict=True)
    )
    assert again.constants == {"note": "By phone"}


def test_a_name_that_nobody_saved_is_refused_and_what_is_saved_is_named(
    world: World, amina: User
) -> None:
    run = upload(foreign(world.sent()), "deliveries", amina)
    change_import(run=run, by=amina, save_as="Weekly list")
    work(run)
    with pytest.raises(ValidationError) as refused:
        change_import(run=run, by=amina, saved="Monthly list")
    assert "Weekly list" in str(refused.value)


def test_what_is_read_and_not_kept_is_known_for_every_kind() -> None:
    not_kept = {
        (kind.value, name)
        for kind in ImportKind
        for name in ("line", "category", "weight_kg", "grn", "reverses")
        if not is_kept(kind, name)
    }
    assert not_kept == {
        ("packing_list", "line"),
        ("packing_list", "category"),
        ("deliveries", "weight_kg"),
        ("deliveries", "reverses"),
    }


def test_goods_received_numbers_of_a_packing_list_are_kept_as_documents(
    world: World, omar: User
) -> None:
    text = sheet(
        f"{HEAD},Dispatched on,Received on,Received,GRN",
        f"{ROUTE},blanket,400,pcs,2020-11-20,2020-11-25,390,GRN-7",
        f"{ROUTE},wood,12.5,m3,2020-11-20,2020-11-25,12.5,GRN-7",
    )
    run = imported(upload(text, "packing_list", omar), omar)
    assert run.status == "done"
    shipment = run.rows.exclude(shipment=None)[0].shipment
    papers = shipment.documents.filter(kind=DocumentKind.GRN)
    assert list(papers.values_list("number", flat=True)) == ["GRN-7"]


def keyed(shipment: Any, *rows: str) -> str:
    head = "Key,Shipment,Line,Occurred at,Received,Place,Received by,Note"
    return sheet(head, *(row.replace("SHIPMENT", shipment.reference) for row in rows))


def test_rows_of_one_new_delivery_that_contradict_each_other_are_said_at_their_cells(
    world: World, omar: User
) -> None:
    shipment = world.shipment(*two_lines(world))
    text = keyed(
        shipment,
        f"{KEYS[0]},SHIPMENT,1,2020-11-25,100,North hub,Amina,Dry",
        f"{KEYS[0]},SHIPMENT,2,2020-11-25,5,South depot,Omar,Wet",
        f"{KEYS[1]},SHIPMENT,1,2020-11-25,50,North hub,Amina,Dry",
    )
    run = upload(text, "deliveries", omar)
    assert outcomes(run) == {"error": 2, "ready": 1}
    said = {p["cell"]: p for p in problems_of(run, 50)}
    contradicting = {c for c, p in said.items() if p["code"] == "row_contradicts_row"}
    assert contradicting == {"F3", "G3", "H3"}
    assert "Row 2" in said["G3"]["detail"]
    assert "Amina" in said["G3"]["detail"]
    assert said[""]["code"] == "delivery_incomplete"


def test_what_a_later_row_adds_to_its_delivery_is_kept(world: World, omar: User) -> None:
    shipment = world.shipment(*two_lines(world))
    text = keyed(
        shipment,
        f"{KEYS[0]},SHIPMENT,1,2020-11-25,100,,,",
        f"{KEYS[0]},SHIPMENT,2,2020-11-25,5,North hub,Amina,Dry",
    )
    imported(upload(text, "deliveries", omar), omar)
    words = shipment.events.get(kind="received").texts.values_list("text", flat=True)
    assert set(words) == {"Amina", "Dry"}


def two_lines(world: World) -> Any:
    return build.line(world.blankets, 420), build.line(world.wood, 12)


def test_a_title_that_means_one_thing_is_preferred_for_our_own_sheets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = dict.fromkeys(("ru", "hy", "az", "fr", "ar", "hxl"), "")
    rows = (
        {**row, "kind": "deliveries", "target": "received", "en": "Arrived|Good"},
        {**row, "kind": "deliveries", "target": "occurred_at", "en": "Arrived|Day of arrival"},
    )
    monkeypatch.setattr(titles, "_rows", lambda: rows)
    titles.titles.cache_clear()
    try:
        found = [titles.title_of(ImportKind.DELIVERIES, target, "en")
                 for target in ("received", "occurred_at")]  # fmt: skip
    finally:
        titles.titles.cache_clear()
    assert found == ["Good", "Day of arrival"]


def test_rows_of_one_shipment_are_checked_together_however_they_are_spelled(
    world: World, omar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts_of_checking, "PART", 1)
    first, second = world.sent(), world.sent()
    rows = [f"{first.reference},1,2020-11-25,300,,,,G-1",
            f"{second.reference},1,2020-11-25,300,,,,G-2",
            f"{first.reference.lower().replace('-', ' ')},1,2020-11-25,300,,,,G-3"]  # fmt: skip
    run = upload(deliveries(first) + sheet(*rows), "deliveries", omar)
    assert parts_of_checking.parts_of(run) == [[2, 4], [3]]
    assert outcomes(run) == {"ready": 2, "error": 1}
    assert problems_of(run, 5)[0]["row"] == 4


def test_a_check_that_is_cancelled_between_its_parts_stays_cancelled(
    world: World, omar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts_of_checking, "PART", 1)
    shipments = [world.sent() for _ in range(3)]
    text = deliveries(shipments[0], "1,2020-11-25,5,,,,G-1") + sheet(
        *(f"{s.reference},1,2020-11-25,5,,,,G-2" for s in shipments[1:])
    )
    save = step_of_checking.save_fates
    seen: list[Any] = []

    def save_and_cancel(run: ImportRun, fates: Any) -> None:
        save(run, fates)
        seen.append((run.rows_done, run.rows_total, run.lease_until))
        if len(seen) == 2:
            cancel_import(run=run, by=omar)

    monkeypatch.setattr(step_of_checking, "save_fates", save_and_cancel)
    run = upload(text, "deliveries", omar)
    assert (run.status, len(seen)) == ("cancelled", 2)
    assert [(done, total) for done, total, _lease in seen] == [(0, 3), (1, 3)]
    assert seen[1][2] > seen[0][2]


def test_impossible_figures_and_doubled_numbers_are_said_and_never_recorded(
    world: World, amina: User
) -> None:
    shipment = world.sent()
    rows = (
        "1,2020-11-25,199999999999998,,,,G-1",
        "1,2020-11-25,-5,,,,G-2",
        "1,2020-11-25,421,,,,G-3",
        "1,2020-11-25,5,,,,G-4",
        "1,2020-11-25,5,,,,G-4",
        "1,2020-11-25,6,,,,G-4",
        "1,2-Jun-55,5,,,,G-5",
        "1,2020-11-25,ERROR_003,,,,G-6",
    )
    run = upload(deliveries(shipment, *rows), "deliveries", amina)
    found = {(p["row"], p["code"], p["severity"]) for p in problems_of(run, 50)}
    # The year 55 is one that was, and the day is before anything left.
    assert (8, "before_dispatch", "warning") in found
    assert {(row, code) for row, code, severity in found if severity == "error"} == {
        (2, "too_large"), (3, "negative"), (4, "more_than_outstanding"), (6, "row_repeats_row"),
        (7, "row_contradicts_row"), (9, "spreadsheet_error"),
    }  # fmt: skip
