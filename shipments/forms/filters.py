"""The filters above a list, as a form whose address is the question."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regions.models.population import PopulationKind
from shipments.forms.data import DAY
from shipments.models.fields import Unit
from shipments.models.shipments import Mode, Status

Choices = Iterable[tuple[str, Any]]


ARRIVALS = (("true", _("overdue")), ("false", _("not overdue")))


class FilterForm(forms.Form):
    """The usual questions; what else an address may ask is kept in hidden fields."""

    def __init__(self, data: Mapping[str, str], offered: Mapping[str, Choices]) -> None:
        """``offered`` holds the choices of each field that has some."""
        super().__init__(data)
        for name, listed in offered.items():
            field: Any = self.fields[name]
            choices, value = list(listed), data.get(name, "")
            known = {code for code, _name in choices}
            # An address may name several at once; the form shows that, and keeps it.
            more = [(value, value.replace(",", ", "))] if value and value not in known else []
            field.choices = [("", _("All")), *more, *choices]
        if "operation" not in data and len(list(offered.get("operation", ()))) < 2:
            self.fields.pop("operation", None)
        for name, value in data.items():
            if name not in self.fields:
                self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
            elif isinstance(self.fields[name].widget, forms.DateInput) and not DAY.fullmatch(value):
                # A browser empties a field for days that holds something else.
                self.fields[name].widget.attrs["type"] = "text"


class ShipmentFilterForm(FilterForm):
    """Which shipments."""

    q = forms.CharField(label=_("Code, waybill, donor or place"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    donor = forms.ChoiceField(label=_("Donor"), required=False)
    region = forms.ChoiceField(label=_("To region"), required=False)
    operation = forms.ChoiceField(label=_("Operation"), required=False)
    mode = forms.ChoiceField(label=_("How"), required=False)
    overdue = forms.ChoiceField(label=_("Arrival"), required=False)

    def __init__(
        self, data: dict[str, str], *, donors: Choices, regions: Choices, operations: Choices
    ) -> None:
        named = {"donor": donors, "region": regions, "operation": operations}
        closed = {"status": Status.choices, "mode": Mode.choices, "overdue": ARRIVALS}
        super().__init__(data, {**named, **closed})


class CoverageFilterForm(FilterForm):
    """Which needs, of which months."""

    region = forms.ChoiceField(label=_("Region and below"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    item = forms.ChoiceField(label=_("Item"), required=False)
    month = forms.CharField(
        label=_("Month"),
        required=False,
        help_text=_("Such as 2020-11."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    month__gte = forms.CharField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    month__lte = forms.CharField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    population_kind = forms.ChoiceField(label=_("People"), required=False)
    operation = forms.ChoiceField(label=_("Operation"), required=False)

    def __init__(self, data: Mapping[str, str], offered: Mapping[str, Choices]) -> None:
        closed = {"unit": Unit.choices, "population_kind": PopulationKind.choices}
        super().__init__(data, {**offered, **closed})
