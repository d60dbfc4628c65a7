"""The one error handler: every exception of a view becomes a problem."""

import logging
import math
from collections.abc import Callable
from typing import Any

import psycopg.errors
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.views import set_rollback

from aidtracker.api.problems import not_found, problem
from regions.api.entries import entries_of
from regions.api.etags import Changed
from shipments.services import refusal_status, said_by_database

log = logging.getLogger("aidtracker.api")

SECONDS_UNTIL_FREE = "1"


def answer_exception(exc: Exception, context: dict[str, Any]) -> HttpResponse:
    """This will answer any exception of a view; what nobody foresaw is logged and a 500."""
    set_rollback()
    request = context["request"]._request
    for kind, answer in ANSWERS:
        if isinstance(exc, kind):
            return answer(request, exc, context)
    log.exception("unforeseen", exc_info=exc)
    detail = _("Something went wrong here and was noted under the request id.")
    return problem(request, 500, f"{detail} {how_to_go_on(request)}".strip(), code="fault")


def how_to_go_on(request: Any) -> str:
    """This will say to a sender what is true whether the fault came before or after the commit."""
    if request.method in SAFE_METHODS:
        return ""
    return _("Send the same again: what carries a key is recorded once.")


def from_validation(request: Any, exc: Any, context: Any) -> HttpResponse:  # noqa: ARG001
    errors = entries_of(exc)
    status = max(
        (refusal_status(entry["code"]) for entry in errors),
        key=lambda s: (s != 400, s),
        default=400,
    )
    headers = {"Retry-After": SECONDS_UNTIL_FREE} if any_busy(errors) else None
    first = errors[0] if errors else {"detail": _("The request is not right."), "code": ""}
    detail = (
        first["detail"]
        if len(errors) == 1
        else _("%(count)d things are not right.") % {"count": len(errors)}
    )
    return problem(request, status, detail, code=first["code"], errors=errors, headers=headers)


def any_busy(errors: list[dict[str, Any]]) -> bool:
    return any(entry["code"] == "busy" for entry in errors)


def from_permission(request: Any, exc: Exception, context: Any) -> HttpResponse:  # noqa: ARG001
    detail = str(getattr(exc, "detail", exc)) or _("You may not do that here.")
    return problem(request, 403, detail, code="not_allowed")


def from_missing(request: Any, exc: Exception, context: Any) -> HttpResponse:  # noqa: ARG001
    return not_found(request)


def from_method(request: Any, exc: Exception, context: Any) -> HttpResponse:  # noqa: ARG001
    view = context["view"]
    detail = _("%(method)s does nothing here.") % {"method": request.method[:20]}
    if instead := getattr(view, "instead", ""):
        detail = f"{detail} {instead}"
    allowed = ", ".join(view.allowed_methods)
    return problem(request, 405, detail, code="method_not_allowed", headers={"Allow": allowed})


def from_authentication(request: Any, exc: exceptions.APIException, context: Any) -> HttpResponse:  # noqa: ARG001
    headers = {"WWW-Authenticate": header} if (header := getattr(exc, "auth_header", "")) else None
    code = str(exc.get_codes())
    detail: object = exc.detail
    if isinstance(exc, exceptions.NotAuthenticated):
        detail = _(
            "Sign in, or send a token: “Authorization: Bearer aid_…”, or as user name of Basic "
            "with an empty password."
        )
    return problem(request, exc.status_code, detail, code=code, headers=headers)


def from_throttle(request: Any, exc: Any, context: Any) -> HttpResponse:  # noqa: ARG001
    wait = max(1, math.ceil(exc.wait or 1))
    detail = _("Too many requests. Try again in %(seconds)d s.") % {"seconds": wait}
    return problem(request, 429, detail, code="throttled", headers={"Retry-After": str(wait)})


def from_media_type(request: Any, exc: exceptions.APIException, context: Any) -> HttpResponse:  # noqa: ARG001
    detail = _("Send application/json in UTF-8.")
    return problem(request, 415, detail, code="unsupported_media_type")


def from_change(request: Any, exc: Changed, context: Any) -> HttpResponse:  # noqa: ARG001
    headers = {"ETag": exc.etag}
    return problem(
        request, 412, exc.detail, code=exc.default_code, headers=headers, current=exc.state
    )


def from_api(request: Any, exc: exceptions.APIException, context: Any) -> HttpResponse:  # noqa: ARG001
    return problem(request, exc.status_code, str(exc.detail), code=exc.default_code)


def from_size(request: Any, exc: Exception, context: Any) -> HttpResponse:  # noqa: ARG001
    return problem(request, 413, _("Send at most 5 MB at once."), code="too_large")


def from_suspicion(request: Any, exc: Exception, context: Any) -> HttpResponse:  # noqa: ARG001
    return problem(request, 400, _("The request is not right."), code="not_right")


def from_integrity(request: Any, exc: Exception, context: Any) -> HttpResponse:
    if isinstance(exc, IntegrityError):
        return from_validation(request, said_by_database(exc), context)
    log.warning("constraint without a sentence", exc_info=exc)
    detail = _("This does not fit what is recorded already. Read it anew, then send again.")
    return problem(request, 409, detail, code="conflict")


def from_database(request: Any, exc: Exception, context: Any) -> HttpResponse:  # noqa: ARG001
    cause = exc.__cause__
    headers = {"Retry-After": SECONDS_UNTIL_FREE}
    if isinstance(cause, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
        detail = _("Somebody else is recording here at this moment. Send the same again.")
        return problem(request, 409, detail, code="busy", headers=headers)
    if isinstance(cause, psycopg.errors.QueryCanceled):
        detail = _("This question takes too long. Ask for less, for example a shorter period.")
        return problem(request, 503, detail, code="too_slow", headers={"Retry-After": "30"})
    log.error("database", exc_info=exc)
    detail = f"{_('The database does not answer.')} {how_to_go_on(request)}".strip()
    return problem(request, 503, detail, code="unavailable", headers={"Retry-After": "5"})


# The first kind that fits answers.
ANSWERS: tuple[
    tuple[type[Exception] | tuple[type[Exception], ...], Callable[..., HttpResponse]], ...
] = (
    (ValidationError, from_validation),
    (Changed, from_change),
    (exceptions.MethodNotAllowed, from_method),
    ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed), from_authentication),
    ((PermissionDenied, exceptions.PermissionDenied), from_permission),
    ((Http404, exceptions.NotFound), from_missing),
    (exceptions.Throttled, from_throttle),
    (exceptions.UnsupportedMediaType, from_media_type),
    (exceptions.APIException, from_api),
    (RequestDataTooBig, from_size),
    (SuspiciousOperation, from_suspicion),
    ((IntegrityError, DataError), from_integrity),
    ((OperationalError, InterfaceError), from_database),
)
