"""One file from recognition to rows: every step that runs in the child."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shipments.imports.reading.archive import UNREADABLE_ZIP, inspect_archive
from shipments.imports.reading.counting.layout import Layout
from shipments.imports.reading.decoding import SHOWN as ENCODINGS
from shipments.imports.reading.decoding import decode
from shipments.imports.reading.delimited import write_delimited
from shipments.imports.reading.limits import MAX_SHEETS
from shipments.imports.reading.recognition import recognise
from shipments.imports.reading.refusals import Refused
from shipments.imports.reading.spool import RowWriter, Warnings

_SUFFIXES = {"xlsx": (".xlsx", ".xlsm"), "xls": (".xls",), "ods": (".ods",),
             "csv": (".csv", ".tsv", ".txt", ".tab")}  # fmt: skip


@dataclass
class _Book:
    """A workbook opened for counting: its sheets, and how one is counted and read."""

    format: str
    sheets: list[tuple[str, bool]]
    count: Callable[[str], Layout]
    readers: tuple[Any, ...]
    repeats: dict[str, str]
    date_1904: bool = False


def parse_file(request: dict[str, Any], writer: RowWriter, warnings: Warnings) -> dict[str, Any]:
    """Read the file a request names and return what the parent must know beside the rows."""
    path = Path(request["path"])
    kind = recognise(path)
    if kind == "text":
        result = _parse_text(path, request, writer, warnings)
    else:
        try:
            result = _parse_workbook(path, kind, request, writer, warnings)
        except UNREADABLE_ZIP as error:
            raise Refused("workbook_damaged") from error
    suffix = Path(request["name"]).suffix.lower()
    if suffix and suffix not in _SUFFIXES[result["format"]]:
        warnings.add("extension_differs", suffix=suffix, format=result["format"])
    return result | {
        "rows": writer.rows,
        "columns": writer.columns,
        "last_row": writer.last_row,
        "warnings": warnings.listed,
        "warning_counts": dict(warnings.counts),
    }


def _parse_text(
    path: Path, request: dict[str, Any], writer: RowWriter, warnings: Warnings
) -> dict[str, Any]:
    decoded = decode(path.read_bytes(), request.get("encoding"))
    delimiter = write_delimited(decoded, request.get("delimiter"), writer, warnings)
    return {
        "format": "csv",
        "encoding": ENCODINGS[decoded.encoding],
        "delimiter": delimiter,
        "date_1904": False,
        "sheets": [],
        "sheet": None,
        "hidden_rows": [],
    }


def _parse_workbook(
    path: Path, kind: str, request: dict[str, Any], writer: RowWriter, warnings: Warnings
) -> dict[str, Any]:
    from shipments.imports.reading.workbooks import check_extent, fits_first_reader

    book = _open_zipped(path, warnings) if kind == "zip" else _open_xls(path)
    if len(book.sheets) > MAX_SHEETS:
        raise Refused("too_many_sheets", allowed=MAX_SHEETS)
    sheet, layout = _choose_sheet(book, request.get("sheet"))
    check_extent(sheet, layout)
    streaming = bool(request.get("streaming")) or not fits_first_reader(layout)
    _read_rows(path, book, sheet, layout, streaming, writer, warnings)
    if sheet in book.repeats:
        warnings.add("sheet_repeats", sheet=sheet, other=book.repeats[sheet])
    return {
        "format": book.format,
        "encoding": None,
        "delimiter": None,
        "date_1904": book.date_1904,
        "sheets": [{"name": name, "hidden": hidden} for name, hidden in book.sheets],
        "sheet": sheet,
        "hidden_rows": layout.hidden_rows,
    }


def _choose_sheet(book: _Book, asked_for: str | None) -> tuple[str, Layout]:
    """Take the sheet asked for, else the first visible one that holds anything."""
    names = [name for name, _hidden in book.sheets]
    if asked_for is not None:
        if asked_for not in names:
            raise Refused("sheet_unknown", found=asked_for, allowed=", ".join(names[:20]))
        return asked_for, book.count(asked_for)
    for name in [name for name, hidden in book.sheets if not hidden] or names:
        layout = book.count(name)
        if layout.rows:
            return name, layout
    raise Refused("empty_file")


def _read_rows(
    path: Path,
    book: _Book,
    sheet: str,
    layout: Layout,
    streaming: bool,
    writer: RowWriter,
    warnings: Warnings,
) -> None:
    """Read by the first reader that opens the sheet and finds in it what was counted."""
    from shipments.imports.reading.workbooks import write_sheet

    readers = book.readers[1:] if streaming else book.readers
    disagreed = False
    for reader in readers:
        writer.start_again()
        remarks = len(warnings.listed)
        try:
            if write_sheet(reader(path, sheet, layout), layout, writer, warnings):
                if reader is not book.readers[0]:
                    warnings.add("second_reader")
                return
            disagreed = True
        except (Refused, MemoryError, KeyboardInterrupt, SystemExit):
            raise
        # Parsers meet damage with any error, calamine even with a panic that is no Exception.
        except BaseException:  # noqa: S110
            pass
        warnings.forget_from(remarks)
    if disagreed:
        raise Refused("row_counts_disagree", counted=layout.rows, read=writer.rows)
    raise Refused("sheet_too_large" if not readers else "workbook_damaged", sheet=sheet)


def _open_zipped(path: Path, warnings: Warnings) -> _Book:
    archive = inspect_archive(path)
    if archive.has_macros:
        warnings.add("macros_not_run")
    return _open_xlsx(path) if archive.kind == "xlsx" else _open_ods(path)


def _open_xlsx(path: Path) -> _Book:
    from shipments.imports.reading.counting.xlsx import count_xlsx
    from shipments.imports.reading.packages import open_package
    from shipments.imports.reading.workbooks import (
        open_zip,
        read_with_calamine,
        read_with_openpyxl,
    )

    archive = open_zip(path)
    package = open_package(archive)
    parts = {part.name: part for part in package.sheets}
    first: dict[tuple[int, int], str] = {}
    repeats: dict[str, str] = {}
    for part in package.sheets:
        if first.setdefault(part.fingerprint, part.name) != part.name:
            repeats[part.name] = first[part.fingerprint]
            repeats.setdefault(first[part.fingerprint], part.name)
    return _Book(
        "xlsx",
        [(part.name, part.hidden) for part in package.sheets],
        lambda name: count_xlsx(archive, package, parts[name]),
        (read_with_calamine, read_with_openpyxl),
        repeats,
        package.date_1904,
    )


def _open_ods(path: Path) -> _Book:
    from shipments.imports.reading.counting.ods import count_ods
    from shipments.imports.reading.workbooks import (
        check_extent,
        fits_first_reader,
        open_zip,
        read_with_calamine,
        sheet_names,
    )

    layouts = count_ods(open_zip(path))
    # The reader loads every sheet when it opens the file, wanted or not.
    for name, layout in layouts.items():
        check_extent(name, layout)
        if not fits_first_reader(layout):
            raise Refused("sheet_too_large", sheet=name)
    try:
        hidden = dict(sheet_names(path))
    except Exception as error:
        raise Refused("workbook_damaged") from error
    sheets = [(name, hidden.get(name, False)) for name in layouts]
    return _Book("ods", sheets, layouts.__getitem__, (read_with_calamine,), {})


def _open_xls(path: Path) -> _Book:
    from shipments.imports.reading.counting.xls import count_xls, read_with_xlrd
    from shipments.imports.reading.workbooks import read_with_calamine, sheet_names

    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise Refused("encrypted")
    layouts = count_xls(path)
    try:
        hidden = dict(sheet_names(path))
    except Exception:  # the second reader may yet open it
        hidden = {}
    sheets = [(name, hidden.get(name, False)) for name in layouts]
    readers = (read_with_calamine, read_with_xlrd)
    return _Book("xls", sheets, layouts.__getitem__, readers, {})
