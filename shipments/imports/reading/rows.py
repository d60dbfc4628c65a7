"""What each row below the headers is: data, a total, a note, or the headers once more."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError

from shipments.imports.reading.cells import Cell, cell_of, text_of
from shipments.imports.reading.headers import Heading, looks_like_value, texts
from text.numbers import parse_decimal

_TOTAL = re.compile(
    r"\W*(?:(?:sub|grand|overall|running|general)?[\s-]*totals?"
    r"|sous[\s-]*tot(?:al|aux)|total\s+g[ée]n[ée]ral|totaux|somme"
    r"|(?:общий\s+|промежуточный\s+)?итого?|под[ыи]тог|всего|сумма"
    r"|ընդամենը|ընդհանուրը?|հանրագումար"
    r"|c[əe]mi|yekun|ara\s+c[əe]m|toplam|ümumi"
    r"|(?:ال)?مجموع|(?:ال)?[إا]جمالي|gesamt|summe|suma)(?P<rest>(?:[\W_].*)?)",
    re.IGNORECASE | re.DOTALL,
)
_LABELS_LOOKED_AT = 3
_MOST_SUMS = 25


class RowKind(StrEnum):
    """What becomes of a row: only data is imported, everything else is listed."""

    DATA = "data"
    TOTALS = "totals"
    NOTE = "note"
    HEADER = "header"


@dataclass(slots=True)
class Row:
    """One row that holds something, by the number its spreadsheet program shows.

    `raw` are the spooled values, at most as many as the table has columns; the cells are made
    when asked for.
    """

    number: int
    raw: list[Any]
    kind: RowKind
    hidden: bool

    @property
    def cells(self) -> list[Cell]:
        """Return every cell; a column beyond the end of the row is blank and not in the list."""
        return [cell_of(value) for value in self.raw]

    def cell(self, column: int) -> Cell:
        """Return the cell of a column counted from 0, blank beyond the end of the row."""
        return cell_of(self.raw[column] if column < len(self.raw) else None)

    def text(self, column: int) -> str:
        """Return the text of a column counted from 0, unstripped."""
        return text_of(self.raw[column]) if column < len(self.raw) else ""


class RowSorter:
    """Tells the kind of each row of one table, given in order."""

    def __init__(
        self, heading: Heading, rows_again: Callable[[], Iterator[tuple[int, list[Any]]]]
    ) -> None:
        self._header = [text.casefold() for text in _last_header(heading)]
        self._titles = sum(map(bool, heading.headers))
        self._rows_again = rows_again
        self._start = heading.last_row + 1
        self._sums_left = _MOST_SUMS

    def kind(self, number: int, values: Sequence[Any]) -> RowKind:
        """Judge one row; rows of totals end the stretch that the next one may add up."""
        found = self._judge(number, values)
        if found is RowKind.TOTALS:
            self._start = number + 1
        return found

    def _judge(self, number: int, values: Sequence[Any]) -> RowKind:
        filled = len(values) - values.count(None) - values.count("")
        labels = []
        for value in values:
            if isinstance(value, str) and value and not value.isspace():
                labels.append(value)
                if len(labels) == _LABELS_LOOKED_AT:
                    break
        # A label merged over several columns was filled into each of them.
        again = sum(1 for value in values if value == labels[0]) - 1 if labels else 0
        if self._is_labelled_total(labels, filled - again):
            return RowKind.TOTALS
        if filled == 1 and labels and self._titles >= 3 and not looks_like_value(labels[0].strip()):
            return RowKind.NOTE
        if labels and self._header and labels[0].strip().casefold() in self._header:
            own = [text.casefold() for text in texts(values)]
            if [text for text in own if text] == [text for text in self._header if text]:
                return RowKind.HEADER
        if self._is_unlabelled(labels, filled) and self._adds_up(number, values):
            return RowKind.TOTALS
        return RowKind.DATA

    def _is_labelled_total(self, labels: list[str], filled: int) -> bool:
        """A bare "Total" is one; "Total shelter" is one in a row emptier than the others."""
        for label in labels:
            if found := _TOTAL.fullmatch(label.strip()):
                bare = not found["rest"].strip(" :.=-–—\u00a0")
                return filled < max(self._titles, 2) if bare else filled <= self._titles * 0.6
        return False

    def _is_unlabelled(self, labels: list[str], filled: int) -> bool:
        words = any(not looks_like_value(label.strip()) for label in labels)
        return not words and 0 < filled < self._titles and self._titles >= 3

    def _adds_up(self, number: int, values: Sequence[Any]) -> bool:
        """Add up the rows above, since the last total or since the first row."""
        wanted = {column: figure for column, value in enumerate(values)
                  if (figure := _figure(value)) is not None}  # fmt: skip
        if not wanted or self._sums_left == 0:
            return False
        self._sums_left -= 1
        sums = dict.fromkeys(wanted, Decimal(0))
        added = 0
        for above, row in self._rows_again():
            if above >= number:
                break
            if above >= self._start:
                added += 1
                for column in wanted:
                    sums[column] += _figure(row[column] if column < len(row) else None) or 0
        return added > 1 and all(_near(sums[column], wanted[column]) for column in wanted)


def _last_header(heading: Heading) -> list[str]:
    return [parts[-1] if parts else "" for parts in heading.parts]


def _near(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= max(abs(one), abs(other)) * Decimal("1e-9") and other != 0


def _figure(raw: Any) -> Decimal | None:
    if isinstance(raw, bool) or raw is None or raw == "":
        return None
    if isinstance(raw, int | float):
        return Decimal(str(raw))
    if not isinstance(raw, str):
        return None
    try:
        return parse_decimal(raw, minimum=-(10**15), maximum=10**15, decimals=9)
    except ValidationError:
        return None
