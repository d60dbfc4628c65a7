"""Bodies are read member by member, and every refusal has its place."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from text.bodies import Body, parse_iso_date, parse_key
from text.refusals import nearest, unknown


def refused(body: Body) -> dict[str, list[str | None]]:
    with pytest.raises(ValidationError) as caught:
        body.finish()
    return {
        name: [refusal.code for refusal in refusals]
        for name, refusals in caught.value.error_dict.items()
    }


def test_what_nobody_reads_is_refused_with_what_was_meant() -> None:
    body = Body({"quantity": "5", "quantty": "6"})
    assert body.decimal("quantity") == Decimal(5)
    with pytest.raises(ValidationError, match="Did you mean “quantity”"):
        body.finish()


def test_refusals_of_nested_objects_have_pointers() -> None:
    body = Body({"lines": [{"line": 1}, {"line": 0}, 5]})
    for line in body.objects("lines"):
        line.integer("line", required=True, least=1)
        line.close()
    assert refused(body) == {
        "lines/1/line": ["too_small"],
        "lines/2": ["not_an_object"],
        "lines/2/line": ["required"],
    }


def test_null_counts_as_not_sent() -> None:
    body = Body({"a": None, "b": None, "c": None, "d": None})
    assert (body.text("a"), body.decimal("b"), body.flag("c"), body.object("d")) == (
        "",
        None,
        False,
        None,
    )
    body.finish()


@pytest.mark.parametrize(
    ("read", "value", "code"),
    [
        ("text", 5, "not_a_text"),
        ("text", "x" * 201, "too_long"),
        ("flag", "true", "not_a_flag"),
        ("flag", 1, "not_a_flag"),
        ("integer", "1.5", "too_many_decimals"),
        ("integer", 2**40, "too_large"),
        ("integer", True, "not_a_number"),
        ("decimal", "NaN", "not_finite"),
        ("decimal", "1.0001", "too_many_decimals"),
        ("decimal", "-1", "negative"),
        ("day", "25.11.2020", "not_a_date"),
        ("day", "2020-02-30", "impossible_date"),
        ("moment", "2020-11-25T10:00:00", "no_offset"),
        ("key", "1", "not_a_key"),
        ("texts", "x", "not_a_list"),
        ("texts", [1], "not_a_text"),
        ("words", [], "not_an_object"),
        ("objects", {}, "not_a_list"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(read: str, value: Any, code: str) -> None:
    body = Body({"x": value})
    getattr(body, read)("x")
    assert refused(body) == {"x": [code]}


@pytest.mark.parametrize("text", ["2020-1-1", "20201125", "2020-11-25T00:00", " 2020-11-25", ""])
def test_dates_of_programs_have_one_spelling(text: str) -> None:
    with pytest.raises(ValidationError):
        parse_iso_date(text)


@pytest.mark.parametrize(
    "text", ["{0192f0c6-8c1e-7c3a-9a55-1f4f6f6f0001}", "0192f0c68c1e", None, 5]
)
def test_keys_have_one_spelling(text: object) -> None:
    with pytest.raises(ValidationError):
        parse_key(text)


def test_the_nearest_word_is_found_whatever_its_case() -> None:
    assert nearest("Recieved", ["received", "returned"]) == "received"
    assert nearest("xyz", ["received"]) == ""
    refusal = unknown("recieved", ["received"], code="unknown_value")
    assert refusal.params is not None
    assert refusal.params["allowed"] == ["received"]
