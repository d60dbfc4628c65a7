"""Reported figures and assessed needs."""

from django.contrib import admin

from accounts.admin import KeptAdmin, KeptInline
from shipments.admin.catalogue import ShipmentsForm
from shipments.models import NeedLine, NeedsAssessment, ReportedFigure


@admin.register(ReportedFigure)
class ReportedFigureAdmin(KeptAdmin):
    """What was said in public; never added to facts."""

    form = ShipmentsForm
    list_display = [
        "published_on",
        "source",
        "stage",
        "qualifier",
        "quantity",
        "unit",
        "donor",
        "item",
        "category",
        "region",
    ]
    list_filter = ["operation", "stage", "unit"]
    list_select_related = ["donor", "item", "category", "region"]
    search_fields = ["source", "quote"]
    autocomplete_fields = ["operation", "donor", "region", "category", "item"]
    date_hierarchy = "published_on"


class NeedLineInline(KeptInline):
    model = NeedLine
    form = ShipmentsForm
    autocomplete_fields = ["item", "category"]


@admin.register(NeedsAssessment)
class NeedsAssessmentAdmin(KeptAdmin):
    """What people need, as assessed on one day."""

    form = ShipmentsForm
    list_display = ["assessed_on", "region", "operation", "source"]
    list_filter = ["operation"]
    list_select_related = ["region", "operation"]
    search_fields = ["source", "remark"]
    autocomplete_fields = ["operation", "region"]
    inlines = [NeedLineInline]
