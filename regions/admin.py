"""People with their grants, regions, destinations and population figures."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.admin import KeptAdmin, KeptForm, KeptFormSet, KeptInline
from accounts.models import User
from accounts.views import one_time_link
from regions.models import Destination, Grant, PlaceName, Population, Region
from text.dates import require_time_zone


class GrantFormSet(KeptFormSet):
    once = ("role", "region")


class GrantInline(KeptInline):
    """What the person may do where; a grant is taken back by the time at which it ends."""

    model = Grant
    formset = GrantFormSet
    autocomplete_fields = ["region"]
    verbose_name_plural = _("grants: role, region with all below it, until when")


class PersonForm(KeptForm):
    """Offers the languages there are, and refuses a time zone that nobody keeps."""

    language = forms.ChoiceField(
        label=_("language"), choices=settings.LANGUAGES, help_text=_("Language of the screens.")
    )

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        require_time_zone(name)
        return name


@admin.register(User)
class PersonAdmin(KeptAdmin):
    """People, what they may do, and the link by which they choose a password."""

    form = PersonForm
    list_display = ["username", "name", "email", "language", "is_active", "last_login"]
    list_filter = ["is_active", "grants__role", "language"]
    search_fields = ["username", "name", "email"]
    fields = [
        "username",
        "name",
        "email",
        "language",
        "time_zone",
        "is_active",
        "last_login",
        "date_joined",
    ]
    readonly_fields = ["last_login", "date_joined"]
    inlines = [GrantInline]
    change_form_template = "admin/accounts/user/change_form.html"

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            # Until the person chooses one behind the link there is no password to guess.
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        link = self.admin_site.admin_view(require_POST(self.make_link))
        return [
            path("<path:object_id>/link/", link, name="accounts_user_link"),
            *super().get_urls(),
        ]

    def make_link(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This will show a one-time link that the admin hands over, by whatever way there is."""
        person = get_object_or_404(User, pk=object_id) if object_id.isdecimal() else None
        if person is None or not self.has_change_permission(request, person):
            raise PermissionDenied
        self.log_change(request, person, "Made a one-time link.")
        context = {
            **self.admin_site.each_context(request),
            "title": _("One-time link"),
            "person": person,
            "link": one_time_link(request, person),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/accounts/user/link.html", context)


class PlaceNameFormSet(KeptFormSet):
    once = ("language", "text")


class PlaceNameInline(KeptInline):
    """Other names: by language, script and authority."""

    model = PlaceName
    formset = PlaceNameFormSet
    fields = ["text", "language", "script", "authority"]


class RegionForm(KeptForm):
    """Knows the one rule of regions that no constraint can say."""

    def said_by_database(self, error: IntegrityError) -> ValidationError:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis and diagnosis.constraint_name == "region_not_below_itself":
            sentence = _("A region cannot lie below itself.")
            return ValidationError(sentence, code="region_below_itself")
        return super().said_by_database(error)


@admin.register(Region)
class RegionAdmin(KeptAdmin):
    """Administrative areas with their P-codes."""

    form = RegionForm
    list_display = ["code", "name", "level", "parent", "pcode", "valid_from", "boundary"]
    list_filter = ["level", ("pcode", admin.EmptyFieldListFilter)]
    list_select_related = ["parent"]
    search_fields = ["code", "name", "pcode"]
    search_help_text = _("Any name in any script, code or P-code.")
    autocomplete_fields = ["parent"]
    readonly_fields = ["level"]
    inlines = [PlaceNameInline]


@admin.register(Destination)
class DestinationAdmin(KeptAdmin):
    """Places that send or receive goods."""

    list_display = ["code", "name", "kind", "region", "publish_exact", "merged_into"]
    list_filter = ["kind", "publish_exact", ("merged_into", admin.EmptyFieldListFilter)]
    list_select_related = ["region", "merged_into"]
    search_fields = ["code", "name"]
    search_help_text = _("Any name in any script, or the code.")
    autocomplete_fields = ["region"]
    readonly_fields = ["merged_into"]
    inlines = [PlaceNameInline]


@admin.register(Population)
class PopulationAdmin(KeptAdmin):
    """Dated population figures, each with its source."""

    list_display = ["region", "counted_on", "kind", "people", "households", "source", "caution"]
    list_filter = ["kind", "counted_on"]
    list_select_related = ["region"]
    search_fields = ["source", "region__name", "region__code"]
    autocomplete_fields = ["region"]
    date_hierarchy = "counted_on"
