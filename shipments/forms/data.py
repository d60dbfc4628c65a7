"""The question about totals as a plain form whose address is the question."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import TextChoices
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shipments.models.catalogue import DonorKind
from shipments.models.fields import Unit
from shipments.models.shipments import Mode
from shipments.models.testimony import VerificationLevel
from shipments.querysets.totals import DIMENSIONS, MEASURES, MOST_DIMENSIONS

Choices = Iterable[tuple[str, str]]
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LISTED = ("by", "measure")
USUAL = {"measure": "sent_kg,received_kg,damaged_kg,lost_kg,outstanding_kg", "by": "donor"}
FOLDED = (
    *("item", "donor_kind", "mode", "unit", "verification"),
    *("movement", "equipment", "date_field", "level"),
)
SHOWN_FIRST = (
    "sent_kg",
    "received_kg",
    "damaged_kg",
    "lost_kg",
    "outstanding_kg",
    "distributed_kg",
)

MEASURE_NAMES: dict[str, Any] = {
    "announced": _("announced"),
    "sent": _("sent"),
    "received": _("received"),
    "damaged": _("damaged"),
    "lost": _("lost"),
    "returned": _("returned"),
    "handed_over": _("handed over"),
    "distributed": _("distributed"),
    "surplus": _("surplus"),
    "outstanding": _("outstanding"),
    "shipments": _("shipments"),
    "lines": _("lines"),
    "events": _("events"),
    "lines_without_weight": _("lines without weight"),
    "weight_basis": _("basis of the weight"),
}
DIMENSION_NAMES: dict[str, Any] = {
    "operation": _("operation"),
    "movement": _("movement"),
    "donor": _("donor"),
    "donor_kind": _("kind of donor"),
    "category": _("category"),
    "item": _("item"),
    "unit": _("unit"),
    "region": _("region"),
    "destination": _("destination"),
    "mode": _("mode"),
    "status": _("status"),
    "verification": _("verification"),
    "day": _("day"),
    "week": _("week"),
    "month": _("month"),
    "quarter": _("quarter"),
    "year": _("year"),
    "shipment": _("shipment"),
}


def measure_name(measure: str) -> str:
    """This will name a measure with its unit: weights are in kilograms."""
    base = measure.removesuffix("_kg")
    name = str(MEASURE_NAMES[base])
    return str(_("%(name)s (kg)") % {"name": name}) if measure.endswith("_kg") else name


def canonical_question(data: QueryDict) -> str:
    """This will write a question as its address: several values joined, empty ones left out.

    A bare day in ``as_of`` is the end of that day, UTC.
    """
    pairs = []
    for name in data:
        values = [value.strip() for value in data.getlist(name) if value.strip()]
        if not values:
            continue
        text = ",".join(dict.fromkeys(values)) if name in LISTED else values[-1]
        if name == "as_of" and DAY.fullmatch(text):
            text = f"{text}T23:59:59Z"
        pairs.append((name, text))
    return urlencode(pairs, safe=",:")


def words(label: Any, choices: type[TextChoices]) -> forms.ChoiceField:
    """This will make the field for one word of a closed list, or any."""
    return forms.ChoiceField(
        label=label, required=False, choices=[("", _("All")), *choices.choices]
    )


class TotalsForm(forms.Form):
    """Show these measures, for each of these, only of these, laid out so, as known on."""

    measure = forms.MultipleChoiceField(
        label=_("Show"), required=False, widget=forms.CheckboxSelectMultiple
    )
    donor = forms.ChoiceField(label=_("Donor"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    region = forms.ChoiceField(label=_("Region and below"), required=False)
    operation = forms.ChoiceField(label=_("Operation"), required=False)
    occurred_on__gte = forms.CharField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    occurred_on__lte = forms.CharField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    shape = forms.ChoiceField(
        label=_("Laid out"),
        required=False,
        choices=[("", _("one row for each")), ("wide", _("the last one as columns"))],
    )
    as_of = forms.CharField(
        label=_("As known on"),
        required=False,
        help_text=_("What had been recorded by the end of this day."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    # What is asked for less often, folded away.
    item = forms.ChoiceField(label=_("Item"), required=False)
    donor_kind = words(_("Kind of donor"), DonorKind)
    mode = words(_("Mode"), Mode)
    unit = words(_("Unit"), Unit)
    verification = words(_("Verification"), VerificationLevel)
    movement = forms.ChoiceField(
        label=_("Movement"),
        required=False,
        choices=[("", _("first")), ("onward", _("onward")), ("all", _("first and onward"))],
        help_text=_("Onward goods were counted before; both need movement as a grouping."),
    )
    equipment = forms.ChoiceField(
        label=_("Equipment"),
        required=False,
        choices=[("", _("left out")), ("include", _("included")), ("only", _("only equipment"))],
    )
    date_field = forms.ChoiceField(
        label=_("Periods are those of"),
        required=False,
        choices=[("", _("each event")), ("dispatched", _("the dispatch"))],
    )
    level = forms.ChoiceField(
        label=_("Level of regions"),
        required=False,
        choices=[("", _("as recorded")), *((str(n), str(n)) for n in range(4))],
        help_text=_("0 is a country; needs region as a grouping."),
    )

    def __init__(self, asked: dict[str, str], *, offered: Mapping[str, Choices]) -> None:
        by = [*asked.get("by", "").split(","), "", "", "", ""][:MOST_DIMENSIONS]
        data: dict[str, Any] = {
            **asked,
            "measure": asked.get("measure", "").split(","),
            "as_of": asked.get("as_of", "")[:10],
            **{f"by-{place}": name for place, name in enumerate(by)},
        }
        super().__init__(data)
        measures: Any = self.fields["measure"]
        rest = [name for name in MEASURES if name not in SHOWN_FIRST]
        measures.choices = [(name, measure_name(name)) for name in (*SHOWN_FIRST, *rest)]
        for name, choices in offered.items():
            chosen: Any = self.fields[name]
            chosen.choices = [("", _("All")), *choices]
        self.keep_what_was_typed(data)
        self.folded = [self[name] for name in FOLDED]
        self.unfolded = any(asked.get(name) for name in FOLDED)
        # What else an address asks is kept.
        self.kept = {
            name: value for name, value in asked.items() if name not in self.fields and name != "by"
        }
        self.dimensions = [
            {"place": place, "value": name, "choices": with_value(dimension_choices(), name)}
            for place, name in enumerate(by)
        ]

    def keep_what_was_typed(self, data: Mapping[str, Any]) -> None:
        """This will offer what was asked for though no list has it, so that it can be mended."""
        for name, field in self.fields.items():
            field_of: Any = field
            if isinstance(field, forms.MultipleChoiceField):
                for value in data[name]:
                    field_of.choices = with_value(field_of.choices, value)
            elif isinstance(field, forms.ChoiceField):
                field_of.choices = with_value(field_of.choices, data.get(name, ""))
            elif data.get(name) and not DAY.fullmatch(data[name]):
                # A browser empties a field for days that holds something else.
                field_of.widget.input_type = "text"

    def full_clean(self) -> None:
        """The parser of the address judges, for page and API alike; see ``refuse``."""
        self._errors, self.cleaned_data = ErrorDict(), {}

    def refuse(self, refused: Mapping[str, list[str]]) -> list[dict[str, str]]:
        """This will put refusals beside their fields, and list them with where to mend each."""
        found = []
        for parameter, messages in refused.items():
            if parameter in self.fields:
                for message in messages:
                    self.add_error(parameter, message)
            found += [{"message": message, "id": self.place_of(parameter)} for message in messages]
        return found

    def place_of(self, parameter: str) -> str:
        """This will give the id of the field that a parameter is asked in, "" where none is."""
        if parameter == "by":
            return "by-0"
        if parameter == "measure":
            return f"{self['measure'].id_for_label or self['measure'].auto_id}_0"
        return str(self[parameter].auto_id) if parameter in self.fields else ""


def with_value(choices: Choices, value: str) -> list[tuple[str, str]]:
    listed = list(choices)
    known = {str(code) for code, _name in listed}
    return listed if not value or value in known else [*listed, (value, value.replace(",", ", "))]


def dimension_choices() -> list[tuple[str, str]]:
    return [("", "–"), *((name, str(DIMENSION_NAMES[name])) for name in DIMENSIONS)]
