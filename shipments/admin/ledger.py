"""The ledger, to be looked at: events are recorded in the browser, by the API or by import."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnlyAdmin, ReadOnlyInline
from regions.rights import Role, rights_of
from shipments.models import (
    DeliveryEvent,
    DeliveryLine,
    EventText,
    LineBalance,
    PlausibilityWarning,
    Verification,
)


class LedgerLineInline(ReadOnlyInline):
    model = DeliveryLine
    fields = ["line", "outcome", "quantity", "surplus", "weight_kg", "weight_basis", "scale_kg"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[DeliveryLine]":
        found: QuerySet[DeliveryLine] = super().get_queryset(request)
        return found.select_related("line__shipment")


class EventTextInline(ReadOnlyInline):
    model = EventText
    fields = ["kind", "position", "text"]


class WarningInline(ReadOnlyInline):
    model = PlausibilityWarning
    fields = ["code", "position", "compared"]


class VerificationInline(ReadOnlyInline):
    model = Verification

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Verification]":
        found: QuerySet[Verification] = super().get_queryset(request)
        return found.select_related("verified_by")


@admin.register(DeliveryEvent)
class DeliveryEventAdmin(ReadOnlyAdmin):
    """Events as they stand; "Add" opens the form of the browser, for who may record."""

    list_display = [
        "code",
        "shipment",
        "kind",
        "occurred_at",
        "recorded_at",
        "recorded_by",
        "place",
        "source",
    ]
    list_filter = ["kind", "source", "shipment__operation"]
    list_select_related = ["shipment", "recorded_by", "place"]
    search_fields = ["code", "shipment__reference"]
    date_hierarchy = "occurred_at"
    exclude = ["fingerprint", "transaction"]
    readonly_fields = ["code"]
    inlines = [LedgerLineInline, EventTextInline, WarningInline, VerificationInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        rights = rights_of(request.user)
        return self.has_view_permission(request) and rights.holds(Role.COORDINATOR)

    def add_view(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("record-delivery"))

    def view_on_site(self, row: DeliveryEvent) -> str:  # type: ignore[override]
        return reverse("shipment", args=[row.shipment.reference])


@admin.register(DeliveryLine)
class DeliveryLineAdmin(ReadOnlyAdmin):
    """Ledger lines: everything that is counted."""

    list_display = [
        "event",
        "line",
        "outcome",
        "quantity",
        "unit",
        "weight_kg",
        "weight_basis",
        "surplus",
    ]
    list_filter = ["outcome", "weight_basis"]
    list_select_related = ["event", "line__shipment"]
    search_fields = ["event__code", "line__shipment__reference"]

    @admin.display(description=_("unit"))
    def unit(self, row: DeliveryLine) -> str:
        return str(row.line.get_unit_display())


@admin.register(LineBalance)
class LineBalanceAdmin(ReadOnlyAdmin):
    """What the ledger says of each line of a shipment."""

    list_display = [
        "shipment_line",
        "sent",
        "received",
        "damaged",
        "lost",
        "returned",
        "outstanding",
        "surplus",
    ]
    list_select_related = ["line__shipment"]
    search_fields = ["line__shipment__reference"]
    readonly_fields = [field.name for field in LineBalance._meta.concrete_fields]

    @admin.display(description=_("line"))
    def shipment_line(self, row: LineBalance) -> str:
        return str(row.line)
