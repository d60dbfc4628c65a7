"""What a counter finds in one sheet: enough to hold a reader's result against it."""

from dataclasses import dataclass, field

from shipments.imports.reading.limits import MAX_MERGED_RANGES
from shipments.imports.reading.refusals import Refused

_MAX_ERROR_CELLS = 200_000

# first row, first column, last row, last column; rows from 1, columns from 0
Range = tuple[int, int, int, int]


@dataclass
class Layout:
    """One sheet as counted; rows from 1 as the spreadsheet program shows them, columns from 0.

    A cell counts when it holds something other than white space, a row when it has such a cell.
    """

    rows: int = 0
    cells: int = 0
    first_row: int = 0
    last_row: int = 0
    last_column: int = -1
    hidden_rows: list[int] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    error_cells: int = 0
    # Columns by row: whole days in cells that show a time.
    shown_at_midnight: dict[int, list[int]] = field(default_factory=dict)
    shows_hours: bool = False

    def add_row(self, number: int, cells: int, last_column: int, *, hidden: bool) -> None:
        self.rows += 1
        self.cells += cells
        self.first_row = min(self.first_row or number, number)
        self.last_row = max(self.last_row, number)
        self.last_column = max(self.last_column, last_column)
        if hidden:
            self.hidden_rows.append(number)

    def add_error(self, row: int, column: int, token: str) -> None:
        self.error_cells += 1
        if self.error_cells > _MAX_ERROR_CELLS:
            raise Refused("too_many_errors", allowed=_MAX_ERROR_CELLS)
        self.errors.setdefault(row, {})[column] = token

    def add_merged(self, found: Range) -> None:
        if len(self.merged) >= MAX_MERGED_RANGES:
            raise Refused("too_many_merged", allowed=MAX_MERGED_RANGES)
        self.merged.append(found)

    @property
    def midnights(self) -> dict[int, list[int]]:
        """Columns by row that hold a midnight, which a reader gives as a bare day.

        Where no cell of the sheet shows any other time, all are days: programs that know only
        moments, as pandas does, write those so.
        """
        return self.shown_at_midnight if self.shows_hours else {}

    @property
    def agreed_on(self) -> tuple[int, int, int]:
        """Return the figures a reader must arrive at by itself: rows, cells, last row."""
        return self.rows, self.cells, self.last_row
