"""Keys by which names sort in the alphabet of a language, compared byte by byte."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from text.alphabets import ORDER, SPELLED

# A key is three levels, letters first, then marks, then capitals, parted by the lowest
# character in use, so that a beginning sorts before what continues it. All of it is plain
# printable text: it fits into JSON and sorts alike in Python and in PostgreSQL's C collation.
_LEVEL = " "
_GAP = "!"
_PLAIN = "!"
_CAPITAL = '"'
_FIRST_DIGIT = 0x30
_FIRST_LENGTH = 0x40
_LONGEST_NUMBER = 63
_FIRST_LETTER = 0x100
# Letters of scripts without a table keep their code point, moved above every weight.
_FIRST_OTHER = 0x20000

_PIECES = re.compile(r"(?P<digits>\d+)|(?P<pair>[եԵ][ւՒ]|[ոՈ][ւՒ])|(?P<one>.)", re.DOTALL)

# What one letter contributes: its weight, its marks, whether it is a capital.
_Element = tuple[str, str, bool]


def sort_key(text: str, language: str) -> str:
    """Make the key under which a name sorts in a language: en, ru, hy, az, fr or ar.

    The language's own letters come first and in its order, other scripts after them. Marks and
    capitals only part names that are otherwise equal, numbers sort by their value, punctuation
    counts as a space. Compare keys by code point, which is the C collation of PostgreSQL.
    Any other language sorts as English does.
    """
    elements = list(_elements(unicodedata.normalize("NFC", text), language))
    while elements and elements[-1][0] == _GAP:
        elements.pop()
    letters = "".join(weight for weight, _, _ in elements)
    marks = "".join(mark + _PLAIN for _, mark, _ in elements).rstrip(_PLAIN)
    capitals = "".join(_CAPITAL if capital else _PLAIN for _, _, capital in elements)
    return _LEVEL.join((letters, marks, capitals.rstrip(_PLAIN))).rstrip(_LEVEL)


@cache
def _weights(language: str) -> dict[str, str]:
    """Number the letters of all alphabets in the order the language gives them."""
    letters: dict[str, str] = {}
    for alphabet in ORDER.get(language, ORDER["en"]):
        for letter in alphabet:
            letters.setdefault(letter, chr(_FIRST_LETTER + len(letters)))
    return letters


def _elements(text: str, language: str) -> Iterator[_Element]:
    gap_before = True
    for match in _PIECES.finditer(text):
        digits = match["digits"]
        for element in _number(digits) if digits else _known_letter(match[0], language):
            # One gap stands for a run of spaces and punctuation, and none at the start.
            if element[0] == _GAP and gap_before:
                continue
            gap_before = element[0] == _GAP
            yield element


def _number(digits: str) -> Iterator[_Element]:
    """Sort 2 before 10: the number of digits, then the digits."""
    value = "".join(str(unicodedata.decimal(digit)) for digit in digits).lstrip("0")
    length = min(len(value), _LONGEST_NUMBER)
    yield chr(_FIRST_LENGTH + length), "", False
    for digit in value:
        yield chr(_FIRST_DIGIT + int(digit)), "", False


@lru_cache(maxsize=10_000)
def _known_letter(letter: str, language: str) -> tuple[_Element, ...]:
    return tuple(_letter(letter, language))


def _letter(letter: str, language: str) -> Iterator[_Element]:
    weights = _weights(language)
    lower = _lower(letter, language)
    capital = lower != letter
    if lower in weights:
        yield weights[lower], "", capital
        return
    if lower in SPELLED:
        for part in SPELLED[lower]:
            # The letter itself is the mark, so that it sorts after what it resembles.
            yield weights[part], chr(_FIRST_LETTER + ord(lower[0])), capital
        return
    parts = unicodedata.normalize("NFKD", lower)
    if parts == lower:
        yield from _single(lower, capital)
        return
    accents = "".join(part for part in parts if unicodedata.category(part) == "Mn")
    letters = [part for part in parts if unicodedata.category(part) != "Mn"]
    for at, part in enumerate(letters):
        for weight, mark, _ in _letter(part, language):
            yield weight, mark if at else mark + accents, capital


def _single(letter: str, capital: bool) -> Iterator[_Element]:
    """Give the element of a character that no alphabet and no decomposition knows."""
    category = unicodedata.category(letter)
    if category in {"Cf", "Cc", "Lm", "Mn", "Me"} and not letter.isspace():
        # Loose marks, apostrophe letters and tatweel are not letters.
        return
    if letter in "'’‘`":
        return
    if letter.isdecimal():
        yield from _number(letter)
    elif category[0] in "LNM":
        yield chr(_FIRST_OTHER + ord(letter)), "", capital
    else:
        yield _GAP, "", False


def _lower(letter: str, language: str) -> str:
    """Lower a letter by the rules of the language: in Azerbaijani I is ı and İ is i."""
    if letter == "İ":
        return "i"
    if language == "az" and letter == "I":
        return "ı"
    return letter.lower()
