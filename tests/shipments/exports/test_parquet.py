"""Parquet: real types, the names of the CSV, groups of rows, and what was asked."""

import csv
import io
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from accounts.models import User
from shipments.exports import LISTINGS
from shipments.exports.parquet import ROWS_A_GROUP, types_of, write_parquet
from shipments.exports.writing import Table
from shipments.models import ExportFile
from shipments.tasks import make_export_file
from tests import build
from tests.api.conftest import ApiClient, Ask
from tests.world import World
from text.listings import Column, Kind


@pytest.fixture
def client(as_user: Ask, chen: User) -> ApiClient:
    return as_user(chen)


@pytest.fixture
def delivered(world: World, omar: User) -> World:
    build.receive(world.sent(), by=omar, received=380, damaged=20, reason="=wet")
    return world


def content_of(client: ApiClient, path: str) -> bytes:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    content: bytes = answer.getvalue()
    assert int(answer["Content-Length"]) == len(content)
    return content


def table_from(client: ApiClient, path: str) -> Any:
    return parquet.read_table(io.BytesIO(content_of(client, path)))


@pytest.mark.parametrize("name", ["deliveries", "lines"])
def test_parquet_says_what_the_csv_says_with_real_types(
    client: ApiClient, delivered: World, name: str
) -> None:
    text = content_of(client, f"{name}.csv").decode()
    plain = list(csv.DictReader(io.StringIO(text)))
    table = table_from(client, f"{name}.parquet")
    assert table.column_names == list(plain[0])
    types = {field.name: field.type for field in table.schema}
    assert types["quantity"] == types["weight_kg"] == pa.decimal128(38, 3)
    assert types["occurred_on"] == pa.date32()
    assert types["occurred_at"] == types["recorded_at"] == pa.timestamp("us", tz="UTC")
    assert types["line"] == pa.int64()
    rows = table.to_pylist()
    assert [row["quantity"] for row in rows] == [
        Decimal(row["quantity"]) if row["quantity"] else None for row in plain
    ]
    assert [row["occurred_at"] for row in rows] == [
        datetime.fromisoformat(row["occurred_at"]) for row in plain
    ]
    assert [str(row["occurred_on"]) for row in rows] == [row["occurred_on"] for row in plain]


def test_text_is_kept_as_it_is_because_nothing_runs_it(client: ApiClient, delivered: World) -> None:
    assert "=wet" in table_from(client, "deliveries.parquet")["line_reason"].to_pylist()
    assert table_from(client, "lines.parquet").schema.field("equipment").type == pa.bool_()


def test_the_file_says_what_was_asked_and_when(client: ApiClient, delivered: World) -> None:
    facts = table_from(client, "lines.parquet?outcome=sent").schema.metadata
    assert facts[b"query"] == b"outcome=sent"
    for name in (b"as_of", b"generated_at"):
        moment = datetime.fromisoformat(facts[name].decode())
        assert datetime.now(UTC) - moment < timedelta(minutes=1)


def test_totals_come_with_exact_decimals_and_their_notes(
    client: ApiClient, delivered: World
) -> None:
    by = "by=donor&measure=sent_kg,received_kg,sent,shipments,weight_basis"
    table = table_from(client, f"totals.parquet?{by}")
    (row,) = table.to_pylist()
    assert (row["donor"], row["sent_kg"], row["sent"]) == (
        "mchs",
        Decimal("630.000"),
        Decimal("420.000"),
    )
    assert row["shipments"] == 1
    assert b"by=donor" in table.schema.metadata[b"query"]
    assert b"notes" in table.schema.metadata


def test_lists_of_names_offer_no_parquet(client: ApiClient, world: World) -> None:
    answer = client.get("/api/v1/donors.parquet")
    assert answer.status_code == 400
    (refusal,) = answer.json()["errors"]
    assert refusal["param"] == "format"
    assert refusal["allowed"] == ["json", "csv", "xlsx", "ndjson"]


@pytest.mark.parametrize(
    "name", [name for name, listing in LISTINGS.items() if "parquet" in listing.formats]
)
def test_every_column_offered_has_a_type(name: str) -> None:
    listing = LISTINGS[name]
    columns = listing.file_columns or listing.columns
    assert len(types_of(columns)) == len(columns)


def test_rows_stand_in_groups_and_empty_files_have_columns() -> None:
    columns = (Column("key", kind=Kind.KEY), Column("day", kind=Kind.DATE))
    for count, groups in ((0, 0), (ROWS_A_GROUP + 1, 2)):
        rows = ((uuid.UUID(int=number), date(2020, 11, 25)) for number in range(count))
        stream = io.BytesIO()
        write_parquet(Table(name="x", columns=columns, rows=rows, count=count), stream)
        stream.seek(0)
        file = parquet.ParquetFile(stream)
        assert (file.num_row_groups, file.metadata.num_rows) == (groups, count)
        assert file.schema_arrow.names == ["key", "day"]


def test_a_large_file_of_parquet_is_prepared(
    client: ApiClient, delivered: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make_export_file, "delay", str)
    settings.LARGEST_DIRECT_FILE = 0
    for path in ("lines.parquet", "totals.parquet?by=donor&measure=sent_kg"):
        state = client.get(f"/api/v1/{path}").json()
        make_export_file(state["id"])
        export = ExportFile.objects.get(pk=state["id"])
        assert (export.status, export.detail) == ("done", "")
        content = client.get(f"/api/v1/exports/{export.pk}/file").getvalue()
        assert parquet.read_table(io.BytesIO(content)).num_rows == export.rows_done
