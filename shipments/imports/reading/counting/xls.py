"""Counts the rows of an xls workbook by xlrd, which shares no code with the first reader."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlrd
from xlrd.sheet import Sheet

from shipments.imports.reading.counting.biff import count_filled_rows
from shipments.imports.reading.counting.layout import Layout
from shipments.imports.reading.number_formats import is_moment_format
from shipments.imports.reading.refusals import Refused
from shipments.imports.reading.spool import plain_row

_EMPTY = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)


def count_xls(path: Path) -> dict[str, Layout]:
    """Count every worksheet of an xls file.

    Refuses with encrypted, workbook_damaged, too_many_errors or too_many_merged.
    """
    with _open(path) as book:
        moments = _moment_styles(book)
        return {sheet.name: _count(sheet, moments) for sheet in book.sheets()}


def read_with_xlrd(path: Path, sheet: str, layout: Layout) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows of an xls sheet by xlrd, if a third count agrees, since it made the first.

    Refuses with row_counts_disagree.
    """
    counted = count_filled_rows(path, sheet)
    if counted != layout.rows:
        raise Refused("row_counts_disagree", counted=counted, read=layout.rows)
    with _open(path) as book:
        found = book.sheet_by_name(sheet)
        for row in range(found.nrows):
            yield row + 1, plain_row(_value(book, cell) for cell in found.row(row))


def _open(path: Path) -> xlrd.Book:
    try:
        return xlrd.open_workbook(
            str(path), logfile=io.StringIO(), formatting_info=True, ragged_rows=True
        )
    except MemoryError:
        raise
    except Exception as error:
        # xlrd meets a damaged file with whatever error its parsing ran into.
        if "encrypted" in str(error).lower():
            raise Refused("encrypted") from error
        raise Refused("workbook_damaged") from error


def _moment_styles(book: xlrd.Book) -> frozenset[int]:
    formats = {
        key for key, found in book.format_map.items() if is_moment_format(found.format_str or "")
    }
    return frozenset(style for style, used in enumerate(book.xf_list) if used.format_key in formats)


def _count(sheet: Sheet, moments: frozenset[int]) -> Layout:
    layout = Layout()
    for top, bottom, left, right in sheet.merged_cells:
        layout.add_merged((top + 1, left, bottom, right - 1))
    for row in range(sheet.nrows):
        filled = [column for column, cell in enumerate(sheet.row(row)) if _holds_something(cell)]
        for column in filled:
            if sheet.cell_type(row, column) == xlrd.XL_CELL_ERROR:
                code = int(sheet.cell(row, column).value)
                layout.add_error(row + 1, column, xlrd.error_text_from_code.get(code, "#N/A"))
        shown = {c: value for c in filled if (value := _moment_in(sheet.cell(row, c), moments))}
        if at_midnight := [column for column, value in shown.items() if value.is_integer()]:
            layout.shown_at_midnight[row + 1] = at_midnight
        layout.shows_hours |= len(at_midnight) < len(shown)
        if filled:
            info = sheet.rowinfo_map.get(row)
            hidden = bool(info is not None and info.hidden)
            layout.add_row(row + 1, len(filled), filled[-1], hidden=hidden)
    return layout


def _moment_in(cell: Any, moments: frozenset[int]) -> float:
    """Return the serial number of a cell that shows a day with its time, 0 for any other."""
    return cell.value if cell.xf_index in moments and isinstance(cell.value, float) else 0.0


def _holds_something(cell: Any) -> bool:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return bool(cell.value.strip())
    return cell.ctype not in _EMPTY


def _value(book: xlrd.Book, cell: Any) -> Any:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return cell.value
        case xlrd.XL_CELL_NUMBER:
            return cell.value
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_DATE:
            return _date(cell.value, book.datemode)
        case _:
            return None


def _date(serial: float, datemode: int) -> Any:
    try:
        found = xlrd.xldate_as_datetime(serial, 1 if datemode else 0)
    except (ValueError, OverflowError, xlrd.XLDateError):
        return serial
    return found
