"""Reads JSON bodies strictly: UTF-8, finite numbers, no doubled names, no bottomless nesting."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

DEEPEST = 12
MOST_DIGITS = 60
ENCODINGS = ("utf-8", "utf8", "us-ascii")


class StrictJsonParser(BaseParser):
    """JSON whose decimals stay exact."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Any = None,  # noqa: ARG002
    ) -> Any:
        if (charset := charset_of(media_type or "")) not in ENCODINGS:
            raise UnsupportedMediaType(f"application/json; charset={charset}")
        content = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(content) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            refuse("not_utf8", _("The body is not UTF-8."))
        return parsed(text)


def charset_of(media_type: str) -> str:
    for part in media_type.split(";")[1:]:
        name, _equals, value = part.strip().partition("=")
        if name.lower() == "charset":
            return value.strip('"').lower()
    return "utf-8"


def refuse(code: str, sentence: Any) -> NoReturn:
    raise ValidationError(sentence, code=code)


def parsed(text: str) -> Any:
    """This will read a JSON text; codes not_json, not_finite, too_deep, twice, not_text."""
    try:
        data = json.loads(
            text,
            parse_float=number,
            parse_int=number,
            parse_constant=refuse_constant,
            object_pairs_hook=members,
        )
    except RecursionError:
        refuse("too_deep", _("The body is nested too deeply."))
    except json.JSONDecodeError as error:
        raise ValidationError(
            _("The body is not JSON: line %(line)s, column %(column)s."),
            code="not_json",
            params={"line": error.lineno, "column": error.colno},
        ) from None
    walk(data, DEEPEST)
    return data


def number(digits: str) -> int | Decimal:
    if len(digits) > MOST_DIGITS:
        refuse("too_large", _("A number in the body is too long."))
    try:
        return Decimal(digits) if any(mark in digits for mark in ".eE") else int(digits)
    except InvalidOperation:
        # Few digits, and an exponent that has too many of its own.
        refuse("too_large", _("A number in the body is too large or too small."))


def refuse_constant(word: str) -> NoReturn:
    raise ValidationError(
        _("%(value)s is not a number in JSON."), code="not_finite", params={"value": word}
    )


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        refuse("twice", _("A member stands twice in one object of the body."))
    return found


def walk(value: Any, depth: int) -> None:
    """This will refuse what is too deep, and texts that no database can keep."""
    if depth == 0:
        refuse("too_deep", _("The body is nested too deeply."))
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            refuse("not_text", _("A text in the body holds a character that is none."))
    elif isinstance(value, list):
        for entry in value:
            walk(entry, depth - 1)
    elif isinstance(value, dict):
        for name, entry in value.items():
            walk(name, depth)
            walk(entry, depth - 1)
