"""Blanks that mean "as above", in the columns of which a person said so."""

from collections.abc import Iterator, Mapping
from typing import Any

from shipments.imports.reading.cells import CellKind, cell_of
from shipments.imports.reading.references import column_index, column_letters
from shipments.models import ImportRow, ImportRun
from shipments.models.imports import RowState

SAVED_AT_ONCE = 2000


def fill_from_above(run: ImportRun) -> None:
    """This will keep with each row what its blanks stand for; rows left out give nothing."""
    run.rows.exclude(filled={}).update(filled={})
    columns = sorted(column_index(letters) for letters in run.as_above)
    if not columns:
        return
    rows = run.rows.exclude(state__in=(RowState.TOTALS, RowState.BLANK)).order_by("number")
    changed = []
    for row in filled_rows(rows.iterator(chunk_size=SAVED_AT_ONCE), columns):
        changed.append(row)
        if len(changed) == SAVED_AT_ONCE:
            ImportRow.objects.bulk_update(changed, ["filled"])
            changed = []
    ImportRow.objects.bulk_update(changed, ["filled"])


def filled_rows(rows: Iterator[ImportRow], columns: list[int]) -> Iterator[ImportRow]:
    """This will give the rows that take something from above, with it."""
    above: dict[str, Any] = {}
    for row in rows:
        taken = {}
        for index in columns:
            letters = column_letters(index)
            raw = row.fixes.get(letters, row.cells[index] if index < len(row.cells) else None)
            if cell_of(raw).kind is not CellKind.BLANK:
                above[letters] = raw
            elif letters in above and letters not in row.fixes:
                taken[letters] = above[letters]
        if taken:
            row.filled = taken
            yield row


def filled_cells(cells: list[Any], filled: Mapping[str, Any]) -> list[Any]:
    """This will give a row's cells with what its blanks stand for."""
    if not filled:
        return cells
    cells = list(cells)
    for letters, raw in filled.items():
        at = column_index(letters)
        cells += [None] * (at + 1 - len(cells))
        cells[at] = raw
    return cells
