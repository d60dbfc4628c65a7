"""What a person types about a shipment that is being planned, read into a draft."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shipments.forms.fields import (
    KeyedForm,
    MomentField,
    NamedField,
    QuantityField,
    WholeField,
    offer_candidates,
)
from shipments.models.fields import Unit
from shipments.models.reports import LineDraft, ShipmentDraft
from shipments.models.shipments import Mode

MOST_LINES = 100
COUNT = "lines"
LINE_TEXTS = ("item", "quantity", "weight_kg", "packages", "description", "batch")
SMALLEST = Decimal("0.001")


class DraftForm(KeyedForm):
    """Who sends what from where to where; the lines are forms of their own."""

    saved_before = _(
        "This form was saved before with other content. Look among the shipments first; "
        "save it again to make a second shipment."
    )
    version = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    operation = forms.ChoiceField(
        label=_("Operation"), error_messages={"required": _("Choose an operation.")}
    )
    donor = NamedField(
        kind="donor",
        label=_("Donor"),
        help_text=_("Who gave the goods; not the supplier and not the carrier."),
        error_messages={"required": _("Enter who gave the goods.")},
    )
    origin = NamedField(
        kind="destination",
        label=_("From"),
        error_messages={"required": _("Enter where the goods start.")},
    )
    destination = NamedField(
        kind="destination",
        label=_("To"),
        error_messages={"required": _("Enter where the goods go.")},
    )
    mode = forms.ChoiceField(label=_("How"), choices=Mode.choices, initial=Mode.ROAD)
    vehicles = WholeField(
        label=_("Number of vehicles"), required=False, help_text=_("Trucks, wagons or aircraft.")
    )
    consignor = forms.CharField(
        label=_("Consignor"),
        required=False,
        max_length=200,
        help_text=_("The sender named on the waybill."),
    )
    consignee = forms.CharField(
        label=_("Consignee"),
        required=False,
        max_length=200,
        help_text=_("The receiver named on the waybill."),
    )
    planned_at = MomentField(label=_("Planned departure"), required=False)
    expected_at = MomentField(label=_("Expected arrival"), required=False)
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, *args: Any, operations: Mapping[str, tuple[str, str]], **kwargs: Any
    ) -> None:
        """``operations`` holds code to (name, time zone)."""
        super().__init__(*args, **kwargs)
        self.operations = operations
        choices = [(code, name) for code, (name, _zone) in operations.items()]
        field: Any = self.fields["operation"]
        field.choices = choices if len(choices) == 1 else [("", _("Choose one")), *choices]
        zone = operations.get(str(self["operation"].value()), ("", "UTC"))[1]
        for name in ("planned_at", "expected_at"):
            label = self.fields[name].label
            self.fields[name] = MomentField(label=label, required=False, zone=zone)

    def draft(self, lines: Iterable[LineDraft], **kept: Any) -> ShipmentDraft:
        """This will put together what was typed; form and lines are valid."""
        said = self.cleaned_data
        texts = ("operation", "mode", "vehicles", "consignor", "consignee")
        return ShipmentDraft(
            **{name: said[name] for name in (*texts, "planned_at", "expected_at", "remark")},
            donor=said["donor"].code,
            origin=said["origin"].code,
            destination=said["destination"].code,
            lines=tuple(lines),
            **kept,
        )


class DraftLineForm(forms.Form):
    """One article of the shipment."""

    item = NamedField(
        kind="item", label=_("Item"), error_messages={"required": _("Enter what it is.")}
    )
    quantity = forms.CharField()
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices)
    weight_kg = QuantityField(
        label=_("Weight (kg)"),
        required=False,
        minimum=SMALLEST,
        help_text=_("Of the whole line. Empty means unknown."),
    )
    description = forms.CharField(
        label=_("As written on the paper"), required=False, max_length=300
    )
    packages = WholeField(label=_("Packages"), required=False, maximum=10_000_000)
    batch = forms.CharField(label=_("Batch"), required=False, max_length=60)
    # What this page does not show and keeps: the rest of the line's columns by its number.
    line = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = str(self["unit"].value() or Unit.PIECE)
        self.fields["quantity"] = QuantityField(
            unit=unit if unit in Unit.values else Unit.PIECE,
            label=_("Quantity"),
            minimum=SMALLEST,
            error_messages={"required": _("Enter how many.")},
        )

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into the line, so that it counts as not there."""
        return self.is_bound and not any(
            str(self[name].value() or "").strip() for name in LINE_TEXTS
        )

    def draft(self, kept: LineDraft | None) -> LineDraft:
        """This will put together the line; what the page does not show comes from ``kept``."""
        said = self.cleaned_data
        rest: dict[str, Any] = {}
        if kept is not None:
            names = ("donor", "from_line", "package_kind", "expires_on", "unit_value", "currency")
            rest = {name: getattr(kept, name) for name in names}
            if kept.item == said["item"].code:
                rest["equipment"] = kept.equipment
            if kept.weight_kg == said["weight_kg"]:
                rest["weight_basis"] = kept.weight_basis
        return LineDraft(
            item=said["item"].code,
            quantity=said["quantity"],
            unit=said["unit"],
            line=said["line"],
            weight_kg=said["weight_kg"],
            description=said["description"],
            packages=said["packages"],
            batch=said["batch"],
            **rest,
        )


class DraftLines:
    """The line forms of a shipment, of which the button "Add another line" makes one more."""

    def __init__(
        self, data: Mapping[str, Any] | None, initial: list[dict[str, Any]], offer: Any
    ) -> None:
        count = self.counted(data, len(initial))
        more = 1 if data is not None and "add" in data else 0
        self.forms = [self.form(data, index, initial) for index in range(count)]
        self.forms += [self.form(None, count + index, []) for index in range(more)]
        for form in self.forms:
            offer(form)
        if data is not None and "remove" in data:
            self.take_out(str(data["remove"]))

    @staticmethod
    def counted(data: Mapping[str, Any] | None, shown: int) -> int:
        if data is None:
            return max(shown, 1)
        typed = str(data.get(COUNT, "1"))
        return min(int(typed), MOST_LINES) if typed.isascii() and typed.isdecimal() else 1

    @staticmethod
    def form(
        data: Mapping[str, Any] | None, index: int, initial: list[dict[str, Any]]
    ) -> DraftLineForm:
        first = initial[index] if index < len(initial) else {"unit": Unit.PIECE}
        return DraftLineForm(data, prefix=f"line-{index}", initial=first)

    def take_out(self, prefix: str) -> None:
        """This will blank the line whose "Remove" was tapped; blank lines are not kept."""
        self.forms = [form for form in self.forms if form.prefix != prefix]
        for index, form in enumerate(self.forms):
            self.forms[index] = renumbered(form, index)

    def __iter__(self) -> Iterator[DraftLineForm]:
        return iter(self.forms)

    @property
    def filled(self) -> list[DraftLineForm]:
        return [form for form in self.forms if form.is_bound and not form.is_blank]

    def is_valid(self) -> bool:
        wrong = [form for form in self.filled if not form.is_valid()]
        for form in wrong:
            offer_candidates(form)
        return not wrong

    def total_error_count(self) -> int:
        return sum(len(form.errors) for form in self.filled)

    def non_form_errors(self) -> list[str]:
        return []


def renumbered(form: DraftLineForm, index: int) -> DraftLineForm:
    """This will move a line to another place of the page with everything typed into it."""
    if form.prefix == f"line-{index}":
        return form
    values = {name: form[name].value() for name in form.fields}
    data = {f"line-{index}-{name}": value for name, value in values.items() if value is not None}
    moved = DraftLineForm(data, prefix=f"line-{index}")
    for name in ("item",):
        old: Any = form.fields[name]
        new: Any = moved.fields[name]
        new.offer(old.rows, old.label_of)
    return moved
