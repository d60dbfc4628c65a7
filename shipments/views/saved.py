"""Saved queries: kept from the data page, found again by a short address, changed, retired."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from regions.rights import rights_of
from shipments.filters.totals import read_question
from shipments.forms.fields import is_sent, without_complaints
from shipments.forms.saved import NameForm, SaveForm, VersionForm
from shipments.models import Operation, SavedQuery
from shipments.services import add_version, refuse_retired, rename_query, retire_query, save_query
from shipments.views.readers import Reader, speaks_illustratively
from shipments.views.refusals import refuse_form

MOST_SHOWN = 200


def own_live(user: Any) -> Any:
    return SavedQuery.objects.visible_to(user).live().filter(owner_id=user.pk)


def save_form(request: HttpRequest, *args: Any, **kwargs: Any) -> SaveForm:
    mine = own_live(request.user).values_list("code", "name")[:MOST_SHOWN]
    seen = Operation.objects.visible_to(request.user).order_by("code")
    operations = [(row.code, f"{row.code} {row.name}") for row in seen]
    return SaveForm(*args, mine=list(mine), operations=operations, **kwargs)


def offer_to_keep(request: HttpRequest, question: str) -> dict[str, Any] | None:
    """This will give the data page what its form for keeping the question needs; None for many."""
    if not rights_of(request.user).keeps:
        return None
    # A question about several operations is shared with nobody.
    (code,) = parse_qs(question).get("operation", [""])
    operation = Operation.objects.visible_to(request.user).filter(code=code).first()
    return {
        "query": question,
        "mine": own_live(request.user)[:MOST_SHOWN],
        "operation": operation and operation.code,
        "public": operation is not None and operation.public,
    }


@login_required
@require_http_methods(["GET", "POST"])
def saved_list(request: HttpRequest) -> HttpResponse:
    by = Reader.of(request).person
    form = save_form(request, request.POST if request.method == "POST" else None)
    sent = is_sent(request)
    if not sent:
        without_complaints([form])
    elif form.is_valid():
        try:
            return opened(keep(form.cleaned_data, by))
        except ValidationError as refused:
            refuse_form(form, refused)
    rows = SavedQuery.objects.visible_to(by).with_question().select_related("owner", "operation")
    context = {
        "form": form,
        "keeps": rights_of(by).keeps,
        "rows": rows.order_by(F("retired_at").desc(nulls_first=True), "name")[:MOST_SHOWN],
        "demo": speaks_illustratively(by),
    }
    status = 400 if sent else 200
    return render(request, "shipments/saved_list.html", context, status=status)


def keep(said: dict[str, Any], by: User) -> SavedQuery:
    """This will keep what the form says, under a name or as a new version."""
    query = read_question(said["query"])
    if said.get("saved"):
        saved: SavedQuery = own_live(by).get(code=said["saved"])
        add_version(saved=saved, query=query, by=by)
        return saved
    shared = Operation.objects.visible_to(by).filter(code=said["operation"]).first()
    return save_query(name=said["name"], query=query, by=by, operation=shared)


def opened(saved: SavedQuery) -> HttpResponse:
    return redirect("saved-query", code=saved.code)


def found_query(request: HttpRequest, text: str) -> SavedQuery:
    """This will find a saved query by its code, however it is typed; 404 for what is not seen."""
    rows = SavedQuery.objects.visible_to(request.user).with_question()
    saved: SavedQuery | None = rows.select_related("owner", "operation").coded(text).first()
    if saved is None:
        raise Http404
    return saved


@login_required
@require_safe
def saved_short(request: HttpRequest, code: str) -> HttpResponse:
    """The short address leads to the question itself, which the reader's own rights answer."""
    saved: Any = found_query(request, code)
    try:
        refuse_retired(saved)
    except ValidationError as refused:
        context = {"saved": saved, "sentence": " ".join(refused.messages)}
        return render(request, "shipments/saved_retired.html", context, status=410)
    return redirect(f"{reverse('data')}?{saved.query}")


@login_required
@require_safe
def saved_page(request: HttpRequest, code: str) -> HttpResponse:
    return show(request, found_query(request, code))


def show(request: HttpRequest, saved: Any, typed: forms.Form | None = None) -> HttpResponse:
    by = Reader.of(request).person
    rights = rights_of(by)
    changes = rights.keeps and (saved.owner_id == by.pk or rights.manages)
    context = {
        "saved": saved,
        "versions": saved.versions.select_related("made_by"),
        "address": request.build_absolute_uri(reverse("saved-short", kwargs={"code": saved.code})),
        "changes": changes and saved.retired_at is None,
        "form": typed,
        "form_kept": "rename" if isinstance(typed, NameForm) else "version",
        "demo": speaks_illustratively(by),
        "rename": NameForm(initial={"name": saved.name}),
        "version": VersionForm(initial={"query": saved.query}),
    }
    if isinstance(typed, NameForm):
        context["rename"] = typed
    elif isinstance(typed, VersionForm):
        context["version"] = typed
    status = 400 if is_sent(request) else 200
    return render(request, "shipments/saved.html", context, status=status)


def renamed(saved: SavedQuery, said: dict[str, Any], by: User) -> str:
    rename_query(saved=saved, name=said["name"], by=by)
    return _("The name is changed; the address stays.")


def asked_otherwise(saved: SavedQuery, said: dict[str, Any], by: User) -> str:
    made = add_version(saved=saved, query=read_question(said["query"]), by=by)
    return _("Version %(number)s answers from now on.") % {"number": made.number}


def retired(saved: SavedQuery, said: dict[str, Any], by: User) -> str:  # noqa: ARG001
    retire_query(saved=saved, by=by, at=timezone.now())
    return _("The address answers no more.")


ACTIONS: dict[str, tuple[type[forms.Form], Callable[[SavedQuery, dict[str, Any], User], str]]] = {
    "rename": (NameForm, renamed),
    "version": (VersionForm, asked_otherwise),
    "retire": (forms.Form, retired),
}


@login_required
@require_POST
def saved_action(request: HttpRequest, code: str, action: str) -> HttpResponse:
    saved = found_query(request, code)
    if action not in ACTIONS:
        raise Http404
    make, act = ACTIONS[action]
    form = make(request.POST)
    if not is_sent(request):
        without_complaints([form])
    elif form.is_valid():
        try:
            messages.success(request, act(saved, form.cleaned_data, Reader.of(request).person))
            return opened(saved)
        except ValidationError as refused:
            refuse_form(form, refused)
    return show(request, saved, form)
