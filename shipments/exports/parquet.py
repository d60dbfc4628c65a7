"""Writes a table as Parquet, group of rows by group, in constant memory."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import IO, Any

from shipments.exports.writing import ROWS_A_PIECE, Table, iso_moment
from text.listings import Column, Kind

ROWS_A_GROUP = 10_000
# Digits in all and behind the point: enough for sums that no list of ours reaches.
DIGITS = (38, 3)
TEXTS = (Kind.TEXT, Kind.KEY)


def types_of(columns: tuple[Column, ...]) -> list[Any]:
    """This will name the Arrow type of each column: exact decimals, days, moments in UTC."""
    # Loaded when the first such file is asked for: it takes more memory than the rest of a page.
    import pyarrow as pa

    types = {
        Kind.INTEGER: pa.int64(),
        Kind.QUANTITY: pa.decimal128(*DIGITS),
        Kind.WEIGHT: pa.decimal128(*DIGITS),
        Kind.AMOUNT: pa.decimal128(38, 6),
        Kind.DATE: pa.date32(),
        Kind.MOMENT: pa.timestamp("us", tz="UTC"),
        Kind.FLAG: pa.bool_(),
    } | dict.fromkeys(TEXTS, pa.string())
    return [types[column.kind] for column in columns]


def write_parquet(table: Table, stream: IO[bytes]) -> None:
    """This will write real types under the names that the CSV has; facts go into its metadata."""
    import pyarrow as pa
    from pyarrow import parquet

    facts = {name: said(value) for name, value in table.facts.items()}
    types = types_of(table.columns)
    fields = [pa.field(c.name, t) for c, t in zip(table.columns, types, strict=True)]
    schema = pa.schema(fields, metadata=facts)
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        batches = batches_of(table, schema)
        while group := list(islice(batches, ROWS_A_GROUP // ROWS_A_PIECE)):
            writer.write_table(pa.Table.from_batches(group), row_group_size=ROWS_A_GROUP)


def batches_of(table: Table, schema: Any) -> Iterator[Any]:
    """This will turn rows into typed columns, a few hundred rows at a time."""
    import pyarrow as pa

    rows = table.counted_rows()
    while piece := list(islice(rows, ROWS_A_PIECE)):
        arrays = [
            pa.array(texts(values) if column.kind in TEXTS else values, column_type)
            for column, column_type, values in zip(
                table.columns, schema.types, zip(*piece, strict=True), strict=True
            )
        ]
        yield pa.record_batch(arrays, schema=schema)


def texts(values: Iterable[Any]) -> list[str | None]:
    return [None if value is None else str(value) for value in values]


def said(value: Any) -> str:
    """This will write a fact as text: moments as the API does, several sentences as lines."""
    if isinstance(value, datetime):
        return iso_moment(value.astimezone(UTC))
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
