"""The answer to a question about totals as figures, picture and table, each figure explained."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shipments.exports.totals.links import lines_query
from shipments.exports.totals.notes import notes_of
from shipments.exports.totals.offers import offered_formats
from shipments.forms.data import DIMENSION_NAMES, measure_name
from shipments.models.shipments import WeightBasis
from shipments.pictures.totals import draw_totals
from shipments.querysets.totals import MEASURES, Answer, Scope
from shipments.querysets.totals.measures import Measure
from shipments.querysets.totals.periods import first_day
from shipments.querysets.totals.tables import Row
from text.dates import format_day
from text.numbers import format_quantity, format_weight
from text.sort_keys import sort_key

MOST_ROWS = 500
# With more figures than these on a page, each row has one link: the links would outweigh them.
MOST_LINKS = 300
MILLION = 1_000_000
NO_NAME = "–"


def shown(found: Answer) -> dict[str, Any]:
    """This will lay the answer out: figures, a picture where there is one, and a table."""
    formats = offered_formats(found)
    columns = columns_shown(found)
    rows = in_order_of_names(found)[:MOST_ROWS]
    linked = len(rows) * len(columns) <= MOST_LINKS
    drawable = bool(found.rows) and "svg" in formats
    return {
        "figures": figures(found),
        "heads": [head(found, column) for column in columns],
        "rows": [
            {
                "cells": [cell(found, column, row, codes, linked=linked) for column in columns],
                "lines": "" if linked else address(found.behind.row(codes)),
            }
            for row, codes in rows
        ],
        "linked": linked,
        "cut": max(len(found.rows) - MOST_ROWS, 0),
        "total": [cell(found, column, found.total, {}, linked=True) for column in columns],
        "notes": notes_of(found),
        "as_of": found.as_of,
        "settled": found.settled,
        # Drawn by our own code, which escapes the names it is given; the notes stand beside it.
        "picture": mark_safe(draw_totals(found, [])) if drawable else "",  # noqa: S308
        "formats": {word: word in formats for word in ("geojson", "svg")},
    }


def columns_shown(found: Answer) -> list[str]:
    """This will list the columns, those that stand for values in the order of the values' names."""
    left = [column for column in found.columns if f"{column}_name" not in found.columns]
    first = [column for column in left if column not in found.heads]

    def place(column: str) -> tuple[bool, str, str]:
        of = found.heads[column]
        return (of.code is None, sort_key(of.name or "", language_of(found)), str(of.code))

    return first + sorted((column for column in left if column in found.heads), key=place)


def language_of(found: Answer) -> str:
    return found.query.lang or get_language() or ""


def in_order_of_names(found: Answer) -> list[tuple[Row, Row]]:
    """This will list rows with their codes as somebody who reads names looks for them.

    The API sorts by codes, which are the same in every language; an order that was asked for holds.
    """
    pairs = list(zip(found.rows, found.codes, strict=True))
    language = language_of(found)

    def place(pair: tuple[Row, Row]) -> list[tuple[bool, str, str]]:
        row, codes = pair
        shown = {name: row.get(f"{name}_name") for name in codes}
        return [
            (code is None, sort_key(shown[name] or "", language), str(code))
            for name, code in codes.items()
        ]

    return pairs if found.query.order else sorted(pairs, key=place)


def figures(found: Answer) -> list[dict[str, str]]:
    """This will give the total of each measure, with the address of the lines behind it."""
    listed = []
    for name in found.query.measures:
        for column in MEASURES[name].columns:
            value, weighs = found.whole[column], MEASURES[name].kind == "weight"
            listed.append(
                {
                    "number": at_a_glance(value)
                    if weighs and value is not None
                    else written(value),
                    "words": measure_name(MEASURES[name].base)
                    if weighs
                    else column_name(MEASURES[name], column),
                    "href": explained(found, MEASURES[name], {}),
                }
            )
    return listed


def at_a_glance(kg: Decimal) -> str:
    """This will write a weight short: in tonnes where there are many kilograms, grams for few."""
    if abs(kg) >= MILLION:
        return format_weight(kg, decimals=0)
    return format_weight(round(kg, 1) if abs(kg) >= 10 else kg, decimals=1)


def head(found: Answer, column: str) -> dict[str, Any]:
    """This will name a column: a dimension, a measure, or a value of the last dimension."""
    measure = found.measure_of(column)
    if measure is None or column not in found.heads:
        return {"name": head_of(column, measure), "number": measure is not None}
    of = found.heads[column]
    value = of.name or value_name(found.query.by[-1], of.code)
    if len(found.query.measures) > 1 or len(measure.columns) > 1:
        value = _("%(value)s: %(measure)s") % {
            "value": value,
            "measure": column_name(measure, of.measure),
        }
    return {"name": value, "number": True}


def head_of(column: str, measure: Measure | None) -> str:
    """This will name a column that has a name of its own: a dimension, or a measure."""
    if measure is None:
        return str(DIMENSION_NAMES.get(column.removesuffix("_name"), column))
    return column_name(measure, column)


def column_name(measure: Measure, column: str) -> str:
    """This will name a column of a measure, a share by the basis it is the share of."""
    name = measure_name(measure.name)
    if measure.kind != "shares":
        return name
    basis = column.removeprefix(f"{measure.name}_")
    return f"{name}: {WeightBasis(basis).label}"


def value_name(dimension: str, code: str | None) -> str:
    """This will write a value that has no name of its own, periods as one speaks of them."""
    if code is None:
        return NO_NAME
    if dimension == "month":
        return date_format(first_day("month", code), "M Y")
    if dimension == "day":
        return format_day(first_day("day", code))
    return code


def cell(
    found: Answer, column: str, row: dict[str, Any], codes: dict[str, Any], *, linked: bool
) -> dict[str, Any]:
    measure, value = found.measure_of(column), row.get(column)
    if measure is None:
        name = value_name(column, value) if column in ("month", "day") else value
        return {"text": NO_NAME if name is None else name, "number": False}
    of = found.heads.get(column)
    behind = codes if of is None else codes | {found.query.by[-1]: of.code}
    href = explained(found, measure, behind) if linked and value else ""
    return {"text": written(value), "number": True, "href": href}


def written(value: Any) -> str:
    if isinstance(value, Decimal | int):
        return format_quantity(value, 3)
    return NO_NAME if value is None else str(value)


def explained(found: Answer, measure: Measure, codes: dict[str, Any]) -> str:
    """This will give the page of the ledger lines behind one figure; "" for what has none."""
    if not measure.outcomes:
        return ""
    return address(found.behind.row(codes, measure.name))


def address(lines: Scope) -> str:
    return f"{reverse('line-list')}?{lines_query(lines)}"
