"""What every request gets: an id, a line in the log, text that is text, no shared cache."""

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext as _

from aidtracker.api.problems import asks_api, bad_request, problem
from aidtracker.metrics import count_request

GetResponse = Callable[[HttpRequest], HttpResponseBase]

UTF8 = ("", "utf-8", "utf8", "us-ascii")
NUL = "\x00"
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
request_log = logging.getLogger("aidtracker.request")
current_request_id: ContextVar[str] = ContextVar("current_request_id", default="")


class RequestLog:
    """Names each request, echoes the name, and logs one line without query or names of people.

    The id stands in `request.headers["X-Request-ID"]` for whoever wants to show it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.monotonic()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        request.META["HTTP_X_REQUEST_ID"] = request_id
        token = current_request_id.set(request_id)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            self.record(request, response, time.monotonic() - started)
        finally:
            current_request_id.reset(token)
        return response

    def record(self, request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        match = request.resolver_match
        # Without a match the path is whatever a stranger typed: one label for all of them.
        view = match.view_name or "unnamed" if match else "unmatched"
        count_request(view, request.method or "", response.status_code, seconds)
        request_log.info(
            "request",
            extra={
                "method": request.method,
                "path": request.path,
                "view": view,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
            },
        )


def text_only(get_response: GetResponse) -> GetResponse:
    """Refuse what no column and no page can hold, before anything reads it.

    Nothing is read here in another charset than UTF-8, and NUL is in no text.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        charset = (request.content_params or {}).get("charset", "").strip().lower()
        # What has no body has no charset either, whatever it says.
        readable = charset in UTF8 or request.method in ("GET", "HEAD", "OPTIONS")
        request.COOKIES = {n: value for n, value in request.COOKIES.items() if NUL not in value}
        if not readable or "%00" in request.META.get("QUERY_STRING", ""):
            with translation.override(translation.get_language_from_request(request)):
                return unreadable(request, readable=readable)
        return get_response(request)

    return answer


def unreadable(request: HttpRequest, *, readable: bool) -> HttpResponseBase:
    if not asks_api(request):
        return bad_request(request, UnicodeError())
    if not readable:
        detail = _("Send application/json in UTF-8.")
        return problem(request, 415, detail, code="unsupported_media_type")
    return problem(request, 400, _("The address holds a NUL, which is no text."), code="not_text")


def private_answers(get_response: GetResponse) -> GetResponse:
    """Keep what a signed-in person sees out of every cache, unless the view said how to cache."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        signed_in = (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            or settings.SESSION_COOKIE_NAME in response.cookies
            or "Authorization" in request.headers
        )
        if signed_in and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return answer


def refusals_on_a_page(get_response: GetResponse) -> GetResponse:
    """Say on a page what Django says with an empty one: that an address takes no such request.

    A person gets there by going back to, or loading again, an address that only takes forms.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not asks_api(request):
            response.content = loader.render_to_string("405.html", request=request).encode()
        return response

    return answer


class JsonLines(logging.Formatter):
    """Writes one JSON object a line, with the request id, the extras and the traceback."""

    plain = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request"}

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := current_request_id.get():
            line["request_id"] = request_id
        line |= {name: value for name, value in vars(record).items() if name not in self.plain}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
