"""References and event codes with a check digit, and how people's spelling of them is read."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

LETTERS = "AEKMT"

# The quasigroup of Damm (2004): totally anti-symmetric, so every wrong digit and every
# swap of two neighbours changes the check digit. Source: H. M. Damm, "Total anti-symmetrische
# Quasigruppen", dissertation, Marburg 2004.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)

# Letters of other keyboards that stand for one of ours, by shape or, in Armenian, by key.
# O and I are not in the alphabet, so they can only be a misread 0 and 1.
_LOOK_ALIKES = str.maketrans(
    {
        **dict(zip("АВЕЗІКМНОРСТУХ", "ABE31KMH0PCTYX", strict=True)),
        **dict(zip("ԱԵԷԿՔՄՏԹՕ", "AEEKKMTT0", strict=True)),
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZH1KMN0PTYX", strict=True)),
        **dict(zip("OIL", "011", strict=True)),
    }
)
# Dashes that Unicode does not file under dashes; tatweel is what Arabic keyboards offer for one.
_DASHES = "\u2212\u2043\u02d7\u0640"
_DROPPED_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cf", "Cc", "Mn", "Me", "Pd"})

_OPERATION_CODE = re.compile(r"(?=[0-9]*[AEKMT])[0-9AEKMT]{2,12}")
_DASHED_REFERENCE = re.compile(r"((?=[0-9]*[AEKMT])[0-9AEKMT]{1,12})-([0-9]{1,12})-?([0-9])")
# Without dashes the code is taken to end with a two-digit year, as codes do by custom.
_JOINED_REFERENCE = re.compile(r"([0-9AEKMT]*[AEKMT][0-9]{2})([0-9]{1,12})([0-9])")


@dataclass(frozen=True)
class ReadCode:
    """What a typed code turned out to be.

    `canonical` is set only when `verdict` is "right". `proposed` is filled only for
    "wrong_check_digit": first the code with its check digit put right, then the codes one
    swapped pair or one mistyped digit away. Offer only those that exist and may be seen.
    """

    verdict: Literal["right", "wrong_check_digit", "not_a_code"]
    normalised: str
    canonical: str | None = None
    proposed: tuple[str, ...] = ()


def damm(digits: str) -> str:
    """Return the check digit of a string of ASCII digits."""
    interim = 0
    for digit in digits:
        if digit not in "0123456789":
            raise ValueError(f"{digit!r} is not an ASCII digit.")
        interim = _DAMM[interim][ord(digit) - 48]
    return str(interim)


def is_operation_code(code: str) -> bool:
    """Tell whether a code can begin references: 2 to 12 of the digits and A E K M T.

    At least one is a letter, and it is not an E followed by digits alone, which would read
    like an event code.
    """
    return bool(_OPERATION_CODE.fullmatch(code)) and not re.fullmatch(r"E[0-9]+", code)


def make_reference(operation_code: str, serial: int) -> str:
    """Write the reference of a shipment, for example KA20-1042-3 for KA20 and 1042."""
    if not is_operation_code(operation_code):
        raise ValueError(f"{operation_code!r} is not an operation code.")
    if serial < 1:
        raise ValueError("Serial numbers start at 1.")
    return f"{operation_code}-{serial}-{damm(_digits_of(operation_code) + str(serial))}"


def make_event_code(serial: int) -> str:
    """Write the code of a delivery event, for example E10423-7, to be read out over radio."""
    return make_lettered_code("E", serial)


def make_lettered_code(letter: str, serial: int) -> str:
    """Write a code that begins with the letter of its kind: T1001-9 for a saved query."""
    if serial < 1:
        raise ValueError("Serial numbers start at 1.")
    return f"{letter}{serial}-{damm(str(serial))}"


def normalise_reference(text: str) -> str:
    """Spell a reference, event code or waybill number the one way used for comparing.

    Upper case; digits of any script as ASCII; look-alike letters of Cyrillic, Armenian and
    Greek as Latin; dashes, spaces, accents and marks of writing direction dropped. What is
    compared has to be normalised on both sides.
    """
    return _spelled_with_dashes(text).replace("-", "")


def normalise_event_code(text: str) -> str:
    """Spell an event code the one way used for comparing, as `normalise_reference` does."""
    return normalise_reference(text)


def parse_reference(text: str, *, operation_codes: Collection[str] = ()) -> ReadCode:
    """Read a reference as people type it, and say whether its check digit fits.

    Typed without dashes, its operation code is looked for among `operation_codes` and
    otherwise taken to end with a two-digit year; `normalised` does not depend on that guess.
    """
    spelled = _spelled_with_dashes(text)
    normalised = spelled.replace("-", "")
    if re.fullmatch(r"E[0-9]+", normalised) and spelled.count("-") < 2:
        return ReadCode("not_a_code", normalised)
    parts = _parts_of_reference(spelled, operation_codes)
    if parts is None:
        return ReadCode("not_a_code", normalised)
    code, serial, check = parts
    return _read(normalised, _digits_of(code) + serial, check, f"{code}-{{serial}}-{{check}}", code)


def references_with_serial(text: str, operation_codes: Iterable[str]) -> list[str]:
    """List what a bare serial may stand for in these operations: KA20-1042-3 for 1042 in KA20.

    "1042-3" and "10423", with the check digit, stand for it, too; other text for nothing.
    """
    spelled = _spelled_with_dashes(text)
    if not re.fullmatch(r"[1-9][0-9]{0,11}(-[0-9])?", spelled):
        return []
    typed, codes = spelled.replace("-", ""), list(operation_codes)
    bare = [] if "-" in spelled else [make_reference(code, int(typed)) for code in codes]
    return bare + [f"{code}-{typed[:-1]}-{typed[-1]}" for code in codes if len(typed) > 1]


def parse_event_code(text: str) -> ReadCode:
    """Read an event code as people type it, and say whether its check digit fits."""
    return parse_lettered_code(text, letter="E")


def parse_lettered_code(text: str, *, letter: str) -> ReadCode:
    """Read a code of the kind that begins with a letter, as `parse_event_code` does."""
    spelled = _spelled_with_dashes(text)
    match = re.fullmatch(rf"{letter}-?([0-9]{{1,15}})-?([0-9])", spelled)
    if match is None:
        return ReadCode("not_a_code", spelled.replace("-", ""))
    shape = f"{letter}{{serial}}-{{check}}"
    return _read(spelled.replace("-", ""), match[1], match[2], shape, "")


def _spelled_with_dashes(text: str) -> str:
    """Normalise all but the dashes, which become single ASCII ones, none at the ends."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    kept = "".join(_spelled(character) for character in unicodedata.normalize("NFKD", text))
    return re.sub(r"-+", "-", kept.upper().translate(_LOOK_ALIKES)).strip("-")


def _spelled(character: str) -> str:
    if character in _DASHES or unicodedata.category(character) == "Pd":
        return "-"
    if unicodedata.category(character) in _DROPPED_CATEGORIES:
        return ""
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def _digits_of(code: str) -> str:
    return "".join(character for character in code if character.isdigit())


def _parts_of_reference(
    spelled: str, operation_codes: Iterable[str]
) -> tuple[str, str, str] | None:
    joined = spelled.replace("-", "")
    for code in sorted(operation_codes, key=len, reverse=True):
        rest = joined.removeprefix(code)
        if rest != joined and re.fullmatch(r"[1-9][0-9]{1,12}", rest):
            return code, rest[:-1], rest[-1]
    match = _DASHED_REFERENCE.fullmatch(spelled) or _JOINED_REFERENCE.fullmatch(joined)
    return (match[1], match[2], match[3]) if match else None


def _read(normalised: str, digits: str, check: str, shape: str, code: str) -> ReadCode:
    code_digits = _digits_of(code)
    serial = digits[len(code_digits) :]
    if damm(digits) == check:
        return ReadCode("right", normalised, shape.format(serial=serial, check=check))
    # Mistyped at the end, or read out without its check digit.
    proposed = [
        shape.format(serial=serial, check=damm(digits)),
        shape.format(serial=serial + check, check=damm(digits + check)),
    ]
    for near_serial, near_check in _near_misses(serial, check):
        if not near_serial.startswith("0") and damm(code_digits + near_serial) == near_check:
            proposed.append(shape.format(serial=near_serial, check=near_check))
    return ReadCode("wrong_check_digit", normalised, None, tuple(dict.fromkeys(proposed)))


def _near_misses(serial: str, check: str) -> Iterator[tuple[str, str]]:
    """Yield serial and check digit with two neighbours swapped, then with one digit changed."""
    written = serial + check
    for at in range(len(written) - 1):
        swapped = written[:at] + written[at + 1] + written[at] + written[at + 2 :]
        yield swapped[:-1], swapped[-1]
    for at in range(len(serial)):
        for digit in "0123456789":
            yield serial[:at] + digit + serial[at + 1 :], check
