"""The one parser for dates typed in forms or found in spreadsheets."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from text.characters import DASHES, SPACES, ascii_digits, without_invisible
from text.dates.months import month_named, says_nothing
from text.dates.refusals import refuse
from text.folding import fold

Order = Literal["dmy", "mdy", "ymd"]

EARLIEST = date(1950, 1, 1)
YEARS_AHEAD = 5
LONGEST = 60

_SIGNS = str.maketrans(
    {
        **dict.fromkeys(SPACES, " "),
        **dict.fromkeys(DASHES, "-"),
        **dict.fromkeys("／∕⁄", "/"),
        **dict.fromkeys("．", "."),
        **dict.fromkeys("：", ":"),
    }
)
_ERROR = re.compile(r"#+|#[^\W\d_][^\s]*|#N/A.*|ERROR[_ -]?\d+|Err:\d+", re.IGNORECASE)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_NUMERIC = re.compile(
    r"([0-9]{1,4})\s*(?P<sign>[-/. ])\s*([0-9]{1,2})\s*(?P=sign)\s*([0-9]{1,4})(?:\s*(?:г|թ)?\.)?"
)
# A time after the date says nothing about the day, unless it is in another zone.
_TIME_OF_DAY = re.compile(
    r"(?P<day>.*\S)(?:\s+|T)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:\s*[ap]m)?",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_WORD = re.compile(r"[0-9]+|[^\W\d_]+")


@dataclass(frozen=True)
class Written:
    """Year, month and day as digits, not yet looked up in the calendar."""

    year: str
    month: str
    day: str

    def may_be_a_day(self) -> bool:
        """Tell whether month and day can stand in some calendar, whatever the year."""
        month, day = int(self.month), int(self.day)
        return 1 <= month <= 12 and 1 <= day <= monthrange(2000, month)[1]

    def in_calendar(self, today: date, years_ahead: int = 1) -> date | None:
        """Give the day; two-digit years never lie more than `years_ahead` after today."""
        month, day = int(self.month), int(self.day)
        year = int(self.year)
        if len(self.year) == 2:
            limit = years_later(today, years_ahead)
            year = limit.year - (limit.year - year) % 100
            if (year, month, day) > (limit.year, limit.month, limit.day):
                year -= 100
        try:
            return date(year, month, day)
        except ValueError:
            return None


def parse_date(
    text: str,
    *,
    today: date,
    order: Order | None = None,
    earliest: date = EARLIEST,
    latest: date | None = None,
    years_ahead: int = 1,
) -> date:
    """Read a date as people write it, in the digits and month names of the six languages.

    The year comes first in four digits, or `order` says how day and month stand. Without it,
    points mean day first, and 3/4/2020 is refused with both readings. Two-digit years never give
    a date more than `years_ahead` after `today`; `latest` is five years after it unless given.
    A time after the date is left out.

    Codes: blank, not_a_date, spreadsheet_error, ambiguous_date, impossible_date, too_early,
    too_late.
    """
    readings = _readings_of(_day_part(clean(text)), order)
    if not readings:
        refuse("not_a_date", text)
    found = {day for reading in readings if (day := reading.in_calendar(today, years_ahead))}
    if not found:
        refuse("impossible_date", text)
    if len(found) > 1:
        one, other, *_ = sorted(found)
        refuse("ambiguous_date", text, one=one.isoformat(), other=other.isoformat())
    return _within(found.pop(), text, earliest, latest or years_later(today, YEARS_AHEAD))


def parse_date_cell(
    value: object,
    *,
    today: date,
    order: Order | None = None,
    date_1904: bool = False,
    earliest: date = EARLIEST,
    latest: date | None = None,
) -> date:
    """Read the cell of a workbook: a date, a serial number of its calendar, or text.

    Codes are those of `parse_date`.
    """
    latest = latest or years_later(today, YEARS_AHEAD)
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return _within(day, day.isoformat(), earliest, latest)
    text = "" if value is None else str(value)
    if not isinstance(value, bool):
        moment = moment_of_serial(text, date_1904=date_1904)
        if moment and earliest <= moment.date() <= latest:
            return moment.date()
    text = re.sub(r"\.0$", "", text) if isinstance(value, float) else text
    return parse_date(text, today=today, order=order, earliest=earliest, latest=latest)


def moment_of_serial(text: str, *, date_1904: bool) -> datetime | None:
    """Give the moment that a spreadsheet counts as so many days, to the second."""
    cleaned = ascii_digits(without_invisible(text))
    if not _SERIAL.fullmatch(cleaned[:LONGEST]):
        return None
    # The calendar of 1900 has a 29 February in that year; all dates after it are a day late.
    start = datetime(1904, 1, 1) if date_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    seconds = round(float(cleaned[:LONGEST].replace(",", ".")) * 86400)
    return start + timedelta(seconds=seconds)


def years_later(day: date, years: int) -> date:
    """Give the same day some years later, 28 February for 29 February."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap_day else day.day)


def clean(text: str) -> str:
    """Write signs, spaces and digits in one way, or refuse what cannot be a date at all."""
    cleaned = without_invisible(text).translate(_SIGNS)
    if not cleaned:
        refuse("blank")
    if len(cleaned) > LONGEST:
        refuse("not_a_date", text)
    if _ERROR.fullmatch(cleaned):
        refuse("spreadsheet_error", text)
    return ascii_digits(cleaned)


def _day_part(cleaned: str) -> str:
    timed = _TIME_OF_DAY.fullmatch(cleaned)
    return timed["day"] if timed else cleaned


def _readings_of(cleaned: str, order: Order | None) -> list[Written]:
    """List what a text can mean as a date: none, one, or day and month in both orders."""
    if match := _COMPACT.fullmatch(cleaned):
        return [Written(match[1], match[2], match[3])]
    if match := _NUMERIC.fullmatch(cleaned):
        return _numeric_readings(match[1], match[3], match[4], match["sign"], order)
    return _named_readings(fold(cleaned), order)


def numeric_orders(text: str) -> frozenset[Order]:
    """List the orders that a date of three numbers fits; none where it does not depend on it."""
    match = _NUMERIC.fullmatch(_day_part(clean(text)))
    if match is None or len(match[1]) == 4:
        return frozenset()
    by_order = _by_order(match[1], match[3], match[4])
    if match["sign"] == "." and by_order and by_order["dmy"].may_be_a_day():
        return frozenset({"dmy"})
    fits = {name: written for name, written in by_order.items() if written.may_be_a_day()}
    # 5/5/2020 is the same day either way.
    return frozenset(fits) if len(set(fits.values())) > 1 or len(fits) == 1 else frozenset()


def _numeric_readings(
    first: str, second: str, third: str, sign: str, order: Order | None
) -> list[Written]:
    if len(first) == 4 and len(third) <= 2:
        return [Written(first, second, third)]
    by_order = _by_order(first, second, third)
    if not by_order:
        return []
    if order in by_order:
        return [by_order[order]]
    day_first, month_first = by_order["dmy"], by_order["mdy"]
    if sign == "." and day_first.may_be_a_day():
        return [day_first]
    fits = [written for written in (day_first, month_first) if written.may_be_a_day()]
    # A two-digit year in front is only believed when nothing else fits.
    return fits or [by_order.get("ymd", day_first)]


def _by_order(first: str, second: str, third: str) -> dict[Order, Written]:
    """Read three numbers with a year of two or four digits in each order they allow."""
    if len(first) > 2 or len(third) not in {2, 4}:
        return {}
    by_order: dict[Order, Written] = {
        "dmy": Written(third, second, first),
        "mdy": Written(third, first, second),
    }
    if len(first) == len(third) == 2:
        by_order["ymd"] = Written(first, second, third)
    return by_order


def _named_readings(folded: str, order: Order | None) -> list[Written]:
    words = [word for word in _WORD.findall(folded) if not says_nothing(word)]
    for at, word in enumerate(words):
        pair = " ".join(words[at : at + 2])
        month = month_named(pair) or month_named(word)
        if month:
            rest = words[:at] + words[at + (2 if month_named(pair) else 1) :]
            return _around_month(month, rest, order, month_first=at == 0)
    return []


def _around_month(
    month: int, numbers: list[str], order: Order | None, *, month_first: bool
) -> list[Written]:
    if len(numbers) != 2 or not all(number.isascii() and number.isdigit() for number in numbers):
        return []
    first, last = numbers
    year_first = not month_first and (len(first) == 4 or (order == "ymd" and len(first) == 2))
    year, day = (first, last) if year_first else (last, first)
    if len(year) not in {2, 4} or len(day) > 2:
        return []
    return [Written(year, str(month), day)]


def _within(day: date, text: str, earliest: date, latest: date) -> date:
    if day < earliest:
        refuse("too_early", text, year=day.year, limit=earliest.isoformat())
    if day > latest:
        refuse("too_late", text, year=day.year, limit=latest.isoformat())
    return day
