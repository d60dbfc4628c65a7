"""Rows of delimited text: strict quoting, and nothing swallowed by a stray quotation mark."""

import csv
import io
import re
from collections.abc import Iterator
from statistics import mode

from shipments.imports.reading.counting.delimited import count_delimited
from shipments.imports.reading.decoding import Decoded
from shipments.imports.reading.limits import MAX_CELL_CHARACTERS, MAX_COLUMNS
from shipments.imports.reading.refusals import Refused
from shipments.imports.reading.spool import RowWriter, Warnings

DELIMITERS = (",", ";", "\t", "|")
SHOWN = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?(?:\r\n|\r|\n)', re.IGNORECASE)
_SAMPLE_LINES = 200


def write_delimited(
    decoded: Decoded, asked_for: str | None, writer: RowWriter, warnings: Warnings
) -> str:
    """Write the rows of a text and return its delimiter; a row is a record, as programs count.

    Refuses with delimiter_unknown, stray_quote, cell_too_long, too_many_columns, too_many_rows
    and row_counts_disagree.
    """
    text = decoded.text
    told = _SEPARATOR_LINE.match(text)
    skipped_lines = 1 if told else 0
    text = text[told.end() :] if told else text
    delimiter = _delimiter(asked_for) or (told[1] if told else None) or sniff_delimiter(text)
    if delimiter not in DELIMITERS:
        raise Refused("delimiter_unknown", found=delimiter, allowed=", ".join(SHOWN.values()))
    records = delimiters = 0
    found = _records(text, delimiter)
    for number, (first_line, last_line, values) in enumerate(found, start=1):
        records, delimiters = number, delimiters + max(len(values) - 1, 0)
        for line in range(first_line + skipped_lines, last_line + skipped_lines + 1):
            if line in decoded.mixed_lines:
                warnings.add("other_encoding", number, encoding=decoded.mixed_lines[line])
        if any(map(str.strip, values)):
            if len(values) > MAX_COLUMNS:
                raise Refused("too_many_columns", allowed=MAX_COLUMNS)
            writer.write(number, values)
    counted = count_delimited(text, delimiter)
    if counted != (records, delimiters):
        raise Refused("row_counts_disagree", counted=counted[0], read=records)
    return delimiter


def sniff_delimiter(text: str) -> str:
    """Choose the delimiter that cuts the most lines into the same number of cells."""
    sample = _sample(text)
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            widths = [len(row) for row in reader if any(map(str.strip, row))]
        except csv.Error:
            continue
        split = [width for width in widths if width > 1]
        if not split:
            continue
        common = mode(split)
        agreeing = sum(1 for width in split if width == common) / len(widths)
        score = (round(agreeing, 1), common)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _sample(text: str) -> str:
    lines: list[str] = []
    for line in io.StringIO(text[: 1024 * 1024], newline=""):
        lines.append(line)
        if len(lines) >= _SAMPLE_LINES:
            break
    return "".join(lines)


def _delimiter(asked_for: str | None) -> str | None:
    by_name = {name: delimiter for delimiter, name in SHOWN.items()}
    return by_name.get(asked_for, asked_for) if asked_for else None


class _Lines:
    """Physical lines one at a time, those of the record being read kept at hand."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken.append(line)
        return line


def _records(text: str, delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield each record with the physical lines it stands on, those counted from 1."""
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width = _common_width(text, delimiter)
    number = before = 0
    try:
        for values in reader:
            number += 1
            if len(lines.taken) > 1:
                _check_nothing_swallowed(lines.taken, values, delimiter, width, number)
            lines.taken.clear()
            yield before + 1, reader.line_num, values
            before = reader.line_num
    except csv.Error as error:
        if "field larger" in str(error):
            raise Refused("cell_too_long", row=number + 1, allowed=MAX_CELL_CHARACTERS) from error
        raise Refused("stray_quote", row=number + 1) from error


def _common_width(text: str, delimiter: str) -> int:
    """Count the cells of most lines, quotation marks taken as letters."""
    lines = _sample(text).splitlines()
    widths = [line.count(delimiter) + 1 for line in lines if line.strip()]
    return mode(widths) if widths else 0


def _check_nothing_swallowed(
    lines: list[str], values: list[str], delimiter: str, width: int, row: int
) -> None:
    """Refuse a record whose every line would have been a whole row by itself.

    A quotation mark left open in one row and closed in a later one is well-formed, and has made
    1,000 rows into 500. A cell of several lines that was meant hardly has a row's worth of
    delimiters in each line, and where it is prose a space follows each comma.
    """
    if width < 2 or any(line.count(delimiter) != width - 1 for line in lines):
        return
    inner = "".join(value for value in values if "\n" in value or "\r" in value)
    if inner.count(delimiter) != inner.count(f"{delimiter} "):
        raise Refused("stray_quote", row=row)
