"""Spreadsheets by API: upload, look, match, confirm, undo; the same steps as in the browser."""

import json
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
from regions.api.described import Described, row_schema
from regions.api.lists import ApiView, ListView
from regions.exports.rows import check_parameters
from shipments.api.deliveries import sender
from shipments.imports.problems import PROBLEMS_TYPE, problems_workbook
from shipments.imports.runs import (
    cancel_import,
    change_import,
    confirm_import,
    start_import,
    undo_import,
)
from shipments.models import ImportRun
from shipments.models.imports import ImportKind, ImportMode, ImportStatus, RowState
from shipments.tasks import wake_import
from text.bodies import Body
from text.listings import Column, Kind, Listing

IMPORTS = Listing(
    name="imports",
    columns=(
        Column("id", kind=Kind.INTEGER),
        Column("kind", choices=ImportKind),
        Column("file_name"),
        Column("status", choices=ImportStatus),
        Column("rows_done", kind=Kind.INTEGER),
        Column("rows_total", kind=Kind.INTEGER),
        Column("detail"),
        Column("created_at", kind=Kind.MOMENT),
        Column("finished_at", kind=Kind.MOMENT),
    ),
    rows=lambda reader: ImportRun.objects.visible_to(reader.user),
    order=("-id",),
    key="id",
)
MOST_PROBLEMS = 500
OPTIONS = {
    "sheet": {"type": "string"},
    "header_row": {"type": "integer", "minimum": 0},
    "encoding": {"type": "string"},
    "delimiter": {"type": "string"},
    "mapping": {"type": "object", "additionalProperties": {"type": "string"}},
    "constants": {"type": "object", "additionalProperties": {"type": "string"}},
    "values": {"type": "object", "additionalProperties": {"type": "object"}},
    "date_order": {"enum": ["", "dmy", "mdy", "ymd"]},
}
STATE = {
    "type": "object",
    "properties": row_schema(IMPORTS.columns)["properties"]
    | {name: {"type": "object"} for name in ("file", "progress", "counts", "created", "links")}
    | {
        name: {"type": "array", "items": {"type": "object"}}
        for name in ("columns", "values", "problems", "remarks")
    },
}


def state_of(run: ImportRun) -> dict[str, Any]:
    """This will say all about an import: file, columns, words to match, counts, problems."""
    address = f"/api/v1/imports/{run.pk}"
    return {
        "id": run.pk,
        "kind": run.kind,
        "file": {
            "name": run.file_name,
            "sha256": run.sha256,
            "encoding": run.encoding or None,
            "delimiter": run.delimiter or None,
            "sheets": run.sheets,
            "sheet": run.sheet or None,
            "header_row": run.header_row,
        },
        "status": run.status,
        "progress": {"done": run.rows_done, "total": run.rows_total},
        "columns": [
            {**column, "target": run.mapping.get(column["column"]) or None}
            for column in run.columns
        ],
        "constants": run.constants,
        "date_order": run.date_order or None,
        "values": run.values,
        "counts": counts_of(run),
        "problems": problems_of(run),
        "remarks": run.remarks,
        "created": run.created,
        "detail": run.detail,
        "links": {
            "self": address,
            "confirm": f"{address}/confirm",
            "cancel": f"{address}/cancel",
            "undo": f"{address}/undo",
            "problems": f"{address}/problems.xlsx",
        },
    }


def counts_of(run: ImportRun) -> dict[str, int]:
    """This will count rows by what became of them; "rows" is the sum of the others."""
    return {name: run.counts.get(name, 0) for name in ("rows", *RowState.values)}


def problems_of(run: ImportRun) -> list[dict[str, Any]]:
    """This will list the first problems; the workbook has them all."""
    rows = run.rows.exclude(problems=[]).order_by("number").values_list("problems", flat=True)
    return [problem for problems in rows[:MOST_PROBLEMS] for problem in problems][:MOST_PROBLEMS]


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


def as_json(name: str, value: Any) -> Any:
    """This will read a form field that holds JSON; malformed JSON stays text and is refused."""
    if name in ("mapping", "constants", "values", "header_row"):
        try:
            return json.loads(value)
        except (json.JSONDecodeError, RecursionError, TypeError):
            return value
    return value


def options_in(body: Body) -> dict[str, Any]:
    """This will read how a file is to be read and matched; what is left out stays as it was."""
    options: dict[str, Any] = {
        name: body.text(name) for name in ("sheet", "encoding", "delimiter") if body.has(name)
    }
    if body.has("header_row"):
        options["header_row"] = body.integer("header_row")
    if body.has("date_order"):
        options["date_order"] = body.text("date_order", choices=["", "dmy", "mdy", "ymd"])
    for name in ("mapping", "constants"):
        if body.has(name):
            options[name] = body.words(name, longest=200)
    if body.has("values"):
        nothing: dict[str, dict[str, str]] = {}
        options["choices"] = body.read("values", words_by_target, nothing)
    return options


def words_by_target(value: Any) -> dict[str, dict[str, str]]:
    shaped = isinstance(value, dict) and all(
        isinstance(words, dict)
        and all(isinstance(code, str) and len(code) <= 80 for code in words.values())
        for words in value.values()
    )
    if not shaped:
        raise ValidationError(
            _("Send an object of objects: target, then what was found, then the code."),
            code="not_an_object",
        )
    found: dict[str, dict[str, str]] = value
    return found


class Import(ApiView):
    permission_classes = [IsAuthenticated]

    def described(self, method: str) -> Described:
        if method == "GET":
            return Described(summary=_("See how far an import is."), answers={200: STATE})
        takes = {"type": "object", "properties": OPTIONS, "additionalProperties": False}
        return Described(
            summary=_("Match columns and words; the file is checked again."),
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
        options = options_in(body)
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
