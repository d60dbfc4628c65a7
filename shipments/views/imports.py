"""Spreadsheets in the browser: upload, match, check, fix, import, undo."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from regions.rights import Role, rights_of
from shipments.forms.imports import UploadForm, fixes_in, matching_in, reading_in
from shipments.imports.kinds import LOADERS
from shipments.imports.problems import PROBLEMS_TYPE, problems_workbook
from shipments.imports.runs import (
    cancel_import,
    change_import,
    confirm_import,
    fix_cells,
    seen_before,
    start_import,
    undo_import,
)
from shipments.imports.targets import TARGETS, ImportKind, missing_targets
from shipments.imports.templates import template_workbook
from shipments.imports.vocabulary import CHOICES, offered
from shipments.imports.words import target_name
from shipments.models import ImportRun
from shipments.models.imports import ImportMode, ImportStatus, RowState
from shipments.tasks import wake_import

MOST_PROBLEMS = 60
ENCODINGS = ("utf-8", "utf-16-le", "cp1252", "cp1251", "cp1256", "latin-1", "mac_roman")
ORDERS = (
    ("dmy", gettext_lazy("31-12-2020: the day first")),
    ("mdy", gettext_lazy("12-31-2020: the month first")),
    ("ymd", gettext_lazy("2020-12-31: the year first")),
)
# Few enough to choose from a list rather than to type.
CLOSED = {"operation", "unit"}
RECORDS = {ImportKind.ITEMS, ImportKind.DESTINATIONS, ImportKind.DONORS, ImportKind.POPULATIONS}
ACTIONS: dict[str, Callable[[ImportRun, HttpRequest, User], ImportRun]] = {
    "match": lambda run, request, by: change_import(
        run=run, by=by, **matching_in(request.POST.dict(), run.values)
    ),
    "read": lambda run, request, by: change_import(
        run=run, by=by, **reading_in(request.POST.dict())
    ),
    "fix": lambda run, request, by: fix_cells(run=run, fixes=fixes_in(request.POST.dict()), by=by),
    "confirm": lambda run, request, by: confirm_import(
        run=run, mode=request.POST.get("mode", ImportMode.ALL_OR_NOTHING), by=by, at=timezone.now()
    ),
    "cancel": lambda run, _request, by: cancel_import(run=run, by=by),
    "undo": lambda run, _request, by: undo_import(run=run, by=by, at=timezone.now()),
}


def person(request: HttpRequest) -> User:
    """This will give the person who is signed in; ``login_required`` has seen to it."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def kinds_for(user: User) -> list[str]:
    """This will list the kinds of spreadsheet that a person may import."""
    rights = rights_of(user)
    return [
        kind
        for kind in ImportKind.values
        if (rights.manages if kind in RECORDS else rights.holds(Role.COORDINATOR))
    ]


@login_required
@require_http_methods(["GET", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    by = person(request)
    kinds = kinds_for(by)
    form = UploadForm(request.POST or None, request.FILES or None, kinds=kinds)
    if request.method == "POST":
        if not kinds:
            raise PermissionDenied
        if form.is_valid():
            run = uploaded(form, by)
            if run is not None:
                return redirect("import", number=run.pk)
    context = {
        "form": form,
        "kinds": [choice for choice in ImportKind.choices if choice[0] in kinds],
        "runs": ImportRun.objects.visible_to(by).select_related("sender")[:50],
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "imports/list.html", context, status=status)


def uploaded(form: UploadForm, by: User) -> ImportRun | None:
    file, name = form.upload()
    try:
        run = start_import(
            file=file, name=name, kind=form.cleaned_data["kind"], by=by, at=timezone.now()
        )
    except ValidationError as refused:
        for field, errors in refused.error_dict.items():
            form.add_error(field if field in form.fields else None, errors)
        return None
    wake_import(run.pk)
    return run


def found_run(request: HttpRequest, number: int) -> ImportRun:
    run: ImportRun | None = ImportRun.objects.visible_to(request.user).filter(pk=number).first()
    if run is None:
        raise Http404
    return run


@login_required
@require_safe
def import_page(request: HttpRequest, number: int) -> HttpResponse:
    run = found_run(request, number)
    working = bool(run.step)
    context = {
        "run": run,
        "working": working,
        "earlier": seen_before(run),
        "counts": counted(run),
        "may": run.kind in kinds_for(person(request)),
    }
    if not working and run.status in (ImportStatus.NEEDS_MAPPING, ImportStatus.CHECKED):
        context |= matching(run, person(request))
    if not working:
        context |= problems(run)
    return render(request, "imports/run.html", context)


def counted(run: ImportRun) -> list[tuple[str, int, str]]:
    """This will list how many rows became what, in words; what is nothing is left out."""
    names = dict(RowState.choices)
    return [
        (str(names[state]), run.counts[state], state)
        for state in RowState.values
        if run.counts.get(state)
    ]


def matching(run: ImportRun, by: User) -> dict[str, Any]:
    """This will lay out the columns, what is still missing, and the words nobody knows."""
    kind = ImportKind(run.kind)
    targets = [(target.name, target_name(target.name)) for target in TARGETS[kind]]
    given = {target for target in run.mapping.values() if target} | run.constants.keys()
    missing = [name.split("|")[0] for name in missing_targets(kind, given)]
    words = [word for word in run.values if word["found"]]
    constants = [*run.constants, *(name for name in missing if name not in run.constants)]
    return {
        "columns": [
            {**column, "chosen": run.mapping.get(column["column"], "")} for column in run.columns
        ],
        "targets": targets,
        "constants": [constant(run, kind, name) for name in constants],
        "offers": offers(run, by, {*constants, *(word["target"] for word in words)}),
        "missing": [target_name(name) for name in missing],
        "words": [
            {**word, "place": place, "label": target_name(word["target"])}
            for place, word in enumerate(run.values)
            if word["found"]
        ],
        "asks_order": not run.date_order and asks_order(run),
        "orders": ORDERS,
        "encodings": list(dict.fromkeys([run.encoding, *ENCODINGS])),
    }


def constant(run: ImportRun, kind: ImportKind, name: str) -> dict[str, Any]:
    """This will lay out a value for all rows; one of a short closed list is chosen from it."""
    return {
        "name": name,
        "label": target_name(name),
        "value": run.constants.get(name, ""),
        "closed": (kind, name) in CHOICES or name in CLOSED,
    }


def offers(run: ImportRun, by: User, names: set[str]) -> list[dict[str, Any]]:
    """This will list the codes that can be chosen for each of the targets named."""
    kind = ImportKind(run.kind)
    chosen = [target for target in TARGETS[kind] if target.name in names]
    return [
        {"target": target.name, "options": options}
        for target in chosen
        if (options := offered(kind, target, by))
    ]


def asks_order(run: ImportRun) -> bool:
    """This will say whether day and month could be either way round in the file's dates."""
    return run.rows.filter(problems__contains=[{"code": "ambiguous_date"}]).exists()


def problems(run: ImportRun) -> dict[str, Any]:
    rows = run.rows.exclude(problems=[]).order_by("number").values_list("problems", flat=True)
    found = [problem for row in rows[:MOST_PROBLEMS] for problem in row if problem["detail"]]
    return {
        "problems": found[:MOST_PROBLEMS],
        "more_problems": rows.count() > MOST_PROBLEMS,
        "to_fix": run.counts.get("error", 0) + run.counts.get("changed", 0),
        "to_import": run.counts.get("ready", 0) + run.counts.get("warning", 0),
    }


@login_required
@require_POST
def import_action(request: HttpRequest, number: int, action: str) -> HttpResponse:
    run = found_run(request, number)
    if action not in ACTIONS:
        raise Http404
    by = person(request)
    LOADERS[ImportKind(run.kind)](by, timezone.now()).require_right()
    try:
        ACTIONS[action](run, request, by)
    except ValidationError as refused:
        for message in refused.messages:
            messages.error(request, message)
    else:
        wake_import(run.pk)
    return redirect("import", number=run.pk)


@login_required
@require_safe
def import_problems(request: HttpRequest, number: int) -> HttpResponse:
    run = found_run(request, number)
    return workbook(problems_workbook(run), f"import-{run.pk}-to-fix.xlsx")


@login_required
@require_safe
def import_template(request: HttpRequest, kind: str) -> HttpResponse:  # noqa: ARG001
    if kind not in ImportKind.values:
        raise Http404
    return workbook(template_workbook(ImportKind(kind)), f"{_('template')}-{kind}.xlsx")


def workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=PROBLEMS_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
