"""The six languages: direction, names, formats of dates and numbers."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import formats, translation

from text.languages import LANGUAGE_CODES, LANGUAGES, base_language, direction_of, pick_name
from text.numbers import format_quantity


def test_the_languages_are_those_of_the_settings() -> None:
    assert list(LANGUAGE_CODES) == [code for code, _ in settings.LANGUAGES]


def test_only_arabic_is_written_from_right_to_left() -> None:
    assert [known.code for known in LANGUAGES if known.direction == "rtl"] == ["ar"]
    assert direction_of("az") == "ltr"
    assert direction_of("ar-EG") == "rtl"
    assert direction_of("xx") == "ltr"


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_django_writes_pages_in_the_same_direction(language: str) -> None:
    with translation.override(language):
        assert translation.get_language_bidi() == (direction_of(language) == "rtl")


def test_a_name_falls_back_to_english_then_to_the_record() -> None:
    names = {"en": "Stepanakert", "ru": "Степанакерт", "hy": ""}
    assert pick_name(names, "ru", "STK") == "Степанакерт"
    assert pick_name(names, "ru-RU", "STK") == "Степанакерт"
    assert pick_name(names, "hy", "STK") == "Stepanakert"
    assert pick_name({"ru": "Степанакерт"}, "az", "STK") == "STK"
    assert pick_name({"ru": "Степанакерт"}, "az") == "Степанакерт"
    assert pick_name({"ka": "სტეფანაკერტი"}, "az") == "სტეფანაკერტი"
    assert pick_name({}, "en", " ") == ""


def test_regions_of_a_language_are_cut() -> None:
    assert [base_language(tag) for tag in ("fr-CH", "az_Latn", "EN", "")] == ["fr", "az", "en", ""]


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_dates_name_the_month(language: str) -> None:
    with translation.override(language):
        shown = formats.date_format(date(2020, 11, 12), use_l10n=True)
        assert shown.startswith("12 ")
        assert shown.endswith(" 2020")
        assert "11" not in shown
        for name in ("SHORT_DATE_FORMAT", "DATETIME_FORMAT", "SHORT_DATETIME_FORMAT"):
            assert formats.get_format(name).startswith("j M Y")
        moment = datetime(2020, 11, 12, 14, 10, tzinfo=UTC)
        assert formats.date_format(moment, "DATETIME_FORMAT").endswith("14:10")


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_django_groups_numbers_as_we_do(language: str) -> None:
    with translation.override(language):
        value = Decimal("1234567.5")
        assert formats.number_format(value, force_grouping=True) == format_quantity(value)


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_numbers_in_pages_are_not_grouped_unasked(language: str) -> None:
    with translation.override(language):
        assert formats.localize(20201125) == "20201125"
