"""Files: every row, typed, safe, and from one moment."""

import csv
import io
import json
import tracemalloc
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from django.db import connection
from openpyxl.workbook import Workbook

from accounts.models import User
from regions.exports.rows import reader_of, values_of
from shipments.exports import LISTINGS, tables
from shipments.exports.separated import write_csv
from shipments.exports.writing import Table, safe_text
from shipments.models import Donor, Item
from tests import build
from tests.api.conftest import ApiClient, Ask
from tests.world import World
from text.listings import Column, Kind

DECIMAL = Decimal("-5.50")
PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    " =1",
    '=HYPERLINK("http://x")',
    "＝1+1",
]


@pytest.fixture
def client(as_user: Ask, chen: User) -> ApiClient:
    return as_user(chen)


def file_of(client: ApiClient, path: str) -> bytes:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    content: bytes = answer.getvalue()
    assert int(answer["Content-Length"]) == len(content)
    return content


def rows_of(client: ApiClient, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file_of(client, path).decode("utf-8"))))


def book_of(client: ApiClient, path: str) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(file_of(client, path)))


def received(world: World) -> None:
    omar = User.objects.get(username="omar")
    build.receive(world.sent(), by=omar, received=380, damaged=20, reason="wet")


def test_a_file_of_shipments_has_one_row_a_line(client: ApiClient, world: World) -> None:
    lines = [build.line(world.blankets, 420), build.line(world.wood, "2.5")]
    shipment = world.shipment(*lines)
    rows = rows_of(client, "shipments.csv")
    assert [(row["reference"], row["line"], row["quantity"], row["unit"]) for row in rows] == [
        (shipment.reference, "1", "420", "piece"),
        (shipment.reference, "2", "2.5", "m3"),
    ]
    assert rows[0]["weight_kg"] == "630.000"
    assert rows[1]["weight_kg"] == ""
    assert rows[0]["dispatched_at"].endswith("Z")


def test_a_shipment_without_lines_has_a_row_too(client: ApiClient, world: World) -> None:
    world.shipment(sent=False)
    (row,) = rows_of(client, "shipments.csv")
    assert row["line"] == ""


def test_a_file_of_deliveries_has_one_row_a_line_of_an_event(
    client: ApiClient, world: World
) -> None:
    received(world)
    rows = rows_of(client, "deliveries.csv")
    assert [(row["kind"], row["outcome"], row["quantity"]) for row in rows] == [
        ("received", "received", "380"),
        ("received", "damaged", "20"),
        ("dispatched", "sent", "420"),
        ("planned", "", ""),
    ]
    assert {row["line_reason"] for row in rows[:2]} == {"wet"}


def test_every_format_says_the_same(client: ApiClient, world: World) -> None:
    received(world)
    from_csv = rows_of(client, "lines.csv")
    from_ndjson = [json.loads(line) for line in file_of(client, "lines.ndjson").splitlines()]
    from_json = json.loads(file_of(client, "lines.json"))
    sheet = book_of(client, "lines.xlsx")["lines"]
    from_xlsx = list(sheet.iter_rows(min_row=2, values_only=True))
    titles = [cell.value for cell in sheet[1]]
    assert from_json["count"] == len(from_csv) == len(from_ndjson) == len(from_xlsx) == 3
    assert from_json["next"] is None
    for plain, record, cells in zip(from_csv, from_ndjson, from_xlsx, strict=True):
        assert list(plain) == list(record) == titles
        assert plain["quantity"] == record["quantity"] == str(cells[titles.index("quantity")])
    assert from_json["results"] == from_ndjson


def test_json_with_an_extension_is_whole_unless_a_page_is_asked_for(
    client: ApiClient, world: World
) -> None:
    for _ in range(3):
        world.sent()
    assert len(json.loads(file_of(client, "shipments.json"))["results"]) == 3
    assert len(json.loads(file_of(client, "shipments?format=json"))["results"]) == 3
    page = client.read("shipments.json?limit=2")
    assert len(page["results"]) == 2
    assert page["next"]


def test_a_workbook_has_numbers_dates_a_frozen_header_and_an_about_sheet(
    client: ApiClient, world: World
) -> None:
    received(world)
    book = book_of(client, "lines.xlsx?outcome=received")
    sheet = book["lines"]
    row: dict[Any, Any] = dict(zip((c.value for c in sheet[1]), sheet[2], strict=True))
    assert (row["quantity"].value, row["quantity"].data_type) == (380, "n")
    assert row["occurred_on"].is_date
    assert row["occurred_at"].is_date
    assert row["equipment"].value is False
    assert sheet.freeze_panes == "A2"
    about = {line[0].value: line[1].value for line in book["About"].iter_rows(max_col=2)}
    assert about["Asked for"] == "outcome=received"
    assert about["Rows"] == "1"


@pytest.mark.parametrize("text", PAYLOADS)
def test_no_cell_is_run_as_a_formula(client: ApiClient, world: World, text: str) -> None:
    Donor.objects.create(code="x", name=text, kind="other", aliases=[text], names={"ru": text})
    rows = rows_of(client, "donors.csv?code=x")
    for cell in rows[0].values():
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝"))
    assert rows[0]["name"] == "'" + text
    sheet = book_of(client, "donors.xlsx?code=x")["donors"]
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    content = file_of(client, "donors.xlsx?code=x")
    with ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_negative_numbers_stay_numbers() -> None:
    table = Table(
        name="x",
        columns=(Column("quantity", kind=Kind.QUANTITY), Column("text")),
        rows=[(DECIMAL, "-5")],
        count=1,
    )
    stream = io.BytesIO()
    write_csv(table, stream)
    assert stream.getvalue() == b"quantity,text\r\n-5.5,'-5\r\n"


def test_a_byte_order_mark_comes_on_request(client: ApiClient, world: World) -> None:
    assert file_of(client, "donors.csv?bom=1").startswith(b"\xef\xbb\xbfcode,")
    assert file_of(client, "donors.csv").startswith(b"code,")


def test_text_with_quotes_and_line_ends_survives(client: ApiClient, world: World) -> None:
    odd = 'a "b", c\nd; é ա ə ع'
    Donor.objects.create(code="x", name=odd, kind="other")
    assert rows_of(client, "donors.csv?code=x")[0]["name"] == odd
    assert safe_text(odd) == odd


def test_a_file_follows_the_filters(client: ApiClient, world: World) -> None:
    received(world)
    assert len(rows_of(client, "lines.csv?outcome=damaged")) == 1
    assert len(rows_of(client, "lines?format=csv&outcome=damaged")) == 1
    answer = client.get("/api/v1/lines?outcome=damaged", headers={"Accept": "text/csv"})
    assert answer.getvalue().count(b"\r\n") == 2


def test_geojson_names_no_reference_system(client: ApiClient, world: World) -> None:
    found = json.loads(file_of(client, "regions.geojson"))
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found
    assert {feature["id"] for feature in found["features"]} == {"AA", "AA-N", "AA-S"}


def test_a_workbook_too_long_is_refused_with_a_sentence(
    client: ApiClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shipments.exports.workbooks.MOST_ROWS", 2)
    received(world)
    answer = client.get("/api/v1/lines.xlsx")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "too_many_rows"


def test_a_file_is_read_from_one_snapshot_in_pieces(
    world: World, client: ApiClient, monkeypatch: pytest.MonkeyPatch, committed: None
) -> None:
    """A row added while the file is being written is not in it."""
    monkeypatch.setattr(tables, "ROWS_AT_ONCE", 2)
    for number in range(5):
        build.item(f"item-{number}")
    before = Item.objects.count()
    real = tables.WRITERS["csv"]

    def add_one_meanwhile(table: Table, stream: Any) -> None:
        import threading

        def add() -> None:
            build.item("aaa-late")
            connection.close()

        thread = threading.Thread(target=add)
        thread.start()
        thread.join()
        real(table, stream)

    monkeypatch.setitem(tables.WRITERS, "csv", add_one_meanwhile)
    assert len(rows_of(client, "items.csv")) == before
    assert Item.objects.count() == before + 1


def test_the_filter_of_a_file_waits_for_none_of_its_joins(
    world: World, chen: User, committed: None
) -> None:
    """Beyond its limit PostgreSQL joins in the order written, and the filter is written last."""
    reader = reader_of(chen)
    joins = {
        name: str(
            values_of(listing.columns_for(reader, file=True), listing.rows(reader), reader).query
        ).count(" JOIN ")
        for name, listing in LISTINGS.items()
    }
    with tables.one_snapshot(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('join_collapse_limit')::integer")
        (limit,) = cursor.fetchone() or (0,)
    # The filter itself joins a few tables more.
    assert {name: count for name, count in joins.items() if count + 6 > limit} == {}


def peak_of(ending: str, rows: int) -> int:
    """This will write that many rows into nowhere and give the most memory it took, in bytes."""
    columns = (Column("key"), Column("quantity", kind=Kind.QUANTITY), Column("at", kind=Kind.DATE))
    row = ("text of some length", Decimal("1.5"), date(2020, 11, 25))
    table = Table(name="x", columns=columns, rows=(row for _ in range(rows)), count=rows)
    with TemporaryFile() as stream:
        tracemalloc.start()
        tables.WRITERS[ending](table, stream)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return peak


@pytest.mark.parametrize("ending", ["csv", "ndjson", "json", "xlsx"])
def test_memory_does_not_grow_with_the_file(ending: str) -> None:
    peak_of(ending, 10)
    assert peak_of(ending, 5000) < peak_of(ending, 500) + 500_000
