"""Cells that the database writes are those that we would have written."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.http import QueryDict

from accounts.models import User
from regions.exports.rows import reader_of
from regions.models import Destination
from shipments.exports import LISTINGS
from shipments.exports.copying import is_copyable
from shipments.exports.tables import WRITERS, one_snapshot, table_of
from shipments.exports.writing import FORMULA_PATTERN, Table, safe_text
from shipments.models import Operation, ReportedFigure, Shipment
from tests import build
from tests.conftest import World
from tests.shipments.exports.test_files import PAYLOADS

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
LEDGER = ("shipments", "deliveries", "lines", "reported-figures")


@pytest.fixture
def odd(world: World, omar: User) -> None:
    """Texts that a spreadsheet program would run, empty cells, days and moments at the edges."""
    for number, text in enumerate(TEXTS):
        ReportedFigure.objects.create(
            operation=world.operation,
            source=text[:200] or "x",
            quote=text,
            published_on=date(1850 + number, 1, 1),
            stage="dispatched",
            quantity=f"{number}.50",
            unit="t",
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


@pytest.mark.parametrize("name", LEDGER)
@pytest.mark.parametrize("who", ["chen", "stranger"])
@pytest.mark.parametrize("query", ["", "bom=1&lang=ru"])
def test_the_database_writes_what_we_would(
    odd: None, name: str, who: str, query: str, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    build_public()
    by_database, by_us = (table_for(name, user, query=query) for _ in range(2))
    assert is_copyable(by_database), name
    lines = written(by_database)
    assert lines == written(replace(by_us, values=None))
    assert lines.endswith(b"\r\n")


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
