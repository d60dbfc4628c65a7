"""Names reduced to a form in which their spellings in different scripts and languages meet."""

import re
import unicodedata

from text.transliteration import TO_LATIN

_MARKS = frozenset({"Mn", "Mc", "Me"})
# Apostrophes and signs of aspiration stand inside words and part nothing.
_SILENT = frozenset("'`´’‘ʼʻʽʹʾʿ՚՛՝ꞌ")
_WORD_CATEGORIES = ("L", "N")

# Steps on letters before they are transliterated: Armenian ու is u, ո at the start is vo.
_ARMENIAN_U = re.compile("ու|ւո")
_ARMENIAN_VO = re.compile(r"(?<!\w)ո(?!վ)")
_ARABIC_W = re.compile(r"(?<!\w)و(?=\w)")

# Steps on Latin letters. Each language writes these sounds in its own way: Xocalı, Khojaly and
# Ходжалы; Şuşa, Shusha and Шуша; Cəbrayıl, Jebrail and Джебраил. Most of them shorten what they
# fold, so that the fold of the beginning of a word is the beginning of its fold.
_SAME_SOUND = str.maketrans({"x": "k", "q": "k", "w": "v", "j": "c", "y": "i"})
_DJ = re.compile("dzh+|d+j")
_BREATH = re.compile("([cdgkpstz])h+")
_LONG_I = re.compile("ii+")
_INITIAL_YE = re.compile(r"\bie")


def fold(text: str) -> str:
    """Reduce a name to what search, import and the look for duplicates compare.

    Lower case, no marks, punctuation and white space as single spaces, digits as ASCII,
    Cyrillic, Armenian, Arabic, Persian and Georgian in Latin, and spellings of one sound made
    one (sh and ş and ш, kh and x and х, j and c and дж). Folding twice changes nothing. The
    result is for comparing, never for showing; different names can fold alike, so an equal
    fold is a suggestion and not a proof.
    """
    letters = _plain_letters(text)
    letters = _ARMENIAN_U.sub("u", letters)
    letters = _ARMENIAN_VO.sub("vo", letters)
    letters = _ARABIC_W.sub("v", letters)
    latin = letters.translate(TO_LATIN)
    latin = _DJ.sub("c", latin).translate(_SAME_SOUND)
    latin = _BREATH.sub(r"\1", latin)
    return _INITIAL_YE.sub("e", _LONG_I.sub("i", latin))


def _plain_letters(text: str) -> str:
    """Lower case without marks; everything that is no letter or digit becomes one space."""
    lowered = unicodedata.normalize("NFKD", text).lower()
    kept = (_plain(character) for character in unicodedata.normalize("NFKD", lowered))
    return " ".join("".join(kept).split())


def _plain(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() else "" if character in _SILENT else " "
    category = unicodedata.category(character)
    if category in _MARKS or category == "Cf" or character in _SILENT:
        return ""
    if not category.startswith(_WORD_CATEGORIES):
        return " "
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)
