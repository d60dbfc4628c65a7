"""Workbooks: typed cells, errors, merged and hidden rows, several sheets, two readers."""

import datetime
from pathlib import Path

import pytest
import xlsxwriter

from shipments.imports.reading.cells import CellKind
from shipments.imports.reading.upload import read_upload
from tests.shipments.imports.files import (
    Cell,
    ods,
    ods_row,
    rows_xml,
    sheet_xml,
    workbook_parts,
    xls,
    xlsx,
    xlsx_of,
    zipped,
)
from tests.shipments.imports.reading import read_bytes, reading, refusal

HEAD = rows_xml([["Item", "Quantity"]])
NOVEMBER = datetime.datetime(2020, 11, 25)  # noqa: DTZ001 - a spreadsheet knows no zones


def test_each_cell_has_the_kind_its_program_stored(tmp_path: Path) -> None:
    path = tmp_path / "typed.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd.mm.yy"})
    hours = book.add_format({"num_format": "hh:mm"})
    sheet.write_row(0, 0, ["Item", "Quantity", "Day", "Moment", "Time", "Done", "Error"])
    sheet.write_row(1, 0, ["Tents", 0.1 + 0.2])
    sheet.write_datetime(1, 2, NOVEMBER, day)
    sheet.write_datetime(1, 3, NOVEMBER.replace(hour=14, minute=10), day)
    sheet.write_number(1, 4, 0.5, hours)
    sheet.write_boolean(1, 5, True)
    sheet.write_formula(1, 6, "=1/0", None, "#DIV/0!")
    book.close()

    with read_upload(path, name=path.name) as result:
        cells = next(result.table.data()).cells

    assert [cell.kind for cell in cells] == [
        CellKind.TEXT, CellKind.NUMBER, CellKind.DATE, CellKind.DATE, CellKind.TIME,
        CellKind.BOOL, CellKind.ERROR,
    ]  # fmt: skip
    assert [cell.text for cell in cells] == [
        "Tents", "0.3", "2020-11-25", "2020-11-25 14:10:00", "12:00:00", "TRUE", "#DIV/0!",
    ]  # fmt: skip
    assert cells[2].value == NOVEMBER.date()
    assert cells[6].value is None


@pytest.mark.parametrize(
    ("number", "text"),
    [("5", "5"), ("5.0", "5"), ("0.30000000000000004", "0.3"), ("1E+5", "100000"),
     ("199999999999998", "199999999999998"), ("1e20", "100000000000000000000"),
     ("0.001", "0.001"), ("1e-7", "0.0000001"), ("-2.50", "-2.5")],
)  # fmt: skip
def test_a_number_has_the_text_its_program_shows(tmp_path: Path, number: str, text: str) -> None:
    row = f'<row r="2"><c r="A2"><v>{number}</v></c></row>'

    assert read_bytes(tmp_path, xlsx_of(HEAD + row), "a.xlsx").rows == {2: [text]}


@pytest.mark.parametrize("number", ["NaN", "inf", "-INF"])
def test_a_number_that_is_not_finite_is_an_error(tmp_path: Path, number: str) -> None:
    row = f'<row r="2"><c r="A2"><v>{number}</v></c></row>'
    found = read_bytes(tmp_path, xlsx_of(HEAD + row), "a.xlsx")

    assert found.cell_kinds == {2: ["error"]}


@pytest.mark.parametrize(
    "token",
    ["#VALUE!", "#N/A", "#DIV/0!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "ERROR_003", "#ЗНАЧ!",
     "Err:502", "#ERROR!", "######"],
)  # fmt: skip
def test_an_error_written_as_text_is_an_error(tmp_path: Path, token: str) -> None:
    for content, name in [(f"Item,Qty\nTent,{token}\n".encode(), "a.csv"),
                          (xlsx([["Item", "Qty"], ["Tent", token]]), "a.xlsx")]:  # fmt: skip
        found = read_bytes(tmp_path, content, name)
        assert found.cell_kinds == {2: ["text", "error"]}


def test_formulas_are_never_run_and_their_stored_values_are_read(tmp_path: Path) -> None:
    rows = (
        '<row r="2"><c r="A2" t="str"><f>cmd|\' /c calc\'!A0</f><v>kept</v></c>'
        '<c r="B2"><f>SUM(B9:B99)</f><v>7</v></c></row>'
        '<row r="3"><c r="A3"><f>NOW()</f></c><c r="B3"><v>1</v></c></row>'
        '<row r="4"><c r="A4" t="str"><f>""</f><v></v></c><c r="B4"><v>2</v></c></row>'
        '<row r="5"><c r="A5" t="str"><f>""</f><v></v></c></row>'
    )
    found = read_bytes(tmp_path, xlsx_of(HEAD + rows), "a.xlsx")

    assert found.rows == {2: ["kept", "7"], 3: ["", "1"], 4: ["", "2"]}


def test_text_that_looks_like_a_formula_or_a_web_page_is_text(tmp_path: Path) -> None:
    texts = ["=1+1", "@SUM(A1)", "<script>alert(1)</script>", "-5+3", "\u202eevil"]
    rows: list[list[Cell]] = [["Item", "Qty"]]
    rows += [[text, 1] for text in texts]
    found = read_bytes(tmp_path, xlsx(rows), "a.xlsx")

    assert [row[0] for row in found.data] == texts


def test_white_space_is_blank_for_both_counts(tmp_path: Path) -> None:
    shared = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<si><t>Item</t></si><si><t xml:space="preserve">  </t></si><si><t/></si>'
        "<si><r><t>Te</t></r><r><t>nt</t></r></si><si><r><t> </t></r></si><si><t>A&amp;B</t></si>"
        "</sst>"
    )
    texts = [[0], [1], [2], [3], [4], [5]]
    data = "".join(
        f'<row r="{number}"><c r="A{number}" t="s"><v>{index}</v></c></row>'
        for number, (index,) in enumerate(texts, start=1)
    )
    parts = workbook_parts({"S": sheet_xml(data)}, shared=shared)
    found = read_bytes(tmp_path, zipped(parts), "a.xlsx")

    assert found.rows == {4: ["Tent"], 6: ["A&B"]}
    assert found.counts == {"data": 2, "blank": 3, "rows": 5}


def test_zero_and_false_are_not_blank(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, xlsx([["Item", "Done"], [0, False], [0, None]]), "a.xlsx")

    assert found.rows == {2: ["0", "FALSE"], 3: ["0"]}


def test_a_merged_number_is_carried_with_a_remark(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["Item", "Site", "Qty"],
        ["Tent", "Goris", 4],
        ["Bed", None, None],
        [None, "Sisian", 1],
    ]
    merged = '<mergeCells><mergeCell ref="B2:C3"/><mergeCell ref="A3:A4"/></mergeCells>'
    content = xlsx(rows, after=merged)
    found = read_bytes(tmp_path, content, "a.xlsx")

    assert found.rows[3] == ["Bed", "Goris", "Goris"]
    content = xlsx(rows, after='<mergeCells><mergeCell ref="C2:C3"/></mergeCells>')
    found = read_bytes(tmp_path, content, "a.xlsx")
    assert found.rows[3] == ["Bed", "", "4"]
    assert [(r.code, r.row, r.column) for r in found.remarks] == [("merged_number", 3, 2)]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (xls([["Item", "Qty"], ["Tent", 1.0], ["Bed", 2.0]], hidden_row=3), "a.xls"),
        (ods(ods_row("Item", "Qty") + ods_row("Tent", 1) + ods_row("Bed", 2, hidden=True)),
         "a.ods"),
        (xlsx_of(rows_xml([["Item", "Qty"], ["Tent", 1], ["Bed", 2]]).replace(
            '<row r="3">', '<row r="3" hidden="1">')), "a.xlsx"),
    ],
    ids=["xls", "ods", "xlsx"],
)  # fmt: skip
def test_hidden_rows_are_read_and_listed(tmp_path: Path, content: bytes, name: str) -> None:
    found = read_bytes(tmp_path, content, name)

    assert found.data == [["Tent", "1"], ["Bed", "2"]]
    assert found.hidden == [3]
    assert [(remark.code, remark.row) for remark in found.remarks] == [("hidden_row", 3)]


def test_an_xls_has_typed_cells(tmp_path: Path) -> None:
    content = xls([["Item", "Qty", "Done"], ["Ծածկոց", 2.5, True], ["#N/A", None, False]])
    found = read_bytes(tmp_path, content, "a.xls")

    assert found.rows == {2: ["Ծածկոց", "2.5", "TRUE"], 3: ["#N/A", "", "FALSE"]}
    assert found.cell_kinds[3] == ["error", "blank", "bool"]


def test_the_first_visible_sheet_with_content_is_taken_and_another_on_request(
    tmp_path: Path,
) -> None:
    sheets = {
        name: sheet_xml(rows_xml([["Item", "Qty"], [name, 1]]) if name != "Empty" else "")
        for name in ("Secret", "Empty", "List", "Old & new")
    }
    content = zipped(workbook_parts(sheets, states={"Secret": "hidden"}))
    found = read_bytes(tmp_path, content, "a.xlsx")

    assert found.data == [["List", "1"]]
    assert found.sheets == [
        ("Secret", True), ("Empty", False), ("List", False), ("Old & new", False),
    ]  # fmt: skip
    assert read_bytes(tmp_path, content, "a.xlsx", sheet="Old & new").data == [["Old & new", "1"]]
    assert read_bytes(tmp_path, content, "a.xlsx", sheet="Secret").data == [["Secret", "1"]]
    assert refusal(tmp_path, content, "a.xlsx", sheet="Nowhere") == "sheet_unknown"


def test_a_sheet_that_repeats_another_is_remarked_on(tmp_path: Path) -> None:
    one = sheet_xml(rows_xml([["Item", "Qty"], ["Tent", 1]]))
    content = zipped(workbook_parts({"List": one, "Copy": one}))

    assert read_bytes(tmp_path, content, "a.xlsx").remark_codes == ["sheet_repeats"]


def test_a_workbook_the_first_reader_cannot_open_is_read_by_the_second(tmp_path: Path) -> None:
    """The first one stops at an error value that it has never heard of."""
    row = (
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Tent</t></is></c><c r="B2"><v>2.5</v></c>'
        '<c r="C2" t="e"><v>#LATER!</v></c><c r="D2" s="1"><v>44160</v></c></row>'
    )
    found = read_bytes(tmp_path, xlsx_of(HEAD + row), "a.xlsx", in_child=True)

    assert found.rows == {2: ["Tent", "2.5", "#LATER!", "2020-11-25"]}
    assert found.cell_kinds == {2: ["text", "number", "error", "date"]}
    assert found.remark_codes == ["second_reader"]


def test_both_readers_read_the_same_of_the_same_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_row(0, 0, ["Item", "Qty", "Date", "Done", "Error"])
    for row in (1, 2, 5):
        sheet.write_row(row, 0, [f"Tent {row}", row / 3])
        sheet.write_datetime(row, 2, NOVEMBER, day)
        sheet.write_boolean(row, 3, row == 2)
        sheet.write_formula(row, 4, "=1/0", None, "#DIV/0!")
    sheet.merge_range("F1:F3", "Goris")
    book.close()
    first = reading(path)
    monkeypatch.setattr(
        "shipments.imports.reading.workbooks.fits_first_reader", lambda _layout: False
    )
    second = reading(path)

    assert (first.rows, first.cell_kinds) == (second.rows, second.cell_kinds)
    assert (first.remark_codes, second.remark_codes) == ([], ["second_reader"])


def test_an_xls_the_first_reader_cannot_open_is_read_by_the_second(tmp_path: Path) -> None:
    content = xls([["Item", "Qty"], ["Tent", 2.5], ["#LATER!", 1.0], [None, None], ["Bed", 4.0]])
    found = read_bytes(tmp_path, content, "a.xls", in_child=True)

    assert found.rows == {2: ["Tent", "2.5"], 3: ["#N/A", "1"], 5: ["Bed", "4"]}
    assert found.remark_codes == ["second_reader"]


def test_the_second_reader_does_not_believe_a_stated_dimension_either(tmp_path: Path) -> None:
    row = '<row r="2"><c r="A2" t="e"><v>#LATER!</v></c><c r="B2"><v>1</v></c></row>'
    content = xlsx_of(HEAD + row + rows_xml([["Bed", 4]] * 998, 3), before='<dimension ref="A1"/>')

    assert len(read_bytes(tmp_path, content, "a.xlsx", in_child=True).rows) == 999


def test_dates_counted_from_1904_are_the_same_days(tmp_path: Path) -> None:
    path = tmp_path / "mac.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Item", "Date"])
    sheet.write(1, 0, "Tent")
    sheet.write_datetime(1, 1, NOVEMBER, book.add_format({"num_format": "d mmm yyyy"}))
    book.close()

    assert read_bytes(tmp_path, path.read_bytes(), "a.xlsx").rows == {2: ["Tent", "2020-11-25"]}


@pytest.mark.parametrize("evil", ["_x0000_", "_xD800_", "_xFFFF_", "_x001B_"])
def test_characters_no_database_stores_are_shown_and_remarked_on(tmp_path: Path, evil: str) -> None:
    found = read_bytes(tmp_path, xlsx([["Item", "Qty"], [f"Te{evil}nt", 1]]), "a.xlsx")

    text = found.rows[2][0]
    assert text in ("Te\ufffdnt", f"Te{evil}nt")
    assert ("\ufffd" in text) == ("unreadable_characters" in found.remark_codes)
    text.encode()
