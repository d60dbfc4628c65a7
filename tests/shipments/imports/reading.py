"""Reads a file the way an import does, and keeps what a test wants to look at."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import orjson
import pytest
from django.core.exceptions import ValidationError

from shipments.imports.columns import is_known_title
from shipments.imports.reading.parsing import parse_file
from shipments.imports.reading.sandbox import parse_in_child
from shipments.imports.reading.spool import ROWS_FILE, RowWriter, Warnings
from shipments.imports.reading.upload import Remark, read_upload

if TYPE_CHECKING:
    from tests.shipments.imports.hostile import Case

SAMPLES = Path(__file__).parents[2] / "data" / "spreadsheets"


@dataclass
class Reading:
    """What came of a file: its rows from the first to the last, or the refusal's code."""

    rows: dict[int, list[str]]
    kinds: dict[int, str]
    cell_kinds: dict[int, list[str]]
    headers: tuple[str, ...]
    counts: dict[str, int]
    remarks: tuple[Remark, ...]
    format: str
    encoding: str | None
    delimiter: str | None
    header_rows: tuple[int, ...]
    hxl_row: int | None
    hidden: list[int]
    sheets: list[tuple[str, bool]]

    @property
    def remark_codes(self) -> list[str]:
        return [remark.code for remark in self.remarks]

    @property
    def data(self) -> list[list[str]]:
        return [row for number, row in self.rows.items() if self.kinds[number] == "data"]


def parse_here(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Parse without a child, for the many files that mean no harm."""
    warnings = Warnings()
    with (folder / ROWS_FILE).open("wb") as file:
        found = parse_file(request, RowWriter(file, warnings), warnings)
    result: dict[str, Any] = orjson.loads(orjson.dumps(found))
    return result


def reading(path: Path, *, in_child: bool = False, **options: Any) -> Reading:
    """Read a file and take its whole table out of it."""
    name = options.pop("name", path.name)
    parse = parse_in_child if in_child else parse_here
    with (
        patch("shipments.imports.reading.upload.parse_in_child", parse),
        read_upload(path, name=name, is_known=is_known_title, **options) as result,
    ):
        table = result.table
        rows = list(table.rows())
        return Reading(
            rows={row.number: [cell.text for cell in row.cells] for row in rows},
            kinds={row.number: row.kind.value for row in rows},
            cell_kinds={row.number: [cell.kind.value for cell in row.cells] for row in rows},
            headers=table.headers,
            counts={kind: count for kind, count in table.counts.items() if count},
            remarks=result.remarks,
            format=result.format,
            encoding=result.encoding,
            delimiter=result.delimiter,
            header_rows=table.heading.header_rows,
            hxl_row=table.heading.hxl_row,
            hidden=[row.number for row in rows if row.hidden],
            sheets=[(sheet.name, sheet.hidden) for sheet in result.sheets],
        )


def read_bytes(
    folder: Path, content: bytes | str, name: str = "file.csv", **options: Any
) -> Reading:
    """Read what a test wrote itself."""
    path = folder / "upload"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return reading(path, name=name, **options)


def refusal(folder: Path, content: bytes | str, name: str = "file.csv", **options: Any) -> str:
    """Return the code a file is refused with, after its sentence was made."""
    with pytest.raises(ValidationError) as refused:
        read_bytes(folder, content, name, **options)
    sentence = refused.value.messages[0]
    assert sentence.endswith(".")
    assert "%(" not in sentence
    return str(refused.value.code)


def read_whole_or_refused(case: "Case", folder: Path) -> str | int:
    """Read a hostile file in a child: the code of its refusal, or how many rows it has."""
    if isinstance(case.expected, str):
        return refusal(folder, case.build(), case.file_name, in_child=True)
    return len(read_bytes(folder, case.build(), case.file_name, in_child=True).rows)
