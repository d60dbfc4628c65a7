"""G6: a sheet of deliveries checked and imported, against a COPY of the rows that it comes to."""

import csv
import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from typing import Any, cast
from uuid import uuid4

import xlsxwriter
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from bench.measuring import Race
from bench.operations.recording import make_floor
from bench.stage import Stage, same
from shipments.imports.runs import confirm_import, start_import, take_step, undo_import
from shipments.imports.runs.reading import read_file
from shipments.models import ImportRun
from shipments.models.imports import ImportMode
from shipments.querysets.totals.verifying import differing_cells

# An import costs the same for each row, so fewer show as much; the goal is for 100,000.
ROWS, READ_ROWS, CHECKED_ROWS = 1_000, 20_000, 100
SECONDS_MORE = 1.5 * READ_ROWS / 100_000
OPEN = """
SELECT s.id, s.reference, s.destination_id, l.id, l.position
FROM shipments_linebalance AS b
JOIN shipments_shipmentline AS l ON l.id = b.line_id
JOIN shipments_shipment AS s ON s.id = l.shipment_id
WHERE b.outstanding >= 50 AND s.dispatched_at IS NOT NULL ORDER BY s.id DESC LIMIT %(most)s
"""
HEAD = ("shipment", "line", "occurred_at", "received", "received_by")
COPY_EVENTS = """COPY floor.event (id, key, shipment_id, kind, occurred_at, occurred_on,
    recorded_by_id, place_id, source, surplus, fingerprint) FROM STDIN"""
COPY_LINES = """COPY floor.line (event_id, line_id, outcome, quantity, weight_kg, weight_basis,
    surplus) FROM STDIN"""


class Sheets:
    """Sheets that report one unit more of each of some open lines, each at another moment."""

    def __init__(self, stage: Stage, rows: int) -> None:
        self.stage = stage
        self.open = stage.floor.rows(OPEN, most=rows)
        self.turns = itertools.count(1)
        self.by = User.objects.get(username="everywhere")

    def rows(self) -> list[tuple[str, ...]]:
        at = moment(next(self.turns))
        return [
            (reference, str(position), at, "1", f"Team {line % 9}")
            for _pk, reference, _place, line, position in self.open
        ]

    def imported(self, rows: list[tuple[str, ...]], mode: ImportMode) -> ImportRun:
        """This will take a sheet through all steps, as workers do one after the other."""
        run = self.started(written(rows), "deliveries.csv")
        take_step(run_id=run.pk, now=timezone.now)
        run.refresh_from_db()
        same((run.status, run.detail), ("checked", ""), "import checked")
        confirm_import(run=run, mode=mode, by=self.by, at=timezone.now())
        take_step(run_id=run.pk, now=timezone.now)
        run.refresh_from_db()
        same((run.status, run.detail), ("done", ""), "import")
        return run

    def started(self, content: bytes, name: str) -> ImportRun:
        file = ContentFile(content, name=name)
        return start_import(file=file, name=name, kind="deliveries", by=self.by, at=timezone.now())

    def run(self) -> None:
        run = self.imported(self.rows(), ImportMode.ALL_OR_NOTHING)
        same(run.counts["applied"], len(self.open), "rows imported")

    def copy(self) -> None:
        """This will COPY events and ledger lines whose codes somebody else has resolved."""
        connection = self.stage.floor.connection
        at = datetime.now().astimezone() - timedelta(minutes=next(self.turns))
        first = cast("int", self.stage.floor.value("SELECT max(id) + 1 FROM floor.event"))
        events, lines = [], []
        for event, (shipment, _name, place, line, _position) in enumerate(self.open, first):
            key = uuid4()
            events.append(
                f"{event}\t{key}\t{shipment}\treceived\t{at}\t{at.date()}\t1\t{place}\timport\tf"
                f"\t{key.hex}{key.hex}\n"
            )
            lines.append(f"{event}\t{line}\treceived\t1\t12.5\tdeclared\t0\n")
        with connection.transaction():
            for statement, rows in ((COPY_EVENTS, events), (COPY_LINES, lines)):
                with connection.cursor().copy(statement) as copy:
                    copy.write("".join(rows))

    def check(self) -> None:
        """This will import good and bad rows, see each bad one reported, and take them back."""
        good = self.rows()[:CHECKED_ROWS]
        bad = [
            (good[0][0], "999", *good[0][2:]),
            ("NO-SUCH-1", *good[0][1:]),
            (*good[0][:2], "yesterday", *good[0][3:]),
            (*good[0][:3], "many", good[0][4]),
        ]
        before = self.ledger()
        run = self.imported(good + bad, ImportMode.GOOD_ROWS)
        same((run.counts["applied"], run.counts["rejected"]), (len(good), len(bad)), "import")
        told = [row.number for row in run.rows.order_by("number") if row.problems]
        first = len(good) + 2
        same(told[-len(bad) :], list(range(first, first + len(bad))), "bad rows")
        same(self.ledger() - before, len(good), "units received")
        undo_import(run=run, by=self.by, at=timezone.now())
        take_step(run_id=run.pk, now=timezone.now)
        run.refresh_from_db()
        same((run.status, self.ledger()), ("undone", before), "import taken back")
        if self.stage.shipments <= 1_000:
            same(differing_cells("owner"), [], "totals after an import")

    def ledger(self) -> Any:
        return self.stage.floor.value("SELECT sum(received) FROM shipments_linebalance")


def moment(minutes: int) -> str:
    at = timezone.now() - timedelta(minutes=5 * minutes)
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def written(rows: list[tuple[str, ...]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    return text.getvalue().encode()


def workbook(rows: list[tuple[str, ...]]) -> bytes:
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate([HEAD, *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def read(run: ImportRun) -> None:
    """This will read the file of a run into rows, the step in which formats differ."""
    read_file(run, timezone.now())


def reading(sheets: Sheets) -> Race:
    rows = sheets.rows()
    times = -(-READ_ROWS // len(rows))
    many = (rows * times)[:READ_ROWS]
    as_csv = sheets.started(written(many), "many.csv")
    as_xlsx = sheets.started(workbook(many), "many.xlsx")

    def check() -> None:
        for run in (as_csv, as_xlsx):
            read(run)
            same(run.rows.count(), READ_ROWS, "rows read")

    return Race(
        "G6",
        f"reading {READ_ROWS:,} rows of XLSX, beside CSV",
        run=lambda: read(as_xlsx),
        floor=lambda: read(as_csv),
        goal=SECONDS_MORE,
        by_seconds=True,
        counted=False,
        floor_cost="all",
        check=check,
    )


def races(stage: Stage) -> Iterator[Race]:
    make_floor(stage.floor)
    sheets = Sheets(stage, ROWS)
    yield Race(
        "G6",
        f"import of {ROWS:,} deliveries, as COPY",
        run=sheets.run,
        floor=sheets.copy,
        goal=2,
        counted=False,
        check=sheets.check,
    )
    yield reading(sheets)
