"""Operations, donors, categories and items."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import KeptAdmin, KeptForm, KeptFormSet, KeptInline
from shipments.models import Category, Donor, Item, ItemUnit, Operation
from shipments.services import said_by_database

ANY_NAME = _("Any name in any script, or the code.")


class ShipmentsForm(KeptForm):
    """Says what the database refuses in the words of the verbs."""

    def said_by_database(self, error: IntegrityError) -> ValidationError:
        return said_by_database(error)


@admin.register(Operation)
class OperationAdmin(KeptAdmin):
    """Relief operations; code and time zone stay as they are once there are shipments."""

    form = ShipmentsForm
    list_display = ["code", "name", "starts_on", "ends_on", "time_zone", "public", "illustrative"]
    list_filter = ["public", "illustrative"]
    search_fields = ["code", "name"]
    search_help_text = ANY_NAME
    autocomplete_fields = ["regions"]


@admin.register(Donor)
class DonorAdmin(KeptAdmin):
    """Who gave the goods."""

    form = ShipmentsForm
    list_display = ["code", "name", "kind", "country", "iati_id", "merged_into"]
    list_filter = ["kind", ("merged_into", admin.EmptyFieldListFilter), "country"]
    list_select_related = ["merged_into"]
    search_fields = ["code", "name"]
    search_help_text = ANY_NAME
    readonly_fields = ["merged_into"]


@admin.register(Category)
class CategoryAdmin(KeptAdmin):
    """Families of goods, named after the clusters."""

    form = ShipmentsForm
    list_display = ["code", "name", "parent"]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["parent"]

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Category]", search_term: str
    ) -> "tuple[QuerySet[Category], bool]":
        # Categories are few and have no folded names.
        return super(KeptAdmin, self).get_search_results(request, queryset, search_term)


class ItemUnitFormSet(KeptFormSet):
    once = ("unit",)


class ItemUnitInline(KeptInline):
    """Further units of an item; its base unit, and t beside kg, are kept by the database."""

    model = ItemUnit
    formset = ItemUnitFormSet

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ItemUnit]":
        kept = Q(unit=F("item__base_unit")) | Q(
            unit__in=("kg", "t"), item__base_unit__in=("kg", "t")
        )
        found: QuerySet[ItemUnit] = super().get_queryset(request).exclude(kept)
        return found


@admin.register(Item)
class ItemAdmin(KeptAdmin):
    """The articles that shipments carry, with what is known of their weight."""

    form = ShipmentsForm
    list_display = ["code", "name", "category", "base_unit", "unit_weight_kg", "equipment"]
    list_filter = [
        "category",
        "base_unit",
        ("unit_weight_kg", admin.EmptyFieldListFilter),
        "equipment",
        ("merged_into", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["category"]
    search_fields = ["code", "name"]
    search_help_text = ANY_NAME
    autocomplete_fields = ["category"]
    readonly_fields = ["merged_into"]
    inlines = [ItemUnitInline]
