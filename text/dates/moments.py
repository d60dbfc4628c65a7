"""Moments: with an offset from programs, in a place's own time from browsers and spreadsheets."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from text.characters import ascii_digits, without_invisible
from text.dates.days import (
    EARLIEST,
    LONGEST,
    YEARS_AHEAD,
    Order,
    clean,
    moment_of_serial,
    parse_date,
    parse_date_cell,
    years_later,
)
from text.dates.refusals import refuse

_EXAMPLE = "2020-11-25T14:10:00+04:00"
_LOCAL_EXAMPLE = "2020-11-25 14:10"
_LATEST = date(2200, 1, 1)
_LARGEST_OFFSET = timedelta(hours=14)

_CLOCK = (
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<part>[0-9]{1,6}))?)?"
)
_OFFSET = r"(?P<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})"
_ISO = re.compile(rf"(?P<day>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[Tt ]{_CLOCK}{_OFFSET}?")
# After a date in any spelling: 14:10, 14h10, 2:10 pm, with or without seconds and offset.
_WRITTEN = re.compile(
    r"(?P<day>.*[^\s,])(?:[\s,]+|T)(?:at |в |à )?(?P<hour>[0-9]{1,2})[:h](?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,6}))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<offset>Z|UTC|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)


def parse_instant(text: object) -> datetime:
    """Read a moment as programs write it: RFC 3339, with its offset from UTC.

    Codes: blank, not_a_moment, no_offset, impossible_date, impossible_time, too_early, too_late.
    """
    if not isinstance(text, str):
        refuse("blank" if text is None else "not_a_moment", str(text)[:LONGEST], example=_EXAMPLE)
    if not text.strip():
        refuse("blank")
    match = _ISO.fullmatch(text)
    if match is None:
        refuse("not_a_moment", text, example=_EXAMPLE)
    if match["offset"] is None:
        refuse("no_offset", text, example=_EXAMPLE)
    day = parse_date(match["day"], today=_LATEST, latest=_LATEST)
    return datetime.combine(day, _time_of(match, text), _zone_of(match["offset"], text))


def parse_local_moment(text: str, tz: tzinfo) -> datetime:
    """Read what a browser's datetime-local field sends, in the time of a place.

    A time that came twice when clocks were put back is the first of the two. Codes: blank,
    not_a_moment, no_such_time, impossible_date, impossible_time, too_early, too_late.
    """
    cleaned = ascii_digits(without_invisible(text))
    if not cleaned:
        refuse("blank")
    match = _ISO.fullmatch(cleaned)
    if match is None or match["offset"]:
        refuse("not_a_moment", text, example=_LOCAL_EXAMPLE)
    day = parse_date(match["day"], today=_LATEST, latest=_LATEST)
    return _on_the_clock(datetime.combine(day, _time_of(match, text)), tz, text)


def parse_moment(
    text: str,
    tz: tzinfo,
    *,
    today: date,
    order: Order | None = None,
    time_if_absent: time | None = None,
    latest: date | None = None,
) -> datetime:
    """Read a date with a time as people write it; without an offset it is in the time of `tz`.

    Codes are those of `parse_date`, and no_time (unless `time_if_absent` is given),
    impossible_time, no_such_time.
    """
    cleaned = clean(text)
    match = _WRITTEN.fullmatch(cleaned)
    if match is None:
        day = parse_date(cleaned, today=today, order=order, latest=latest)
        if time_if_absent is None:
            refuse("no_time", text, example=f"{day.isoformat()} 14:10")
        return _on_the_clock(datetime.combine(day, time_if_absent), tz, text)
    day = parse_date(match["day"], today=today, order=order, latest=latest)
    of_day = _time_of(match, text, half=match["half"])
    if match["offset"]:
        return datetime.combine(day, of_day, _zone_of(match["offset"], text))
    return _on_the_clock(datetime.combine(day, of_day), tz, text)


def parse_moment_cell(
    value: object,
    tz: tzinfo,
    *,
    today: date,
    order: Order | None = None,
    time_if_absent: time | None = None,
    date_1904: bool = False,
) -> datetime:
    """Read the cell of a workbook as a moment in the time of `tz`: date, serial number or text.

    A whole serial number and a date have no time; a date and time has one, be it midnight. Codes
    are those of `parse_moment`.
    """
    text = "" if value is None else str(value)
    serial = None if isinstance(value, bool) else moment_of_serial(text, date_1904=date_1904)
    naive = value if isinstance(value, datetime) else serial
    if naive is None or (serial and not _plausible(serial, today)):
        if isinstance(value, int | float | date) and not isinstance(value, bool):
            text = parse_date_cell(value, today=today, date_1904=date_1904).isoformat()
        return parse_moment(text, tz, today=today, order=order, time_if_absent=time_if_absent)
    day = parse_date_cell(naive, today=today)
    if naive.tzinfo is not None:
        return naive
    if naive is serial and naive.time() == time(0):
        return parse_moment(day.isoformat(), tz, today=today, time_if_absent=time_if_absent)
    return _on_the_clock(naive, tz, text)


def _plausible(moment: datetime, today: date) -> bool:
    return EARLIEST <= moment.date() <= years_later(today, YEARS_AHEAD)


def _time_of(match: re.Match[str], text: str, half: str | None = None) -> time:
    hour = int(match["hour"])
    if half:
        if not 1 <= hour <= 12:
            refuse("impossible_time", text, example="14:10")
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    part = (match["part"] or "").ljust(6, "0")
    try:
        return time(hour, int(match["minute"]), int(match["second"] or 0), int(part))
    except ValueError:
        refuse("impossible_time", text, example="14:10")


def _zone_of(offset: str, text: str) -> tzinfo:
    if offset.upper() in {"Z", "UTC"}:
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    distance = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or distance > _LARGEST_OFFSET:
        refuse("impossible_time", text, example=_EXAMPLE)
    return timezone(-distance if offset[0] == "-" else distance)


def _on_the_clock(naive: datetime, tz: tzinfo, text: str) -> datetime:
    """Put a time into a zone, unless the zone's clocks skipped it."""
    moment = naive.replace(tzinfo=tz)
    if moment.astimezone(UTC).astimezone(tz).replace(tzinfo=None) != naive:
        refuse("no_such_time", text, zone=str(tz))
    return moment
