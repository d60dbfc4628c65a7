"""Writes a table as a workbook, row by row, in constant memory."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import IO, Any

import xlsxwriter
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shipments.exports.copying import is_copyable
from shipments.exports.sheets import LONGEST_CELL, SAMPLES, write_rows
from shipments.exports.writing import Table, iso_moment, plain_cell
from text.listings import Column, Kind

# Rows of a sheet, less the header (source: Excel specifications and limits).
MOST_ROWS = 1_048_575
# Numbers of more digits would be rounded by a spreadsheet program.
EXACT_DIGITS = 15
# Spreadsheet programs count days from 1900 and know none before.
FIRST_DAY = date(1900, 3, 1)
WIDTH = 16
# Text is written as text, whatever it looks like.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
FORMATS = {
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
    Kind.WEIGHT: "0.000",
}
NUMBERS = (Kind.INTEGER, Kind.QUANTITY, Kind.WEIGHT, Kind.AMOUNT, Kind.DEGREES)


def refuse_too_long(count: int) -> None:
    """This will refuse more rows than a sheet can hold (``too_many_rows``)."""
    if count > MOST_ROWS:
        raise ValidationError(
            gettext_lazy(
                "A workbook holds at most 1,048,575 rows and this list has %(count)s. "
                "Ask for CSV, or for fewer rows."
            ),
            code="too_many_rows",
            params={"count": f"{count:,}"},
        )


def write_xlsx(table: Table, stream: IO[bytes]) -> None:
    """This will write real numbers and dates under a frozen header, and an About sheet.

    Times are UTC, because a workbook's times have no zone; the About sheet says so.
    """
    refuse_too_long(table.count)
    if not is_copyable(table):
        write_book(table, stream)
        return
    shell = BytesIO()
    sample = tuple(SAMPLES.get(column.kind) for column in table.columns)
    write_book(replace(table, rows=[sample], progress=Table.progress), shell)
    write_rows(table, shell.getvalue(), stream)


def write_book(table: Table, stream: IO[bytes]) -> None:
    """This will write a workbook cell by cell."""
    book = xlsxwriter.Workbook(stream, OPTIONS)
    bold = book.add_format({"bold": True})
    formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
    sheet = book.add_worksheet(table.name[:31])
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(table.columns) - 1, 0), WIDTH)
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, column.name, bold)
    for number, row in enumerate(table.counted_rows(), start=1):
        for at, (column, value) in enumerate(zip(table.columns, row, strict=False)):
            if value is not None and value != "":
                write_cell(sheet, number, at, column, value, formats.get(column.kind))
    write_about(book.add_worksheet(_("About")[:31]), table, bold)
    book.close()


def write_cell(sheet: Any, row: int, at: int, column: Column, value: Any, style: Any) -> None:
    if column.kind in NUMBERS and exact(value):
        sheet.write_number(row, at, float(value), style)
    elif column.kind == Kind.FLAG:
        sheet.write_boolean(row, at, value)
    elif column.kind == Kind.DATE and value >= FIRST_DAY:
        sheet.write_datetime(row, at, datetime.combine(value, time()), style)
    elif column.kind == Kind.MOMENT and value.date() >= FIRST_DAY:
        sheet.write_datetime(row, at, value.astimezone(UTC).replace(tzinfo=None), style)
    elif column.kind in (Kind.TEXT, Kind.KEY):
        # A cell of text is never run, whatever it begins with: it keeps what was written.
        sheet.write_string(row, at, str(value)[:LONGEST_CELL])
    elif column.kind in (Kind.DATE, Kind.MOMENT):
        sheet.write_string(row, at, iso_moment(value) if column.kind == Kind.MOMENT else str(value))
    else:
        sheet.write_string(row, at, str(plain_cell(column.kind)(value))[:LONGEST_CELL])


def exact(value: Decimal | int) -> bool:
    """This will say whether a spreadsheet program can hold the number unrounded."""
    return len(Decimal(value).normalize().as_tuple().digits) <= EXACT_DIGITS


def write_about(sheet: Any, table: Table, bold: Any) -> None:
    """This will say where the rows come from, what was asked and what the columns mean."""
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    lines = [
        *table.about.items(),
        (_("Rows"), str(table.count)),
        (_("Times"), _("UTC")),
    ]
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, text)
    for row, column in enumerate(table.columns, start=len(lines) + 1):
        sheet.write_string(row, 0, column.name, bold)
        sheet.write_string(row, 1, str(column.help))
