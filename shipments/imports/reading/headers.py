"""Where the headers of a sheet are: not always in row 1, sometimes twice, sometimes nowhere."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mode
from typing import Any

from shipments.imports.reading.cells import is_error_text, text_of
from shipments.imports.reading.references import column_letters

LOOKED_AT_ROWS = 60
_WITHIN = 25
_LONGEST_HEADER = 80
_ASKED_ABOUT = 200
_HASHTAG = re.compile(r"#[A-Za-z][A-Za-z0-9_]*(?:\s*\+\s*[A-Za-z][A-Za-z0-9_]*)*")
_NUMBER = re.compile(r"[-+(]?\s*[$€£¥₽]?\s*[-+]?\d[\d\s.,'’٫٬]*\s*[%)]?|[٠-٩][٠-٩.,٫٬\s]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}(?:[-./]\d{1,4})?(?:[T ]\d{1,2}:\d\d.*)?|\d{1,2}:\d\d.*")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+\.\S+", re.IGNORECASE)
_CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}", re.IGNORECASE)

SampleRow = tuple[int, Sequence[Any]]


@dataclass(frozen=True)
class Heading:
    """Where the table starts: its header rows, its HXL row, and the words over each column."""

    header_rows: tuple[int, ...]
    hxl_row: int | None
    headers: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    hxl: tuple[str, ...]

    @property
    def header_row(self) -> int | None:
        """Return the lowest header row, or None for a table without one."""
        return self.header_rows[-1] if self.header_rows else None

    @property
    def last_row(self) -> int:
        """Return the last row that is not data yet."""
        return max((*self.header_rows, self.hxl_row or 0), default=0)


def find_heading(
    sample: Sequence[SampleRow], columns: int, is_known: Callable[[str], bool]
) -> Heading:
    """Guess the header rows from the first rows that hold something.

    A row of HXL hashtags within the first 25 rows decides; else the row that is most like a row
    of titles: words and no figures, each one different, as many as the table has columns, best
    of all words that `is_known` knows as the title of a column.
    """
    tagged = _hxl_row(sample)
    if tagged is not None:
        rows = _header_above(sample, tagged)
        return _heading(rows, sample[tagged], columns)
    best = _best_header(sample, is_known)
    if best is None:
        return _heading([], None, columns)
    return _heading(_with_second_row(sample, best), None, columns)


def heading_at(sample: Sequence[SampleRow], row: int, columns: int) -> Heading:
    """Take the header from a row that a person chose; 0 says that there is none."""
    if row == 0:
        return _heading([], None, columns)
    at = next(index for index, (number, _values) in enumerate(sample) if number == row)
    below = sample[at + 1] if at + 1 < len(sample) and _is_hxl(sample[at + 1][1]) else None
    return _heading([sample[at]], below, columns)


def texts(values: Sequence[Any]) -> list[str]:
    """Return the stripped text of each cell of a row."""
    return [text_of(value).strip() for value in values]


def looks_like_value(text: str) -> bool:
    """Tell whether a text is a figure, date, address or error rather than words."""
    return any(
        pattern.fullmatch(text) for pattern in (_NUMBER, _DATE, _ADDRESS, _CODE)
    ) or is_error_text(text)


def _is_value(raw: Any) -> bool:
    return looks_like_value(raw.strip()) if isinstance(raw, str) else True


def _is_hxl(values: Sequence[Any]) -> bool:
    """Every filled cell is a hashtag: a lone "#" is a title, "# printed by" is a comment."""
    filled = [text for text in texts(values) if text]
    enough = 2 if len(values) > 1 else 1
    return len(filled) >= enough and all(
        _HASHTAG.fullmatch(text) and not is_error_text(text) for text in filled
    )


def _hxl_row(sample: Sequence[SampleRow]) -> int | None:
    for index, (number, values) in enumerate(sample):
        if number <= _WITHIN and _is_hxl(values):
            return index
    return None


def _header_above(sample: Sequence[SampleRow], tagged: int) -> list[SampleRow]:
    above = sample[tagged - 1] if tagged else None
    if above is None or not _is_titles(above[1]):
        return []
    return _with_row_above(sample, tagged - 1)


def _is_titles(values: Sequence[Any]) -> bool:
    """Words only, but for years, and none of them a sentence."""
    filled = [value for value in values if text_of(value).strip()]
    figures = [value for value in filled if _is_value(value)]
    years = [value for value in figures if _YEAR.fullmatch(text_of(value).strip())]
    long = [value for value in filled if len(text_of(value)) > _LONGEST_HEADER]
    words = len(filled) - len(figures)
    return words > 0 and (len(figures) - len(years)) * 10 <= len(filled) and len(long) <= words / 4


def _best_header(sample: Sequence[SampleRow], is_known: Callable[[str], bool]) -> int | None:
    width = _common_width(sample)
    best, best_score = None, 0.0
    first_full = None
    for index, (_number, values) in enumerate(sample[:_WITHIN]):
        filled = [text for text in texts(values) if text]
        if not _is_titles(values) or len(filled) * 2 < width or _is_comment(filled):
            continue
        distinct = len({text.casefold() for text in filled})
        if distinct * 2 <= len(filled) and len(filled) > 1:
            continue
        first_full = index if first_full is None else first_full
        known = sum(map(is_known, filled[:_ASKED_ABOUT]))
        score = distinct / width + 3 * known / width - (index - first_full) * 0.25
        if best is None or score > best_score:
            best, best_score = index, score
    return best


def _common_width(sample: Sequence[SampleRow]) -> int:
    """Count the filled cells of most rows; titles and notes have fewer."""
    counts = [sum(1 for text in texts(values) if text) for _number, values in sample]
    wide = [count for count in counts if count > 1] or counts or [1]
    return max(mode(wide), 1)


def _is_comment(filled: list[str]) -> bool:
    return len(filled) == 1 and filled[0].startswith("#") and len(filled[0]) > 1


def _with_second_row(sample: Sequence[SampleRow], best: int) -> list[SampleRow]:
    below = _second_row_below(sample, best)
    if below is not None:
        return [sample[best], below]
    return _with_row_above(sample, best)


def _with_row_above(sample: Sequence[SampleRow], at: int) -> list[SampleRow]:
    """Add a row of group titles that stands directly above the titles."""
    if at == 0 or sample[at - 1][0] != sample[at][0] - 1:
        return [sample[at]]
    above = texts(sample[at - 1][1])
    groups = {text.casefold() for text in above if text}
    own = {text.casefold() for text in texts(sample[at][1]) if text}
    if 2 <= len(groups) < len(own) and _is_titles(sample[at - 1][1]) and not above[0].endswith(":"):
        return [sample[at - 1], sample[at]]
    return [sample[at]]


def _second_row_below(sample: Sequence[SampleRow], best: int) -> SampleRow | None:
    """Find a second header row: words or units over columns that hold figures further down."""
    number, _values = sample[best]
    if best + 3 >= len(sample) or sample[best + 1][0] != number + 1:
        return None
    candidate = sample[best + 1][1]
    if not _is_titles(candidate):
        return None
    data = [values for _number, values in sample[best + 2 :]]
    over_figures = words = 0
    for column, raw in enumerate(candidate):
        filled = [row[column] for row in data if column < len(row) and text_of(row[column]).strip()]
        if len(filled) >= 2 and sum(map(_is_value, filled)) >= len(filled) * 0.8:
            over_figures += 1
            words += bool(text_of(raw).strip()) and not _is_value(raw)
    return sample[best + 1] if words and words * 2 >= over_figures else None


def _heading(rows: list[SampleRow], tagged: SampleRow | None, columns: int) -> Heading:
    lines = [_padded(texts(values), columns) for _number, values in rows]
    if len(lines) == 2 and lines[0].count("") > lines[1].count(""):
        lines[0] = _carried(lines[0])
    parts = tuple(
        tuple(dict.fromkeys(part for part in column if part))
        for column in (zip(*lines, strict=True) if lines else [()] * columns)
    )
    hxl = tuple(_padded(texts(tagged[1]), columns)) if tagged else ("",) * columns
    headers = tuple(
        " / ".join(part) or tag or "" if rows or tag else column_letters(index)
        for index, (part, tag) in enumerate(zip(parts, hxl, strict=True))
    )
    numbers = tuple(number for number, _values in rows)
    return Heading(numbers, tagged[0] if tagged else None, headers, parts, hxl)


def _padded(line: list[str], columns: int) -> list[str]:
    return (line + [""] * columns)[:columns]


def _carried(line: list[str]) -> list[str]:
    """Carry a group title over the columns to its right, as a merged cell would."""
    carried, current = [], ""
    for text in line:
        current = text or current
        carried.append(current)
    return carried
