"""How a word that is not known is refused: with the nearest one that is, and with all of them."""

import json
from collections.abc import Iterable
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST = 60


class QueryRefused(ValidationError):  # noqa: N818 - a refusal is no error
    """What stands in the query of an address is refused; fields are names of parameters."""


def keyed(refused: ValidationError, field: str) -> ValidationError:
    """Refuse in the one field that somebody typed in what a question refuses by parameters."""
    return ValidationError(
        {field: [error for errors in refused.error_dict.values() for error in errors]}
    )


def as_sent(value: object) -> str:
    """Spell what a program sent as JSON does, a text without its quotation marks."""
    if value is None or isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def shown(value: object) -> str:
    """Shorten what was sent so that it fits into a sentence."""
    text = " ".join(as_sent(value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Find the allowed word that resembles the given one most, "" where none does."""
    folded = {word.casefold().replace("-", "_"): word for word in allowed}
    found = get_close_matches(word[:LONGEST].casefold().replace("-", "_"), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def unknown(word: str, allowed: Iterable[str], *, code: str) -> ValidationError:
    """Refuse a word outside a closed list; ``params["allowed"]`` holds the list."""
    allowed = list(allowed)
    params = {"value": shown(word), "nearest": nearest(word, allowed), "allowed": allowed}
    sentence = (
        _("“%(value)s” is not known here. Did you mean “%(nearest)s”?")
        if params["nearest"]
        else _("“%(value)s” is not known here.")
    )
    return ValidationError(sentence, code=code, params=params)
