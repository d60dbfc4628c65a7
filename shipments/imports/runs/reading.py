"""The step that reads a file: its rows into rows of ours, its columns into proposals."""

import json
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from shipments.imports.columns import is_known_title, propose_mapping
from shipments.imports.reading.rows import Row, RowKind
from shipments.imports.reading.upload import ReadResult, read_upload
from shipments.imports.runs.checking import held
from shipments.imports.targets import ImportKind
from shipments.models import ImportRun, RememberedChoice
from shipments.models.imports import ImportStep, RowState

LEFT_OUT = {
    RowKind.TOTALS: _("This row adds up others and is left out."),
    RowKind.NOTE: _("This row is a note and is left out."),
    RowKind.HEADER: _("This row repeats the headers and is left out."),
}
# The child may take five minutes; the rows are copied while the run is locked.
LEASE_TO_READ = timedelta(minutes=6)
# A statement may take half a minute, so that a large file is copied in several.
COPIED_AT_ONCE = 5000
STAGE = """COPY shipments_importrow (run_id, number, cells, fixes, filled, state, problems,
    differences, decision, record) FROM STDIN"""


def read_file(run: ImportRun, at: datetime) -> bool:  # noqa: ARG001
    """This will read the whole file into rows; an earlier reading of it is replaced."""
    path = Path(run.file.path)
    with (
        read_upload(
            path,
            name=run.file_name,
            sheet=run.sheet or None,
            header_row=run.header_row,
            encoding=run.encoding or None,
            delimiter=run.delimiter or None,
            is_known=is_known_title,
        ) as result,
        transaction.atomic(),
    ):
        if not held(run, ImportStep.READ):
            return False
        run.rows.all().delete()
        filled = stage(run, result)
        describe(run, result, filled)
        run.step = ImportStep.CHECK
        run.save()
    return False


def stage(run: ImportRun, result: ReadResult) -> list[int]:
    """This will copy every row that holds something; what is no data is kept and listed.

    Answers with how many blank cells each column has among its data.
    """
    rows, filled = 0, [0] * result.table.columns
    source = result.table.rows()
    while part := list(islice(source, COPIED_AT_ONCE)):
        with connection.cursor() as cursor, cursor.copy(STAGE) as copy:
            for row in part:
                copy.write_row(staged(run, row))
        for row in part:
            data = row.kind is RowKind.DATA
            rows += data
            for at, raw in enumerate(row.raw if data else ()):
                filled[at] += raw is not None and raw != ""
    return [rows - cells for cells in filled]


def staged(run: ImportRun, row: Row) -> tuple[Any, ...]:
    """This will lay a row of the file out as ``STAGE`` takes it."""
    data = row.kind is RowKind.DATA
    state = RowState.READY if data else RowState.TOTALS
    note = [] if data else [left_out(row.number, row.kind)]
    return (run.pk, row.number, json.dumps(row.raw), "{}", "{}", state, json.dumps(note), "[]",
            "", "")  # fmt: skip


def left_out(number: int, kind: RowKind) -> dict[str, Any]:
    """This will say why a row that holds something is not imported."""
    return {
        "row": number,
        "column": "",
        "cell": "",
        "value": "",
        "code": f"{kind}_row",
        "detail": str(LEFT_OUT[kind]),
        "severity": "warning",
    }


def describe(run: ImportRun, result: ReadResult, blanks: list[int]) -> None:
    """This will note how the file was read and what each column seems to be."""
    kind = ImportKind(run.kind)
    remembered = RememberedChoice.objects.filter(
        sender=run.sender, kind=run.kind, target="column"
    ).values_list("found", "chosen")
    proposals = propose_mapping(
        kind, result.table, {found: chosen or None for found, chosen in remembered}
    )
    run.encoding, run.delimiter = result.encoding or "", result.delimiter or ""
    run.sheets = [sheet.name for sheet in result.sheets]
    run.sheet = result.sheet or ""
    run.header_row = result.table.heading.header_row or 0
    run.columns = [
        {
            "column": p.column,
            "header": p.header,
            "samples": list(p.samples),
            "target": p.target,
            "confidence": p.confidence,
            "reason": p.reason,
            "unit": p.unit.written if p.unit else "",
            "blanks": empty,
        }
        for p, empty in zip(proposals, blanks, strict=True)
    ]
    chosen = dict(run.mapping)
    run.mapping = {p.column: chosen.get(p.column, p.target or "") for p in proposals}
    run.remarks = [
        {"code": r.code, "row": r.row, "column": r.column, "detail": r.detail}
        for r in result.remarks
    ]
    counts = result.table.counts
    run.counts = {"rows": counts["rows"], "blank": counts["blank"]}
