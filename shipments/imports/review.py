"""What a person looks at before an import: problems at their cells, rows to decide on."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, When
from django.utils.translation import gettext as _

from shipments.imports.filling import filled_cells
from shipments.imports.reading.cells import text_of
from shipments.imports.reading.references import column_index
from shipments.imports.targets import TARGETS
from shipments.imports.values import DATED
from shipments.imports.words import target_name
from shipments.models import ImportRow, ImportRun
from shipments.models.imports import RowState
from text.dates import format_day, format_moment

LONGEST = 200
DATED_NAMES = {
    target.name for targets in TARGETS.values() for target in targets if target.type in DATED
}


def problems_of(run: ImportRun, most: int) -> list[dict[str, Any]]:
    """This will list the first problems, errors before warnings, each with what its cell says."""
    wrong_first = Case(When(state=RowState.ERROR, then=0), default=1)
    rows = list(run.rows.exclude(problems=[]).order_by(wrong_first, "number")[:most])
    found = [with_value(row, problem) for row in rows for problem in row.problems]
    return found[:most]


def with_value(row: ImportRow, problem: dict[str, Any]) -> dict[str, Any]:
    """This will add the cell's text where the problem was found out without it."""
    if problem["value"] or not problem["column"]:
        return problem
    return problem | {"value": cell_text(row, problem["column"])[:LONGEST]}


def cell_text(row: ImportRow, letters: str) -> str:
    if letters in row.fixes:
        return str(row.fixes[letters])
    cells, at = filled_cells(row.cells, row.filled), column_index(letters)
    return text_of(cells[at]) if at < len(cells) else ""


def changes_of(run: ImportRun, most: int) -> list[dict[str, Any]]:
    """This will list the rows that differ from what is there, and what was decided of them.

    Rows ``{"row", "decision", "replaceable", "differences": [{"column", "name", "here",
    "file"}]}``.
    """
    rows = run.rows.exclude(differences=[]).order_by("number")[:most]
    return [
        {
            "row": row.number,
            "decision": row.decision,
            "replaceable": not any(p["code"] == "not_replaceable" for p in row.problems),
            "differences": [
                {name: one[name] for name in ("column", "name", "here", "file")}
                for one in row.differences
            ],
        }
        for row in rows
    ]


def dated_in_words(value: str, zone: str) -> str:
    """This will write a kept day or moment as pages do; moments in the zone of the operation."""
    if "T" in value:
        return format_moment(datetime.fromisoformat(value).astimezone(ZoneInfo(zone)))
    return format_day(date.fromisoformat(value))


def in_words(name: str, value: Any, zone: str) -> str:
    """This will say what is kept of a target as a person reads it."""
    match value:
        case None | "" | [] | {}:
            return "–"
        case True:
            return _("yes")
        case False:
            return _("no")
        case dict() if "item" in value:
            return f"{value['quantity']} {value['unit']} {value['item']}"
        case dict():
            return ", ".join(f"{key}: {said}" for key, said in value.items())
        case list():
            return ", ".join(in_words(name, one, zone) for one in value)
        case str() if name in DATED_NAMES:
            return dated_in_words(value, zone)
        case _:
            return str(value)


def shown(change: dict[str, Any], zone: str) -> dict[str, Any]:
    """This will put a change into the words of the page."""
    return change | {
        "differences": [
            {
                "label": _("lines") if one["name"] == "lines" else target_name(one["name"]),
                "here": in_words(one["name"], one["here"], zone),
                "file": in_words(one["name"], one["file"], zone),
            }
            for one in change["differences"]
        ]
    }
