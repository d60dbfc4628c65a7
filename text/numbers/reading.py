"""The one parser for numbers typed in forms, sent to the API or found in spreadsheets."""

import re
from decimal import Decimal
from typing import Literal

from text.characters import DASHES, SPACES, ascii_digits, without_invisible
from text.numbers.refusals import refuse, refuse_decimals, unambiguous
from text.refusals import as_sent

# The bound of quantities in the database: twelve digits before the point, three after it.
LARGEST = Decimal("999999999999.999")

Separator = Literal[".", ","]

_LONGEST = 60
_LONGEST_CELL = 200
_LONGEST_EXPONENT = 2
_LONGEST_MANTISSA = 20

# One sign for each meaning. NFKC is not used: it would make 52 of 5².
_SIGNS = str.maketrans(
    {
        **dict.fromkeys(SPACES, " "),
        **dict.fromkeys("’‘ʼ＇", "'"),
        **dict.fromkeys(DASHES, "-"),
        **dict.fromkeys("＋﹢", "+"),
        **dict.fromkeys("，،", ","),
        **dict.fromkeys("．", "."),
        **dict.fromkeys("％٪﹪", "%"),
    }
)
_ARABIC_POINT = "٫"

_NOT_FINITE = re.compile(r"[+-]?\s*(s?nan|inf|infinity|∞)", re.IGNORECASE)
# Excel in any language ("#VALUE!", "#ЗНАЧ!"), a column too narrow, LibreOffice, and programs.
_SPREADSHEET_ERROR = re.compile(r"#+|#[^\W\d_][^\s]*|#N/A.*|ERROR[_ -]?\d+|Err:\d+", re.IGNORECASE)
_EXPONENT = re.compile(r"(?P<number>[0-9.,]+)[eE](?P<exponent>\+?[0-9]+)")
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_SHARE = re.compile(r"%?\s*[-+]?[\d.,' ]*\d\s*%?")
_DIGITS = re.compile(r"[0-9]+")
_SHAPE = re.compile(r"[0-9.,' ٫٬]*[0-9]")
_UNIT = re.compile(
    r"(?P<number>[-+]?\s*\d(?:[\d\s.,'’٫٬]*\d)?)\s*(?![eE]\+?\d)(?P<unit>[^\W\d_].*)", re.DOTALL
)


def parse_decimal(
    text: str,
    *,
    decimals: int = 3,
    minimum: Decimal | int = 0,
    maximum: Decimal | int = LARGEST,
    decimal_separator: Separator | None = None,
) -> Decimal:
    """Read a number as people write it, with digits of any script, comma or point.

    Spaces, apostrophes, points and commas may group thousands where only one reading is left:
    "1 500", "1,500.00", "1.500,00" and "1.500.000" are. A single comma or point before exactly
    three digits ("1,500") has two readings and is refused, unless `decimal_separator` says what
    the file or the reader's language uses. Nothing is rounded and blank is not 0.

    Codes: blank, not_a_number, not_finite, spreadsheet_error, percentage, ambiguous_number,
    too_many_decimals, negative, too_small, too_large.
    """
    cleaned = _clean(text)
    _refuse_what_is_no_number(cleaned, text)
    negative, body = _sign_and_body(cleaned)
    match = _EXPONENT.fullmatch(body)
    if match:
        value = _with_exponent(match["number"], match["exponent"], text, decimal_separator)
    else:
        value = _value_of(body, text, decimal_separator)
    return _within(-value if negative else value, decimals, minimum, maximum)


def parse_plain_decimal(
    value: object,
    *,
    decimals: int = 3,
    minimum: Decimal | int = 0,
    maximum: Decimal | int = LARGEST,
) -> Decimal:
    """Read a number as programs write it: a JSON number, or a string that would be one.

    A string holds ASCII digits with a point and no grouping, sign + or exponent. Codes are those
    of `parse_decimal`, and not_plain for what a person may write and a program should not.
    """
    if isinstance(value, str):
        if len(value) <= _LONGEST and _PLAIN.fullmatch(value):
            return _within(Decimal(value), decimals, minimum, maximum)
        # Refused in the words that a form would use, or told what the form would have read.
        read = parse_decimal(value, decimals=decimals, minimum=minimum, maximum=maximum)
        refuse("not_plain", value, plain=read)
    if value is None:
        refuse("blank")
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        refuse("not_a_number", as_sent(value)[:_LONGEST])
    # The float 0.1 is 0.1 and not its 55 binary decimals.
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        refuse("not_finite", str(value))
    return _within(number, decimals, minimum, maximum)


def parse_number_cell(
    value: object,
    *,
    decimals: int = 3,
    minimum: Decimal | int = 0,
    maximum: Decimal | int = LARGEST,
    decimal_separator: Separator | None = None,
) -> Decimal:
    """Read the cell of a workbook, a number or text, with the codes of `parse_decimal`.

    Numbers count with the 15 digits that spreadsheet programs show, so what 0.1 + 0.2 left in a
    cell is 0.3.
    """
    if isinstance(value, float):
        value = Decimal(f"{value:.15g}")
    if isinstance(value, bool):
        # As spreadsheets show it.
        value = str(value).upper()
    if isinstance(value, int | Decimal):
        return parse_plain_decimal(value, decimals=decimals, minimum=minimum, maximum=maximum)
    return parse_decimal(
        "" if value is None else str(value),
        decimals=decimals,
        minimum=minimum,
        maximum=maximum,
        decimal_separator=decimal_separator,
    )


def split_unit(text: str) -> tuple[str, str]:
    """Part "380 kg" into "380" and "kg", for spreadsheets that write both in one cell.

    The unit is "" where there is none. Text that does not begin with a number comes back whole
    as the number, to be refused by the parser.
    """
    bare = without_invisible(text)
    match = _UNIT.fullmatch(bare) if len(bare) <= _LONGEST_CELL else None
    if match is None:
        return text.strip(), ""
    return match["number"].strip(), " ".join(match["unit"].split())


def _clean(text: str) -> str:
    text = without_invisible(text).translate(_SIGNS)
    return text if len(text) > _LONGEST else ascii_digits(text)


def _refuse_what_is_no_number(cleaned: str, text: str) -> None:
    if not cleaned:
        refuse("blank")
    if _NOT_FINITE.fullmatch(cleaned):
        refuse("not_finite", text)
    if _SPREADSHEET_ERROR.fullmatch(cleaned):
        refuse("spreadsheet_error", text)
    if len(cleaned) > _LONGEST:
        if _DIGITS.fullmatch(cleaned):
            refuse("too_large", text, limit=LARGEST)
        refuse("not_a_number", text)
    if "%" in cleaned and _SHARE.fullmatch(cleaned):
        refuse("percentage", text)


def _sign_and_body(cleaned: str) -> tuple[bool, str]:
    """Part the sign: -5, (5) as accountants write it, 5- as some programs export it."""
    if cleaned.startswith("(") and cleaned.endswith(")"):
        return True, cleaned[1:-1].strip()
    if cleaned.endswith("-"):
        return True, cleaned[:-1].strip()
    if cleaned.startswith(("-", "+")):
        return cleaned[0] == "-", cleaned[1:].strip()
    return False, cleaned


def _with_exponent(number: str, exponent: str, text: str, known: Separator | None) -> Decimal:
    """Spreadsheets write 1.5E+3 for 1500; what is not whole then is left to people to write."""
    if not re.fullmatch(r"[0-9]+([.,][0-9]+)?", number) or len(number) > _LONGEST_MANTISSA:
        refuse("not_a_number", text)
    mantissa = _value_of(number, text, known)
    exponent = exponent.lstrip("+").lstrip("0") or "0"
    if mantissa == 0:
        return Decimal(0)
    if len(exponent) > _LONGEST_EXPONENT:
        refuse("too_large", text, limit=LARGEST)
    value = mantissa.scaleb(int(exponent))
    if value != value.to_integral_value():
        refuse("not_a_number", text)
    return value


def _value_of(body: str, text: str, known: Separator | None) -> Decimal:
    if not _SHAPE.fullmatch(body):
        refuse("not_a_number", text)
    point = _decimal_point(body, text, known)
    whole, _, fraction = body.rpartition(point) if point else (body, "", "")
    groups = set(whole) - set("0123456789")
    if len(groups) > 1 or (fraction and not _DIGITS.fullmatch(fraction)):
        refuse("not_a_number", text)
    for group in groups:
        if not re.fullmatch(rf"[1-9][0-9]{{0,2}}({re.escape(group)}[0-9]{{3}})+", whole):
            refuse("not_a_number", text)
        whole = whole.replace(group, "")
    return Decimal(f"{whole or '0'}.{fraction or '0'}")


def _decimal_point(body: str, text: str, known: Separator | None) -> str:
    """Find the character that parts whole and fraction, "" where there is none."""
    if _ARABIC_POINT in body:
        return _ARABIC_POINT
    used = [character for character in body if character in ",."]
    if not used:
        return ""
    last = used[-1]
    if used.count(last) > 1:
        # Written twice it groups; whether it does so correctly is looked at by the caller.
        return ""
    grouped_otherwise = set(body) - set("0123456789") - {last}
    whole, _, fraction = body.partition(last)
    if grouped_otherwise or not re.fullmatch("[1-9][0-9]{0,2}", whole) or len(fraction) != 3:
        return last
    if known is None:
        written = f"{whole}{last}{fraction}".rstrip("0").rstrip(last)
        refuse(
            "ambiguous_number", text, whole=whole + fraction, fraction=unambiguous(written, last)
        )
    return last if known == last else ""


def _within(
    value: Decimal, decimals: int, minimum: Decimal | int, maximum: Decimal | int
) -> Decimal:
    """Hold a finite number to its bounds and give it without trailing zeros or exponent."""
    # Compared before anything is written out: 1E+400 would take 400 digits.
    if value < minimum:
        refuse("negative" if minimum == 0 else "too_small", limit=minimum)
    if value > maximum:
        refuse("too_large", limit=maximum)
    digits = f"{value:f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    if len(digits.partition(".")[2]) > decimals:
        refuse_decimals(decimals, digits)
    return Decimal("0") if value == 0 else Decimal(digits)
