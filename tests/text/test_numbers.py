"""Numbers: one verdict for each spelling at every door, and none changed silently."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.text.number_spellings import SPELLINGS
from tests.text.verdicts import verdict
from text.numbers import (
    LARGEST,
    format_input,
    format_quantity,
    format_weight,
    parse_decimal,
    parse_number_cell,
    parse_plain_decimal,
    split_unit,
)
from text.numbers.reading import Separator
from text.refusals import shown

QUANTITIES = st.decimals(0, LARGEST, places=3, allow_nan=False, allow_infinity=False)
NO_BREAK = "\u00a0"


def attempt(parse: Callable[[Any], Decimal], spelling: object) -> Decimal | ValidationError:
    try:
        return parse(spelling)
    except ValidationError as refusal:
        return refusal


def test_there_are_three_hundred_spellings_and_more() -> None:
    assert len(SPELLINGS) >= 300
    assert len(dict(SPELLINGS)) == len(SPELLINGS)


@pytest.mark.parametrize(("spelling", "expected"), SPELLINGS)
def test_each_spelling_has_one_verdict(spelling: str, expected: str) -> None:
    assert verdict(parse_decimal, spelling) == expected


@pytest.mark.parametrize(("spelling", "expected"), SPELLINGS)
def test_programs_get_the_same_number_or_a_refusal(spelling: str, expected: str) -> None:
    read = verdict(parse_plain_decimal, spelling)
    # "1.500" is 1.5 between programs, and only there.
    plain = {"1.500": "1.5", "12.500": "12.5", "380.000": "380", "1.000": "1"}.get(spelling)
    assert read in ({plain} if plain else {expected, "not_plain"})
    assert read != "not_plain" or Decimal(expected) >= 0


@pytest.mark.parametrize(("spelling", "expected"), SPELLINGS)
def test_cells_of_a_workbook_read_like_forms(spelling: str, expected: str) -> None:
    assert verdict(parse_number_cell, spelling) == expected


@pytest.mark.parametrize(("spelling", "expected"), SPELLINGS)
def test_every_refusal_is_a_sentence(spelling: str, expected: str) -> None:
    result = attempt(parse_decimal, spelling)
    if isinstance(result, ValidationError):
        assert result.messages[0].endswith(".")
        assert len(result.messages[0]) < 250


@pytest.mark.parametrize(
    ("spelling", "separator", "number"),
    [
        ("1,500", ",", "1.5"),
        ("1,500", ".", "1500"),
        ("1.500", ".", "1.5"),
        ("1.500", ",", "1500"),
        ("12,5", ".", "12.5"),
        ("1.500,5", ".", "1500.5"),
        ("1,500,000", ",", "1500000"),
    ],
)
def test_a_known_separator_settles_what_is_ambiguous(
    spelling: str, separator: Separator, number: str
) -> None:
    assert str(parse_decimal(spelling, decimal_separator=separator)) == number


def refusal_of(text: object, **bounds: int) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        parse_number_cell(text, **bounds)  # type: ignore[arg-type]
    return caught.value


def test_an_ambiguous_number_names_both_readings() -> None:
    assert refusal_of("1,500").messages == ["“1,500” can mean 1500 or 1,5. Write 1500 or 1,5."]
    assert refusal_of("2.000").messages == ["“2.000” can mean 2000 or 2. Write 2000 or 2."]


def test_every_reading_that_is_offered_can_be_written() -> None:
    assert refusal_of("1,234").messages[0].endswith("Write 1234 or 1,2340.")
    assert parse_decimal("1,2340") == Decimal("1.234")


@given(QUANTITIES)
def test_what_a_form_is_filled_with_is_read_back(value: Decimal) -> None:
    for language in ("en", "ru", "hy", "az", "fr", "ar"):
        assert parse_decimal(format_input(value, language)) == value


def test_bounds_are_named() -> None:
    assert refusal_of("401", maximum=400).messages == ["Enter 400 or less."]
    assert refusal_of("1", minimum=2).code == "too_small"
    assert refusal_of("-1").messages == ["Enter 0 or more."]
    assert str(parse_decimal("-5", minimum=-10)) == "-5"
    assert str(parse_decimal("(5)", minimum=-10)) == "-5"


def test_decimals_are_refused_and_never_rounded() -> None:
    assert refusal_of("12.5", decimals=0).messages == ["Enter a whole number, for example 12."]
    assert refusal_of("12.3456", decimals=2).messages[0].endswith("for example 12.34.")
    assert str(parse_decimal("12.000", decimals=0, decimal_separator=".")) == "12"


@pytest.mark.parametrize(
    ("typed", "decimals", "example"),
    [("0.001", 2, "0.25"), ("-0.04", 1, "0.5"), ("0.5", 0, "1"), ("0.0049", 3, "0.25")],
)
def test_the_example_of_a_refusal_is_a_number_that_would_have_worked(
    typed: str, decimals: int, example: str
) -> None:
    refused = refusal_of(typed, decimals=decimals, minimum=-9)
    assert refused.messages[0].endswith(f"for example {example}.")


@pytest.mark.parametrize(
    ("sent", "quoted"),
    [(True, "true"), (False, "false"), (["a"], '["a"]'), ({"a": None}, '{"a": null}')],
)
def test_what_a_program_sent_is_quoted_as_it_sent_it(sent: object, quoted: str) -> None:
    with pytest.raises(ValidationError) as caught:
        parse_plain_decimal(sent)
    assert caught.value.messages[0].startswith(f"“{quoted}” is not a number.")
    assert shown(sent) == quoted


def test_a_cell_is_quoted_as_the_spreadsheet_shows_it() -> None:
    assert refusal_of(True).messages[0].startswith("“TRUE” is not a number.")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "blank"),
        (True, "not_a_number"),
        ([], "not_a_number"),
        ({"a": 1}, "not_a_number"),
        (380, "380"),
        (380.0, "380"),
        (0.1, "0.1"),
        (24.06, "24.06"),
        (Decimal("380.000"), "380"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E+400"), "too_large"),
        (Decimal("1E-400"), "too_many_decimals"),
        (Decimal("NaN"), "not_finite"),
        (Decimal("sNaN"), "not_finite"),
        (float("nan"), "not_finite"),
        (float("inf"), "not_finite"),
        (1e300, "too_large"),
        (-1, "negative"),
        (10**400, "too_large"),
        ("380.000", "380"),
        ("1 500", "not_plain"),
        ("007", "not_plain"),
        ("1e3", "not_plain"),
        (".5", "not_plain"),
    ],
)
def test_json_values_have_one_verdict(value: object, expected: str) -> None:
    assert verdict(parse_plain_decimal, value) == expected


def test_what_a_person_may_write_is_spelled_out_for_a_program() -> None:
    with pytest.raises(ValidationError) as caught:
        parse_plain_decimal("1 500,50")
    assert "Send 1500.5," in caught.value.messages[0]


@pytest.mark.parametrize(
    ("value", "number"),
    [(0.1 + 0.2, "0.3"), (380.0, "380"), (1545, "1545"), ("1 500", "1500"), (28.07, "28.07")],
)
def test_number_cells_count_as_the_spreadsheet_shows_them(value: object, number: str) -> None:
    assert str(parse_number_cell(value)) == number


def test_an_empty_cell_is_blank_and_not_zero() -> None:
    assert refusal_of(None).code == "blank"
    assert refusal_of("").code == "blank"
    assert refusal_of(True).code == "not_a_number"


@pytest.mark.parametrize(
    ("cell", "number", "unit"),
    [
        ("380 kg", "380", "kg"),
        ("380kg", "380", "kg"),
        ("1 500 кг", "1 500", "кг"),
        ("1,500.00 t", "1,500.00", "t"),
        ("13 000 m2", "13 000", "m2"),
        ("22,5 м³", "22,5", "м³"),
        ("١٢ كغ", "١٢", "كغ"),
        ("-5 pcs", "-5", "pcs"),
        ("35 000 household  items", "35 000", "household items"),
        ("380", "380", ""),
        ("1e3", "1e3", ""),
        ("50 %", "50 %", ""),
        ("12-Jun", "12-Jun", ""),
        ("#N/A", "#N/A", ""),
        ("ERROR_003", "ERROR_003", ""),
        ("see row 12", "see row 12", ""),
        ("", "", ""),
    ],
)
def test_a_unit_in_the_cell_is_parted_from_its_number(cell: str, number: str, unit: str) -> None:
    assert split_unit(cell) == (number, unit)


@given(st.text(), st.text("0123456789 .,'-+eE%()#٠٫٬", max_size=14))
def test_any_text_is_a_number_or_a_refusal(text: str, likely: str) -> None:
    for spelled in (text, likely, split_unit(likely)[0]):
        for parse in (parse_decimal, parse_plain_decimal, parse_number_cell):
            result = attempt(parse, spelled)
            if isinstance(result, ValidationError):
                assert result.code
                assert result.messages
            else:
                assert 0 <= result <= LARGEST
                assert "E" not in str(result)


@given(QUANTITIES)
def test_what_is_shown_is_read_back_unless_it_is_ambiguous(value: Decimal) -> None:
    for language in ("en", "ar"):
        shown = format_quantity(value, 3, language)
        assert parse_decimal(shown, decimal_separator=".") == value
    for language in ("ru", "hy", "az", "fr"):
        shown = format_quantity(value, 3, language)
        assert parse_decimal(shown, decimal_separator=",") == value


@given(QUANTITIES)
def test_plain_numbers_survive_every_door(value: Decimal) -> None:
    assert parse_plain_decimal(f"{value:f}") == value
    assert parse_plain_decimal(str(parse_decimal(f"{value:.4f}"))) == value
    assert parse_number_cell(value) == value


@pytest.mark.parametrize(
    ("value", "decimals", "language", "shown"),
    [
        ("1545", 0, "en", "1,545"),
        ("1234567.5", 3, "en", "1,234,567.5"),
        ("1234567.5", 3, "ar", "1,234,567.5"),
        ("1234567.5", 3, "ru", f"1{NO_BREAK}234{NO_BREAK}567,5"),
        ("1234567.5", 3, "hy", f"1{NO_BREAK}234{NO_BREAK}567,5"),
        ("1234567.5", 3, "az", f"1{NO_BREAK}234{NO_BREAK}567,5"),
        ("1234567.5", 3, "fr", "1\u202f234\u202f567,5"),
        ("380.000", 3, "en", "380"),
        ("100", 0, "en", "100"),
        ("0.000", 3, "en", "0"),
        ("-0.0001", 3, "en", "0"),
        ("-20", 0, "en", "\u221220"),
        ("0.0005", 3, "en", "0.001"),
        ("2.5", 0, "en", "3"),
        ("1545", 0, "pt-br", "1,545"),
    ],
)
def test_quantities_show_in_the_custom_of_the_language(
    value: str, decimals: int, language: str, shown: str
) -> None:
    assert format_quantity(Decimal(value), decimals, language) == shown


def test_weights_show_in_kilograms_or_tonnes() -> None:
    assert format_weight(20, "en") == f"20{NO_BREAK}kg"
    assert format_weight(Decimal("999.999"), "en") == f"999.999{NO_BREAK}kg"
    assert format_weight(1545000, "en") == f"1,545{NO_BREAK}t"
    assert format_weight(Decimal("44800.500"), "en") == f"44.801{NO_BREAK}t"
    assert format_weight(Decimal("44849"), "en", decimals=1) == f"44.8{NO_BREAK}t"
    assert format_weight(-2000, "en") == f"\u22122{NO_BREAK}t"
    with translation.override("fr"):
        assert format_weight(Decimal("1234500")) == f"1\u202f234,5{NO_BREAK}t"
