"""Moments and days as pages show them: absolute, in the time zone of the operation."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from text.dates import format_day, format_moment

register = template.Library()


@register.filter
def moment(value: datetime | None, zone: str = "UTC") -> SafeString | str:
    """This will write a moment with its hour, local to the named time zone."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone))
    return written(local, format_moment(local))


@register.filter
def day(value: date | datetime | None, zone: str = "UTC") -> SafeString | str:
    """This will write the day of a date, or of a moment in the named time zone."""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone))
    return "" if value is None else written(value, format_day(value))


def written(value: date, words: str) -> SafeString:
    stated = value.isoformat(timespec="minutes") if isinstance(value, datetime) else str(value)
    return format_html('<time datetime="{}">{}</time>', stated, words)
