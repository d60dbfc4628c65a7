"""Dates of expiry, of which packages often give only month and year."""

import re
from calendar import monthrange
from datetime import date

from text.dates.days import Order, Written, clean, parse_date, years_later
from text.dates.months import month_named, says_nothing
from text.dates.refusals import refuse
from text.folding import fold

_PREFIX = re.compile(r"^(?:exp(?:iry|ires|\.)?|bbe?|use by|годен до|до)\s*[:.]?\s*", re.IGNORECASE)
_TWO_NUMBERS = re.compile(r"([0-9]{1,4})\s*[-/. ]\s*([0-9]{1,4})")
_WORDS = re.compile(r"[0-9]+|[^\W\d_]+")
_YEARS_AHEAD = 15


def parse_expiry(
    text: str, *, today: date, order: Order | None = None, month_first: bool | None = None
) -> date:
    """Read a date of expiry; of a month the last day counts, as on medicines and food.

    15-11 is November 2015, 11/25 November 2025, 11-12 is refused as ambiguous_date unless
    `month_first` is given. Whole dates are read by `parse_date` in `order`, up to 15 years
    ahead. Codes are those of `parse_date`.
    """
    cleaned = _PREFIX.sub("", clean(text))
    latest = years_later(today, _YEARS_AHEAD)
    months = _months_in(cleaned, month_first)
    if not months:
        return parse_date(
            cleaned, today=today, order=order, latest=latest, years_ahead=_YEARS_AHEAD
        )
    first_days = {day for month in months if (day := month.in_calendar(today, _YEARS_AHEAD))}
    if not first_days:
        refuse("impossible_date", text)
    ends = sorted(day.replace(day=monthrange(day.year, day.month)[1]) for day in first_days)
    if len(ends) > 1:
        refuse("ambiguous_date", text, one=f"{ends[0]:%Y-%m}", other=f"{ends[1]:%Y-%m}")
    # Held to the bounds by the same sentences as a whole date.
    return parse_date(ends[0].isoformat(), today=today, latest=latest)


def _months_in(cleaned: str, month_first: bool | None) -> list[Written]:
    """List the months that a text can mean, each as its first day."""
    if match := _TWO_NUMBERS.fullmatch(cleaned):
        return _of_two_numbers(match[1], match[2], month_first)
    words = [word for word in _WORDS.findall(fold(cleaned)) if not says_nothing(word)]
    years = [word for word in words if word.isdigit()]
    month = month_named(" ".join(word for word in words if not word.isdigit()))
    if month and len(years) == 1 and len(years[0]) in {2, 4}:
        return [Written(years[0], str(month), "1")]
    return []


def _of_two_numbers(first: str, second: str, month_first: bool | None) -> list[Written]:
    year_month = Written(first, second, "1") if len(first) in {2, 4} and len(second) <= 2 else None
    month_year = Written(second, first, "1") if len(second) in {2, 4} and len(first) <= 2 else None
    if len(first) == 4 or (month_first is False and year_month):
        return [year_month] if year_month else []
    if len(second) == 4 or (month_first and month_year):
        return [month_year] if month_year else []
    return [reading for reading in (year_month, month_year) if reading]
