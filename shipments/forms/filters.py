"""The filters above a list, as a form whose address is the question."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shipments.models.shipments import Mode, Status

Choices = Iterable[tuple[str, str]]


class ShipmentFilterForm(forms.Form):
    """The usual questions; what else an address may ask is kept in hidden fields."""

    q = forms.CharField(label=_("Code, waybill, donor or place"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    donor = forms.ChoiceField(label=_("Donor"), required=False)
    region = forms.ChoiceField(label=_("To region"), required=False)
    operation = forms.ChoiceField(label=_("Operation"), required=False)
    mode = forms.ChoiceField(label=_("How"), required=False)

    def __init__(
        self, data: dict[str, str], *, donors: Choices, regions: Choices, operations: Choices
    ) -> None:
        super().__init__(data)
        every = [("", _("All"))]
        offered: dict[str, list[Any]] = {
            "status": list(Status.choices),
            "donor": list(donors),
            "region": list(regions),
            "operation": list(operations),
            "mode": list(Mode.choices),
        }
        for name, choices in offered.items():
            field: Any = self.fields[name]
            value = data.get(name, "")
            known = {code for code, _name in choices}
            # An address may name several at once; the form shows that, and keeps it.
            more = [(value, value.replace(",", ", "))] if value and value not in known else []
            field.choices = [*every, *more, *choices]
        if len(offered["operation"]) < 2 and "operation" not in data:
            del self.fields["operation"]
        for name in data:
            if name not in self.fields:
                self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
