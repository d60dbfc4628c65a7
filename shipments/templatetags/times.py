"""Moments and days as pages show them: absolute, in the time zone of the operation."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# The month in letters, so that nobody misreads 11/12.
DAY = "j M Y"
MOMENT = "j M Y, H:i"


@register.filter
def moment(value: datetime | None, zone: str = "UTC") -> SafeString | str:
    """This will write a moment with its hour, local to the named time zone."""
    return "" if value is None else written(value.astimezone(ZoneInfo(zone)), MOMENT)


@register.filter
def day(value: date | datetime | None, zone: str = "UTC") -> SafeString | str:
    """This will write the day of a date, or of a moment in the named time zone."""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone))
    return "" if value is None else written(value, DAY)


def written(value: date, pattern: str) -> SafeString:
    stated = value.isoformat(timespec="minutes") if isinstance(value, datetime) else str(value)
    return format_html('<time datetime="{}">{}</time>', stated, date_format(value, pattern))
