"""Moments: an offset from programs, the time of a place from people and browsers."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from tests.text.verdicts import verdict
from text.dates import parse_instant, parse_local_moment, parse_moment, parse_moment_cell

TODAY = date(2026, 11, 23)
YEREVAN = timezone(timedelta(hours=4), "Yerevan")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-11-25T14:10:00+04:00", "2020-11-25T14:10:00+04:00"),
        ("2020-11-25T14:10+04:00", "2020-11-25T14:10:00+04:00"),
        ("2020-11-25 14:10:00Z", "2020-11-25T14:10:00+00:00"),
        ("2020-11-25t14:10:00z", "2020-11-25T14:10:00+00:00"),
        ("2020-11-25T14:10:00.123456-03:30", "2020-11-25T14:10:00.123456-03:30"),
        ("2020-11-25T14:10:00.5Z", "2020-11-25T14:10:00.500000+00:00"),
        ("2020-11-25T14:10:00", "no_offset"),
        ("2020-11-25T14:10", "no_offset"),
        ("2020-11-25", "not_a_moment"),
        ("25 Nov 2020 14:10 +04:00", "not_a_moment"),
        ("2020-11-25T14:10:00+0400", "not_a_moment"),
        ("2020-W48-3T14:10:00Z", "not_a_moment"),
        ("2020-11-25T14:10:00.1234567Z", "not_a_moment"),
        ("1606300200", "not_a_moment"),
        ("2020-11-25T14:10:00Z ", "not_a_moment"),
        ("٢٠٢٠-11-25T14:10:00Z", "not_a_moment"),
        ("now", "not_a_moment"),
        ("2020-11-31T14:10:00Z", "impossible_date"),
        ("2020-11-25T24:00:00Z", "impossible_time"),
        ("2020-11-25T14:60:00Z", "impossible_time"),
        ("2020-11-25T14:10:60Z", "impossible_time"),
        ("2020-11-25T14:10:00+14:01", "impossible_time"),
        ("2020-11-25T14:10:00+04:60", "impossible_time"),
        ("0001-01-01T00:00:00+14:00", "too_early"),
        ("9999-12-31T23:59:59-14:00", "too_late"),
        ("", "blank"),
        (None, "blank"),
        (1606300200, "not_a_moment"),
        (True, "not_a_moment"),
        ({}, "not_a_moment"),
    ],
)
def test_programs_say_the_offset(text: object, expected: str) -> None:
    assert verdict(parse_instant, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-11-25T14:10", "2020-11-25T14:10:00+01:00"),
        ("2020-06-25T14:10:59", "2020-06-25T14:10:59+02:00"),
        ("2020-11-25 14:10", "2020-11-25T14:10:00+01:00"),
        ("٢٠٢٠-١١-٢٥T١٤:١٠", "2020-11-25T14:10:00+01:00"),
        ("2020-10-25T02:30", "2020-10-25T02:30:00+02:00"),
        ("2020-03-29T02:30", "no_such_time"),
        ("2020-11-25T14:10Z", "not_a_moment"),
        ("2020-11-25", "not_a_moment"),
        ("2020-02-30T10:00", "impossible_date"),
        ("2020-02-20T25:00", "impossible_time"),
        (" ", "blank"),
    ],
)
def test_browsers_send_the_time_of_the_place(text: str, expected: str) -> None:
    assert verdict(parse_local_moment, text, BERLIN) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-11-25 14:10", "2020-11-25T14:10:00+04:00"),
        ("25.11.2020 14:10", "2020-11-25T14:10:00+04:00"),
        ("25 Nov 2020, 2:10 pm", "2020-11-25T14:10:00+04:00"),
        ("Nov 25 2020 12:10 a.m.", "2020-11-25T00:10:00+04:00"),
        ("25/11/2020 14h10", "2020-11-25T14:10:00+04:00"),
        ("25 ноября 2020 в 14:10", "2020-11-25T14:10:00+04:00"),
        ("٢٥/١١/٢٠٢٠ ١٤:١٠", "2020-11-25T14:10:00+04:00"),
        ("2020-11-25T14:10:00Z", "2020-11-25T14:10:00+00:00"),
        ("2020-11-25T14:10:00+0300", "2020-11-25T14:10:00+03:00"),
        ("2020-11-25", "no_time"),
        ("2020-11-25 25:10", "impossible_time"),
        ("2020-11-25 13:10 pm", "impossible_time"),
        ("3/4/2020 14:10", "ambiguous_date"),
        ("14:10", "not_a_date"),
        ("", "blank"),
    ],
)
def test_people_write_the_time_beside_the_date(text: str, expected: str) -> None:
    assert verdict(parse_moment, text, YEREVAN, today=TODAY) == expected


def test_a_date_alone_gets_the_time_it_is_given() -> None:
    noon = parse_moment("25 Nov 2020", YEREVAN, today=TODAY, time_if_absent=time(12))
    assert noon.astimezone(UTC) == datetime(2020, 11, 25, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (44160.5, "2020-11-25T12:00:00+04:00"),
        ("44160.5", "2020-11-25T12:00:00+04:00"),
        (44160, "no_time"),
        (44160.0, "no_time"),
        (datetime(2020, 11, 25, 14, 10), "2020-11-25T14:10:00+04:00"),  # noqa: DTZ001
        (datetime(2020, 11, 25), "2020-11-25T00:00:00+04:00"),  # noqa: DTZ001
        (datetime(2020, 11, 25, 14, 10, tzinfo=UTC), "2020-11-25T14:10:00+00:00"),
        (date(2020, 11, 25), "no_time"),
        ("25.11.2020 14:10", "2020-11-25T14:10:00+04:00"),
        (datetime(2050, 1, 1, 1), "too_late"),  # noqa: DTZ001
        (None, "blank"),
        (True, "not_a_date"),
        (99999.5, "not_a_date"),
    ],
)
def test_cells_are_moments_in_the_time_of_the_place(cell: object, expected: str) -> None:
    assert verdict(parse_moment_cell, cell, YEREVAN, today=TODAY) == expected
