"""The six languages: own names, writing direction, and what stands in for a missing name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True)
class Language:
    """A language of the screens. `own_name` is what its readers look for in a list."""

    code: str
    own_name: str
    direction: Direction


# Django's LANG_INFO calls Azerbaijani right-to-left, which it is only in Iran.
LANGUAGES = (
    Language("en", "English", "ltr"),
    Language("ru", "Русский", "ltr"),
    Language("hy", "Հայերեն", "ltr"),
    Language("az", "Azərbaycanca", "ltr"),
    Language("fr", "Français", "ltr"),
    Language("ar", "العربية", "rtl"),
)
LANGUAGE_CODES = tuple(language.code for language in LANGUAGES)
_FALLBACK = "en"


def base_language(code: str) -> str:
    """Give the language of a tag without its region: "fr" for "fr-CH"."""
    return code.replace("_", "-").partition("-")[0].lower()


def direction_of(code: str) -> Direction:
    """Tell in which direction a language is written here; unknown ones are left to right."""
    base = base_language(code)
    return next((known.direction for known in LANGUAGES if known.code == base), "ltr")


def pick_name(names: Mapping[str, str], language: str, default: str = "") -> str:
    """Choose the name to show to a reader of a language.

    The name in that language, else in English, else the record's own name (`default`), else
    the first there is in the order of `LANGUAGES`. Blank names count as missing.
    """
    in_order = (
        names.get(language),
        names.get(base_language(language)),
        names.get(_FALLBACK),
        default,
        *(names.get(code) for code in LANGUAGE_CODES),
        *names.values(),
    )
    return next((name for name in in_order if name and name.strip()), "")
