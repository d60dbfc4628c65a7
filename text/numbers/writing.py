"""Quantities and weights as pages show them."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

from django.utils.translation import get_language, override, pgettext

from text.numbers.refusals import unambiguous

_NO_BREAK = "\u00a0"
_NARROW_NO_BREAK = "\u202f"
_MINUS = "\u2212"

# What groups thousands and what begins the decimals. Arabic uses Western digits here, so that
# a figure reads the same on the page, in a file and over the telephone.
_GROUP_AND_POINT = {
    "en": (",", "."),
    "ar": (",", "."),
    "ru": (_NO_BREAK, ","),
    "hy": (_NO_BREAK, ","),
    "az": (_NO_BREAK, ","),
    "fr": (_NARROW_NO_BREAK, ","),
}
KILOGRAMS_IN_A_TONNE = 1000


def format_quantity(value: Decimal | int, unit_decimals: int = 3, language: str = "") -> str:
    """Write a quantity in the custom of a language, by default the active one.

    Thousands are grouped, decimals that are 0 left out, anything finer than `unit_decimals`
    rounded half up. For eyes only: files and the API carry plain numbers.
    """
    with localcontext(rounding=ROUND_HALF_UP):
        grouped = f"{Decimal(value):,.{unit_decimals}f}"
    if "." in grouped:
        grouped = grouped.rstrip("0").rstrip(".")
    group, point = _GROUP_AND_POINT.get(_base(language), _GROUP_AND_POINT["en"])
    written = "".join({",": group, ".": point}.get(sign, sign) for sign in grouped.lstrip("-"))
    return _MINUS + written if grouped.startswith("-") and grouped != "-0" else written


def format_input(value: Decimal | int, language: str = "") -> str:
    """Write a number into a form field, so that `parse_decimal` reads it back.

    Nothing is grouped or rounded. Three decimals get a fourth, 0: 1.234 would be ambiguous.
    """
    digits = f"{Decimal(value):f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    _, point = _GROUP_AND_POINT.get(_base(language), _GROUP_AND_POINT["en"])
    return unambiguous(digits.replace(".", point), point)


def format_weight(kg: Decimal | int, language: str = "", *, decimals: int = 3) -> str:
    """Write a weight given in kilograms: "20 kg", and from 1,000 kg in tonnes, "1,545 t".

    Number and unit are joined by a no-break space. Three decimals show tonnes to the kilogram;
    kilograms are shown with three at most.
    """
    language = _base(language)
    kg = Decimal(kg)
    with override(language):
        if abs(kg) < KILOGRAMS_IN_A_TONNE:
            return f"{format_quantity(kg, 3, language)}{_NO_BREAK}{pgettext('kilograms', 'kg')}"
        tonnes = format_quantity(kg.scaleb(-3), decimals, language)
        return f"{tonnes}{_NO_BREAK}{pgettext('metric tonnes', 't')}"


def _base(language: str) -> str:
    return (language or get_language() or "en").partition("-")[0]
