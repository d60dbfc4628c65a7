"""References and event codes: check digits, look-alikes, proposals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.check_digits import (
    damm,
    is_operation_code,
    make_event_code,
    make_reference,
    normalise_event_code,
    normalise_reference,
    parse_event_code,
    parse_reference,
    references_with_serial,
)

DIGITS = st.text("0123456789", min_size=1, max_size=14)
CODES = st.text("0123456789AEKMT", min_size=2, max_size=12).filter(is_operation_code)
SERIALS = st.integers(min_value=1, max_value=10**9)


def test_the_check_digit_agrees_with_published_examples() -> None:
    assert damm("572") == "4"
    assert damm("201042") == "3"
    assert damm("") == "0"


def test_only_ascii_digits_have_a_check_digit() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        damm("12٣")


@given(DIGITS, st.data())
def test_one_wrong_digit_changes_the_check_digit(digits: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[at]]))
    assert damm(digits[:at] + other + digits[at + 1 :]) != damm(digits)


@given(DIGITS, st.data())
def test_swapping_neighbours_is_noticed_check_digit_included(
    digits: str, data: st.DataObject
) -> None:
    written = digits + damm(digits)
    at = data.draw(st.integers(0, len(written) - 2))
    swapped = written[:at] + written[at + 1] + written[at] + written[at + 2 :]
    assert swapped == written or damm(swapped[:-1]) != swapped[-1]


def test_references_are_written_with_their_check_digit() -> None:
    assert make_reference("KA20", 1042) == "KA20-1042-3"
    assert make_event_code(10423) == f"E10423-{damm('10423')}"


@pytest.mark.parametrize(
    "code", ["", "K", "KB20", "ka20", "2020", "E10", "KA 20", "K" * 13, "КА20"]
)
def test_codes_outside_the_alphabet_begin_no_reference(code: str) -> None:
    with pytest.raises(ValueError, match="operation code"):
        make_reference(code, 1)


def test_serials_start_at_one() -> None:
    with pytest.raises(ValueError, match="start at 1"):
        make_reference("KA20", 0)
    with pytest.raises(ValueError, match="start at 1"):
        make_event_code(0)


SPELLINGS = [
    "KA20-1042-3",
    "ka20-1042-3",
    "KA2010423",
    "  KA20 1042 3 ",
    "KA20\u20111042\u20113",
    "KA20–1042—3",
    "KA20\u22121042\u22123",
    "КА20-1042-3",  # Cyrillic К and А
    "ка20-1042-3",
    "ԿԱ20-1042-3",  # Armenian
    "ΚΑ20-1042-3",  # Greek
    "KA٢٠-١٠٤٢-٣",  # Arabic-Indic digits
    "KA۲۰-۱۰۴۲-۳",  # Persian digits
    "ＫＡ２０－１０４２－３",  # full width
    "\u200fKA20-1042-3\u200e",
    "\u2067KA20-1042-3\u2069",
    "KA20-1O42-3",
    "KA20-l042-3",
    "KA20ـ1042ـ3",  # tatweel
    "KA2O 1О42-З",  # Latin and Cyrillic O, Cyrillic Ze
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_the_same_reference(spelling: str) -> None:
    assert normalise_reference(spelling) == "KA2010423"
    read = parse_reference(spelling)
    assert (read.verdict, read.canonical) == ("right", "KA20-1042-3")


def test_waybill_numbers_meet_across_keyboards() -> None:
    assert normalise_reference("ТН-45/7") == normalise_reference("th 45/7") == "TH45/7"


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_reference(text)
    assert normalise_reference(once) == once
    assert normalise_event_code(text) == once


@given(CODES, SERIALS)
def test_what_is_written_is_read_back(code: str, serial: int) -> None:
    reference = make_reference(code, serial)
    assert parse_reference(reference).canonical == reference
    joined = reference.replace("-", "")
    assert parse_reference(joined, operation_codes=[code]).canonical == reference
    event_code = make_event_code(serial)
    assert parse_event_code(event_code).canonical == event_code
    assert parse_event_code(event_code.replace("-", " ").lower()).canonical == event_code


@given(st.text(), st.text("KA201-3 E", max_size=14))
def test_any_text_is_read_without_an_error(text: str, likely: str) -> None:
    for read in (parse_reference, parse_event_code):
        for spelled in (text, likely):
            result = read(spelled)
            assert (result.canonical is not None) == (result.verdict == "right")
            assert bool(result.proposed) == (result.verdict == "wrong_check_digit")


def test_a_wrong_check_digit_proposes_the_right_code_first() -> None:
    read = parse_reference("KA20-1042-4")
    assert read.verdict == "wrong_check_digit"
    assert read.canonical is None
    assert read.proposed[0] == "KA20-1042-3"


@pytest.mark.parametrize("typed", ["KA20-1024-3", "KA20-1043-3", "KA20-1032-4", "KA20-4103-3"])
def test_every_proposal_has_a_fitting_check_digit(typed: str) -> None:
    read = parse_reference(typed)
    assert read.verdict == "wrong_check_digit"
    assert all(parse_reference(code).verdict == "right" for code in read.proposed)


def test_a_code_without_its_check_digit_is_completed() -> None:
    assert "KA20-1042-3" in parse_reference("KA20-1042").proposed
    assert "KA20-1042-3" in parse_reference("ka201042", operation_codes=["KA20"]).proposed
    assert make_event_code(10423) in parse_event_code("E10423").proposed


def test_a_swapped_pair_is_among_the_proposals() -> None:
    assert "KA20-1042-3" in parse_reference("KA20-1024-3").proposed
    assert make_event_code(10423) in parse_event_code("E10432" + damm("10423")).proposed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "Stepanakert",
        "2020-11-25",
        "KA20",
        "KX20-1042-3",
        "20-1042-3",
        "E10423-7",
    ],
)
def test_other_text_is_not_a_reference(text: str) -> None:
    assert parse_reference(text).verdict == "not_a_code"


@pytest.mark.parametrize("text", ["", "E", "E7", "10423-7", "KA20-1042-3", "E10-42-3"])
def test_other_text_is_not_an_event_code(text: str) -> None:
    assert parse_event_code(text).verdict == "not_a_code"


def test_a_known_operation_code_decides_where_it_ends() -> None:
    reference = make_reference("KAM", 2042)
    joined = reference.replace("-", "")
    assert parse_reference(joined, operation_codes=["KA20", "KAM"]).canonical == reference
    assert parse_reference(joined).verdict == "right"


@pytest.mark.parametrize("typed", ["1042", "1042-3", "10423", "١٠٤٢", " 1042 "])
def test_a_serial_alone_stands_for_a_reference_in_each_operation(typed: str) -> None:
    assert "KA20-1042-3" in references_with_serial(typed, ["KA20", "TA23"])


@pytest.mark.parametrize("typed", ["", "0", "KA20-1042-3", "12 trucks", "9" * 40])
def test_other_text_is_no_serial(typed: str) -> None:
    assert references_with_serial(typed, ["KA20"]) == []
