"""Counts the rows of an ods workbook in its content.xml, without a spreadsheet library."""

import zipfile

from shipments.imports.reading.counting.layout import Layout
from shipments.imports.reading.hardened import Attributes, local, parse
from shipments.imports.reading.limits import (
    LAST_ROW,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    ROWS_ABOVE_DATA,
)
from shipments.imports.reading.refusals import Refused

_ERRORS = ("#", "Err:")


def count_ods(archive: zipfile.ZipFile) -> dict[str, Layout]:
    """Count every sheet in one pass, since all of them stand in one part.

    Refuses with xml_has_doctype, workbook_damaged, encrypted, too_many_sheets, too_many_rows.
    """
    counter = _Counter()
    if "META-INF/manifest.xml" in archive.NameToInfo:
        with archive.open("META-INF/manifest.xml") as stream:
            parse(stream, start=_refuse_encrypted)
    with archive.open("content.xml") as stream:
        parse(stream, start=counter.start, end=counter.end, text=counter.text)
    return counter.sheets


def _refuse_encrypted(name: str, _attributes: Attributes) -> None:
    if local(name) == "encryption-data":
        raise Refused("encrypted")


class _Counter:
    def __init__(self) -> None:
        self.sheets: dict[str, Layout] = {}
        self._layout: Layout | None = None
        self._row = 0
        self._repeat = 1
        self._hidden = False
        self._column = 0
        self._cells = 0
        self._last_column = -1
        self._errors: dict[int, str] = {}
        self._cell: Attributes | None = None
        self._words: list[str] = []
        self._paragraphs = 0
        self._skipped = 0

    def start(self, name: str, attributes: Attributes) -> None:
        match local(name):
            case "table":
                self._start_table(attributes)
            case "table-row":
                self._start_row(attributes)
            case "table-cell" | "covered-table-cell":
                self._cell, self._words, self._paragraphs = attributes, [], 0
            case "annotation":
                self._skipped += 1
            case "p" if self._cell is not None:
                self._paragraphs += not self._skipped
            case _:
                pass

    def text(self, words: str) -> None:
        if self._cell is not None and self._paragraphs and not self._skipped:
            self._words.append(words)

    def end(self, name: str) -> None:
        match local(name):
            case "annotation":
                self._skipped -= 1
            case "table-cell" | "covered-table-cell":
                self._end_cell()
            case "table-row":
                self._end_row()
            case _:
                pass

    def _start_table(self, attributes: Attributes) -> None:
        if len(self.sheets) >= MAX_SHEETS:
            raise Refused("too_many_sheets", allowed=MAX_SHEETS)
        self._layout = self.sheets.setdefault(attributes.get("table:name", ""), Layout())
        self._row = 1

    def _start_row(self, attributes: Attributes) -> None:
        self._repeat = _repeats(attributes.get("table:number-rows-repeated"), LAST_ROW)
        self._hidden = attributes.get("table:visibility", "visible") != "visible"
        self._column, self._cells, self._last_column, self._errors = 0, 0, -1, {}

    def _end_cell(self) -> None:
        if self._cell is None or self._layout is None:
            return
        attributes, words = self._cell, "".join(self._words).strip()
        repeat = _repeats(attributes.get("table:number-columns-repeated"), MAX_COLUMNS)
        if _holds_something(attributes, words):
            self._cells += repeat
            self._last_column = self._column + repeat - 1
            if words.startswith(_ERRORS) and attributes.get("calcext:value-type") == "error":
                self._errors |= dict.fromkeys(range(self._column, self._column + repeat), words)
        down = _repeats(attributes.get("table:number-rows-spanned"), LAST_ROW)
        across = _repeats(attributes.get("table:number-columns-spanned"), MAX_COLUMNS)
        if down > 1 or across > 1:
            last_row, last_column = self._row + down - 1, self._column + across - 1
            self._layout.add_merged((self._row, self._column, last_row, last_column))
        self._column += repeat
        self._cell = None

    def _end_row(self) -> None:
        if self._layout is not None and self._cells:
            if self._layout.rows + self._repeat > MAX_ROWS + ROWS_ABOVE_DATA:
                raise Refused("too_many_rows", allowed=MAX_ROWS)
            for number in range(self._row, self._row + self._repeat):
                self._layout.add_row(number, self._cells, self._last_column, hidden=self._hidden)
                for column, token in self._errors.items():
                    self._layout.add_error(number, column, token)
        self._row += self._repeat


def _repeats(text: str | None, most: int) -> int:
    if text is None or not text.isascii() or not text.isdigit():
        return 1
    return max(1, min(int(text[:9]), most))


def _holds_something(attributes: Attributes, words: str) -> bool:
    kind = attributes.get("office:value-type", "")
    if kind in ("", "string"):
        return bool(words or attributes.get("office:string-value", "").strip())
    return True
