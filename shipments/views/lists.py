"""The list of shipments, and the ledger lines behind a figure."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from regions.exports.rows import STANDPOINT, take_standpoint
from regions.models import Region
from shipments.exports import LISTINGS
from shipments.forms.filters import ShipmentFilterForm
from shipments.models import DeliveryLine, Donor, Operation
from shipments.views.conditions import conditions_of
from shipments.views.listing import loads_of, rows_shown
from shipments.views.lookups import seen
from shipments.views.naming import PlaceNames, named
from shipments.views.pages import Page, asked, list_reader, page_of
from shipments.views.readers import (
    Reader,
    from_standpoint,
    speaks_illustratively,
    standpoints,
)
from text.refusals import QueryRefused
from text.refusals import unknown as refuse


def narrowed(request: HttpRequest, name: str, query: dict[str, str]) -> tuple[Any, list[str]]:
    """This will filter a list as the API does; (rows, none when refused, and why)."""
    listing = LISTINGS[name]
    reader = list_reader(request, get_language() or "")
    rows = listing.rows(reader)
    accepted = listing.filters.accepted(reader)
    unknown = [p for p in query if p not in accepted and p != STANDPOINT]
    try:
        take_standpoint(request.user, query)
        if unknown:
            return rows.none(), unknown_parameters(unknown, list(accepted))
        return listing.filters(query, lambda _reader: rows, reader=reader).narrowed(), []
    except QueryRefused as refused:
        return rows.none(), list(refused.messages)


def unknown_parameters(unknown: list[str], accepted: list[str]) -> list[str]:
    return [
        message
        for parameter in unknown
        for message in refuse(parameter, accepted, code="unknown_parameter").messages
    ]


@require_safe
@from_standpoint
def shipment_list(request: HttpRequest) -> HttpResponse:
    reader, query = Reader.of(request), asked(request)
    rows, refused = narrowed(request, "shipments", query)
    page = page_of(rows.with_names(), query, request.GET)
    places = PlaceNames.on_page(
        [place for s in page.rows for place in (s.origin, s.destination)], reduced=reader.reduced
    )
    loads = {} if reader.reduced else loads_of(page.rows)
    context = {
        "form": filter_form(request, query),
        "filtered": bool(query.keys() - {STANDPOINT}),
        **standpoints(request, reader),
        "rows": rows_shown(page.rows, places, at=timezone.now(), loads=loads),
        "inside": not reader.reduced,
        "creates": reader.records,
    }
    return answer_list(request, "shipments/list.html", page, query, refused, **context)


def answer_list(
    request: HttpRequest,
    template: str,
    page: Page,
    query: dict[str, str],
    refused: list[str],
    **context: Any,
) -> HttpResponse:
    """This will answer with a page of a list, its question, its files, and why it was refused."""
    form = context.get("form")
    context |= {
        "conditions": conditions_of(form) if form and not refused else [],
        "refused": refused,
        "page": page,
        "query": query,
        "files": urlencode(query),
        "demo": speaks_illustratively(request.user),
    }
    return render(request, template, context, status=400 if refused else 200)


def filter_form(request: HttpRequest, query: dict[str, str]) -> ShipmentFilterForm:
    language = get_language() or "en"
    donors = Donor.objects.visible_to(request.user).current().in_language_order(language)
    # Only where visible aid goes: the choices themselves would tell the rest.
    regions = Region.objects.filter(pk__in=seen(request).values("destination__region"))
    operations = Operation.objects.visible_to(request.user).in_language_order(language)
    shown = list(regions.order_by("code"))
    places = PlaceNames.on_page(shown, reduced=False)
    return ShipmentFilterForm(
        query,
        donors=[(donor.code, named(donor)) for donor in donors],
        regions=sorted(((r.code, places.name(r)) for r in shown), key=lambda pair: pair[1]),
        operations=[(operation.code, named(operation)) for operation in operations],
    )


@require_safe
@from_standpoint
def line_list(request: HttpRequest) -> HttpResponse:
    """The ledger lines behind a figure: what was counted, when, where and by which entry."""
    reader, query = Reader.of(request), asked(request)
    rows, refused = narrowed(request, "lines", query)
    related = ("event__shipment__operation", "event__place__region", "line__item", "line__donor")
    page = page_of(
        rows.select_related(*related, "event__shipment__destination__region"), query, request.GET
    )
    places = PlaceNames.on_page(
        [row.event.place or row.event.shipment.destination for row in page.rows],
        reduced=reader.reduced,
    )
    shown = [ledger_row(row, places) for row in page.rows]
    return answer_list(request, "shipments/lines.html", page, query, refused, rows=shown)


def ledger_row(row: DeliveryLine, places: PlaceNames) -> dict[str, Any]:
    event = row.event
    return {
        "reference": event.shipment.reference,
        "code": event.code,
        "occurred_at": event.occurred_at,
        "zone": event.shipment.operation.time_zone,
        "item": named(row.line.item),
        "donor": named(row.line.donor),
        "outcome": row.get_outcome_display(),
        "quantity": row.quantity,
        "unit": row.line.unit,
        "unit_name": row.line.get_unit_display(),
        "weight_kg": row.weight_kg,
        "place": places.name(event.place or event.shipment.destination),
    }
