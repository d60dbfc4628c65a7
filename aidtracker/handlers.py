"""How a request of the server becomes one of Django's: its text is UTF-8, whatever it declares."""

from typing import Any

from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http.request import HttpRequest
from django.utils.http import parse_header_parameters


class Utf8(HttpRequest):
    """Keeps the declared charset for `aidtracker.middleware.text_only`, and never decodes by it.

    Django would take any codec of Python's, of which some are no text and others fail in ways
    that it does not expect, and would fail with them before the first middleware.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(
            meta.get("CONTENT_TYPE", "")
        )


class Utf8WSGIRequest(Utf8, WSGIRequest):
    pass


class Utf8ASGIRequest(Utf8, ASGIRequest):
    pass


class ByWSGI(WSGIHandler):
    request_class = Utf8WSGIRequest


class ByASGI(ASGIHandler):
    request_class = Utf8ASGIRequest
