"""G7: files of ledger lines, made as a worker makes them, against a COPY of the same rows."""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import User
from bench.children import told_by
from bench.measuring import Finding, Race
from bench.stage import Stage, same
from shipments.exports.making import make_file
from shipments.models import ExportFile
from shipments.services.exports import request_export, take_export

MEGABYTE = 1024 * 1024
# The columns of the file, joined by hand; what a reader may see is everything.
COPY = """
COPY (
    SELECT e.key, e.code, s.reference, l.position, e.kind, x.outcome, x.quantity, l.unit,
        x.weight_kg, x.weight_basis, x.surplus, i.code, i.name, c.code, d.code, d.name,
        l.equipment, CASE WHEN l.from_line_id IS NULL THEN 'first' ELSE 'onward' END, op.code,
        s.mode, t.code, r.code, e.occurred_at, e.occurred_on, e.recorded_at, u.username
    FROM shipments_deliveryline AS x
    JOIN shipments_deliveryevent AS e ON e.id = x.event_id
    JOIN shipments_shipmentline AS l ON l.id = x.line_id
    JOIN shipments_shipment AS s ON s.id = l.shipment_id
    JOIN shipments_operation AS op ON op.id = s.operation_id
    JOIN shipments_item AS i ON i.id = l.item_id
    JOIN shipments_category AS c ON c.id = i.category_id
    JOIN shipments_donor AS d ON d.id = l.donor_id
    JOIN regions_destination AS t ON t.id = s.destination_id
    JOIN regions_region AS r ON r.id = t.region_id
    JOIN accounts_user AS u ON u.id = e.recorded_by_id
    WHERE {} ORDER BY x.id DESC
) TO STDOUT (FORMAT csv)"""
SUMS = """
SELECT count(*), sum(x.quantity), sum(x.weight_kg) FROM shipments_deliveryline AS x
JOIN shipments_deliveryevent AS e ON e.id = x.event_id WHERE {}"""
# About a tenth of all lines occurred by then.
TENTH_UNTIL = """
SELECT percentile_disc(0.1) WITHIN GROUP (ORDER BY e.occurred_on)::text
FROM shipments_deliveryline AS x JOIN shipments_deliveryevent AS e ON e.id = x.event_id"""
# Makes a file, and says how many rows it has and by how much the process grew for it.
GROWTH = """
import json, sys
import django
django.setup()
from django.http import QueryDict
from accounts.models import User
from bench.database import use
from regions.exports.rows import reader_of
from shipments.exports import LISTINGS
from shipments.exports.tables import WRITERS, one_snapshot, table_of
from tempfile import TemporaryFile


def most():
    # Not getrusage, which starts from the size of the process that started this one.
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024

database, ending, query = sys.argv[1:]
use(database)
with one_snapshot(), TemporaryFile() as stream:
    reader = reader_of(User.objects.get(username="reader"))
    before = most()
    table = table_of(LISTINGS["lines"], QueryDict(query), reader, ending, "")
    WRITERS[ending](table, stream)
print(json.dumps([table.count, most() - before]))
"""


@dataclass
class Lines:
    """A list of ledger lines as files, some of the lines or all of them."""

    stage: Stage
    until: str = ""

    @cached_property
    def reader(self) -> User:
        return User.objects.get(username="reader")

    @property
    def query(self) -> str:
        return f"occurred_on__lte={self.until}" if self.until else ""

    @property
    def condition(self) -> str:
        return f"e.occurred_on <= '{self.until}'" if self.until else "true"

    @cached_property
    def sums(self) -> tuple[Any, ...]:
        return self.stage.floor.rows(SUMS.format(self.condition))[0]

    def made(self, ending: str) -> Path:
        """This will make a file as a worker does and say where it lies."""
        wanted = request_export(
            by=self.reader, resource="lines", query=self.query, file_format=ending, rows=1
        )
        taken = take_export(export=UUID(str(wanted.pk)), at=timezone.now())
        assert taken is not None
        make_file(taken)
        return Path(ExportFile.objects.get(pk=wanted.pk).file.path)

    def make(self, ending: str) -> None:
        self.made(ending).unlink()

    def copy(self) -> None:
        """This will let PostgreSQL write the same columns of the same rows into a file."""
        with TemporaryFile() as stream:
            cursor = self.stage.floor.connection.cursor()
            with cursor.copy(COPY.format(self.condition).encode()) as rows:
                for row in rows:
                    stream.write(row)

    def check(self, ending: str) -> None:
        path = self.made(ending)
        rows = read_workbook(path) if ending == "xlsx" else read_csv(path)
        header = next(rows)
        at = [header.index(name) for name in ("quantity", "weight_kg")]
        count, sums = 0, [Decimal(0), Decimal(0)]
        for row in rows:
            count += 1
            for n, column in enumerate(at):
                sums[n] += Decimal(str(row[column] or 0))
        path.unlink()
        same((count, *(round(one, 3) for one in sums)), self.sums, f"lines as {ending}")


def read_csv(path: Path) -> Iterator[list[Any]]:
    with TextIOWrapper(path.open("rb"), newline="") as text:
        yield from csv.reader(text)


def read_workbook(path: Path) -> Iterator[list[Any]]:
    yield from CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows()


def some_lines(stage: Stage) -> Lines:
    return Lines(stage, until=stage.floor.value(TENTH_UNTIL))


def races(stage: Stage) -> Iterator[Race]:
    few, every = some_lines(stage), Lines(stage)
    yield race(few, "csv", "a tenth of all lines as CSV, as COPY", few.copy, 1.5)
    yield race(few, "xlsx", "a tenth of all lines as XLSX, as CSV", lambda: few.make("csv"), 4)
    yield race(every, "csv", "all lines as CSV, as COPY", every.copy, 1.3)


def race(lines: Lines, ending: str, name: str, floor: Any, goal: float) -> Race:
    return Race(
        "G7",
        name,
        run=lambda: lines.make(ending),
        floor=floor,
        goal=goal,
        floor_cost="all",
        check=lambda: lines.check(ending),
        counted=False,
    )


def looks(stage: Stage) -> Iterator[Finding]:
    """This will say by how much a process grows for a file, of a tenth of the lines and of all."""
    database = str(connections["default"].settings_dict["NAME"])
    for ending in ("csv", "xlsx"):
        for lines in (some_lines(stage), Lines(stage)):
            command = [sys.executable, "-c", GROWTH, database, ending, lines.query]
            rows, grown = told_by(command)
            same(rows, lines.sums[0], f"lines as {ending}")
            megabytes = grown / MEGABYTE
            name = f"memory for {rows:,} lines as {ending.upper()}"
            yield Finding("G7", name, "MB", megabytes, megabytes, megabytes, 16)
