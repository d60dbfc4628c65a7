"""The way in: a file on disk to one table, by a child process that may die in its place."""

import itertools
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from shipments.imports.reading.cells import text_of
from shipments.imports.reading.hashtags import obsolete_hashtags
from shipments.imports.reading.headers import (
    LOOKED_AT_ROWS,
    Heading,
    find_heading,
    heading_at,
)
from shipments.imports.reading.limits import MAX_ROWS
from shipments.imports.reading.refusals import Refused
from shipments.imports.reading.rows import Row, RowKind, RowSorter
from shipments.imports.reading.sandbox import parse_in_child
from shipments.imports.reading.sentences import as_validation_error, remark
from shipments.imports.reading.spool import spooled_rows

_SEARCHED_FOR_HEADER = 200


@dataclass(frozen=True)
class Sheet:
    """One worksheet of a workbook."""

    name: str
    hidden: bool


@dataclass(frozen=True)
class Remark:
    """Something to know about the file, or about one row or cell of it."""

    code: str
    row: int | None
    column: int | None
    params: dict[str, Any]

    @property
    def detail(self) -> str:
        """Say it as a sentence in the language of the moment."""
        return remark(self.code, self.params)


@dataclass
class Table:
    """The table of one sheet, its rows read from disk each time they are asked for."""

    heading: Heading
    columns: int
    last_row: int
    hidden: frozenset[int]
    folder: Path

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the words over each column; its letter where the table has no headers."""
        return self.heading.headers

    def rows(self) -> Iterator[Row]:
        """Yield every row below the headers that holds something, in order, each with its kind."""
        sorter = RowSorter(self.heading, lambda: spooled_rows(self.folder))
        below = self.heading.last_row
        for number, values in spooled_rows(self.folder):
            if number > below:
                yield Row(number, values, sorter.kind(number, values), number in self.hidden)

    def data(self) -> Iterator[Row]:
        """Yield the rows that are to be imported."""
        return (row for row in self.rows() if row.kind is RowKind.DATA)

    @cached_property
    def counts(self) -> Counter[str]:
        """Count rows below the headers by kind, and as "blank" those that hold nothing.

        The counts add up to "rows", which is every row from below the headers to the last one
        that holds something.
        """
        counts: Counter[str] = Counter(row.kind.value for row in self.rows())
        counts["rows"] = max(self.last_row - self.heading.last_row, 0)
        counts["blank"] = 2 * counts["rows"] - counts.total()
        return counts

    def samples(self, most: int = 5) -> list[list[str]]:
        """Return, column by column, the first different texts among the first rows of data."""
        found: list[dict[str, None]] = [{} for _column in range(self.columns)]
        for row in itertools.islice(self.data(), LOOKED_AT_ROWS):
            for column, raw in enumerate(row.raw):
                if len(found[column]) < most and (text := text_of(raw).strip()):
                    found[column][text] = None
        return [list(texts) for texts in found]


@dataclass
class ReadResult:
    """A file as read; a context manager, since its rows lie in a folder of their own."""

    name: str
    format: str
    encoding: str | None
    delimiter: str | None
    sheets: tuple[Sheet, ...]
    sheet: str | None
    # Whether bare day numbers count from 1904, as old Macintosh programs had it.
    date_1904: bool
    table: Table
    remarks: tuple[Remark, ...]
    remark_counts: dict[str, int]
    _folder: tempfile.TemporaryDirectory[str] = field(repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the rows from the disk."""
        self._folder.cleanup()


def read_upload(
    path: Path,
    *,
    name: str,
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    is_known: Callable[[str], bool] = lambda _header: False,
) -> ReadResult:
    """Read one sheet of an uploaded file, or pasted cells saved as text, into a table.

    What is not given is found: the first visible sheet with content, the header row (0 says that
    there is none), encoding and delimiter. `is_known` tells titles of columns from other words.

    Raises ValidationError with a code of `sentences.REFUSALS` for any file that cannot be read
    completely; this process does no parsing and outlives every file.
    """
    request = {
        "path": str(path.resolve(strict=True)),
        "name": name,
        "sheet": sheet,
        "encoding": encoding,
        "delimiter": delimiter,
    }
    folder = tempfile.TemporaryDirectory(prefix="aid-import-")
    try:
        parsed = parse_in_child(request, Path(folder.name))
        table = _table(parsed, Path(folder.name), header_row, is_known)
    except Refused as refused:
        folder.cleanup()
        raise as_validation_error(refused) from refused
    except BaseException:
        folder.cleanup()
        raise
    return _result(name, parsed, table, folder)


def _result(
    name: str,
    parsed: dict[str, Any],
    table: Table,
    folder: tempfile.TemporaryDirectory[str],
) -> ReadResult:
    remarks = (*(Remark(**found) for found in parsed["warnings"]), *_remarks(parsed, table))
    return ReadResult(
        name=name,
        format=parsed["format"],
        encoding=parsed["encoding"],
        delimiter=parsed["delimiter"],
        sheets=tuple(Sheet(**found) for found in parsed["sheets"]),
        sheet=parsed["sheet"],
        date_1904=parsed["date_1904"],
        table=table,
        remarks=remarks,
        remark_counts=dict(Counter(found.code for found in remarks)) | parsed["warning_counts"],
        _folder=folder,
    )


def _remarks(parsed: dict[str, Any], table: Table) -> Iterator[Remark]:
    """Remark on what shows only once it is known where the table starts."""
    for row in parsed["hidden_rows"]:
        if row > table.heading.last_row:
            yield Remark("hidden_row", row, None, {})
    for column, tag in obsolete_hashtags(table.heading.hxl):
        yield Remark("obsolete_hashtag", table.heading.hxl_row, column, {"tag": tag})


def _table(
    parsed: dict[str, Any], folder: Path, header_row: int | None, is_known: Callable[[str], bool]
) -> Table:
    sample = list(itertools.islice(spooled_rows(folder), _SEARCHED_FOR_HEADER))
    if not sample:
        raise Refused("empty_file")
    columns = parsed["columns"]
    heading = find_heading(sample[:LOOKED_AT_ROWS], columns, is_known)
    # To choose the row that was found keeps the second header row beside it.
    if header_row is not None and header_row != heading.header_row:
        if header_row != 0 and all(number != header_row for number, _values in sample):
            raise Refused("header_row_unknown", found=header_row, first=sample[0][0],
                          last=sample[-1][0])  # fmt: skip
        heading = heading_at(sample, header_row, columns)
    above = sum(1 for number, _values in sample if number <= heading.last_row)
    if parsed["rows"] - above > MAX_ROWS:
        raise Refused("too_many_rows", allowed=MAX_ROWS)
    hidden = frozenset(parsed["hidden_rows"])
    return Table(heading, columns, parsed["last_row"], hidden, folder)
