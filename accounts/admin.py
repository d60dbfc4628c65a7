"""What every admin page shares, and the API tokens."""

import copy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import ApiToken
from accounts.services import revoke_token
from text.numbers import LARGEST, Separator, format_input, parse_decimal

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
    InlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    QuerySet = models.QuerySet[Any]
else:
    ModelForm = forms.ModelForm
    InlineFormSet = forms.BaseInlineFormSet
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline


def said_by_constraint(error: IntegrityError, model: type[models.Model]) -> ValidationError:
    """This will say in the model's own words which of its constraints the database held."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = (diagnosis and diagnosis.constraint_name) or ""
    for constraint in model._meta.constraints:
        if constraint.name == name:
            return ValidationError(constraint.get_violation_error_message(), code=name)
    sentence = _("This cannot be saved, because it breaks the rule %(rule)s.")
    return ValidationError(sentence, code=name or "refused_by_database", params={"rule": name})


class NumberField(forms.DecimalField):
    """A number read and written as in the forms of the site; the model's bounds hold as ever."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal"}

    def prepare_value(self, value: Any) -> Any:
        return format_input(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        decimals = self.decimal_places or 0
        thousands = (self.max_digits or 0) - decimals > 3
        # Where there is no room for thousands, as in degrees, 44,512 has one reading.
        point: Separator = "," if "," in text else "."
        return parse_decimal(
            text,
            decimals=decimals,
            minimum=-LARGEST,
            decimal_separator=None if thousands else point,
        )


def stands_below_unsaved(row: models.Model) -> bool:
    """This will say whether a row belongs to another one that is itself not saved yet."""
    relations = [f for f in row._meta.concrete_fields if isinstance(f, models.ForeignKey)]
    around = [field.get_cached_value(row, default=None) for field in relations]
    return any(other is not None and other.pk is None for other in around)


class KeptForm(ModelForm):
    """Asks the database before saving, so that what only it knows is said above the fields."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors or stands_below_unsaved(self.instance):
            return
        try:
            with transaction.atomic():
                copy.copy(self.instance).save()
                transaction.set_rollback(True)
        except IntegrityError as error:
            self.add_error(None, self.refusal(error))

    def refusal(self, error: IntegrityError) -> list[str]:
        """This will put what the database refused into sentences."""
        return self.said_by_database(error).messages

    def said_by_database(self, error: IntegrityError) -> ValidationError:
        return said_by_constraint(error, self._meta.model)


FIELDS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    # Said here, because Django is about to change what an address without a scheme means.
    models.URLField: {"assume_scheme": "https"},
    models.DecimalField: {"form_class": NumberField},
}


class KeptFormSet(InlineFormSet):
    """Refuses two rows that say the same, which the database would notice only when saving."""

    once: tuple[str, ...] = ()

    def clean(self) -> None:
        super().clean()
        seen: set[tuple[Any, ...]] = set()
        for form in self.forms:
            said = tuple(form.cleaned_data.get(name) for name in self.once if form.is_valid())
            if any(said) and said in seen:
                form.add_error(None, _("This stands here already. Leave one of the two out."))
            seen.add(said)


class KeptAdmin(ModelAdmin):
    """Records that are kept: they are added and changed, and nobody deletes them."""

    form = KeptForm
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    formfield_overrides = FIELDS

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet", search_term: str
    ) -> "tuple[QuerySet, bool]":
        """This will search by the folded names in any script, where rows have such names."""
        if search_term.strip() and hasattr(queryset, "named"):
            return queryset.named(search_term), False
        return super().get_search_results(request, queryset, search_term)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changelist_view(request, *args, **kwargs)
        except OverflowError:
            # A year that no calendar has; Django takes other odd values to the same address.
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError as error:
            # Somebody saved something else between the form's question and its saving.
            for sentence in said_by_constraint(error, self.model).messages:
                self.message_user(request, sentence, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


class ReadOnlyAdmin(KeptAdmin):
    """Records that are looked at; what is true of them comes from elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class KeptInline(TabularInline):
    """Rows below a record, added and changed with it."""

    form = KeptForm
    formfield_overrides = FIELDS
    extra = 0

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class ReadOnlyInline(KeptInline):
    """Rows below a record that are only looked at."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens are made where their secret can be shown once; here they are seen and ended."""

    list_display = ["prefix", "user", "name", "scope", "created_at", "last_used_at", "revoked_at"]
    list_filter = ["scope", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["prefix", "name", "user__username", "user__name"]
    exclude = ["digest"]
    actions = ["revoke"]

    @admin.action(description=_("Revoke the chosen tokens"))
    def revoke(self, request: HttpRequest, queryset: "QuerySet") -> None:
        tokens = list(queryset.filter(revoked_at__isnull=True))
        for token in tokens:
            revoke_token(token=token)
            self.log_change(request, token, "Revoked.")
        sentence = ngettext(
            "%(number)s token was revoked.", "%(number)s tokens were revoked.", len(tokens)
        )
        self.message_user(request, sentence % {"number": len(tokens)}, messages.SUCCESS)
