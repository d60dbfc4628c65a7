"""Writes a table as CSV, in constant memory."""

import csv
import io
from itertools import islice
from typing import IO

from shipments.exports.copying import csv_lines, is_copyable
from shipments.exports.writing import ROWS_A_PIECE, Table, plain_cell

END = "\r\n"


def write_csv(table: Table, stream: IO[bytes]) -> None:
    """This will write UTF-8 with commas, keys as headers, ISO dates and plain numbers."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig" if table.bom else "utf-8", newline="")
    writer = csv.writer(text, lineterminator=END)
    writer.writerow([column.name for column in table.columns])
    if table.tags:
        writer.writerow(table.tags)
    if not is_copyable(table):
        cells = [plain_cell(column.kind) for column in table.columns]
        writer.writerows(
            [None if value is None else cell(value) for cell, value in zip(cells, row, strict=True)]
            for row in table.counted_rows()
        )
    text.detach()
    if is_copyable(table):
        lines = table.counted(csv_lines(table))
        while piece := list(islice(lines, ROWS_A_PIECE)):
            stream.write(END.encode().join([*piece, b""]))
