"""What is read of real public files, with counts; tests/data/spreadsheets/SOURCES.md names them."""

import csv
import io
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tests.shipments.imports.reading import SAMPLES, Reading, read_bytes, reading, refusal


def column(found: Reading, header: str) -> list[str]:
    at = found.headers.index(header)
    return [row[at] if at < len(row) else "" for row in found.data]


@pytest.mark.parametrize(
    ("name", "rows", "columns", "header_rows", "hxl_row"),
    [
        ("hxl_rowca-3w.csv", 244, 20, (1,), 2),
        ("hxl_input-valid.xlsx", 4, 9, (1, 2), 3),
        ("hxl_input-merged.xlsx", 4, 9, (1, 2), 3),
        ("hxl_input-valid-latin1.csv", 4, 9, (1, 2), 3),
        ("hxl_input-multiple-headers.csv", 2, 4, (2,), 3),
        ("sahana_track_item1.csv", 5, 28, (1,), None),
        ("sahana_inv_item.csv", 42, 27, (1,), None),
        ("sahana_inv_req.csv", 2, 19, (1,), None),
        ("sahana_inv_req_item.csv", 10, 7, (1,), None),
        ("sahana_warehouse.csv", 30, 16, (1,), None),
        ("sahana_lk_kit_items.csv", 67, 4, (1,), None),
        ("sahana_lk_catalog_kit_items.csv", 67, 7, (1,), None),
        ("unhcr_end_year_population_totals.csv", 745, 9, (1,), None),
        ("unlocode_subdivision-codes.csv", 4678, 4, (1,), None),
        ("unlocode_function-classifiers.csv", 11, 2, (1,), None),
        ("unlocode_status-indicators.csv", 14, 2, (1,), None),
        ("unsd_m49_russian.csv", 249, 15, (1,), None),
        ("distributeaid_products.csv", 1056, 36, (), None),
    ],
)
def test_every_row_of_a_public_file_is_data_under_the_right_header(
    name: str, rows: int, columns: int, header_rows: tuple[int, ...], hxl_row: int | None
) -> None:
    found = reading(SAMPLES / name, in_child=True)

    assert found.counts == {"data": rows, "rows": rows}
    assert len(found.headers) == columns
    assert found.header_rows == header_rows
    assert found.hxl_row == hxl_row


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.csv")), ids=lambda path: path.stem)
def test_the_cells_of_a_public_text_file_are_those_of_a_plain_reader(path: Path) -> None:
    found = reading(path)
    encoding = "latin-1" if "latin1" in path.name else "utf-8"
    expected = list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline="")))

    for number, cells in found.rows.items():
        assert cells == expected[number - 1]


def test_the_hxl_sample_keeps_its_countries_and_its_fractions_of_people() -> None:
    found = reading(SAMPLES / "hxl_rowca-3w.csv")

    assert Counter(column(found, "Country")) == {"Mali": 132, "Senegal": 112}
    fractions = [text for text in column(found, "Achieved") if "." in text]
    assert sorted(map(Decimal, fractions)) == [
        Decimal("24.06"), Decimal("25.02"), Decimal("28.07"), Decimal("56.62"),
    ]  # fmt: skip


def test_hashtags_that_the_standard_dropped_are_remarked_on_and_no_reason_to_fail() -> None:
    found = reading(SAMPLES / "hxl_rowca-3w.csv")

    assert [(remark.code, remark.params["tag"]) for remark in found.remarks] == [
        ("obsolete_hashtag", "#period_date"), ("obsolete_hashtag", "#activity_id"),
    ]  # fmt: skip


def test_a_text_code_keeps_its_zeros_and_a_written_date_stays_text() -> None:
    found = reading(SAMPLES / "hxl_input-valid.xlsx")

    assert column(found, "¿Qué? / Registro")[0] == "001"
    assert found.data[0][8] == "1 March 2015"
    assert "¿Para quién? / Mujeres" in found.headers


def test_merged_cells_are_carried_to_each_cell_they_cover() -> None:
    found = reading(SAMPLES / "hxl_input-merged.xlsx")

    assert column(found, "¿Quién? / Organización") == ["ACNUR", "UNICEF", "UNICEF", "OMS"]
    assert column(found, "¿Dónde? / País") == ["Panamá", "Colombia", "Colombia", "Venezuela"]
    assert [row[8] for row in found.data] == ["1 March 2015"] * 4
    assert found.remarks == ()


def test_the_same_table_in_an_older_encoding_has_the_same_words() -> None:
    older = reading(SAMPLES / "hxl_input-valid-latin1.csv")
    newer = reading(SAMPLES / "hxl_input-valid.xlsx")

    assert older.encoding == "windows-1252"
    assert column(older, "Dónde? / País") == column(newer, "¿Dónde? / País")


def test_a_number_behind_a_space_keeps_its_space_as_text() -> None:
    found = reading(SAMPLES / "hxl_input-multiple-headers.csv")

    assert column(found, "Number affected") == [" 100", " 200"]


def test_all_five_tracked_lines_were_fully_received() -> None:
    found = reading(SAMPLES / "sahana_track_item1.csv")

    assert column(found, "Quantity Sent") == column(found, "Quantity Received")
    assert len(set(column(found, "Tracking Number"))) == 5


def test_blank_quantities_of_kits_stay_blank() -> None:
    found = reading(SAMPLES / "sahana_lk_kit_items.csv")

    assert Counter(column(found, "Kit")) == {
        "Hygiene kit": 16, "Household kit": 16, "Disinfectant kit": 14, "Shelter kit": 11,
        "Dignity kit": 10,
    }  # fmt: skip
    assert column(found, "Quantity").count("") == 40
    assert all(
        kinds[3] == "blank" for number, kinds in found.cell_kinds.items()
        if not found.rows[number][3]
    )  # fmt: skip


def test_doubled_quotes_are_inches() -> None:
    found = reading(SAMPLES / "sahana_lk_catalog_kit_items.csv")

    assert found.data[0][6] == 'Cotton fabric, plain colour, 54"x30"'


def test_codes_of_unknown_origin_are_values_like_others() -> None:
    found = reading(SAMPLES / "unhcr_end_year_population_totals.csv")

    assert {"UKN", "STA"} <= set(column(found, "ISO3CoO"))


def test_a_russian_list_is_read_in_russian() -> None:
    found = reading(SAMPLES / "unsd_m49_russian.csv")

    names = dict(
        zip(column(found, "Country or Area"), column(found, "ISO-alpha3 Code"), strict=True)
    )
    assert names["Азербайджан"] == "AZE"


def test_broken_formulas_of_the_product_list_are_errors_and_no_text() -> None:
    found = reading(SAMPLES / "distributeaid_products.csv")
    errors = Counter(
        text
        for number, row in found.rows.items()
        for text, kind in zip(row, found.cell_kinds[number], strict=True)
        if kind == "error"
    )

    assert errors == {"#DIV/0!": 18, "#N/A": 1474}
    units = Counter(row[13] for row in found.data)
    assert {unit: units[unit] for unit in ("oz", "lb", "g", "kg", "")} == {
        "oz": 338, "lb": 261, "g": 8, "kg": 5, "": 444,
    }  # fmt: skip


def test_a_catalogue_with_weights_of_zero_and_an_old_encoding_is_read_whole(
    tmp_path: Path,
) -> None:
    lines = [
        "item code,item description,length cm,height cm,width cm,volume litre,weight kg,in EIC"
    ]
    for number in range(2_467):
        weight = "0" if number % 4 == 0 else f"{number / 8}"
        name = "CAFÉ,\xa0moulu" if number == 700 else f"TENT, type {number}"
        lines.append(f'AB{number:05},"{name}",0,0,0,0,{weight},yes')
    found = read_bytes(tmp_path, "\n".join(lines).encode("cp1252"), "catalogue.csv")

    assert found.encoding == "windows-1252"
    assert found.counts == {"data": 2467, "rows": 2467}
    assert found.data[700][1] == "CAFÉ,\xa0moulu"
    assert column(found, "weight kg").count("0") == 617


def test_a_map_is_no_spreadsheet(tmp_path: Path) -> None:
    geojson = json.dumps({"type": "FeatureCollection", "features": []})

    assert refusal(tmp_path, geojson, "boundaries.geojson") == "format_not_supported"
