"""The pages of the API for people, and its description for programs."""

from functools import cache
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request

from regions.api.lists import ApiView
from regions.exports.rows import check_language, check_parameters

RESOURCES = (
    ("operations", _("relief operations")),
    ("donors", _("who gave")),
    ("categories", _("families of goods")),
    ("items", _("articles")),
    ("regions", _("administrative areas")),
    ("destinations", _("places that receive goods")),
    ("populations", _("how many people live, fled, returned or are in need")),
    ("shipments", _("consignments with their balance")),
    ("deliveries", _("what happened, when and where")),
    ("lines", _("the ledger lines that every figure is made of")),
    ("reported-figures", _("public statements, never added to facts")),
    ("needs", _("what people need, as assessed")),
    ("coverage", _("needs beside what was received, by region and month")),
    ("totals", _("sums by donor, region, category, month and more")),
    ("saved-queries", _("questions that somebody keeps, each with a short address")),
    ("snapshots", _("published totals, each with its hash")),
    ("exports", _("large files in the making")),
    ("tokens", _("your keys for programs")),
)


class Home(TemplateView):
    template_name = "aidtracker/api.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(resources=RESOURCES, **kwargs)


@cache
def description(language: str) -> bytes:
    """This will describe the API once for each language; it does not change while we run."""
    with translation.override(language):
        generated = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return orjson.dumps(generated, option=orjson.OPT_NON_STR_KEYS)


class Schema(ApiView):
    """OpenAPI 3.1, as JSON."""

    authentication_classes: list[Any] = []

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        check_parameters(request.GET, ("lang", "format"))
        content = description(check_language(request.GET) or settings.LANGUAGE_CODE)
        return HttpResponse(content, content_type="application/vnd.oai.openapi+json")


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from this server's own files."""

    authentication_classes: list[Any] = []
    template_name = "aidtracker/docs.html"
    url_name = "api:schema"
    # The package would draw the page without what it shows.
    options = ApiView.options
