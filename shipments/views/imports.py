"""Spreadsheets in the browser: upload, match, check, fix, import, undo."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from regions.rights import Role, rights_of
from shipments.forms.fields import is_sent, without_complaints
from shipments.forms.imports import UploadForm, decisions_in, fixes_in, matching_in, reading_in
from shipments.imports.kinds import LOADERS
from shipments.imports.problems import PROBLEMS_TYPE, problems_workbook
from shipments.imports.runs import (
    cancel_import,
    change_import,
    confirm_import,
    fix_cells,
    may_undo,
    seen_before,
    start_corrected,
    start_import,
    undo_import,
)
from shipments.imports.targets import ImportKind
from shipments.imports.templates import template_workbook
from shipments.models import ImportRun
from shipments.models.imports import ImportMode, ImportStatus
from shipments.tasks import wake_import
from shipments.views.import_review import DELIMITERS, ENCODINGS, counted, made, matching, reviewed
from shipments.views.import_typed import lay_typed_over
from shipments.views.readers import speaks_illustratively
from text.languages import LANGUAGE_CODES

RECORDS = {ImportKind.ITEMS, ImportKind.DESTINATIONS, ImportKind.DONORS, ImportKind.POPULATIONS}
ACTIONS: dict[str, Callable[[ImportRun, HttpRequest, User], ImportRun]] = {
    "match": lambda run, request, by: change_import(
        run=run,
        by=by,
        remember="remember" in request.POST,
        **matching_in(request.POST.dict(), run.values),
    ),
    "saved": lambda run, request, by: change_import(
        run=run, by=by, remember=False, saved=request.POST.get("saved", "")
    ),
    "read": lambda run, request, by: change_import(
        run=run, by=by, **reading_in(request.POST.dict())
    ),
    "decide": lambda run, request, by: change_import(
        run=run, by=by, remember=False, **decisions_in(request.POST.dict())
    ),
    "again": lambda run, _request, by: change_import(run=run, by=by, remember=False),
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
        if not is_sent(request):
            without_complaints([form])
            if request.FILES:
                messages.info(request, _("Choose the file again: it could not be kept."))
        elif form.is_valid():
            run = uploaded(form, by)
            if run is not None:
                return redirect("import", number=run.pk)
    context = {
        "form": form,
        "kinds": [choice for choice in ImportKind.choices if choice[0] in kinds],
        "languages": settings.LANGUAGES,
        "runs": ImportRun.objects.visible_to(by).select_related("sender")[:50],
        "demo": speaks_illustratively(by),
    }
    status = 400 if is_sent(request) else 200
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
    return show(request, found_run(request, number))


def show(request: HttpRequest, run: ImportRun, form: str = "") -> HttpResponse:
    """This will draw the page of a run, with what was typed into one of its forms so far."""
    working = bool(run.step)
    context = {
        "run": run,
        "working": working,
        "of_shipments": run.kind in (ImportKind.DELIVERIES, ImportKind.PACKING_LIST),
        "demo": speaks_illustratively(request.user),
        "earlier": seen_before(run),
        "counts": counted(run),
        "may": run.kind in kinds_for(person(request)),
        "delimiter": dict(DELIMITERS).get(run.delimiter, ""),
        "delimiters": DELIMITERS,
        "encodings": list(dict.fromkeys([run.encoding, *ENCODINGS])),
        "undoable": may_undo(run, timezone.now()),
    }
    if not working and run.status in (ImportStatus.NEEDS_MAPPING, ImportStatus.CHECKED):
        context |= matching(run, person(request))
    if not working:
        context |= reviewed(run) | made(run)
    lay_typed_over(context, run, request.POST.dict(), form)
    return render(request, "imports/run.html", context)


@login_required
@require_POST
def import_corrected(request: HttpRequest, number: int) -> HttpResponse:
    """This will take the workbook of rows to fix back, matched as the rows were before."""
    run, by = found_run(request, number), person(request)
    LOADERS[ImportKind(run.kind)](by, timezone.now()).require_right()
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose the workbook with the corrected rows."))
        return redirect("import", number=run.pk)
    try:
        corrected = start_corrected(run=run, file=file, by=by, at=timezone.now())
    except ValidationError as refused:
        for message in refused.messages:
            messages.error(request, message)
        return redirect("import", number=run.pk)
    wake_import(corrected.pk)
    return redirect("import", number=corrected.pk)


@login_required
@require_POST
def import_action(request: HttpRequest, number: int, action: str) -> HttpResponse:
    run = found_run(request, number)
    if action not in ACTIONS:
        raise Http404
    if not is_sent(request):
        return show(request, run, action)
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
def import_template(request: HttpRequest, kind: str) -> HttpResponse:
    language = request.GET.get("language") or get_language() or "en"
    if kind not in ImportKind.values or language not in LANGUAGE_CODES:
        raise Http404
    with override(language):
        content = template_workbook(ImportKind(kind), language)
    return workbook(content, f"{kind}-{language}.xlsx")


def workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=PROBLEMS_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
