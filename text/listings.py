"""A list as it is declared once: its columns for JSON, files and the API's description."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import Choices, QuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

THOUSANDTH = Decimal("0.001")
# What every list can be had as; some lists name further formats.
EVERY_LIST = ("json", "csv", "xlsx", "ndjson")
Values = tuple[Any, ...]
# Rows that are completed together: their answers are computed at once.
COMPLETED_AT_ONCE = 500


class Kind(StrEnum):
    """What a column holds, which decides how it is written."""

    TEXT = "text"
    WORDS = "words"
    NAMES = "names"
    INTEGER = "integer"
    QUANTITY = "quantity"
    WEIGHT = "weight"
    AMOUNT = "amount"
    DEGREES = "degrees"
    DATE = "date"
    MOMENT = "moment"
    FLAG = "flag"
    KEY = "key"
    ROWS = "rows"


@dataclass(frozen=True)
class Reader:
    """Who reads a list, and in which language names are wanted ("" for the names as stored).

    ``known`` is false for readers without a role, who see what is published and no more.
    ``paths`` are the region paths in which the reader holds a role.
    """

    user: Any
    known: bool
    paths: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Column:
    """One value of a row. ``source`` is a field path, an expression, or makes one for a reader.

    ``published`` is what readers without a role get in its place: True for the same, False for
    nothing, else another source. ``rows`` describes the rows of a nested list.
    """

    name: str
    source: Any = None
    kind: Kind = Kind.TEXT
    help: "StrOrPromise" = ""
    choices: type[Choices] | None = None
    published: Any = True
    rows: tuple["Column", ...] = ()

    def source_for(self, reader: Reader) -> Any:
        source = self.source if reader.known or self.published is True else self.published
        if source is None:
            return self.name
        return source(reader) if callable(source) and not is_expression(source) else source


@dataclass(frozen=True)
class Listing:
    """A list of the API: which rows a reader sees, in which order, with which columns.

    ``order`` are columns of the database that together are unique, each with "-" for downward.
    ``file_rows`` and ``file_columns`` are given where a file has other rows than the list.
    ``complete`` fills in what is computed for many rows together: it takes rows as the database
    gave them and gives them back in their order.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[Reader], QuerySet[Any]]
    order: tuple[str, ...]
    filters: Any = None
    key: str = "code"
    file_columns: tuple[Column, ...] = ()
    file_rows: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    file_order: tuple[str, ...] = ()
    formats: tuple[str, ...] = EVERY_LIST
    geometry: Callable[[dict[str, Any]], Any] | None = None
    summary: "StrOrPromise" = ""
    complete: Callable[[Sequence[Values], Reader], list[Values]] | None = None

    def completed(self, rows: Iterable[Values], reader: Reader) -> Iterator[Values]:
        """This will complete rows portion by portion, in constant memory."""
        if self.complete is None:
            yield from rows
            return
        waiting = iter(rows)
        while portion := list(islice(waiting, COMPLETED_AT_ONCE)):
            yield from self.complete(portion, reader)

    def columns_for(self, reader: Reader, *, file: bool = False) -> tuple[Column, ...]:
        """This will give the columns of a list or file that the reader may see."""
        columns = (self.file_columns or self.columns) if file else self.columns
        return columns if reader.known else tuple(c for c in columns if c.published is not False)


def is_expression(source: object) -> bool:
    return hasattr(source, "resolve_expression")


def plain_quantity(value: Decimal | None) -> str | None:
    """This will write a quantity without trailing zeros and without exponent: 380, 0.5."""
    if value is None:
        return None
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def plain_weight(value: Decimal | None) -> str | None:
    """This will write kilograms with three decimals: 345000.000."""
    return None if value is None else f"{value.quantize(THOUSANDTH):f}"


DECIMAL_WRITERS: dict[Kind, Callable[[Any], str | None]] = {
    Kind.QUANTITY: plain_quantity,
    Kind.WEIGHT: plain_weight,
    Kind.AMOUNT: plain_quantity,
    Kind.DEGREES: plain_quantity,
}
