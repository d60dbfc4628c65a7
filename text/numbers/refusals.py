"""What is said when something typed is not the number that was asked for."""

from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

_LONGEST_QUOTE = 40

_MESSAGES: dict[str, Any] = {
    "blank": _("Enter a number, or 0."),
    "not_a_number": _("“%(value)s” is not a number. Write digits only, for example 1500 or 12.5."),
    "not_plain": _(
        "“%(value)s” is not written as programs write numbers. Send %(plain)s, with ASCII digits, "
        "a point for decimals and nothing else."
    ),
    "not_finite": _("“%(value)s” is not a quantity. Write it in digits, for example 1500."),
    "spreadsheet_error": _(
        "“%(value)s” is an error of the spreadsheet and not a number. "
        "Correct the cell, or leave it empty."
    ),
    "percentage": _(
        "“%(value)s” is a share. Enter the quantity itself, for example 190 and not 50 %% of 380."
    ),
    "ambiguous_number": _(
        "“%(value)s” can mean %(whole)s or %(fraction)s. Write %(whole)s or %(fraction)s."
    ),
    "negative": _("Enter 0 or more."),
    "too_small": _("Enter %(limit)s or more."),
    "too_large": _("Enter %(limit)s or less."),
}
_TOO_MANY_DECIMALS = ngettext_lazy(
    "Use at most %(decimals)d digit after the decimal separator, for example %(example)s.",
    "Use at most %(decimals)d digits after the decimal separator, for example %(example)s.",
    "decimals",
)


def quoted(text: str) -> str:
    """Shorten what was typed so that it fits into a sentence."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


def unambiguous(digits: str, point: str) -> str:
    """Add a 0 to three decimals, which could be taken for thousands."""
    return digits + "0" if len(digits.partition(point)[2]) == 3 else digits


def refuse(code: str, value: str = "", **params: object) -> NoReturn:
    raise ValidationError(_MESSAGES[code], code=code, params={"value": quoted(value), **params})


def refuse_decimals(decimals: int, digits: str) -> NoReturn:
    whole, _point, fraction = digits.partition(".")
    if decimals == 0:
        raise ValidationError(
            _("Enter a whole number, for example %(example)s."),
            code="too_many_decimals",
            params={"example": whole if whole.strip("-0") else "1"},
        )
    # Two at most: three could be taken for thousands.
    shown = min(decimals, 2)
    example = f"{whole}.{fraction[:shown]}"
    raise ValidationError(
        _TOO_MANY_DECIMALS,
        code="too_many_decimals",
        # Nothing is left of a small number: then any other shows how to write one.
        params={
            "decimals": decimals,
            "example": example if example.strip("-0.") else f"0.{'25'[-shown:]}",
        },
    )
