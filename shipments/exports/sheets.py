"""Lets the database write the rows of a worksheet; the rest of the workbook is made before.

Cells say what those of ``workbooks.write_cell`` say; ``test_copying.py`` holds them together.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import islice
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from psycopg import sql
from xlsxwriter.utility import xl_col_to_name

from shipments.exports.copying import CELLS, MOMENT, copied, named, selected
from shipments.exports.writing import ROWS_A_PIECE, Table
from text.listings import Column, Kind

SHEET = "xl/worksheets/sheet1.xml"
# Repetitive as rows are, more effort makes the file little smaller and takes twice as long.
EFFORT = 1
# Stands in a cell's address for the number of its row, until the row has one.
NUMBER = "\x01"
LONGEST_CELL = 32_767
COPIED = re.compile(rb"\\(.)", re.DOTALL)
WRITTEN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"v": b"\v"}
CONTROLS = bytes([*range(9), *range(11, 32)])
# How a workbook writes what XML cannot hold, and what looks like that (ECMA-376, ST_Xstring).
UNWRITABLE = re.compile(rb"[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
# Values that give a cell the style of its column.
SAMPLES: dict[Kind, Any] = {
    Kind.WEIGHT: Decimal(1),
    Kind.DATE: date(2020, 1, 1),
    Kind.MOMENT: datetime(2020, 1, 1, tzinfo=UTC),
}
TEXT = "<c r={r} t=\"str\"><v>' || {value} || '</v></c>"
NUMERIC = "<c r={r}{s}><v>' || {value} || '</v></c>"
ESCAPED = f"replace(replace(left(nullif({{c}}, ''), {LONGEST_CELL}), '&', '&amp;'), '<', '&lt;')"
DAYS = "({c} - date '1899-12-30')"
DAYS_AND_HOURS = "(extract(epoch FROM {c})::float8 / 86400 + 25569)"
# Of each kind: when it is a number, the number, and the text otherwise.
NUMBERS: dict[Kind, tuple[str, str, str]] = {
    Kind.INTEGER: ("true", "{c}", "{c}"),
    Kind.QUANTITY: ("abs({c}) < 1e12", "trim_scale({c})", "trim_scale({c})"),
    Kind.WEIGHT: ("abs({c}) < 1e12", "trim_scale({c})", "round({c}, 3)"),
    Kind.AMOUNT: ("length(trim_scale({c})::text) <= 15", "trim_scale({c})", "trim_scale({c})"),
    Kind.DEGREES: ("true", "trim_scale({c})", "{c}"),
    Kind.DATE: ("{c} >= '1900-03-01'", DAYS, "{c}"),
    Kind.MOMENT: ("{c} >= '1900-03-01Z'", DAYS_AND_HOURS, MOMENT),
}
MOST_ARGUMENTS = 90


def write_rows(table: Table, shell: bytes, stream: IO[bytes]) -> None:
    """This will write a workbook whose first sheet has the rows of the table.

    ``shell`` is the workbook with one row of SAMPLES in that sheet, which gives the styles.
    """
    with ZipFile(BytesIO(shell)) as made, ZipFile(stream, "w", ZIP_DEFLATED, True, EFFORT) as book:
        for entry in made.infolist():
            content = made.read(entry)
            if entry.filename == SHEET:
                write_sheet(table, content.decode(), book)
            else:
                book.writestr(entry.filename, content)


def write_sheet(table: Table, sheet: str, book: ZipFile) -> None:
    head, sample, tail = re.split(r"(<row r=\"2\".*</row>)", sheet, maxsplit=1, flags=re.DOTALL)
    styles = dict(re.findall(r'<c r="([A-Z]+)2"( s="\d+")', sample))
    last = table.count + 1
    head = re.sub(r'(<dimension ref="A1:[A-Z]+)\d+', rf"\g<1>{last}", head)
    entry = ZipInfo(SHEET)
    entry.compress_type = ZIP_DEFLATED
    with book.open(entry, "w", force_zip64=True) as out:
        out.write(head.encode())
        rows = table.counted(sheet_rows(table, styles))
        while piece := list(islice(rows, ROWS_A_PIECE)):
            out.write(writable(b"".join(piece)))
        out.write(tail.encode())


def sheet_rows(table: Table, styles: dict[str, str]) -> Iterator[bytes]:
    """This will give each row of the sheet, its cells as the database wrote them."""
    cells = [cell_of(column, at, styles) for at, column in enumerate(table.columns)]
    parts = [
        sql.SQL("concat({})").format(sql.SQL(", ").join(cells[at : at + MOST_ARGUMENTS]))
        for at in range(0, len(cells), MOST_ARGUMENTS)
    ]
    statement, params = selected(table, sql.SQL(" || ").join(parts))
    copying = sql.SQL("COPY ({}) TO STDOUT").format(statement)
    for number, line in enumerate(copied(copying, params), start=2):
        row = bytes(line[:-1])
        if b"\\" in row:
            row = COPIED.sub(lambda found: WRITTEN.get(found[1], found[1]), row)
        digits = b"%d" % number
        yield b'<row r="%s">%s</row>' % (digits, row.replace(NUMBER.encode(), digits))


def cell_of(column: Column, at: int, styles: dict[str, str]) -> sql.Composable:
    """This will write the cell of a column as XML; nothing for a value that is not there."""
    letters = xl_col_to_name(at)
    address = {"r": f'"{letters}{NUMBER}"', "s": styles.get(letters, "")}
    if column.kind in NUMBERS:
        when, number, words = NUMBERS[column.kind]
        form = (
            f"CASE WHEN {when} THEN '{NUMERIC.format(value=number, **address)}'"
            f" WHEN {{c}} IS NOT NULL THEN '{TEXT.format(value=words, **address)}' END"
        )
    elif column.kind == Kind.FLAG:
        form = f"'<c r={address['r']} t=\"b\"><v>' || {{c}}::integer || '</v></c>'"
    else:
        plain = bool(column.choices) or column.kind == Kind.KEY
        value = CELLS[Kind.KEY] if column.kind == Kind.KEY else "nullif({c}, '')"
        form = f"'{TEXT.format(value=value if plain else ESCAPED, **address)}'"
    return sql.SQL(form).format(c=named(at))


def writable(rows: bytes) -> bytes:
    """This will escape what XML cannot hold and keep spaces at the ends of texts."""
    if len(rows.translate(None, CONTROLS)) != len(rows) or b"_x" in rows:
        rows = UNWRITABLE.sub(lambda found: b"_x%04X_" % ord(found[0]), rows)
    if b"<v> " in rows or b" </v>" in rows or b"\n" in rows:
        rows = rows.replace(b't="str"><v>', b't="str"><v xml:space="preserve">')
    return rows
