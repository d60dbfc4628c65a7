"""Merged cells filled: each place of a merged range shows what its first cell holds."""

from collections.abc import Sequence
from typing import Any

from shipments.imports.reading.counting.layout import Range
from shipments.imports.reading.refusals import Refused
from shipments.imports.reading.spool import Warnings

_MAX_OPEN = 500


class MergedCells:
    """Fills rows that are given in order; a number shown twice is remarked on."""

    def __init__(self, merged: Sequence[Range], columns: int, warnings: Warnings) -> None:
        self._waiting = sorted(merged, reverse=True)
        self._open: list[tuple[Range, Any]] = []
        self._columns = columns
        self._warnings = warnings

    def fill(self, number: int, values: list[Any]) -> None:
        """Fill one row in place."""
        while self._waiting and self._waiting[-1][0] <= number:
            found = self._waiting.pop()
            anchor = values[found[1]] if found[0] == number and found[1] < len(values) else None
            if anchor is not None:
                self._open.append((found, anchor))
        if not self._open:
            return
        self._open = [entry for entry in self._open if entry[0][2] >= number]
        if len(self._open) > _MAX_OPEN:
            raise Refused("too_many_merged", allowed=_MAX_OPEN)
        # A reader may end a row at its last cell, short of what is merged into it.
        values.extend([None] * (self._columns - len(values)))
        for (_top, left, _bottom, right), anchor in self._open:
            for column in range(left, min(right, self._columns - 1) + 1):
                if values[column] is None:
                    values[column] = anchor
                    # Showing a number once more would count it once more.
                    if isinstance(anchor, int | float) and not isinstance(anchor, bool):
                        self._warnings.add("merged_number", number, column)
