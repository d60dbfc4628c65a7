"""Counts the rows of an xlsx sheet in its XML, as bytes, without a spreadsheet library."""

import re
import zipfile
from collections.abc import Iterator
from enum import Enum
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
_NAME_ENDS = (b" ", b">", b"/", b"\n", b"\r", b"\t")
_DATA_END = re.compile(rb"</(?:\w+:)?sheetData\s*>")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d{1,7})["']""")
_ROW_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c\s*>)", re.DOTALL)
_CELL_TYPE = re.compile(rb"""\st\s*=\s*["'](\w+)["']""")
_CELL_COLUMN = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})\d+["']""")
_MOMENT = re.compile(
    rb"""\ss=["'](\d+)["'][^<>]*>\s*"""
    rb"""(?:<(?:\w+:)?f\b[^<>]*(?:(?<=/)>|>[^<]*</(?:\w+:)?f\s*>)\s*)?"""
    rb"""<(?:\w+:)?v>\d+(\.\d*)?<"""
)
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</(?:\w+:)?v\s*>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t\s*>", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh\s*>", re.DOTALL)
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z0-9:$]+)["']""")
_PLAIN_STRING = re.compile(rb"<si><t(?: xml:space=\"preserve\")?>\s*[^\s<&_]")
# Any of these in a row asks for a look at each of its cells.
_NEEDS_A_LOOK = (b't="e"', b"<v/>", b"<v><", b"<v ", b"='", b"= ", b"<!", b":c ", b":c>")
_UNUSUAL = (*_NEEDS_A_LOOK, b't="str"', b"inlineStr", b"<is")
_PLAIN_VALUE = re.compile(rb"<v>[^\s<&_]")
_PLAIN_INLINE = re.compile(rb"<is><t(?: xml:space=\"preserve\")?>[^\s<&_]")
_REFERENCE = re.compile(rb"&#(x[0-9a-fA-F]+|[0-9]+);|_x(00[0-9a-fA-F]{2})_")


def count_xlsx(archive: zipfile.ZipFile, package: Package, sheet: SheetPart) -> Layout:
    """Count one sheet, with its hidden rows, merged ranges and error cells.

    Refuses with xml_has_doctype, workbook_damaged, too_many_errors or too_many_merged.
    """
    with archive.open(sheet.path) as stream:
        check_prolog(stream)
    blank = _blank_strings(archive, package.shared_strings)
    with archive.open(sheet.path) as stream:
        return _count(stream, blank, package.moment_styles)


def _count(stream: IO[bytes], blank: frozenset[int], moments: frozenset[int]) -> Layout:
    layout = Layout()
    styles = frozenset(str(style).encode() for style in moments)
    number = 0
    for piece, place in _pieces(stream, b"row"):
        data, tail = piece, b""
        if place is _Place.LAST and (end := _DATA_END.search(piece)):
            data, tail = piece[: end.start()], piece[end.end() :]
        if _ROW.match(data):
            plain = place is _Place.PLAIN and not blank
            tags_will_do = plain or _counting_tags_will_do(data, blank)
            number = _count_row(layout, data, number, None if tags_will_do else blank)
            if styles:
                _note_moments(layout, number, data, styles)
        for found in _MERGED.finditer(tail):
            if merged := parse_range(found[1].decode("ascii")):
                layout.add_merged(merged)
    return layout


class _Place(Enum):
    """Where a piece stands: in a block without anything unusual, in any other, or at the end."""

    PLAIN = 1
    ANY = 2
    LAST = 3


def _pieces(stream: IO[bytes], element: bytes) -> Iterator[tuple[bytes, _Place]]:
    """Cut a part before each start of an element."""
    rest = b""
    while block := stream.read(_BLOCK):
        rest += block
        # Looking once through a block is cheaper than once through each of its rows.
        place = _Place.ANY if any(mark in rest for mark in _UNUSUAL) else _Place.PLAIN
        begin = 0
        for at in _starts(rest, element):
            yield rest[begin:at], place
            begin = at
        rest = rest[begin:]
        if len(rest) > _MAX_PIECE_BYTES:
            raise Refused("workbook_damaged")
    yield rest, _Place.LAST


def _starts(block: bytes, element: bytes) -> Iterator[int]:
    """Find where an element starts after the first byte, without a prefix or with one."""
    if b":" + element in block:
        start = re.compile(rb"<(?:\w+:)?" + element + rb"(?=[\s/>])")
        yield from (found.start() for found in start.finditer(block, 1))
        return
    opening, after = b"<" + element, len(element) + 1
    at = block.find(opening, 1)
    while at >= 0:
        if block[at + after : at + after + 1] in _NAME_ENDS:
            yield at
        at = block.find(opening, at + after)


def _count_row(layout: Layout, row: bytes, before: int, blank: frozenset[int] | None) -> int:
    """Count one row and return its number, one more than the last where it has none.

    Without the list of blank shared texts, no cell of the row needs to be looked at.
    """
    opening = row[: row.index(b">") + 1] if b">" in row else row
    given = _ROW_NUMBER.search(opening)
    number = int(given[1]) if given else before + 1
    if blank is not None:
        cells, last_column = _look_at_cells(layout, row, number, blank)
    else:
        cells = row.count(b"<v>") + row.count(b"<is>")
        last_column = _last_column(row) if cells else -1
    if cells:
        hidden = b"hidden" in opening and bool(_ROW_HIDDEN.search(opening))
        layout.add_row(number, cells, last_column, hidden=hidden)
    return number


def _counting_tags_will_do(row: bytes, blank: frozenset[int]) -> bool:
    """Tell that the row holds no error and no text that could be white space only."""
    if any(mark in row for mark in _NEEDS_A_LOOK) or (blank and b't="s"' in row):
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


def _note_moments(layout: Layout, number: int, row: bytes, styles: frozenset[bytes]) -> None:
    at_midnight = _at_midnight(row, styles)
    layout.shows_hours |= False in at_midnight
    if True in at_midnight:
        layout.shown_at_midnight[number] = list(_midnights(row, styles))


def _at_midnight(cells: bytes, styles: frozenset[bytes]) -> set[bool]:
    """Tell of the cells of these styles that hold a moment whether it is at midnight."""
    # Looked up, not spelled out in the pattern: workbooks have up to 65,000 styles.
    found = _MOMENT.findall(cells)
    return {not fraction.strip(b".0") for style, fraction in found if style in styles}


def _midnights(row: bytes, styles: frozenset[bytes]) -> Iterator[int]:
    column = -1
    for found in _CELL.finditer(row):
        place = _CELL_COLUMN.search(found[1])
        column = _column(place[1]) if place else column + 1
        if True in _at_midnight(found[0], styles):
            yield column


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
        for piece, _last in _pieces(stream, b"si"):
            if not _STRING.match(piece):
                continue
            index += 1
            if not _PLAIN_STRING.match(piece) and _is_blank(
                b"".join(_TEXT.findall(_PHONETIC.sub(b"", piece)))
            ):
                blank.add(index)
    return frozenset(blank)
