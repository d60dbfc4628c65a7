"""What a person says in the browser about a delivery, read into a report."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shipments.forms.fields import KeyedForm, MomentField, NamedField, QuantityField
from shipments.models.ledger import ACCOUNTED, MILESTONES, WITH_DAMAGE
from shipments.models.reports import DeliveryReport, LineReport
from text.numbers import format_input

NOTHING = Decimal(0)
# What the large number of each line is called, by kind of delivery.
LABELS = {
    "received": _("Received in good condition"),
    "handed_over": _("Handed over in good condition"),
    "distributed": _("Distributed"),
    "returned": _("Returned"),
    "lost": _("Lost"),
}
QUESTIONS = {
    "received": _("%(item)s: enter how many arrived, or 0."),
    "handed_over": _("%(item)s: enter how many were handed over, or 0."),
    "distributed": _("%(item)s: enter how many were distributed, or 0."),
    "returned": _("%(item)s: enter how many went back, or 0."),
    "lost": _("%(item)s: enter how many are lost, or 0."),
}
DAMAGE = _("%(item)s: enter how many are damaged, or 0.")
ANSWER = "answer-"


@dataclass(frozen=True)
class Expected:
    """A line as the form shows it: what is left of it, and what stands there at first."""

    position: int
    item: str
    unit: str
    left: Decimal
    left_words: str
    good: Decimal
    damaged: Decimal = NOTHING
    reason: str = ""
    kept: Mapping[str, Decimal] = field(default_factory=dict)


class DeliveryForm(KeyedForm):
    """When, where and by whom; the lines are forms of their own."""

    occurred_at = MomentField(label=_("When"))
    place = NamedField(kind="destination", label=_("Where"), required=False)
    received_by = forms.CharField(
        label=_("Received by"),
        required=False,
        max_length=200,
        help_text=_("A role or a team, for example: warehouse team. No names of people."),
    )
    surplus = forms.BooleanField(
        label=_("More arrived than was sent"),
        required=False,
        help_text=_("Then say in the remark what you know about it."),
    )
    note = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, zone: str, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        field = self.fields["occurred_at"]
        assert isinstance(field, MomentField)
        self.fields["occurred_at"] = MomentField(
            label=_("When"), zone=zone, help_text=_("Local time there (%(zone)s).") % {"zone": zone}
        )
        if kind not in WITH_DAMAGE:
            del self.fields["surplus"], self.fields["received_by"]

    def report(
        self, shipment: str, lines: Iterable[LineReport], answers: Mapping[str, str]
    ) -> DeliveryReport:
        """This will put together what was said; the form and its lines are valid."""
        said = self.cleaned_data
        return DeliveryReport(
            key=said["key"],
            shipment=shipment,
            kind=self.kind,
            occurred_at=said["occurred_at"],
            place=said["place"].code if said.get("place") else "",
            received_by=said.get("received_by", ""),
            note=said["note"],
            surplus=said.get("surplus", False),
            lines=tuple(lines),
            answers=answers,
        )


class DeliveryLineForm(forms.Form):
    """How many of one line arrived, in which condition."""

    def __init__(self, *args: Any, line: Expected, kind: str, **kwargs: Any) -> None:
        kwargs["prefix"] = f"line-{line.position}"
        super().__init__(*args, **kwargs)
        self.line, self.kind = line, kind
        unit = line.unit
        self.fields["good"] = QuantityField(
            unit=unit,
            label=LABELS[kind],
            initial=format_input(line.good),
            error_messages={"required": QUESTIONS[kind] % {"item": line.item}},
        )
        if kind in WITH_DAMAGE:
            self.fields["damaged"] = QuantityField(
                unit=unit,
                label=_("Damaged"),
                initial=format_input(line.damaged),
                error_messages={"required": DAMAGE % {"item": line.item}},
            )
        if kind in (*WITH_DAMAGE, "lost"):
            label = _("Why are they lost?") if kind == "lost" else _("What damaged them?")
            self.fields["reason"] = forms.CharField(
                label=label, required=False, max_length=500, initial=line.reason
            )
        # What the person was shown; the button "everything arrived" means just this.
        self.fields["left"] = QuantityField(
            unit=unit, initial=format_input(line.left), widget=forms.HiddenInput()
        )
        self.fields["touched"] = forms.CharField(required=False, widget=forms.HiddenInput())

    @property
    def missing(self) -> Decimal:
        """What would still be outstanding, as far as the numbers can be read."""
        entered = self.number("good") + self.number("damaged") + sum(self.line.kept.values())
        return max(self.line.left - entered, NOTHING)

    @property
    def left_now(self) -> str:
        """What is left at this moment, as the next sending of the form will mean it."""
        return format_input(self.line.left)

    def number(self, name: str) -> Decimal:
        if name not in self.fields:
            return NOTHING
        try:
            return self.fields[name].clean(self[name].value()) or NOTHING
        except ValidationError:
            return NOTHING

    def report(self, *, surplus: bool) -> LineReport:
        """This will say what became of the line; the form is valid.

        The good ones were pre-filled with what is left: damage lowers them, as the page's script
        does while one types, unless the person changed them or means a surplus.
        """
        said = self.cleaned_data
        good, damaged = said["good"], said.get("damaged") or NOTHING
        untouched = good == said["left"] and not said["touched"] and not surplus
        if untouched and NOTHING < damaged <= good:
            good -= damaged
        counted: dict[str, Any] = {**self.line.kept, self.kind: good}
        return LineReport(
            line=self.line.position,
            damaged=damaged,
            reason=said.get("reason", ""),
            **counted,
        )

    def everything(self) -> LineReport:
        """This will say that all that was left arrived and nothing is damaged."""
        counted: dict[str, Any] = {self.kind: self.number("left")}
        return LineReport(line=self.line.position, **counted)


class DeliveryLines:
    """The forms of all lines, with what the error summary asks of a formset."""

    def __init__(
        self, data: Mapping[str, Any] | None, lines: Iterable[Expected], *, kind: str
    ) -> None:
        self.forms = [DeliveryLineForm(data, line=line, kind=kind) for line in lines]

    def __iter__(self) -> Iterator[DeliveryLineForm]:
        return iter(self.forms)

    @property
    def open(self) -> list[DeliveryLineForm]:
        """The lines of which something is left, or was entered."""
        return [form for form in self.forms if form.line.left or form.is_bound]

    @property
    def complete(self) -> list[DeliveryLineForm]:
        return [form for form in self.forms if form not in self.open]

    def is_valid(self) -> bool:
        # Every form is looked at, so that all errors are shown at once.
        return not [form for form in self.forms if not form.is_valid()]

    def total_error_count(self) -> int:
        return sum(len(form.errors) for form in self.forms)

    def non_form_errors(self) -> list[str]:
        return []

    def reports(self, *, everything: bool, surplus: bool) -> list[LineReport]:
        """This will say what became of the lines, those left out of which nothing came."""
        said = (
            form.everything() if everything else form.report(surplus=surplus) for form in self.forms
        )
        return [line for line in said if any(map(line.quantity, COUNTED))]

    def form_of(self, position: int) -> DeliveryLineForm:
        return next(form for form in self.forms if form.line.position == position)


COUNTED = (*ACCOUNTED, *MILESTONES)


def read_answers(data: Mapping[str, Any]) -> dict[str, str]:
    """This will read the answers to warnings: warning code to remark, empty ones left out."""
    return {
        name.removeprefix(ANSWER): remark
        for name, value in data.items()
        if name.startswith(ANSWER) and (remark := read_remark(str(value)))
    }


def read_remark(text: str) -> str:
    """This will read a few words as the database can keep them."""
    return text.replace("\x00", "").strip()[:1000]


def now_in_form(at: datetime) -> datetime:
    """This will cut a moment to the minute, as a form shows it."""
    return at.replace(second=0, microsecond=0)
