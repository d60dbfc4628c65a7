"""What is said when something typed is not the date or moment that was asked for."""

from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_LONGEST_QUOTE = 40

_MESSAGES: dict[str, Any] = {
    "blank": _("Enter a date, for example 25 Nov 2020."),
    "not_a_date": _(
        "“%(value)s” is not a date. "
        "Write day, month and year, for example 25 Nov 2020 or 2020-11-25."
    ),
    "spreadsheet_error": _(
        "“%(value)s” is an error of the spreadsheet and not a date. "
        "Correct the cell, or leave it empty."
    ),
    "ambiguous_date": _("“%(value)s” can mean %(one)s or %(other)s. Write %(one)s or %(other)s."),
    "impossible_date": _(
        "“%(value)s” is not in the calendar. Check day and month, for example 25 Nov 2020."
    ),
    "too_early": _(
        "“%(value)s” would be in the year %(year)s. "
        "Write the year with four digits; the earliest date is %(limit)s."
    ),
    "too_late": _(
        "“%(value)s” would be in the year %(year)s. "
        "Write the year with four digits; the latest date is %(limit)s."
    ),
    "not_a_moment": _("“%(value)s” is not a date with a time. Write, for example, %(example)s."),
    "no_offset": _(
        "“%(value)s” does not say its offset from UTC. Write, for example, %(example)s."
    ),
    "no_time": _("“%(value)s” has no time. Write, for example, %(example)s."),
    "impossible_time": _("“%(value)s” is not a time of day. Write, for example, %(example)s."),
    "no_such_time": _(
        "“%(value)s” never was on the clocks of %(zone)s, which were put forward then. "
        "Enter a time an hour earlier or later."
    ),
}


def refuse(code: str, value: str = "", **params: object) -> NoReturn:
    value = " ".join(value.split())
    if len(value) > _LONGEST_QUOTE:
        value = value[: _LONGEST_QUOTE - 1] + "…"
    raise ValidationError(_MESSAGES[code], code=code, params={"value": value, **params})
