"""Every refusal of the API as problem+json (RFC 9457), whatever refused."""

import sys
from http import HTTPStatus
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from psycopg.errors import QueryCanceled

TITLES = {
    400: gettext_lazy("The request is not right"),
    401: gettext_lazy("Sign in first"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("This address does not do that"),
    406: gettext_lazy("Not in that format"),
    409: gettext_lazy("It does not fit what is recorded"),
    410: gettext_lazy("No longer there"),
    412: gettext_lazy("Changed meanwhile"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Not in that format"),
    422: gettext_lazy("The key was used already"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Our fault"),
    503: gettext_lazy("Not now"),
}


def problem(
    request: HttpRequest,
    status: int,
    detail: object,
    *,
    code: str = "",
    errors: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    """This will answer with a problem: a sentence, and one entry for each thing refused."""
    body: dict[str, Any] = {
        "type": f"/api/docs/#{code}" if code else "about:blank",
        "title": str(TITLES.get(status, HTTPStatus(status).phrase)),
        "status": status,
        "detail": str(detail),
        "instance": request.path,
        "request_id": request.META.get("HTTP_X_REQUEST_ID", ""),
        "errors": errors if errors is not None else [{"code": code, "detail": str(detail)}],
    }
    response = HttpResponse(
        orjson.dumps(body | more, option=orjson.OPT_UTC_Z),
        status=status,
        content_type="application/problem+json",
        headers=headers,
    )
    response["Cache-Control"] = "private, no-store"
    return response


def not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """This will answer for addresses below /api/ that do not exist."""
    return problem(
        request,
        404,
        _("There is nothing at this address. The addresses are described at /api/."),
        code="not_found",
    )


def asks_api(request: HttpRequest) -> bool:
    """This will say whether an error must be answered as JSON."""
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """This will answer what Django refused before any view saw it."""
    if asks_api(request):
        return problem(request, 400, _("The request is not right."), code="not_right")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if asks_api(request):
        return problem(request, 403, _("You may not do that here."), code="not_allowed")
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return not_found(request) if asks_api(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if asks_api(request):
        return problem(request, 500, _("Something went wrong here."), code="fault")
    fault = sys.exception()
    if isinstance(fault, OperationalError | InterfaceError):
        return page_not_now(too_slow=isinstance(fault.__cause__, QueryCanceled))
    return defaults.server_error(request)


def page_not_now(*, too_slow: bool) -> HttpResponse:
    """This will say on a page that the database could not answer, and what to do."""
    page = loader.render_to_string("503.html", {"too_slow": too_slow})
    return HttpResponse(page, status=503, headers={"Retry-After": "30"})
