"""What a person says about a step of a shipment: when, where, and why it is taken back."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shipments.forms.fields import KeyedForm, KeyField, MomentField, NamedField, QuantityField


class StepForm(KeyedForm):
    """When and where a step was taken."""

    occurred_at = MomentField(label=_("When"))
    place = NamedField(kind="destination", label=_("Where"), required=False)
    note = forms.CharField(
        label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, zone: str, placed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["occurred_at"] = MomentField(
            label=_("When"), zone=zone, help_text=_("Local time there (%(zone)s).") % {"zone": zone}
        )
        if not placed:
            del self.fields["place"]


class WeighingForm(StepForm):
    """The weights of whole lines, learned after they left; a line left empty stays unknown."""

    def __init__(self, *args: Any, lines: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, placed=False, **kwargs)
        self.positions = [position for position, _label in lines]
        for position, label in lines:
            self.fields[f"weight-{position}"] = QuantityField(
                label=label,
                required=False,
                minimum=Decimal("0.001"),
                help_text=_("Kilograms of the whole line. Leave it empty where it is unknown."),
            )

    def weights(self) -> dict[int, Decimal]:
        """This will list the weights entered by line number; the form is valid."""
        entered = {p: self.cleaned_data.get(f"weight-{p}") for p in self.positions}
        return {position: kg for position, kg in entered.items() if kg is not None}


class ReasonForm(forms.Form):
    """Why an entry is taken back."""

    reversal_key = KeyField()
    reason = forms.CharField(
        label=_("Why is it corrected?"),
        max_length=500,
        help_text=_("For example: counted again, or wrong shipment chosen."),
        error_messages={"required": _("Say why it is corrected, for example: counted again.")},
    )


class OtherShipmentForm(forms.Form):
    """Which shipment an entry should have been recorded for."""

    to = forms.CharField(
        label=_("Which shipment did it belong to?"),
        max_length=60,
        help_text=_("The code on its waybill, for example KA20-1042-3."),
        error_messages={"required": _("Enter the code of the right shipment.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
