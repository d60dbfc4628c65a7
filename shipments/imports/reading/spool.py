"""Rows on their way from the child to the program: one JSON array a line, never all at once.

A line is [row number, values]. A value is null, a text, a number, true or false, or an object
for what JSON has no form for: {"d": ISO date or date and time}, {"t": ISO time},
{"s": duration as h:mm:ss}, {"e": error token}.
"""

import datetime
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from shipments.imports.reading.limits import MAX_ROWS, ROWS_ABOVE_DATA
from shipments.imports.reading.refusals import Refused

ROWS_FILE = "rows.jsonl"
RESULT_FILE = "result.json"
# With this the child ends when it got no memory to say anything else.
MEMORY_EXIT = 77
_LISTED_PER_CODE = 1_000
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPED_CONTROL = re.compile(rb"\\u00[01]|\\[bf]|\x7f|\xef\xbf[\xbd\xbe\xbf]")


class Warnings:
    """Remarks on single rows, listed up to a bound and counted beyond it."""

    def __init__(self) -> None:
        self.listed: list[dict[str, Any]] = []
        self.counts: Counter[str] = Counter()

    def add(self, code: str, row: int | None = None, column: int | None = None,
            **params: Any) -> None:  # fmt: skip
        self.counts[code] += 1
        if self.counts[code] <= _LISTED_PER_CODE:
            self.listed.append({"code": code, "row": row, "column": column, "params": params})

    def forget_from(self, position: int) -> None:
        """Drop the remarks of a reading that is done over by another reader."""
        for dropped in self.listed[position:]:
            self.counts[dropped["code"]] -= 1
        del self.listed[position:]


class RowWriter:
    """Writes the rows that hold something, within the limit of rows."""

    def __init__(self, file: BinaryIO, warnings: Warnings) -> None:
        self._file = file
        self._warnings = warnings
        self.rows = 0
        self.columns = 0
        self.last_row = 0

    def start_again(self) -> None:
        """Drop the rows written so far."""
        self._file.seek(0)
        self._file.truncate()
        self.rows = self.columns = self.last_row = 0

    def write(self, number: int, values: Sequence[Any]) -> None:
        """Write one row; the values are in the forms this module names, blank ones null."""
        self.rows += 1
        if self.rows > MAX_ROWS + ROWS_ABOVE_DATA:
            raise Refused("too_many_rows", allowed=MAX_ROWS)
        self.columns = max(self.columns, len(values))
        self.last_row = max(self.last_row, number)
        try:
            line = orjson.dumps([number, values])
        except TypeError:  # lone surrogates, or an integer beyond 64 bits
            line = b"\xef\xbf\xbd"
        if _ESCAPED_CONTROL.search(line):
            line = orjson.dumps([number, self._storable(number, values)])
        self._file.write(line)
        self._file.write(b"\n")

    def _storable(self, number: int, values: Sequence[Any]) -> list[Any]:
        """Show what a database cannot store as U+FFFD, and say where."""
        clean: list[Any] = []
        for column, value in enumerate(values):
            kept = value
            if isinstance(value, str):
                kept = _UNSTORABLE.sub("\ufffd", value)
                if "\ufffd" in kept:
                    self._warnings.add("unreadable_characters", number, column)
            elif isinstance(value, int) and not -(2**63) <= value < 2**63:
                kept = float(value) if abs(value) < 10**300 else {"e": "#NUM!"}
            clean.append(kept)
        return clean


def plain_row(row: Iterable[Any]) -> list[Any]:
    """Put the values of a spreadsheet library into the forms the spool keeps."""
    return [_PLAIN[type(value)](value) for value in row]


def at_midnight(plain: Any) -> Any:
    """Give a bare day the time that its cell shows; leave anything else as it is."""
    day = plain.get("d") if isinstance(plain, dict) else None
    return {"d": f"{day}T00:00:00"} if day and "T" not in day else plain


def _text(value: str) -> str | None:
    return None if not value or value.isspace() else value


def _number(value: float) -> float | dict[str, str]:
    # JSON would make null of them, and with that a blank of a broken figure.
    return value if math.isfinite(value) else {"e": "#NUM!"}


def _moment(value: datetime.datetime) -> dict[str, str]:
    # Of days, too, some readers make moments; which ones are, their formats tell.
    if value.time() == datetime.time():
        return {"d": value.date().isoformat()}
    return {"d": value.isoformat()}


def _hours(duration: datetime.timedelta) -> dict[str, str]:
    seconds = round(abs(duration.total_seconds()))
    sign = "-" if duration.total_seconds() < 0 else ""
    return {"s": f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"}


_PLAIN: dict[type, Callable[[Any], Any]] = {
    str: _text,
    float: _number,
    int: int,
    bool: bool,
    type(None): lambda _value: None,
    dict: lambda value: value,
    datetime.datetime: _moment,
    datetime.date: lambda value: {"d": value.isoformat()},
    datetime.time: lambda value: {"t": value.isoformat()},
    datetime.timedelta: _hours,
}


def spooled_rows(folder: Path) -> Iterator[tuple[int, list[Any]]]:
    """Read the rows back one at a time."""
    with (folder / ROWS_FILE).open("rb") as file:
        for line in file:
            number, values = orjson.loads(line)
            yield number, values
