"""The tables of the demonstration, read from the files beside this module."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


def rows(table: str) -> Iterator[dict[str, str]]:
    """This will read the rows of one table of the demonstration, by column name."""
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True)


def several(cell: str) -> list[str]:
    """This will read a cell that holds several words parted by bars."""
    return [word for word in cell.split("|") if word]


def number(cell: str) -> Decimal | None:
    return Decimal(cell) if cell else None


def day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None
