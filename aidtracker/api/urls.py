"""Every address of the API."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, path, re_path, register_converter
from django.urls.converters import StringConverter
from django.views.decorators.csrf import csrf_exempt

from aidtracker.api.dictionary import Dictionary
from aidtracker.api.pages import Docs, Home, Schema
from aidtracker.api.problems import not_found
from aidtracker.api.tokens import RevokeToken, Tokens
from regions.api import places
from shipments.api import (
    coverage,
    deliveries,
    exports,
    imports,
    lines,
    reference,
    saved,
    shipments,
    snapshots,
)
from shipments.api.totals import Totals

app_name = "api"
View = Callable[..., HttpResponseBase]


class ExtensionConverter(StringConverter):
    """The format at the end of an address: csv, hxl.csv."""

    regex = r"[a-z0-9]+(?:\.[a-z0-9]+)?"


class KeyConverter(StringConverter):
    """The key of a record: reference, code, UUID; never with a dot or slash."""

    regex = r"[^/.]+"


register_converter(ExtensionConverter, "extension")
register_converter(KeyConverter, "key")


def everywhere(address: str, view: View, name: str) -> list[URLPattern]:
    """This will answer at an address with and without a slash; nothing is ever redirected."""
    return [
        path(f"v1/{address}", view, name=name),
        path(f"v1/{address}/", view, name=f"{name}-slash"),
    ]


def listed(name: str, view: View) -> list[URLPattern]:
    """This will answer a list, and its files by extension."""
    return [
        *everywhere(name, view, name),
        *everywhere(f"{name}.<extension:format>", view, f"{name}-file"),
    ]


def single(name: str, view: View, word: str) -> list[URLPattern]:
    """This will answer a record, also with the extension that it can only have."""
    return [
        *everywhere(f"{name}/<key:key>", view, word),
        *everywhere(f"{name}/<key:key>.<extension:format>", view, f"{word}-file"),
    ]


LISTS: dict[str, Any] = {
    "operations": (reference.Operations, reference.OneOperation, "operation"),
    "donors": (reference.Donors, reference.OneDonor, "donor"),
    "categories": (reference.Categories, reference.OneCategory, "category"),
    "items": (reference.Items, reference.OneItem, "item"),
    "regions": (places.Regions, places.OneRegion, "region"),
    "destinations": (places.Destinations, places.OneDestination, "destination"),
    "populations": (places.Populations, None, ""),
    "shipments": (shipments.Shipments, shipments.OneShipment, "shipment"),
    "deliveries": (deliveries.Deliveries, deliveries.Delivery, "delivery"),
    "lines": (lines.Lines, None, ""),
    "reported-figures": (reference.ReportedFigures, None, ""),
    "needs": (reference.Needs, None, ""),
    "coverage": (coverage.CoverageOfNeeds, None, ""),
    "tokens": (Tokens, None, ""),
    "exports": (exports.Exports, exports.Export, "export"),
    "imports": (imports.Imports, imports.Import, "import"),
    "snapshots": (snapshots.Snapshots, snapshots.OneSnapshot, "snapshot"),
    "saved-queries": (saved.SavedQueries, saved.OneSavedQuery, "saved-query"),
}
VERBS: dict[str, Any] = {
    "deliveries/<key:key>/reverse": (deliveries.Reverse, "delivery-reverse"),
    "deliveries/<key:key>/answers": (deliveries.Answers, "delivery-answers"),
    "shipments/<key:key>/weigh": (shipments.Weigh, "shipment-weigh"),
    "exports/<key:key>/file": (exports.ExportContent, "export-file-content"),
    "tokens/<key:key>/revoke": (RevokeToken, "token-revoke"),
    "snapshots/<key:key>/content.json": (snapshots.SnapshotContent, "snapshot-content"),
    "snapshots/<key:key>/errata": (snapshots.SnapshotErrata, "snapshot-errata"),
    "saved-queries/<key:key>/versions": (saved.SavedQueryVersions, "saved-query-versions"),
    "saved-queries/<key:key>/retire": (saved.RetireSavedQuery, "saved-query-retire"),
}

urlpatterns: list[URLPattern] = [
    path("", Home.as_view(), name="home"),
    path("schema/", Schema.as_view(), name="schema"),
    path("schema", Schema.as_view(), name="schema-plain"),
    path("docs/", Docs.as_view(), name="docs"),
    path("docs", Docs.as_view(), name="docs-plain"),
]
for plural, (list_view, record_view, word) in LISTS.items():
    urlpatterns += listed(plural, list_view.as_view())
    if record_view is not None:
        urlpatterns += single(plural, record_view.as_view(), word)
for address, (verb_view, word) in VERBS.items():
    urlpatterns += everywhere(address, verb_view.as_view(), word)
for word, kind in shipments.MOVES.items():
    step = shipments.ShipmentVerb.as_view(kind=kind)
    urlpatterns += everywhere(f"shipments/<key:key>/{word}", step, f"shipment-{word}")
for word in imports.VERBS:
    verb = imports.ImportVerb.as_view(verb=word)
    urlpatterns += everywhere(f"imports/<key:key>/{word}", verb, f"import-{word}")
problems = imports.ImportProblems.as_view()
urlpatterns += everywhere("imports/<key:key>/problems.xlsx", problems, "import-problems")
urlpatterns += listed("totals", Totals.as_view())
urlpatterns += single("totals", saved.SavedTotals.as_view(), "saved-totals")
urlpatterns += everywhere("dictionary.json", Dictionary.as_view(), "dictionary")
# Programs have no CSRF token, and what does nothing needs none.
urlpatterns.append(re_path(r"^.*$", csrf_exempt(not_found), name="nothing"))
