"""What is sent and answered about an import: its options, its state, what is to decide."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from regions.api.described import row_schema
from shipments.imports.kinds.loader import CREATED
from shipments.imports.review import changes_of, problems_of
from shipments.imports.runs import saved_mappings, seen_before
from shipments.imports.targets import is_kept
from shipments.models import ImportRun
from shipments.models.imports import TAKEN_BACK, Decision, ImportKind, ImportStatus, RowState
from text.bodies import Body
from text.listings import Column, Kind

COLUMNS = (
    Column("id", kind=Kind.INTEGER),
    Column("kind", choices=ImportKind),
    Column("file_name"),
    Column("status", choices=ImportStatus),
    Column("rows_done", kind=Kind.INTEGER),
    Column("rows_total", kind=Kind.INTEGER),
    Column("detail"),
    Column("created_at", kind=Kind.MOMENT),
    Column("finished_at", kind=Kind.MOMENT),
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
    "as_above": {
        "type": "array",
        "items": {"type": "string"},
        "description": _("Letters of the columns whose blank cells mean “as above”."),
    },
}
# What is decided of the rows of a checked file.
REVIEWS = {
    "fixes": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": _("Corrected cells: {“C17”: “380”}."),
    },
    "decisions": {
        "type": "object",
        "additionalProperties": {"enum": ["", *Decision.values]},
        "description": _(
            "For rows that differ from what is there, by row number, or “all”: keep what is "
            "there, or replace it. A delivery is replaced by a reversal and a new event, a "
            "record or a shipment that has not left is updated."
        ),
    },
    "reason": {
        "type": "string",
        "maxLength": 200,
        "description": _("Why rows replace what is there; it stands with each reversal."),
    },
    "saved": {
        "type": "string",
        "maxLength": 80,
        "description": _("A matching you saved, to be taken over by the titles of the columns."),
    },
    "save_as": {
        "type": "string",
        "maxLength": 80,
        "description": _("A name to keep this matching under; the same name replaces it."),
    },
    "remember": {
        "type": "boolean",
        "description": _("Whether to propose columns and words chosen now the next time, too."),
    },
}
STATE = {
    "type": "object",
    "properties": row_schema(COLUMNS)["properties"]
    | {name: {"type": "object"} for name in ("file", "progress", "counts", "created", "links")}
    | {
        name: {"type": "array", "items": {"type": "object"}}
        for name in ("columns", "values", "problems", "remarks", "changes")
    }
    | {name: {"type": "integer"} for name in ("undecided", "replaced")}
    | {
        "as_above": {"type": "array", "items": {"type": "string"}},
        "saved": {"type": "array", "items": {"type": "string"}},
        "earlier": {"type": ["object", "null"]},
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
            {
                **column,
                "target": run.mapping.get(column["column"]) or None,
                # What is read, and of which nothing is recorded.
                "kept": is_kept(ImportKind(run.kind), run.mapping.get(column["column"], "")),
            }
            for column in run.columns
        ],
        "saved": saved_mappings(run.kind, run.sender),
        "constants": run.constants,
        "as_above": run.as_above,
        "date_order": run.date_order or None,
        "values": run.values,
        "counts": counts_of(run),
        "problems": problems_of(run, MOST_PROBLEMS),
        "changes": changes_of(run, MOST_PROBLEMS),
        "undecided": run.rows.undecided().count(),
        "remarks": run.remarks,
        "created": {noun: run.created.get(noun, 0) for noun in CREATED},
        "replaced": run.created.get("replaced", 0),
        "earlier": earlier_of(run),
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
    return {name: run.counts.get(name, 0) for name in ("rows", *RowState.values, TAKEN_BACK)}


def earlier_of(run: ImportRun) -> dict[str, Any] | None:
    """This will name the run by which the same file was imported before, and when."""
    earlier = seen_before(run)
    if earlier is None:
        return None
    return {"id": earlier.pk, "finished_at": earlier.finished_at}


def as_json(name: str, value: Any) -> Any:
    """This will read a form field that holds JSON; malformed JSON stays text and is refused."""
    if name in ("mapping", "constants", "values", "header_row", "as_above"):
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
    if body.has("as_above"):
        options["as_above"] = body.texts("as_above", longest=3, most=500)
    if body.has("values"):
        nothing: dict[str, dict[str, str]] = {}
        options["choices"] = body.read("values", words_by_target, nothing)
    return options


def reviews_in(body: Body) -> dict[str, Any]:
    """This will read what is fixed and decided of the rows of a checked file."""
    reviews: dict[str, Any] = {}
    if body.has("fixes"):
        reviews["fixes"] = body.words("fixes", longest=1000)
    if body.has("decisions"):
        reviews["decisions"] = body.words("decisions", longest=7, most=10_000)
    for name in ("saved", "save_as"):
        if body.has(name):
            reviews[name] = body.text(name, longest=80).strip()
    if body.has("reason"):
        reviews["reason"] = body.text("reason", longest=200)
    return reviews | {"remember": body.flag("remember", default=True)}


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
