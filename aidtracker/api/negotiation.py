"""Which format is asked for: by extension, by ?format=, or by Accept; JSON where nothing fits."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from text.refusals import QueryRefused, unknown


class FormatNegotiation(BaseContentNegotiation):
    """An unknown extension is an unknown address; an unknown ?format= is refused."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        given = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == given), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        check_encoding(request)
        by_format = {renderer.format: renderer for renderer in renderers}
        if format_suffix:
            if format_suffix not in by_format:
                raise Http404
            chosen = by_format[format_suffix]
        elif word := request.GET.get("format"):
            if word not in by_format:
                raise QueryRefused({"format": [unknown(word, by_format, code="unknown_value")]})
            chosen = by_format[word]
        else:
            chosen = accepted(request.META.get("HTTP_ACCEPT", ""), renderers)
        return chosen, chosen.media_type


def accepted(header: str, renderers: Sequence[Any]) -> Any:
    """This will find the format named first; programs send odd headers, so JSON is the rest."""
    by_type = {renderer.media_type: renderer for renderer in renderers}
    for part in header.split(",")[:20]:
        name = part.partition(";")[0].strip().lower()
        if name in ("*/*", "application/*"):
            break
        if name in by_type:
            return by_type[name]
    return renderers[0]


def check_encoding(request: Request) -> None:
    """This will refuse a query that is not UTF-8 or that holds a NUL."""
    query = request.META.get("QUERY_STRING", "")
    try:
        text = unquote_to_bytes(query).decode("utf-8")
    except UnicodeDecodeError:
        raise ValidationError(_("The query is not UTF-8."), code="not_utf8") from None
    if "\x00" in text:
        raise ValidationError(_("The query holds a character that is none."), code="not_text")
