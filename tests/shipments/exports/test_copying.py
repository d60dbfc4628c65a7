"""Cells that the database writes are those that we would have written."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from openpyxl.utils import column_index_from_string

from accounts.models import User
from regions.exports.rows import reader_of
from regions.models import Destination, Population
from shipments.exports import LISTINGS
from shipments.exports.copying import is_copyable
from shipments.exports.tables import WRITERS, one_snapshot, table_of
from shipments.exports.writing import FORMULA_PATTERN, Table, safe_text
from shipments.models import Operation, Shipment
from tests import build
from tests.shipments.exports.test_files import PAYLOADS
from tests.world import World

SPACES = [chr(code) for code in range(1, 0x3001) if chr(code).isspace()]
TEXTS = [
    *PAYLOADS,
    *(f"{space}=1" for space in SPACES),
    *("plain", "5 of 6", "Ցորեն", "Жито", "طحين", "", " ", "  spaced ", "_", "\\.", "é=1"),
    'a "quoted", cell',
    "two\nlines",
    "two\r\nlines",
    "\u200b=1",
    "×=1",
]
COPIED = ("shipments", "deliveries", "lines", "populations")


@pytest.fixture
def odd(world: World, omar: User) -> None:
    """Texts that a spreadsheet program would run, empty cells, days and moments at the edges."""
    Population.objects.bulk_create(
        Population(
            region=world.north,
            counted_on=date(1850 + number, 1, 1),
            kind="displaced",
            people=number,
            source=text[:200] or "x",
            caution=text[:200],
        )
        for number, text in enumerate(TEXTS)
    )
    for text in ("=1", "-x", 'plain, "x"'):
        shipment = world.sent(remark=text, consignor=text, consignee=text)
        build.receive(shipment, by=omar, received=380, damaged=20, reason=text, note=text)
    Shipment.objects.filter(pk=shipment.pk).update(
        expected_at=datetime(2020, 11, 25, 10, 0, 0, 120_000, tzinfo=UTC)
    )
    world.shipment(sent=False)


def table_for(name: str, user: User, file_format: str = "csv", query: str = "") -> Table:
    return table_of(LISTINGS[name], QueryDict(query), reader_of(user), file_format, "x")


def written(table: Table, file_format: str = "csv") -> bytes:
    stream = io.BytesIO()
    with one_snapshot():
        WRITERS[file_format](table, stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", COPIED)
def test_the_database_writes_what_we_would(
    odd: None, name: str, chen: User, stranger: User
) -> None:
    build_public()
    for user, query in product((chen, stranger), ("", "bom=1&lang=ru")):
        by_database, by_us = (table_for(name, user, query=query) for _ in range(2))
        assert is_copyable(by_database), (user, query)
        lines = written(by_database)
        assert lines == written(replace(by_us, values=None)), (user, query)
        assert lines.endswith(b"\r\n"), (user, query)


def build_public() -> None:
    Operation.objects.update(public=True, embargo_hours=0)
    Destination.objects.update(latitude="46.7500", longitude="39.82")


@pytest.mark.parametrize("text", TEXTS)
def test_both_know_a_formula_when_they_see_one(db: None, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s ~ %s", [text, FORMULA_PATTERN])
        (found,) = cursor.fetchone() or (None,)
    assert found is (safe_text(text) != text)


def test_every_kind_of_space_may_stand_before_a_formula() -> None:
    assert all(safe_text(f"{space}=1").startswith("'") for space in SPACES)


def test_an_empty_list_has_headers(world: World, chen: User) -> None:
    table = table_for("lines", chen)
    assert not is_copyable(table)
    assert written(table).startswith(b"event,code,shipment")


def test_rows_written_by_the_database_are_counted_too(odd: None, chen: User) -> None:
    seen: list[int] = []
    written(replace(table_for("lines", chen), progress=seen.append))
    assert seen == [table_for("lines", chen).count]


def cells_of(table: Table) -> list[list[Any]]:
    """This will read a workbook as a spreadsheet program does, with its kinds of cells."""
    book = openpyxl.load_workbook(io.BytesIO(written(table, "xlsx")))
    sheet = book[table.name]
    assert sheet.dimensions.endswith(str(sheet.max_row))
    return [
        [(cell.value, cell.data_type, cell.number_format, cell.coordinate) for cell in row]
        for row in sheet
    ] + [[cell.value for cell in row] for row in book["About"]]


@pytest.mark.parametrize("name", COPIED)
def test_a_workbook_is_the_same_whoever_writes_it(odd: None, name: str, chen: User) -> None:
    Shipment.objects.filter(remark="=1").update(remark="_x0041_ a & <b>\x02 ")
    by_database, by_us = (table_for(name, chen, "xlsx") for _ in range(2))
    assert cells_of(by_database) == cells_of(replace(by_us, values=None))


def test_a_workbook_is_sound(odd: None, chen: User) -> None:
    """Every part is XML; rows and cells stand in order under their own addresses."""
    content = written(table_for("shipments", chen, "xlsx"), "xlsx")
    with ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        for name in book.namelist():
            ElementTree.fromstring(book.read(name))
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    rows = sheet.findall(f"{main}sheetData/{main}row")
    assert [row.get("r") for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    for row in rows:
        columns = [
            column_index_from_string(str(cell.get("r")).rstrip("0123456789")) for cell in row
        ]
        assert columns == sorted(set(columns))


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_files_are_the_same_while_statements_are_logged(
    world: World, omar: User, chen: User, file_format: str
) -> None:
    build.receive(world.sent(), by=omar, received=380)
    table = table_for("lines", chen, file_format)
    with CaptureQueriesContext(connection):
        logged = written(table, file_format)
    assert len(logged) > 100
    if file_format == "csv":
        assert logged == written(table_for("lines", chen, file_format), file_format)
