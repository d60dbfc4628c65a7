"""Writes a table as NDJSON, JSON, GeoJSON or a picture, row by row, in constant memory."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import IO, Any, TypeVar

import orjson

from regions.boundaries import NOTE
from regions.exports.rows import json_rows
from text.listings import DECIMAL_WRITERS, Column, Kind

JSON_OPTIONS = orjson.OPT_UTC_Z
# What a spreadsheet program would take for a formula (source: OWASP, CSV injection).
# Both Python and PostgreSQL read it, so the spaces are written out.
SPACES = "\t\n\x0b\x0c\r\x1c-\x1f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
FORMULA_PATTERN = rf"^[{SPACES}]*[=+\-@\t\r＝＋－＠]"
FORMULA = re.compile(FORMULA_PATTERN)
ROWS_A_PIECE = 500


Row = TypeVar("Row")


@dataclass(frozen=True)
class Table:
    """Rows for a file: tuples in the order of the columns, as the database gave them.

    ``about`` is for readers, ``facts`` for programs: what was asked, when, and what to know.
    ``values`` asks the same rows of the database, where they are nothing but a query.
    ``key`` names the column that tells a place apart. ``tags`` are a second row of headers.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Any, ...]]
    count: int
    values: Any = None
    about: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    key: str = "code"
    tags: tuple[str, ...] = ()
    picture: Callable[[], str] = str
    geometry: Callable[[dict[str, Any]], Any] | None = None
    bom: bool = False
    progress: Callable[[int], None] = lambda _done: None

    def counted_rows(self) -> Iterator[tuple[Any, ...]]:
        """This will give the rows and say now and then how many there were."""
        return self.counted(self.rows)

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        done = 0
        for row in rows:
            yield row
            done += 1
            if done % ROWS_A_PIECE == 0:
                self.progress(done)
        self.progress(done)


def safe_text(text: str) -> str:
    """This will put an apostrophe before what a spreadsheet program would run as a formula."""
    return "'" + text if FORMULA.match(text) else text


def plain_cell(kind: Kind) -> Callable[[Any], str | bool | None]:
    """This will give the function that writes a value of the kind into a cell of text."""
    if kind in DECIMAL_WRITERS:
        return DECIMAL_WRITERS[kind]
    if kind == Kind.FLAG:
        return lambda value: "true" if value else "false"
    if kind == Kind.MOMENT:
        return iso_moment
    if kind == Kind.DATE:
        return date.isoformat
    if kind in (Kind.INTEGER, Kind.KEY):
        return str
    if kind == Kind.WORDS:
        return lambda value: safe_text("; ".join(value))
    if kind == Kind.NAMES:
        return lambda value: safe_text("; ".join(f"{k}: {v}" for k, v in value.items()))
    if kind == Kind.ROWS:
        return named_rows
    return lambda value: safe_text(str(value))


def iso_moment(value: datetime) -> str:
    """This will write a moment in UTC, as the JSON of the API does: 2020-11-25T10:10:00Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def named_rows(value: str) -> str:
    """This will write a nested list of names as one cell."""
    return safe_text("; ".join(str(row.get("text", "")) for row in orjson.loads(value)))


def write_ndjson(table: Table, stream: IO[bytes]) -> None:
    """This will write one JSON object a line."""
    for row in json_rows(table.columns, table.counted_rows()):
        stream.write(orjson.dumps(row, option=JSON_OPTIONS | orjson.OPT_APPEND_NEWLINE))


def write_json(table: Table, stream: IO[bytes]) -> None:
    """This will write the answer of a list with every row in it."""
    head = orjson.dumps({"count": table.count, "next": None, "previous": None, "results": []})
    write_list(head.removesuffix(b"]}"), json_rows(table.columns, table.counted_rows()), stream)


def write_geojson(table: Table, stream: IO[bytes]) -> None:
    """This will write a FeatureCollection (RFC 7946); what has no place has a null geometry.

    The note about boundaries and the facts stand beside the features as foreign members.
    """
    shape = table.geometry or (lambda _row: None)
    features = (
        {"type": "Feature", "id": row[table.key], "geometry": shape(row), "properties": row}
        for row in json_rows(table.columns, table.counted_rows())
    )
    head = {"type": "FeatureCollection", "note": str(NOTE), **table.facts, "features": []}
    write_list(orjson.dumps(head, option=JSON_OPTIONS).removesuffix(b"]}"), features, stream)


def write_svg(table: Table, stream: IO[bytes]) -> None:
    """This will write the picture of a table as a file that needs nothing beside it."""
    stream.write(b'<?xml version="1.0" encoding="UTF-8"?>\n' + table.picture().encode())


def write_list(head: bytes, rows: Iterable[dict[str, Any]], stream: IO[bytes]) -> None:
    stream.write(head)
    for at, row in enumerate(rows):
        stream.write((b",\n" if at else b"\n") + orjson.dumps(row, option=JSON_OPTIONS))
    stream.write(b"\n]}\n")
