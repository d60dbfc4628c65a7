"""Shipments with their lines and papers, and what was prepared in the background: to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnlyAdmin, ReadOnlyInline
from shipments.models import (
    ExportFile,
    ImportRun,
    Leg,
    OverdueNotice,
    Shipment,
    ShipmentLine,
    TransportDocument,
)


class ShipmentLineInline(ReadOnlyInline):
    model = ShipmentLine
    fields = ["position", "item", "donor", "quantity", "unit", "weight_kg", "sent", "received"]
    readonly_fields = ["sent", "received"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ShipmentLine]":
        found: QuerySet[ShipmentLine] = super().get_queryset(request)
        return found.select_related("shipment", "item", "donor", "balance")

    @admin.display(description=_("sent"))
    def sent(self, row: ShipmentLine) -> object:
        return row.balance.sent

    @admin.display(description=_("received"))
    def received(self, row: ShipmentLine) -> object:
        return row.balance.received


class DocumentInline(ReadOnlyInline):
    model = TransportDocument
    fields = ["kind", "number"]


class LegInline(ReadOnlyInline):
    model = Leg

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Leg]":
        found: QuerySet[Leg] = super().get_queryset(request)
        return found.select_related("from_place", "to_place")


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    """Shipments as they stand; coordinators plan and change them on their page."""

    list_display = [
        "reference",
        "status",
        "donor",
        "origin",
        "destination",
        "mode",
        "dispatched_at",
        "expected_at",
    ]
    list_filter = ["status", "mode", "operation"]
    list_select_related = ["donor", "origin", "destination"]
    search_fields = ["reference", "consignor", "consignee"]
    search_help_text = _("Reference, document number, donor, consignee or place.")
    date_hierarchy = "dispatched_at"
    readonly_fields = ["status", "dispatched_at", "created_by", "created_at"]
    inlines = [ShipmentLineInline, DocumentInline, LegInline]

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: Any,
        search_term: str,
    ) -> "tuple[QuerySet[Shipment], bool]":
        return (queryset.searched(search_term) if search_term.strip() else queryset), False

    def view_on_site(self, row: Shipment) -> str:  # type: ignore[override]
        return reverse("shipment", args=[row.reference])


@admin.register(OverdueNotice)
class OverdueNoticeAdmin(ReadOnlyAdmin):
    list_display = ["shipment", "expected_at", "detected_at"]
    list_select_related = ["shipment"]
    search_fields = ["shipment__reference"]


@admin.register(ExportFile)
class ExportFileAdmin(ReadOnlyAdmin):
    list_display = ["resource", "file_format", "status", "owner", "created_at", "finished_at"]
    list_filter = ["status", "file_format"]
    list_select_related = ["owner"]
    search_fields = ["resource", "query"]
    # Files are handed out by pages that ask for rights, not by their place on the disk.
    exclude = ["file", "lease_until"]


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "file_name", "sender", "status", "created_at", "finished_at"]
    list_filter = ["kind", "status"]
    list_select_related = ["sender"]
    search_fields = ["file_name", "sha256"]
    exclude = ["file", "lease_until"]
