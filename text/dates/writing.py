"""Days and moments as pages and sentences write them, in the reader's language."""

from datetime import date, datetime

from django.utils.formats import date_format

# The month in letters, so that nobody misreads 11/12.
_DAY = "j M Y"
_MOMENT = "j M Y, H:i"


def format_day(value: date) -> str:
    """Write a day: "29 Nov 2026"."""
    return date_format(value, _DAY)


def format_moment(value: datetime) -> str:
    """Write a moment in the time zone that it carries: "29 Nov 2026, 10:54"."""
    return date_format(value, _MOMENT)
