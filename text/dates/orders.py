"""Whether the dates of a column have the day or the month first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.core.exceptions import ValidationError

from text.dates.days import Order, numeric_orders


@dataclass(frozen=True)
class DateOrder:
    """What a column of dates says about the order of day and month.

    `verdict` is "known" with its `order`; "ambiguous" where every date fits two orders;
    "contradictory" where no order fits all; "not_needed" where no date depends on it.
    `examples` are up to three of the dates that led to the verdict.
    """

    verdict: Literal["known", "ambiguous", "contradictory", "not_needed"]
    order: Order | None = None
    examples: tuple[str, ...] = ()


def detect_date_order(samples: Iterable[str]) -> DateOrder:
    """Find the order of day and month in which all dates of a column are in the calendar.

    Text that is no date, or whose order is plain to see, has no say.
    """
    possible: set[Order] = {"dmy", "mdy", "ymd"}
    voices: dict[frozenset[Order], str] = {}
    for sample in samples:
        try:
            orders = numeric_orders(sample)
        except ValidationError:
            continue
        if orders:
            voices.setdefault(orders, sample)
            possible &= orders
    examples = tuple(voices.values())[:3]
    if not voices:
        return DateOrder("not_needed")
    if not possible:
        return DateOrder("contradictory", None, examples)
    # A two-digit year in front is only believed when nothing else fits.
    likely = possible - {"ymd"} or possible
    if len(likely) > 1:
        return DateOrder("ambiguous", None, examples)
    return DateOrder("known", likely.pop(), examples)
