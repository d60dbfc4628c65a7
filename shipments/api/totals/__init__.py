"""Totals: how much of what, by whom, where and when."""

from dataclasses import replace
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from regions.api.answers import json_answer, unchanged
from regions.api.described import Described
from regions.api.etags import is_known_already, list_etag, snapshot
from regions.api.lists import ApiView
from regions.exports.rows import reader_of
from shipments.api.totals.described import ANSWER, parameters
from shipments.exports.tables import one_snapshot
from shipments.exports.totals import TOTALS_FORMATS, totals_document, totals_table
from shipments.filters.totals import parse_totals
from shipments.models import Shipment
from shipments.pictures.totals import draw_totals
from shipments.querysets.totals import Answer, answer
from text.listings import Listing

# What a file of totals is called, and in which formats it can be had.
TOTALS = Listing(
    name="totals",
    columns=(),
    rows=lambda reader: Shipment.objects.visible_to(reader.user),
    order=(),
    formats=TOTALS_FORMATS,
)


class Totals(ApiView):
    files: ClassVar[Listing] = TOTALS
    instead = _("Totals are computed from deliveries: POST /api/v1/deliveries.")

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        query = parse_totals(request.GET)
        reader = reader_of(request.user, query.lang)
        if "HTTP_IF_NONE_MATCH" in request.META:
            etag = list_etag(request, reader, snapshot())
            if is_known_already(request, etag):
                return unchanged(etag)
        renderer: Any = request.accepted_renderer
        if renderer.format == "json":
            found = answer(query, request.user)
            response: HttpResponseBase = json_answer(totals_document(found, site_of(request)))
        else:
            renderer.check(request, TOTALS)
            with one_snapshot():
                found = answer(query, request.user)
            response = file_of(request, found)
        if response.status_code == 200:
            response["ETag"] = list_etag(request, reader, found.snapshot)
        return response

    def described(self, method: str) -> Described:  # noqa: ARG002
        return Described(
            summary=_("Totals of what was sent, what arrived and what is missing."),
            answers={200: ANSWER},
            parameters=parameters(),
        )


def site_of(request: Request) -> str:
    return str(request.build_absolute_uri("/")).removesuffix("/")


def file_of(request: Request, found: Answer) -> HttpResponseBase:
    """This will send the rows as a file, or say where a large one will be."""
    renderer: Any = request.accepted_renderer
    table = totals_table(found, request.GET, site_of(request), renderer.format)
    if renderer.format == "svg":
        table = replace(table, picture=lambda: draw_totals(found, table.facts["notes"]))
    response: HttpResponseBase
    if table.count > settings.LARGEST_DIRECT_FILE:
        response = renderer.prepare(request, TOTALS, table.count)
    else:
        response = renderer.file_of(table)
    return response
