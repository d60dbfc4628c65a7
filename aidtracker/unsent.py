"""What was typed into a form that could not be taken: kept on a page, to be sent again.

Somebody may be logged out, or log in anew in another tab, between opening a form and sending it.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.views import csrf

from aidtracker.api.problems import asks_api


def kept_until_logged_in(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer a form that would only lead to log-in with a page that holds what was typed."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method == "POST" and leads_to_login(response) and can_be_kept(request):
            return kept(request)
        return response

    return answer


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """This will answer a form whose token is of an earlier log-in, or of another site."""
    # Django looks at the origin first: what fails for its token alone comes from a page of ours.
    if reason.startswith("CSRF ") and not asks_api(request) and can_be_kept(request):
        return kept(request)
    return csrf.csrf_failure(request, reason)


def leads_to_login(response: HttpResponseBase) -> bool:
    login = resolve_url(settings.LOGIN_URL)
    return response.status_code == 302 and response["Location"].startswith(f"{login}?")


def can_be_kept(request: HttpRequest) -> bool:
    """This will say whether fields may be written into a page: ours, no files, no passwords.

    A browser that does not say where a form comes from gets the page without them: another site
    must not be able to lay words into somebody's mouth.
    """
    return (
        "Origin" in request.headers
        and "HX-Request" not in request.headers
        and not request.FILES
        and not any("password" in name for name in request.POST)
    )


def kept(request: HttpRequest) -> HttpResponse:
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    address = request.get_full_path()
    context = {
        "fields": fields,
        "address": address,
        "log_in": resolve_url(settings.LOGIN_URL),
    }
    response = render(request, "unsent.html", context, status=403)
    response["Cache-Control"] = "private, no-store"
    return response
