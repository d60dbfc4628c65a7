"""Public statements beside what is itemised for the same scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shipments.models import ReportedFigure
from shipments.querysets.overview import WEIGHED_IN, beside_itemised
from shipments.views.pages import lines_address
from shipments.views.readers import Reader
from shipments.views.sentences import unit_word
from text.numbers import format_quantity

MOST_STATEMENTS = 8


@dataclass(frozen=True)
class Statement:
    """A public figure beside what is itemised for the same scope."""

    figure: ReportedFigure
    said: str
    itemised: str
    difference: str
    less: bool
    href: str


def statements(reader: Reader) -> list[Statement]:
    """This will set public statements, those of weight first, beside the itemised totals."""
    figures = ReportedFigure.objects.visible_to(reader.user).select_related(
        "operation", "donor", "region", "category", "item"
    )
    found = beside_itemised(figures, reader.user).order_by("in_weight", "published_on", "pk")
    return [statement(figure) for figure in found[:MOST_STATEMENTS]]


def statement(figure: Any) -> Statement:
    in_kg = figure.unit in WEIGHED_IN
    factor = Decimal(1000) if figure.unit == "t" else Decimal(1)
    itemised = figure.itemised_kg / factor if in_kg and figure.itemised_kg is not None else None
    if not in_kg:
        itemised = figure.itemised
    decimals = 1 if in_kg else 0
    difference = None if itemised is None else itemised - figure.quantity

    def written(value: Decimal | None) -> str:
        if value is None:
            return ""
        number = format_quantity(value, decimals)
        return f"{number}\u00a0{unit_word(figure.unit, value)}"

    return Statement(
        figure=figure,
        said=written(figure.quantity),
        itemised=written(itemised),
        difference=written(difference),
        less=difference is not None and difference < 0,
        href=statement_address(figure),
    )


OUTCOMES = {"dispatched": "sent", "arrived": "received,damaged", "distributed": "distributed"}


def statement_address(figure: ReportedFigure) -> str:
    """This will name the ledger lines that are comparable with a statement."""
    if figure.stage not in OUTCOMES:
        return ""
    asked: dict[str, str] = {
        "operation": figure.operation.code,
        "outcome": OUTCOMES[figure.stage],
        "occurred_on__lte": (figure.period_to or figure.published_on).isoformat(),
    }
    if figure.period_from:
        asked["occurred_on__gte"] = figure.period_from.isoformat()
    named_records: Iterable[tuple[str, Any]] = (
        ("donor", figure.donor),
        ("region", figure.region),
        ("category", figure.category),
        ("item", figure.item),
    )
    asked |= {name: record.code for name, record in named_records if record is not None}
    if figure.mode:
        asked["mode"] = figure.mode
    if figure.unit not in WEIGHED_IN:
        asked["unit"] = figure.unit
    return lines_address(**asked)
