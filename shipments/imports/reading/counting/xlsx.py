"""Counts the rows of an xlsx sheet in its XML, as bytes, without a spreadsheet library."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import IO

from shipments.imports.reading.counting.layout import Layout
from shipments.imports.reading.hardened import check_prolog
from shipments.imports.reading.packages import Package, SheetPart
from shipments.imports.reading.references import column_index, parse_range
from shipments.imports.reading.refusals import Refused

_BLOCK = 512 * 1024
_MAX_PIECE_BYTES = 64 * 1024 * 1024
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])")
_STRING = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
_DATA_END = re.compile(rb"</(?:\w+:)?sheetData\s*>")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d{1,7})["']""")
_ROW_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c\s*>)", re.DOTALL)
_CELL_TYPE = re.compile(rb"""\st\s*=\s*["'](\w+)["']""")
_CELL_COLUMN = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})\d+["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</(?:\w+:)?v\s*>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t\s*>", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh\s*>", re.DOTALL)
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z0-9:$]+)["']""")
_PLAIN_STRING = re.compile(rb"<si><t(?: xml:space=\"preserve\")?>\s*[^\s<&_]")
# Any of these in a row asks for a look at each of its cells.
_NEEDS_A_LOOK = (b't="e"', b"<v/>", b"<v><", b"<v ", b"='", b"= ", b"<!", b":c ", b":c>")
_PLAIN_VALUE = re.compile(rb"<v>[^\s<&_]")
_PLAIN_INLINE = re.compile(rb"<is><t(?: xml:space=\"preserve\")?>[^\s<&_]")
_REFERENCE = re.compile(rb"&#(x[0-9a-fA-F]+|[0-9]+);|_x(00[0-9a-fA-F]{2})_")


def count_xlsx(archive: zipfile.ZipFile, package: Package, sheet: SheetPart) -> Layout:
    """Count one sheet, with its hidden rows, merged ranges and error cells.

    Refuses with xml_has_doctype, workbook_damaged, too_many_errors or too_many_merged.
    """
    with archive.open(sheet.path) as stream:
        check_prolog(stream)
    try:
        blank = _blank_strings(archive, package.shared_strings)
        with archive.open(sheet.path) as stream:
            return _count(stream, blank)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Refused("workbook_damaged") from error


def _count(stream: IO[bytes], blank: frozenset[int]) -> Layout:
    layout = Layout()
    number = 0
    for piece, last in _pieces(stream, _ROW):
        data, tail = piece, b""
        if last and (end := _DATA_END.search(piece)):
            data, tail = piece[: end.start()], piece[end.end() :]
        if _ROW.match(data):
            number = _count_row(layout, data, number, blank)
        for found in _MERGED.finditer(tail):
            if merged := parse_range(found[1].decode("ascii")):
                layout.add_merged(merged)
    return layout


def _pieces(stream: IO[bytes], start: re.Pattern[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Cut a part before each element that starts so; the last piece is marked."""
    rest = b""
    while block := stream.read(_BLOCK):
        rest += block
        begin = 0
        for found in start.finditer(rest, 1):
            yield rest[begin : found.start()], False
            begin = found.start()
        rest = rest[begin:]
        if len(rest) > _MAX_PIECE_BYTES:
            raise Refused("workbook_damaged")
    yield rest, True


def _count_row(layout: Layout, row: bytes, before: int, blank: frozenset[int]) -> int:
    """Count one row and return its number, one more than the last where it has none."""
    opening = row[: row.index(b">") + 1] if b">" in row else row
    given = _ROW_NUMBER.search(opening)
    number = int(given[1]) if given else before + 1
    if (blank and b't="s"' in row) or not _counting_tags_will_do(row):
        cells, last_column = _look_at_cells(layout, row, number, blank)
    else:
        cells = row.count(b"<v>") + row.count(b"<is>")
        last_column = _last_column(row) if cells else -1
    if cells:
        layout.add_row(number, cells, last_column, hidden=bool(_ROW_HIDDEN.search(opening)))
    return number


def _counting_tags_will_do(row: bytes) -> bool:
    """Tell that the row holds no error and no text that could be white space only."""
    for mark in _NEEDS_A_LOOK:
        if mark in row:
            return False
    if b't="str"' in row and row.count(b"<v>") != len(_PLAIN_VALUE.findall(row)):
        return False
    inline = row.count(b"inlineStr")
    return not inline or inline == row.count(b"<is>") == len(_PLAIN_INLINE.findall(row))


def _last_column(row: bytes) -> int:
    cell = row.rfind(b"<c ", 0, max(row.rfind(b"<v>"), row.rfind(b"<is>")))
    found = _CELL_COLUMN.search(row[cell : cell + 80])
    return _column(found[1]) if found else row.count(b"<c ") - 1


def _look_at_cells(
    layout: Layout, row: bytes, number: int, blank: frozenset[int]
) -> tuple[int, int]:
    cells, column, last_column = 0, -1, -1
    for found in _CELL.finditer(row):
        attributes, body = found[1], found[2] or b""
        place = _CELL_COLUMN.search(attributes)
        column = _column(place[1]) if place else column + 1
        kind = _CELL_TYPE.search(attributes)
        kind_name = kind[1] if kind else b"n"
        if not _holds_something(kind_name, body, blank):
            continue
        cells += 1
        last_column = max(last_column, column)
        if kind_name == b"e" and (value := _VALUE.search(body)):
            layout.add_error(number, column, value[1].decode("utf-8", "replace").strip())
    return cells, last_column


@lru_cache(maxsize=32_768)
def _column(letters: bytes) -> int:
    return column_index(letters.decode("ascii"))


def _holds_something(kind: bytes, body: bytes, blank: frozenset[int]) -> bool:
    if kind == b"inlineStr":
        return not _is_blank(b"".join(_TEXT.findall(_PHONETIC.sub(b"", body))))
    value = _VALUE.search(body)
    if value is None:
        return False
    if kind == b"s":
        return not (value[1].strip().isdigit() and int(value[1]) in blank)
    return not _is_blank(value[1])


def _is_blank(text: bytes) -> bool:
    return not _REFERENCE.sub(_character, text).decode("utf-8", "replace").strip()


def _character(found: re.Match[bytes]) -> bytes:
    digits = (found[1] or b"x" + found[2]).decode("ascii")
    code = int(digits[1:], 16) if digits.startswith("x") else int(digits)
    return chr(code).encode("utf-8", "replace") if code < 0x110000 else b"?"


def _blank_strings(archive: zipfile.ZipFile, path: str | None) -> frozenset[int]:
    """Find which shared strings are white space only: a cell that shows one is blank."""
    if path is None:
        return frozenset()
    blank: set[int] = set()
    with archive.open(path) as stream:
        index = -1
        for piece, _last in _pieces(stream, _STRING):
            if not _STRING.match(piece):
                continue
            index += 1
            if not _PLAIN_STRING.match(piece) and _is_blank(
                b"".join(_TEXT.findall(_PHONETIC.sub(b"", piece)))
            ):
                blank.add(index)
    return frozenset(blank)
