"""Midnight is told from a bare day where a sheet shows hours."""

import datetime
import io
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from shipments.imports.reading.counting.xlsx import count_xlsx
from shipments.imports.reading.packages import open_package
from tests.shipments.imports.files import (
    Cell,
    xls,
    xlsx_of,
)
from tests.shipments.imports.reading import read_bytes, reading

NOVEMBER = datetime.datetime(2020, 11, 25)  # noqa: DTZ001 - a spreadsheet knows no zones


@pytest.mark.parametrize("fits", [True, False])
@pytest.mark.parametrize(("printed", "moment"), [(9, "2020-11-25 00:00:00"), (0, "2020-11-25")])
def test_midnight_is_told_from_a_day_by_the_formats_of_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printed: int, moment: str, fits: bool
) -> None:
    """Only where some cell of the sheet shows another hour: pandas writes days as midnights."""
    monkeypatch.setattr(
        "shipments.imports.reading.workbooks.fits_first_reader", lambda _layout: fits
    )
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Item", "Date", "Moment", "Built in", "Worded"])
    sheet.write(1, 0, "Tent")
    for column, shown in enumerate(
        ["yyyy-mm-dd", "[$-409]d mmm yyyy h:mm", "m/d/yy h:mm", '"h"\\hdd.mm'], start=1
    ):
        sheet.write_datetime(1, column, NOVEMBER, book.add_format({"num_format": shown}))
    hour = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_datetime(2, 2, NOVEMBER.replace(hour=printed), hour)
    book.close()

    assert reading(path).rows[2] == ["Tent", "2020-11-25", moment, moment, "2020-11-25"]


def test_a_midnight_that_a_formula_gave_is_one_too(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    shown = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, ["Item", "Moment"])
    for row, (item, days) in enumerate([("Tent", 44160), ("Bread", 44160.375)], start=1):
        sheet.write(row, 0, item)
        sheet.write_formula(row, 1, f"={days}+0", shown, days)
    book.close()

    assert reading(path).rows[2] == ["Tent", "2020-11-25 00:00:00"]


def test_a_workbook_of_very_many_styles_is_counted_as_fast_as_any() -> None:
    cells = "".join(f'<c r="{column}{{0}}" s="64000"><v>44160</v></c>' for column in "ABCDEFGH")
    rows = "".join(f'<row r="{n}">{cells.format(n)}</row>' for n in range(1, 1001))
    with zipfile.ZipFile(io.BytesIO(xlsx_of(rows))) as archive:
        package = open_package(archive)
        styled = replace(package, moment_styles=frozenset(range(1, 60_000)))
        begun = time.process_time()
        layout = count_xlsx(archive, styled, package.sheets[0])
    assert time.process_time() - begun < 2
    assert (layout.rows, layout.shown_at_midnight) == (1000, {})


def test_an_xls_tells_midnight_from_a_day(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["Item", "Date", "Moment"], ["Tent", NOVEMBER.date(), NOVEMBER]]
    assert read_bytes(tmp_path, xls(rows), "a.xls").rows[2] == ["Tent", "2020-11-25", "2020-11-25"]
    rows.append(["Tarpaulin", NOVEMBER.date(), NOVEMBER.replace(hour=9)])
    expected = ["Tent", "2020-11-25", "2020-11-25 00:00:00"]
    assert read_bytes(tmp_path, xls(rows), "a.xls").rows[2] == expected

    found = read_bytes(tmp_path, xls([*rows, ["#LATER!"]]), "a.xls")
    assert found.remark_codes == ["second_reader"]
    assert found.rows[2] == expected
