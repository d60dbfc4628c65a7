"""The data dictionary for programs: a Data Package of every list and of totals.

Source: Frictionless Data, https://datapackage.org. Columns, types and closed lists are those of
the declarations that answer; parameters are those of the API's description.
"""

from functools import cache
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from aidtracker.api.schema import list_parameters, query_parameter
from regions.api.answers import json_answer, unchanged
from regions.api.described import TEXT, Described, Schema, named
from regions.api.etags import is_known_already, tag_of
from regions.api.lists import ApiView
from regions.exports.rows import LANGUAGES, check_language, check_parameters
from shipments.api.totals.described import parameters
from shipments.exports import LISTINGS
from shipments.exports.schemas import schema_of, totals_schema
from shipments.exports.totals import TOTALS_FORMATS
from text.listings import Listing

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
SPOKEN = gettext_lazy("Language of what is said.")
MEMBERS = ("$schema", "name", "title", "description", "resources")
ANSWER: Schema = {
    "type": "object",
    "properties": dict.fromkeys(MEMBERS[:-1], TEXT)
    | {"resources": {"type": "array", "items": {"type": "object", "additionalProperties": True}}},
    "required": list(MEMBERS),
}


class Dictionary(ApiView):
    """The same for everybody: it says what there is, not what it says."""

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        check_parameters(request.GET, ("lang", "format"))
        content = package(check_language(request.GET) or settings.LANGUAGE_CODE)
        etag = tag_of(content)
        if is_known_already(request, etag):
            return unchanged(etag)
        response = json_answer(content)
        response["ETag"] = etag
        return response

    def described(self, method: str) -> Described:  # noqa: ARG002
        return Described(
            summary=gettext_lazy("The data dictionary as a Frictionless Data Package."),
            answers={200: named(ANSWER, "DataPackage")},
            parameters=(
                query_parameter("lang", {"type": "string", "enum": list(LANGUAGES)}, SPOKEN),
            ),
        )


@cache
def package(language: str) -> bytes:
    """This will write the dictionary once for each language; it does not change while we run."""
    with translation.override(language):
        content = {
            "$schema": PROFILE,
            "name": "aid-tracker",
            "title": _("Data of the aid tracker"),
            "description": _(
                "Every list and totals, as the CSV files at the paths given have them. "
                "A reader who may see less gets files with fewer columns."
            ),
            "resources": [*map(list_resource, LISTINGS.values()), totals_resource()],
        }
        return orjson.dumps(content)


def list_resource(listing: Listing) -> Schema:
    text = _("One row for each line.") if listing.file_columns else _("One row for each record.")
    made = {"description": text, "schema": schema_of(listing), "formats": list(listing.formats)}
    return resource(listing.name) | made | {"parameters": described(list_parameters(listing))}


def totals_resource() -> Schema:
    text = _(
        "One row for each value of what by= names, with the columns that measure= names, "
        "lines_without_weight beside kilograms. With shape=wide the values of the last "
        "dimension become columns, which no schema can name."
    )
    made = {"description": text, "schema": totals_schema(), "formats": list(TOTALS_FORMATS)}
    return resource("totals") | made | {"parameters": described(parameters())}


def resource(name: str) -> Schema:
    """This will describe the file of a list; its path is relative to the dictionary's."""
    return {
        "name": name,
        "path": f"{name}.csv",
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
    }


def described(made: "list[OpenApiParameter] | tuple[OpenApiParameter, ...]") -> list[Schema]:
    return [
        {"name": each.name, "description": each.description or "", "schema": each.type}
        for each in made
    ]
