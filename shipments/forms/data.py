"""The question about totals as a plain form whose address is the question."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shipments.querysets.totals import DIMENSIONS, MEASURES, MOST_DIMENSIONS

Choices = Iterable[tuple[str, str]]
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LISTED = ("by", "measure")
USUAL = {"measure": "sent_kg,received_kg,damaged_kg,lost_kg,outstanding_kg", "by": "donor"}
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
            field: Any = self.fields[name]
            known = [("", _("All")), *choices]
            value = asked.get(name, "")
            more = [] if value in dict(known) else [(value, value.replace(",", ", "))]
            field.choices = [*known, *more]
        # What else an address asks is kept.
        self.kept = {
            name: value for name, value in asked.items() if name not in self.fields and name != "by"
        }
        self.dimensions = [
            {"place": place, "value": name, "choices": dimension_choices()}
            for place, name in enumerate(by)
        ]


def dimension_choices() -> list[tuple[str, str]]:
    return [("", "–"), *((name, str(DIMENSION_NAMES[name])) for name in DIMENSIONS)]
