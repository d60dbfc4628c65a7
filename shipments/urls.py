"""The browser's addresses."""

from django.urls import path, re_path
from django.views.generic import TemplateView

from shipments.views import (
    corrections,
    coverage,
    data,
    deliveries,
    detail,
    drafts,
    imports,
    lists,
    overview,
    saved,
    search,
    snapshots,
    statements,
    steps,
)
from shipments.views.lookups import shipment_by_waybill

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("shipments/", lists.shipment_list, name="shipment-list"),
    path("shipments/new/", drafts.create, name="shipment-new"),
    path("shipments/<str:reference>/", detail.shipment_page, name="shipment"),
    path("shipments/<str:reference>/edit/", drafts.edit, name="shipment-edit"),
    path("shipments/<str:reference>/deliver/", deliveries.deliver, name="shipment-deliver"),
    path("shipments/<str:reference>/<slug:step>/", steps.take_step, name="shipment-step"),
    # The QR code of a waybill is in upper case, which makes it smaller.
    re_path(r"^[wW]/(?P<reference>[^/]+)/?$", shipment_by_waybill, name="waybill"),
    path("deliveries/new/", deliveries.choose_shipment, name="record-delivery"),
    path("deliveries/<uuid:key>/correct/", corrections.correct, name="event-correct"),
    path("deliveries/<uuid:key>/undo/", corrections.undo, name="event-undo"),
    path("deliveries/<uuid:key>/answer/", corrections.answer, name="event-answer"),
    path("data/", data.data_page, name="data"),
    path("data/snapshots/", snapshots.snapshot_list, name="snapshot-list"),
    path("data/snapshots/<str:code>/", snapshots.snapshot_page, name="snapshot"),
    path("data/saved/", saved.saved_list, name="saved-list"),
    path("data/saved/<str:code>/", saved.saved_page, name="saved-query"),
    path("data/saved/<str:code>/<slug:action>/", saved.saved_action, name="saved-action"),
    re_path(r"^[qQ]/(?P<code>[^/]+)/?$", saved.saved_short, name="saved-short"),
    path("data/statements/", statements.statement_list, name="statements"),
    path("data/coverage/", coverage.coverage_page, name="coverage"),
    path("data/dictionary/", data.dictionary_page, name="dictionary"),
    path("imports/", imports.import_list, name="import-list"),
    path("imports/<int:number>/", imports.import_page, name="import"),
    path("imports/<int:number>/problems.xlsx", imports.import_problems, name="import-problems"),
    path("imports/<int:number>/corrected/", imports.import_corrected, name="import-corrected"),
    path("imports/<int:number>/<slug:action>/", imports.import_action, name="import-action"),
    path("imports/templates/<slug:kind>.xlsx", imports.import_template, name="import-template"),
    path("lines/", lists.line_list, name="line-list"),
    path("search/", search.search, name="search"),
    path("choices/<str:kind>/", search.choices, name="choices"),
    path("help/", TemplateView.as_view(template_name="shipments/help.html"), name="help"),
]
