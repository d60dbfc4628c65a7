"""What the rows of an answer can be laid out as: a map, bars, or neither."""

from typing import Literal

from shipments.querysets.totals.answers import Answer
from shipments.querysets.totals.dimensions import PERIODS
from shipments.querysets.totals.measures import MEASURES
from shipments.querysets.totals.question import TotalsQuery


def is_row_a_region(query: TotalsQuery) -> bool:
    """This will say whether the answer has one row for each region."""
    return (query.by[:-1] if query.shape == "wide" else query.by) == ("region",)


def drawn_as(query: TotalsQuery) -> Literal["map", "bars", "ranked", ""]:
    """This will say which picture the answer makes; "" for none."""
    if query.shape == "wide":
        return ""
    if query.by == ("region",):
        return "map"
    periods = [name for name in query.by if name in PERIODS]
    if len(query.by) == 1 and not periods:
        return "ranked"
    return "bars" if len(periods) == 1 and len(query.by) <= 2 else ""


def drawn_measure(answer: Answer) -> str:
    """This will find the first measure that can be drawn; "" where there is none.

    Different units never share a scale. A shipment may count in several months and a line in
    several, so that a sum of bars would lie; an event has one day.
    """
    alone = len(answer.query.by) == 1
    for name in answer.query.measures:
        kind = MEASURES[name].kind
        if kind == "weight" or (kind == "quantity" and len(answer.units) <= 1):
            return name
        if name == "events" and alone:
            return name
    return ""
