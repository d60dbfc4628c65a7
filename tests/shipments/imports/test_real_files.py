"""What becomes of real public files: accepted, warned, rejected and why, with counts."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.models import User
from regions.models import PlaceName, Population
from shipments.imports.runs import change_import, start_import
from shipments.models import Donor, Item, LineBalance, Shipment
from shipments.models.imports import ImportRun
from tests import build
from tests.shipments.imports.reading import SAMPLES
from tests.shipments.imports.test_runs import NOW, imported, work
from tests.world import World

NATIONAL = "Timor-Leste Red Cross Society (CVTL) National Warehouse"


def sheet_of(name: str, kind: str, by: User, content: bytes = b"", **options: Any) -> ImportRun:
    content = content or (SAMPLES / name).read_bytes()
    upload = ContentFile(content, name=name)
    return work(start_import(file=upload, name=name, kind=kind, by=by, at=NOW, **options))


def matched(run: ImportRun, columns: dict[str, str] | None = None, **options: Any) -> ImportRun:
    """This will match what a person would: the columns given, the others as proposed."""
    if columns is not None:
        options["mapping"] = run.mapping | columns
    return work(change_import(run=run, by=run.sender, **options))


def outcome(run: ImportRun) -> dict[str, int]:
    """This will give what became of the rows, and see that it adds up to the file."""
    counts = {state: count for state, count in run.counts.items() if count and state != "rows"}
    assert sum(counts.values()) == run.counts["rows"]
    return counts


def said(run: ImportRun) -> Counter[str]:
    return Counter(p["code"] for row in run.rows.all() for p in row.problems)


def at_cells(run: ImportRun, code: str) -> dict[str, str]:
    problems = [p for row in run.rows.order_by("number") for p in row.problems]
    return {p["cell"]: p["value"] for p in problems if p["code"] == code}


def missing(run: ImportRun) -> list[str]:
    return [word["target"] for word in run.values if word["reason"] == "missing"]


def unknown(run: ImportRun) -> dict[str, int]:
    return {word["found"]: word["rows"] for word in run.values}


def test_a_list_of_projects_gives_each_organisation_once(world: World, ada: User) -> None:
    run = sheet_of("hxl_rowca-3w.csv", "donors", ada)
    assert missing(run) == ["kind"]
    assert [remark["code"] for remark in run.remarks] == ["obsolete_hashtag"] * 2
    run = matched(run, {"M": ""}, constants={"kind": "ngo"})
    assert outcome(run) == {"ready": 11, "already_here": 233}
    assert said(run) == {"row_repeats_row": 233}
    assert imported(run, ada).created == {"donors": 11, "replaced": 0}


def test_fractions_of_people_are_refused_at_their_cells(world: World, ada: User) -> None:
    for name in ("Mali", "Senegal"):
        build.region(name[:2].upper(), name=name)
    run = sheet_of("hxl_rowca-3w.csv", "populations", ada)
    same = {"counted_on": "2014-06-30", "kind": "in_need"}
    run = matched(run, {"M": "region", "N": "", "Q": "people"}, constants=same)
    assert outcome(run) == {"error": 216, "ready": 11, "already_here": 17}
    assert said(run)["row_contradicts_row"] == 212
    assert at_cells(run, "too_many_decimals") == {
        "Q7": "24.06", "Q10": "25.02", "Q11": "56.62", "Q13": "28.07",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "ready", "problems"),
    [
        ("hxl_input-valid.xlsx", 1, {"required": 4, "unknown_region": 2}),
        ("hxl_input-valid-latin1.csv", 1, {"required": 4, "unknown_region": 2}),
        ("hxl_input-merged.xlsx", 2, {"unknown_region": 2}),
    ],
)
def test_a_tagged_table_takes_merged_values_and_no_blanks(
    name: str, ready: int, problems: dict[str, int], world: World, ada: User
) -> None:
    for region in ("Los Santos", "Cauca"):
        build.region(region[:2].upper(), name=region)
    run = sheet_of(name, "populations", ada)
    assert missing(run) == ["source"]
    run = matched(run, constants={"source": "3W"})
    assert outcome(run) == {"error": 4 - ready, "ready": ready}
    assert said(run) == problems
    assert unknown(run) == {"Chocó": 1, "Amazonas": 1}


def test_a_row_of_junk_above_the_headers_is_no_row(world: World, ada: User) -> None:
    build.region("CO", name="Coast")
    run = sheet_of("hxl_input-multiple-headers.csv", "populations", ada)
    run = matched(run, constants={"source": "3W", "counted_on": "2015-03-01"})
    assert outcome(run) == {"error": 1, "ready": 1}
    assert unknown(run) == {"Mountains": 1}
    imported(run, ada, "good_rows")
    assert Population.objects.get().people == 100


def test_tracked_lines_are_imported_with_two_decisions_and_are_received(
    world: World, omar: User
) -> None:
    build.destination("CVTL", name=NATIONAL, region=world.south)
    build.destination("LOSPALOS", name="Lospalos Warehouse", region=world.north)
    build.donor("arc", name="Australian Red Cross")
    build.item("sheet", name="Plastic sheet", aliases=["Plastic Sheets"], base_unit="m2")
    for code, name in (("kit", "Hygiene Kits"), ("pans", "Kitchen Sets"), ("can", "Jerry Can")):
        build.item(code, name=name)
    run = sheet_of("sahana_track_item1.csv", "packing_list", omar)
    assert missing(run) == ["operation", "mode"]
    run = matched(run, constants={"operation": "KA20", "mode": "road"})
    assert outcome(run) == {"error": 2, "ready": 3}
    assert {word["found"]: word["suggestion"] for word in run.values} == {
        "Blankets": "blanket", "Jerry Cans": "can",
    }  # fmt: skip
    run = matched(run, choices={"item": {"Blankets": "blanket", "Jerry Cans": "can"}})
    assert (outcome(run), run.date_order) == ({"ready": 5}, "mdy")
    run = imported(run, omar)
    assert (run.status, run.created["shipments"], run.created["lines"]) == ("done", 5, 5)
    assert set(Shipment.objects.values_list("status", flat=True)) == {"received"}
    received = LineBalance.objects.order_by("received").values_list("received", "outstanding")
    assert [(int(good), rest) for good, rest in received] == [
        (100, 0), (500, 0), (1000, 0), (1000, 0), (2000, 0),
    ]  # fmt: skip


def test_a_list_of_stock_gives_its_items_once(world: World, ada: User) -> None:
    relief = world.blankets.category.code
    run = sheet_of("sahana_inv_item.csv", "items", ada)
    assert unknown(run) == {"Relief Item": 32, "Food": 1}
    run = matched(run, choices={"category": {"Relief Item": relief, "Food": relief}})
    assert outcome(run) == {"error": 9, "ready": 6, "already_here": 27}
    assert said(run) == {"required": 9, "row_repeats_row": 27}


def test_warehouses_wait_for_regions_that_nobody_knows(world: World, ada: User) -> None:
    build.region("TL-DI", name="Dili")
    run = sheet_of("sahana_warehouse.csv", "destinations", ada)
    assert missing(run) == ["kind"]
    run = matched(run, constants={"kind": "warehouse"})
    assert outcome(run) == {"error": 29, "ready": 1}
    assert said(run) == {"unknown_region": 29}
    assert len(unknown(run)) == 23


def catalogue() -> bytes:
    """This will write 2,467 items in an old encoding, 640 of them with a weight of 0."""
    titles = "item code,item description,length cm,height cm,width cm,volume litre,weight kg,in EIC"
    lines = [titles]
    for number in range(2_467):
        weight = "0" if number < 640 else f"{number / 8}"
        name = "CAFÉ,\xa0moulu" if number == 700 else f"TENT, type {number}"
        lines.append(f'AB{number:05},"{name}",0,0,0,0,{weight},yes')
    return "\n".join(lines).encode("cp1252")


def test_a_catalogue_comes_in_whole_and_its_zeros_are_unknown(world: World, ada: User) -> None:
    run = sheet_of("catalogue.csv", "items", ada, catalogue())
    assert missing(run) == ["category", "unit"]
    same = {"category": world.blankets.category.code, "unit": "piece"}
    run = matched(run, constants=same)
    assert outcome(run) == {"ready": 1827, "warning": 640}
    assert said(run) == {"zero_is_unknown": 640}
    run = imported(run, ada)
    assert (run.status, run.created) == ("done", {"items": 2467, "replaced": 0})
    new = Item.objects.filter(catalogue_code__startswith="AB")
    assert (new.count(), new.filter(unit_weight_kg=None).count()) == (2467, 640)
    assert new.get(catalogue_code="AB00700").name.startswith("CAFÉ")


@pytest.mark.parametrize(
    ("name", "category"),
    [("sahana_lk_kit_items.csv", ""), ("sahana_lk_catalog_kit_items.csv", "B")],
)
def test_kinds_of_packages_are_no_units_until_somebody_says_so(
    name: str, category: str, world: World, ada: User
) -> None:
    run = sheet_of(name, "items", ada)
    same = {"category": world.blankets.category.code}
    run = matched(run, {category: ""} if category else None, constants=same)
    assert outcome(run) == {"error": 15, "ready": 52}
    assert unknown(run) == {"Packet": 8, "Bottle": 4, "Tube": 1, "Coil": 1}
    pieces = dict.fromkeys(("Packet", "Bottle", "Tube", "Coil"), "piece")
    run = matched(run, choices={"unit": pieces})
    assert outcome(run) == {"error": 1, "ready": 65, "already_here": 1}
    assert said(run) == {"row_contradicts_row": 1, "row_repeats_row": 1}


def test_blank_quantities_become_neither_0_nor_1(world: World, omar: User) -> None:
    run = sheet_of("sahana_lk_kit_items.csv", "packing_list", omar)
    same = {
        "operation": "KA20", "donor": "mchs", "origin": "SOUTH-DEPOT", "destination": "NORTH-HUB",
        "mode": "road",
    }  # fmt: skip
    run = matched(run, {"A": "waybill"}, constants=same)
    assert outcome(run) == {"error": 67}
    assert said(run) == {"required": 40, "unknown_item": 67, "unknown_unit": 14}
    assert len(at_cells(run, "required")) == 40
    assert {cell[0] for cell in at_cells(run, "required")} == {"D"}


def test_origins_that_nobody_knows_are_no_errors(world: World, ada: User) -> None:
    for code in ("IRN", "PAK", "AFG"):
        build.region(code)
    run = sheet_of("unhcr_end_year_population_totals.csv", "populations", ada)
    assert missing(run) == ["source"]
    run = matched(run, constants={"source": "UNHCR"})
    assert outcome(run) == {"error": 82, "warning": 116, "already_here": 547}
    assert said(run) == {"year_only": 745, "row_repeats_row": 547, "row_contradicts_row": 82}


def test_subdivisions_of_one_known_country_are_accepted(world: World, ada: User) -> None:
    build.region("AZ", name="Azerbaijan")
    run = sheet_of("unlocode_subdivision-codes.csv", "destinations", ada)
    assert missing(run) == ["name", "kind", "region"]
    columns = {"A": "region", "B": "code", "C": "name"}
    run = matched(run, columns, constants={"kind": "settlement"})
    assert outcome(run) == {"error": 4600, "ready": 78}
    assert said(run) == {"unknown_region": 4600}


def test_a_country_is_known_by_its_russian_name(world: World, ada: User) -> None:
    country = build.region("AZE", name="Azerbaijan")
    PlaceName.objects.create(region=country, text="Азербайджан", language="ru", script="Cyrl")
    run = sheet_of("unsd_m49_russian.csv", "destinations", ada)
    columns = {"C": "", "I": "region", "L": "name"}
    run = matched(run, columns, constants={"kind": "settlement"})
    assert outcome(run) == {"error": 248, "ready": 1}
    assert "Азербайджан" not in unknown(run)
    assert run.rows.get(state="ready").record == "AZE"


def test_governments_keep_their_russian_names(world: World, ada: User) -> None:
    run = sheet_of("unsd_m49_russian.csv", "donors", ada)
    run = matched(run, {"I": "name"}, constants={"kind": "government"})
    assert outcome(run) == {"ready": 249}
    imported(run, ada)
    assert Donor.objects.get(country="AZ").name == "Азербайджан"


def test_weights_are_converted_by_the_unit_beside_them(world: World, ada: User) -> None:
    same = {"unit": "piece", "category": world.wood.category.code}
    run = sheet_of("distributeaid_products.csv", "items", ada)
    assert missing(run) == ["name", "category", "unit"]
    run = matched(run, {"B": "name", "M": "unit_weight_kg"}, constants=same)
    assert outcome(run) == {
        "ready": 335, "warning": 380, "error": 290, "changed": 1, "already_here": 50,
    }  # fmt: skip
    assert said(run)["rounded"] == 598
    run = imported(run, ada, "good_rows")
    assert (run.status, run.created) == ("done", {"items": 715, "replaced": 0})
    assert Item.objects.get(name="Baby Box").unit_weight_kg == Decimal("0.159")


def test_what_a_spreadsheet_could_not_compute_is_refused(world: World, ada: User) -> None:
    same = {"unit": "piece", "category": world.wood.category.code}
    run = sheet_of("distributeaid_products.csv", "items", ada)
    run = matched(run, {"B": "name", "Q": "unit_weight_kg"}, constants=same)
    broken = at_cells(run, "spreadsheet_error")
    assert Counter(broken.values()) == {"#N/A": 369, "#DIV/0!": 5}
