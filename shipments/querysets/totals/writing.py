"""The figures of an answer as JSON carries them: exact decimals as strings."""

from decimal import Decimal
from typing import Any

from shipments.querysets.totals.answers import Answer
from shipments.querysets.totals.tables import Row
from text.listings import plain_quantity, plain_weight


def kind_of(answer: Answer, column: str) -> str:
    measure = answer.measure_of(column)
    return measure.kind if measure else ""


def written(row: Row, kinds: dict[str, str]) -> Row:
    return {name: cell(value, kinds[name]) for name, value in row.items()}


def cell(value: Any, kind: str) -> Any:
    if not isinstance(value, Decimal):
        return value
    if kind == "weight":
        return plain_weight(value)
    return plain_quantity(value) if kind == "quantity" else f"{value:f}"
