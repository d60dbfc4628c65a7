"""Data: a question about totals, its answer as picture and table, and how to take it along."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from regions.models import Region
from shipments.exports.dictionary import models_described, noun
from shipments.filters.totals import parse_totals
from shipments.forms.data import USUAL, TotalsForm, canonical_question
from shipments.models import Category, Donor, Item, Operation
from shipments.querysets.totals import DIMENSIONS, MEASURES, Answer, answer
from shipments.views.answers import shown
from shipments.views.conditions import conditions
from shipments.views.naming import named, other_language
from shipments.views.readers import speaks_illustratively
from shipments.views.saved import offer_to_keep


@require_safe
def data_page(request: HttpRequest) -> HttpResponse:
    question = canonical_question(request.GET)
    if question != request.META.get("QUERY_STRING", "") and question != decoded(request):
        return redirect(f"{reverse('data')}?{question}")
    asked = {**USUAL} if not question else QueryDict(question).dict()
    found, refused = answered(asked, request)
    form = TotalsForm({k: str(v) for k, v in asked.items()}, offered=offered(request))
    query = QueryDict(question or "&".join(f"{k}={v}" for k, v in USUAL.items())).urlencode(
        safe=",:"
    )
    context: dict[str, Any] = {
        "form": form,
        "refused": form.refuse(refused),
        "answer": None if found is None else shown(found),
        "query": query,
        "conditions": [] if refused else conditions(narrowing(form), form.kept),
        "keep": None if refused else offer_to_keep(request, query),
        "demo": speaks_illustratively(request.user),
    }
    return render(request, "shipments/data.html", context, status=400 if refused else 200)


def narrowing(form: TotalsForm) -> list[BoundField]:
    """This will list the fields that say which aid is counted; the table shows the others."""
    return [field for field in form if field.name not in ("measure", "shape")]


def decoded(request: HttpRequest) -> str:
    return request.GET.urlencode(safe=",:")


def answered(
    asked: dict[str, Any], request: HttpRequest
) -> tuple[Answer | None, dict[str, list[str]]]:
    """This will answer the question, or say by parameter why it cannot be answered."""
    try:
        query = parse_totals({"lang": other_language(), **asked})
        return answer(query, request.user), {}
    except ValidationError as refused:
        return None, refused.message_dict


def offered(request: HttpRequest, *names: str) -> dict[str, list[tuple[str, str]]]:
    """This will list what a question can be narrowed to, in the reader's alphabet."""
    language = get_language() or "en"
    rows = {
        "donor": Donor.objects.visible_to(request.user).current(),
        "item": Item.objects.visible_to(request.user).current(),
        "category": Category.objects.visible_to(request.user),
        "region": Region.objects.visible_to(request.user),
        "operation": Operation.objects.visible_to(request.user),
    }
    return {
        name: [(row.code, name_of(row)) for row in found.in_language_order(language)]
        for name, found in rows.items()
        if not names or name in names
    }


def name_of(row: Any) -> str:
    # Places have their other names in rows of their own; here the main one will do.
    return row.name if isinstance(row, Region) else named(row)


@require_safe
def dictionary_page(request: HttpRequest) -> HttpResponse:
    nouns = [noun(model) for model in models_described()]
    measures = [(name, MEASURES[name].description) for name in MEASURES]
    dimensions = [(name, DIMENSIONS[name].description) for name in DIMENSIONS]
    context = {"nouns": nouns, "measures": measures, "dimensions": dimensions}
    return render(request, "shipments/dictionary.html", context)
