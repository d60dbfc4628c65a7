"""Data: a question about totals, its answer as picture and table, and how to take it along."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from regions.models import Region
from shipments.exports.dictionary import models_described, noun
from shipments.exports.totals import totals_document
from shipments.filters.totals import parse_totals
from shipments.forms.data import (
    DIMENSION_NAMES,
    USUAL,
    TotalsForm,
    canonical_question,
    measure_name,
)
from shipments.models import Category, Donor, Operation
from shipments.pictures.totals import draw_totals
from shipments.querysets.totals import DIMENSIONS, MEASURES, Answer, answer
from shipments.views.naming import named, other_language
from shipments.views.readers import speaks_illustratively
from shipments.views.saved import offer_to_keep
from text.numbers import format_quantity

MOST_ROWS = 500


@require_safe
def data_page(request: HttpRequest) -> HttpResponse:
    question = canonical_question(request.GET)
    if question != request.META.get("QUERY_STRING", "") and question != decoded(request):
        return redirect(f"{reverse('data')}?{question}")
    asked = {**USUAL} if not question else QueryDict(question).dict()
    found, refused = answered(asked, request)
    query = QueryDict(question or "&".join(f"{k}={v}" for k, v in USUAL.items())).urlencode(
        safe=",:"
    )
    context: dict[str, Any] = {
        "form": TotalsForm({k: str(v) for k, v in asked.items()}, offered=offered(request)),
        "refused": refused,
        "answer": None if found is None else shown(found, request),
        "query": query,
        "keep": None if refused else offer_to_keep(request, query),
        "demo": speaks_illustratively(request.user),
    }
    return render(request, "shipments/data.html", context, status=400 if refused else 200)


def decoded(request: HttpRequest) -> str:
    return request.GET.urlencode(safe=",:")


def answered(asked: dict[str, Any], request: HttpRequest) -> tuple[Answer | None, list[str]]:
    """This will answer the question, or say why it cannot be answered."""
    try:
        query = parse_totals({"lang": other_language(), **asked})
        return answer(query, request.user), []
    except ValidationError as refused:
        return None, list(refused.messages)


def offered(request: HttpRequest) -> dict[str, list[tuple[str, str]]]:
    """This will list what a question can be narrowed to, in the reader's alphabet."""
    language = get_language() or "en"
    rows = {
        "donor": Donor.objects.visible_to(request.user).current(),
        "category": Category.objects.visible_to(request.user),
        "region": Region.objects.visible_to(request.user),
        "operation": Operation.objects.visible_to(request.user),
    }
    return {
        name: [(row.code, name_of(row)) for row in found.in_language_order(language)]
        for name, found in rows.items()
    }


def name_of(row: Any) -> str:
    # Places have their other names in rows of their own; here the main one will do.
    return row.name if isinstance(row, Region) else named(row)


def shown(found: Answer, request: HttpRequest) -> dict[str, Any]:
    """This will lay the answer out as a table, with a picture where periods are compared."""
    document = totals_document(found, request.build_absolute_uri("/").removesuffix("/"))
    drawable = bool(found.rows) and "svg" in document["links"]
    columns = [column for column in found.columns if not is_code_beside_name(found, column)]
    rows = []
    for row, written in zip(found.rows[:MOST_ROWS], document["results"], strict=False):
        cells = [cell(found, column, row.get(column)) for column in columns]
        rows.append({"cells": cells, "lines": lines_page(written)})
    return {
        "heads": [head(found, column) for column in columns],
        "rows": rows,
        "cut": max(len(found.rows) - MOST_ROWS, 0),
        "total": [cell(found, column, found.total.get(column)) for column in columns],
        "notes": document["meta"]["notes"],
        "as_of": found.as_of,
        "settled": found.settled,
        # Drawn by our own code, which escapes the names it is given; the notes stand beside it.
        "picture": mark_safe(draw_totals(found, [])) if drawable else "",  # noqa: S308
        "formats": {word: word in document["links"] for word in ("geojson", "svg")},
    }


def is_code_beside_name(found: Answer, column: str) -> bool:
    return f"{column}_name" in found.columns


def head(found: Answer, column: str) -> dict[str, Any]:
    """This will name a column: a dimension, a measure, or a value of the last dimension."""
    measure = found.measure_of(column)
    if measure is None:
        name = column.removesuffix("_name")
        return {"name": DIMENSION_NAMES.get(name, column), "number": False}
    if column in measure.columns:
        return {"name": measure_name(measure.name), "number": True}
    return {"name": column, "number": True}


def cell(found: Answer, column: str, value: Any) -> dict[str, Any]:
    measure = found.measure_of(column)
    if measure is None:
        return {"text": "–" if value is None else value, "number": False}
    if isinstance(value, Decimal | int):
        return {"text": format_quantity(value, 3), "number": True}
    return {"text": "–" if value is None else value, "number": True}


def lines_page(row: dict[str, Any]) -> str:
    """This will turn a row's link to the API's ledger lines into the page of the same lines."""
    link = row.get("links", {}).get("lines", "")
    _address, _mark, query = link.partition("?")
    return f"{reverse('line-list')}?{query}" if query else ""


@require_safe
def dictionary_page(request: HttpRequest) -> HttpResponse:
    nouns = [noun(model) for model in models_described()]
    measures = [(name, MEASURES[name].description) for name in MEASURES]
    dimensions = [(name, DIMENSIONS[name].description) for name in DIMENSIONS]
    context = {"nouns": nouns, "measures": measures, "dimensions": dimensions}
    return render(request, "shipments/dictionary.html", context)
