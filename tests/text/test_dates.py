"""Dates: one reading or a refusal, and none lands in another century."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests.text.verdicts import verdict
from text.dates import (
    DateOrder,
    Order,
    detect_date_order,
    parse_date,
    parse_date_cell,
    parse_expiry,
    parse_instant,
    parse_local_moment,
    parse_moment,
    parse_moment_cell,
)

TODAY = date(2026, 11, 23)
BERLIN = ZoneInfo("Europe/Berlin")
RIGHT = "\u200f"

DATES = {
    "2020-11-25": [
        "2020-11-25", "2020/11/25", "2020.11.25", "2020 11 25", "20201125", "2020-11-25T00:00:00",
        "2020-11-25 14:10", "2020-11-25 14:10:30.5", "25/11/2020", "25-11-2020", "25.11.2020",
        "25.11.20", "25/11/20", "11/25/2020", "11-25-20", "25 11 2020", " 25 / 11 / 2020 ",
        "25.11.2020 г.", "25.11.2020г.", "25 Nov 2020", "25-Nov-20", "25-NOV-2020", "25Nov2020",
        "25 November 2020", "25th November 2020", "25th of November, 2020", "November 25, 2020",
        "Nov. 25 2020", "Wednesday 25 November 2020", "Wed, 25 Nov 2020", "2020 Nov 25",
        "25 novembre 2020", "mercredi 25 nov. 2020", "le 25 novembre 2020", "25 ноября 2020",
        "25 ноября 2020 г.", "25 нояб. 2020", "25-ноя-20", "25 noyabr 2020", "25 noyabr 2020-ci il",
        "25 նոյեմբերի 2020", "25 նոյեմբեր 2020 թ.", "2020 թ. նոյեմբերի 25", "٢٥ نوفمبر ٢٠٢٠",
        "۲۵/۱۱/۲۰۲۰", "٢٥/١١/٢٠٢٠", f"{RIGHT}٢٥{RIGHT}/{RIGHT}١١{RIGHT}/٢٠٢٠",
        "25 تشرين الثاني 2020", "25–11–2020", "２０２０－１１－２５",
    ],
    "2006-06-02": ["2-Jun-06", "02-Jun-2006", "2 juin 2006", "2 июня 2006", "2 iyun 2006"],
    "2006-11-13": ["11/13/06", "13/11/06", "13.11.06", "13 Nov 06"],
    "2012-03-17": ["03/17/12", "17/03/12", "17 mars 2012", "17 մարտի 2012", "17 مارس 2012"],
    "2020-03-01": ["1er mars 2020", "1 March 2020", "1st March 2020", "1.3.2020", "01.03.2020"],
    "2020-05-05": ["5/5/2020", "05/05/20", "5-5-2020"],
    "2020-02-29": ["29/02/2020", "29.02.20", "Feb 29 2020", "29 févr. 2020"],
    "1999-12-31": ["31/12/99", "12/31/99", "31 Dec 99", "99-12-31"],
    "2027-11-23": ["23/11/27", "23 Nov 2027"],
    "blank": ["", " ", RIGHT, "\u00a0"],
    "ambiguous_date": ["3/4/2020", "03/04/20", "3-4-2020", "11/12/2020", "01/02/2020", "١/٢/٢٠٢٠"],
    "impossible_date": [
        "31/02/2020", "30.02.2020", "29/02/2019", "31/04/2020", "2020-13-01", "2020-25-11",
        "2020-02-30", "00/11/2020", "25/00/2020", "32/01/2020", "0/0/00", "31 April 2020",
        "29 Feb 2019", "20201325", "99/99/99",
    ],
    "too_early": ["25/11/1920", "1442-04-10", "0001-01-01", "24/11/27", "25 Nov 28", "1/1/49"],
    "too_late": ["2050-01-01", "25/11/2050", "9999-12-31", "25 Nov 2032"],
    "spreadsheet_error": ["#VALUE!", "#N/A", "#####", "ERROR_003"],
    "not_a_date": [
        "June", "November 2020", "25 November", "25/11", "2020", "2020-11", "44160", "soon", "n/a",
        "see row 12", "25/11-2020", "25/11/020", "25/11/2", "125/11/2020", "2020-11-25T10:00Z",
        "25 Foo 2020", "25 Nov Dec 2020", "25 25 Nov 2020", "Nov", "-", "0", "1e5", "25,11,2020",
        "x" * 61, "1" * 500, "25 Nov 2020 and more", "2020-W48-3", "tomorrow",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [(text, expected) for expected, group in DATES.items() for text in group]
)
def test_each_spelling_of_a_date_has_one_verdict(text: str, expected: str) -> None:
    assert verdict(parse_date, text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("3/4/2020", "dmy", "2020-04-03"),
        ("3/4/2020", "mdy", "2020-03-04"),
        ("3.4.2020", "mdy", "2020-03-04"),
        ("10-11-12", "ymd", "2010-11-12"),
        ("2020-11-25", "dmy", "2020-11-25"),
        ("25 Nov 2020", "mdy", "2020-11-25"),
        ("06-Jun-02", "ymd", "2006-06-02"),
        ("11/13/06", "dmy", "impossible_date"),
        ("25/11/2020", "mdy", "impossible_date"),
    ],
)
def test_a_known_order_is_followed_and_never_swapped(
    text: str, order: Order, expected: str
) -> None:
    assert verdict(parse_date, text, today=TODAY, order=order) == expected


def test_an_ambiguous_date_names_both_readings() -> None:
    with pytest.raises(ValidationError) as caught:
        parse_date("3/4/2020", today=TODAY)
    assert caught.value.messages == [
        "“3/4/2020” can mean 2020-03-04 or 2020-04-03. Write 2020-03-04 or 2020-04-03."
    ]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.dates(date(1950, 1, 1), date(2099, 1, 1)))
def test_two_digit_years_stay_within_a_year_of_today(today: date, written: date) -> None:
    for text in (f"{written:%d.%m.%y}", f"{written:%d-%b-%y}"):
        try:
            read = parse_date(text, today=today, order="dmy", earliest=date(1, 1, 1))
        except ValidationError as refusal:
            # 29 February need not exist in the century that is meant.
            code = refusal.code
            assert (code, written.month, written.day) == ("impossible_date", 2, 29)
        else:
            assert read <= today + timedelta(days=366)


@given(st.dates(date(1950, 1, 1), date(2031, 1, 1)))
def test_dates_are_read_back_in_each_order(day: date) -> None:
    assert parse_date(day.isoformat(), today=TODAY) == day
    assert parse_date(f"{day:%d/%m/%Y}", today=TODAY, order="dmy") == day
    assert parse_date(f"{day:%m/%d/%Y}", today=TODAY, order="mdy") == day
    assert parse_date(f"{day:%d %B %Y}", today=TODAY) == day
    assert parse_date_cell(day, today=TODAY) == day
    assert parse_date_cell((day - date(1899, 12, 30)).days, today=TODAY) == day
    assert parse_date_cell((day - date(1904, 1, 1)).days, today=TODAY, date_1904=True) == day


@given(st.text(), st.text("0123456789/-. :TZ+janovmарт٠٫", max_size=20))
def test_any_text_is_a_date_or_a_refusal(text: str, likely: str) -> None:
    parsers: list[Callable[[str], Any]] = [
        lambda t: parse_date(t, today=TODAY),
        lambda t: parse_date_cell(t, today=TODAY),
        lambda t: parse_expiry(t, today=TODAY),
        lambda t: parse_moment(t, BERLIN, today=TODAY),
        lambda t: parse_moment_cell(t, BERLIN, today=TODAY),
        lambda t: parse_local_moment(t, BERLIN),
        parse_instant,
    ]
    for parse in parsers:
        for spelled in (text, likely):
            assert verdict(parse, spelled)
    detect_date_order([text, likely])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (44160, "2020-11-25"),
        (44160.0, "2020-11-25"),
        (44160.59, "2020-11-25"),
        ("44160", "2020-11-25"),
        ("44160.59", "2020-11-25"),
        (20201125, "2020-11-25"),
        (20201125.0, "2020-11-25"),
        (datetime(2020, 11, 25, 14, 10), "2020-11-25"),  # noqa: DTZ001
        (date(2020, 11, 25), "2020-11-25"),
        ("25 Nov 2020", "2020-11-25"),
        (date(2050, 1, 1), "too_late"),
        (2020, "not_a_date"),
        (99999, "not_a_date"),
        (0, "not_a_date"),
        (-5, "not_a_date"),
        (True, "not_a_date"),
        (time(14, 10), "not_a_date"),
        (timedelta(1), "not_a_date"),
        (float("nan"), "not_a_date"),
        (float("inf"), "not_a_date"),
        (1e300, "not_a_date"),
        (None, "blank"),
    ],
)
def test_cells_are_dates_serial_numbers_or_text(cell: object, expected: str) -> None:
    assert verdict(parse_date_cell, cell, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15-11", "2015-11-30"),
        ("2025-11", "2025-11-30"),
        ("2028/02", "2028-02-29"),
        ("11/2025", "2025-11-30"),
        ("11-25", "2025-11-30"),
        ("03.28", "2028-03-31"),
        ("Nov 2025", "2025-11-30"),
        ("nov-25", "2025-11-30"),
        ("ноябрь 2025", "2025-11-30"),
        ("EXP 11/2025", "2025-11-30"),
        ("Exp: 25 Nov 2025", "2025-11-25"),
        ("31/12/28", "2028-12-31"),
        ("2030-06-30", "2030-06-30"),
        ("١١/٢٠٢٥", "2025-11-30"),
        ("11-12", "ambiguous_date"),
        ("3/4/2026", "ambiguous_date"),
        ("13-13", "impossible_date"),
        ("2025-13", "impossible_date"),
        ("2050-01", "too_late"),
        ("01/50", "1950-01-31"),
        ("soon", "not_a_date"),
        ("", "blank"),
        ("#N/A", "spreadsheet_error"),
    ],
)
def test_an_expiry_may_be_a_month(text: str, expected: str) -> None:
    assert verdict(parse_expiry, text, today=TODAY) == expected


def test_the_order_of_an_expiry_can_be_known() -> None:
    assert parse_expiry("11-12", today=TODAY, month_first=True) == date(2012, 11, 30)
    assert parse_expiry("11-12", today=TODAY, month_first=False) == date(2011, 12, 31)
    assert parse_expiry("3/4/2026", today=TODAY, order="dmy") == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (["3/4/2020", "25/11/2020"], DateOrder("known", "dmy", ("3/4/2020", "25/11/2020"))),
        (["03/04/12", "03/17/12"], DateOrder("known", "mdy", ("03/04/12", "03/17/12"))),
        (["99-12-31", "98-01-02"], DateOrder("known", "ymd", ("99-12-31",))),
        (["3.4.2020", "5.6.2020"], DateOrder("known", "dmy", ("3.4.2020",))),
        (["3/4/2020", "11/12/2020"], DateOrder("ambiguous", None, ("3/4/2020",))),
        (
            ["11/13/2020", "13/11/2020"],
            DateOrder("contradictory", None, ("11/13/2020", "13/11/2020")),
        ),
        (["2020-11-25", "2-Jun-06", "44160", "", "n/a", "#N/A"], DateOrder("not_needed")),
        (["5/5/2020"], DateOrder("not_needed")),
        ([], DateOrder("not_needed")),
    ],
)
def test_a_column_tells_its_order_or_that_it_cannot(
    samples: list[str], expected: DateOrder
) -> None:
    assert detect_date_order(samples) == expected
