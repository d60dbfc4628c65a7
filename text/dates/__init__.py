"""Dates and moments as people, browsers, programs and spreadsheets write them."""

from text.dates.days import Order, parse_date, parse_date_cell
from text.dates.expiry import parse_expiry
from text.dates.moments import (
    parse_instant,
    parse_local_moment,
    parse_moment,
    parse_moment_cell,
)
from text.dates.orders import DateOrder, detect_date_order
from text.dates.writing import format_day, format_moment
from text.dates.zones import require_time_zone, time_zones

__all__ = [
    "DateOrder",
    "Order",
    "detect_date_order",
    "format_day",
    "format_moment",
    "parse_date",
    "parse_date_cell",
    "parse_expiry",
    "parse_instant",
    "parse_local_moment",
    "parse_moment",
    "parse_moment_cell",
    "require_time_zone",
    "time_zones",
]
