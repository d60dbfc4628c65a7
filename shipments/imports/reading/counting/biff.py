"""Counts the rows of an xls sheet in its records, for when the first reader could not open it."""

import io
import struct
from pathlib import Path

from xlrd.compdoc import CompDoc

from shipments.imports.reading.refusals import Refused

_BOUND_SHEET, _END_OF_FILE, _FORMULA = 0x85, 0x0A, 0x06
# Numbers, truth values, errors and texts; blank cells have records of their own.
_FILLED = frozenset({0x203, 0x27E, 0xBD, 0x205, 0xFD, 0x204, 0xD6})
_EMPTY_TEXT_RESULT = b"\x03"


def count_filled_rows(path: Path, sheet: str) -> int:
    """Count the rows of one sheet that have a record of a cell with a value.

    Only the container is opened by a library; the records are walked here. Refuses with
    workbook_damaged.
    """
    try:
        stream = _workbook_stream(path.read_bytes())
        return len(_filled_rows(stream, _sheet_offset(stream, sheet)))
    except (struct.error, IndexError, ValueError, TypeError) as error:
        raise Refused("workbook_damaged") from error


def _workbook_stream(content: bytes) -> bytes:
    container = CompDoc(content, logfile=io.StringIO())
    for name in ("Workbook", "Book"):
        stream, base, length = container.locate_named_stream(name)
        if stream is not None:
            return bytes(stream[base : base + length])
    raise Refused("workbook_damaged")


def _sheet_offset(stream: bytes, sheet: str) -> int:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _BOUND_SHEET:
            offset = int(struct.unpack_from("<I", stream, at + 4)[0])
            characters, wide = stream[at + 10], stream[at + 11] & 1
            written = stream[at + 12 : at + 12 + characters * (1 + wide)]
            if written.decode("utf-16-le" if wide else "latin-1") == sheet:
                return offset
        elif kind == _END_OF_FILE:
            break
        at += 4 + length
    raise Refused("workbook_damaged")


def _filled_rows(stream: bytes, at: int) -> set[int]:
    rows: set[int] = set()
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _END_OF_FILE:
            break
        if kind in _FILLED or (kind == _FORMULA and not _is_empty_text(stream, at + 10)):
            rows.add(int(struct.unpack_from("<H", stream, at + 4)[0]))
        at += 4 + length
    return rows


def _is_empty_text(stream: bytes, at: int) -> bool:
    """Tell a formula whose result is a text without characters."""
    return stream[at + 6 : at + 8] == b"\xff\xff" and stream[at : at + 1] == _EMPTY_TEXT_RESULT
