"""Rows of xlsx, xls and ods workbooks: python-calamine first, a second library where it fails."""

import itertools
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import python_calamine

from shipments.imports.reading.counting.layout import Layout
from shipments.imports.reading.limits import (
    DENSE_BYTES_PER_CELL,
    DENSE_BYTES_PER_PLACE,
    LAST_ROW,
    MAX_COLUMNS,
    MAX_DENSE_BYTES,
    MAX_ROWS,
    MAX_STREAMED_PLACES,
    ROWS_ABOVE_DATA,
)
from shipments.imports.reading.merging import MergedCells
from shipments.imports.reading.references import column_letters
from shipments.imports.reading.refusals import Refused
from shipments.imports.reading.spool import RowWriter, Warnings, at_midnight, plain_row

SheetRows = Iterator[tuple[int, list[Any]]]
Reader = Callable[[Path, str, Layout], SheetRows]

# Padding a lone far cell out to column A costs nothing up to here.
_MAX_HELD_PLACES = 1_000_000


def check_extent(sheet: str, layout: Layout) -> None:
    """Refuse a sheet whose rows, columns or spread are beyond what is read.

    Refuses with too_many_rows, too_many_columns or sheet_too_spread.
    """
    if layout.rows > MAX_ROWS + ROWS_ABOVE_DATA:
        raise Refused("too_many_rows", rows=layout.rows, allowed=MAX_ROWS)
    if layout.last_column >= MAX_COLUMNS:
        raise Refused("too_many_columns", allowed=MAX_COLUMNS)
    if layout.last_row > LAST_ROW:
        raise Refused("workbook_damaged")
    height = layout.last_row - layout.first_row + 1
    if layout.rows * (layout.last_column + 1) > MAX_STREAMED_PLACES or (
        layout.rows > 1 and height * (layout.last_column + 1) > MAX_STREAMED_PLACES
    ):
        raise Refused(
            "sheet_too_spread",
            sheet=sheet,
            cells=layout.cells,
            cell=f"{column_letters(layout.last_column)}{layout.last_row}",
        )


def write_sheet(rows: SheetRows, layout: Layout, writer: RowWriter, warnings: Warnings) -> bool:
    """Write the rows of one sheet, merged cells filled and error cells typed.

    Return whether the rows, cells and last row found are those that were counted.
    """
    merged = MergedCells(layout.merged, layout.last_column + 1, warnings)
    found_rows = found_cells = last_row = 0
    for number, values in rows:
        for column, token in layout.errors.get(number, {}).items():
            values.extend(itertools.repeat(None, column + 1 - len(values)))
            if values[column] is None or isinstance(values[column], str):
                values[column] = {"e": token}
        for column in layout.midnights.get(number, ()):
            if column < len(values):
                values[column] = at_midnight(values[column])
        cells = len(values) - values.count(None)
        if not cells:
            continue
        found_rows, found_cells, last_row = found_rows + 1, found_cells + cells, number
        merged.fill(number, values)
        while values[-1] is None:
            values.pop()
        writer.write(number, values)
    return (found_rows, found_cells, last_row) == layout.agreed_on


def fits_first_reader(layout: Layout) -> bool:
    """Tell whether the first reader can hold the sheet within the memory it is given."""
    height = layout.last_row - layout.first_row + 1
    places = height * (layout.last_column + 1)
    needed = places * DENSE_BYTES_PER_PLACE + layout.cells * DENSE_BYTES_PER_CELL
    return needed <= MAX_DENSE_BYTES


def read_with_calamine(path: Path, sheet: str, layout: Layout) -> SheetRows:
    """Yield the rows of a sheet by python-calamine, which holds the sheet in memory."""
    with path.open("rb") as file, python_calamine.load_workbook(file) as workbook:
        found = workbook.get_sheet_by_name(sheet)
        if found.start is None or found.end is None:
            return
        first_row, first_column = found.start
        width = found.end[1] - first_column + 1
        before: list[Any] = [None] * first_column
        if (found.end[0] + 1) * width > MAX_STREAMED_PLACES:
            # Walking from row 1 to a lone cell far away would take minutes.
            if (found.end[0] - first_row + 1) * width > _MAX_HELD_PLACES:
                raise Refused("sheet_too_spread", sheet=sheet, cells=layout.cells,
                              cell=f"{column_letters(found.end[1])}{found.end[0] + 1}")  # fmt: skip
            rows = iter(found.to_python(skip_empty_area=True))
            numbered = enumerate(rows, start=first_row + 1)
        else:
            numbered = enumerate(found.iter_rows(), start=1)
        for number, row in numbered:
            if row.count("") < len(row):
                yield number, before + plain_row(row)


def read_with_openpyxl(path: Path, sheet: str, layout: Layout) -> SheetRows:
    """Yield the rows of an xlsx sheet by openpyxl, which streams and is some ten times slower."""
    import openpyxl  # slow to import, and rarely needed

    with path.open("rb") as file:
        workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        found = workbook[sheet]
        # The stated dimension of a sheet may be a lie.
        found.reset_dimensions()
        for number, row in enumerate(found.iter_rows(values_only=True), start=1):
            if number > layout.last_row:
                break
            if any(value is not None for value in row):
                yield number, plain_row(row)


def sheet_names(path: Path) -> list[tuple[str, bool]]:
    """List the worksheets of any workbook with whether each is hidden, by python-calamine."""
    with path.open("rb") as file, python_calamine.load_workbook(file) as workbook:
        return [
            (sheet.name, sheet.visible is not python_calamine.SheetVisibleEnum.Visible)
            for sheet in workbook.sheets_metadata
            if sheet.typ is python_calamine.SheetTypeEnum.WorkSheet
        ]


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a workbook whose directory was inspected before."""
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise Refused("archive_damaged") from error
