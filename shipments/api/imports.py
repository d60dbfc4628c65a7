"""Spreadsheets by API: upload, look, match, confirm, undo; the same steps as in the browser."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from regions.api.answers import json_answer
from regions.api.described import Described
from regions.api.lists import ApiView, ListView
from regions.exports.rows import check_parameters
from shipments.api.deliveries import sender
from shipments.api.import_runs import (
    COLUMNS,
    OPTIONS,
    REVIEWS,
    STATE,
    as_json,
    options_in,
    reviews_in,
    state_of,
)
from shipments.imports.problems import PROBLEMS_TYPE, problems_workbook
from shipments.imports.runs import (
    cancel_import,
    change_import,
    confirm_import,
    start_import,
    undo_import,
)
from shipments.models import ImportRun
from shipments.models.imports import ImportKind, ImportMode
from shipments.tasks import wake_import
from text.bodies import Body
from text.listings import Listing

IMPORTS = Listing(
    name="imports",
    columns=COLUMNS,
    rows=lambda reader: ImportRun.objects.visible_to(reader.user),
    order=("-id",),
    key="id",
)


def find_run(request: Request, key: str) -> ImportRun:
    rows = ImportRun.objects.visible_to(request.user)
    run: ImportRun | None = (
        rows.filter(pk=key).first() if key.isdecimal() and len(key) < 12 else None
    )
    if run is None:
        raise Http404
    return run


def woken(run: ImportRun, status: int = 200) -> HttpResponse:
    """This will answer with the state of a run after its worker was woken."""
    wake_import(run.pk)
    return json_answer(state_of(run), status=status)


class Imports(ListView):
    listing = IMPORTS
    permission_classes = [IsAuthenticated]
    parser_classes = [MultiPartParser]

    def described(self, method: str) -> Described:  # noqa: ARG002
        takes = {
            "type": "object",
            "required": ["file", "kind"],
            "properties": {
                "file": {"type": "string", "contentMediaType": "application/octet-stream"},
                "kind": {"enum": list(ImportKind.values)},
                **OPTIONS,
            },
            "x-media": ["multipart/form-data"],
        }
        return Described(summary=_("Upload a spreadsheet."), takes=takes, answers={202: STATE})

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        check_parameters(request.GET, ("format",))
        file = request.FILES.get("file")
        if file is None:
            raise ValidationError({"file": [ValidationError(_("Send a file."), code="required")]})
        said = request.POST.items()
        body = Body({name: as_json(name, value) for name, value in said})
        kind = body.text("kind", required=True)
        options = options_in(body)
        body.finish()
        run = start_import(
            file=file,
            name=file.name or "",
            kind=kind,
            by=sender(request),
            at=timezone.now(),
            **options,
        )
        return woken(run, status=202)


class Import(ApiView):
    permission_classes = [IsAuthenticated]

    def described(self, method: str) -> Described:
        if method == "GET":
            return Described(summary=_("See how far an import is."), answers={200: STATE})
        options = OPTIONS | REVIEWS
        takes = {"type": "object", "properties": options, "additionalProperties": False}
        return Described(
            summary=_("Match columns and words, fix cells, decide; the file is checked again."),
            takes=takes,
            answers={200: STATE},
        )

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        check_parameters(request.GET, ("format",))
        return json_answer(state_of(find_run(request, self.kwargs["key"])))

    def patch(self, request: Request, **kwargs: Any) -> HttpResponse:
        run = find_run(request, self.kwargs["key"])
        check_parameters(request.GET, ("format",))
        body = Body(request.data)
        options = options_in(body) | reviews_in(body)
        body.finish()
        return woken(change_import(run=run, by=sender(request), **options))


def confirm(run: ImportRun, request: Request, body: Body, at: datetime) -> ImportRun:
    mode = body.text("mode", required=True, choices=ImportMode.values)
    body.finish()
    return confirm_import(run=run, mode=mode, by=sender(request), at=at)


def cancel(run: ImportRun, request: Request, body: Body, _at: datetime) -> ImportRun:
    body.finish()
    return cancel_import(run=run, by=sender(request))


def undo(run: ImportRun, request: Request, body: Body, at: datetime) -> ImportRun:
    body.finish()
    return undo_import(run=run, by=sender(request), at=at)


VERBS: dict[str, Callable[[ImportRun, Request, Body, datetime], ImportRun]] = {
    "confirm": confirm,
    "cancel": cancel,
    "undo": undo,
}


class ImportVerb(ApiView):
    permission_classes = [IsAuthenticated]
    instead = _("POST does it.")
    verb = ""

    def described(self, method: str) -> Described:  # noqa: ARG002
        mode = {"mode": {"enum": list(ImportMode.values)}} if self.verb == "confirm" else {}
        takes = {"type": "object", "properties": mode, "additionalProperties": False}
        summaries = {
            "confirm": _("Import the rows of a checked file."),
            "cancel": _("Stop an import."),
            "undo": _("Take back what an import recorded."),
        }
        return Described(summary=summaries[self.verb], takes=takes, answers={200: STATE})

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        run = find_run(request, self.kwargs["key"])
        check_parameters(request.GET, ("format",))
        body = Body(request.data or {})
        return woken(VERBS[self.verb](run, request, body, timezone.now()))


class ImportProblems(ApiView):
    permission_classes = [IsAuthenticated]

    def described(self, method: str) -> Described:  # noqa: ARG002
        content = {"type": "string", "contentMediaType": "application/octet-stream"}
        return Described(
            summary=_("Fetch the rows to fix as a workbook."),
            answers={200: content | {"x-media": [PROBLEMS_TYPE]}},
        )

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        run = find_run(request, self.kwargs["key"])
        response = HttpResponse(problems_workbook(run), content_type=PROBLEMS_TYPE)
        response["Content-Disposition"] = f'attachment; filename="import-{run.pk}-to-fix.xlsx"'
        response["Cache-Control"] = "private, no-store"
        return response
