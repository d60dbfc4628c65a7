"""What can be measured, declared as data."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

ACCOUNTED = ("received", "damaged", "lost", "returned")
MILESTONES = ("handed_over", "distributed")
FLOWS = ("sent", *ACCOUNTED, *MILESTONES)
BALANCES = ("surplus", "outstanding")
QUANTITIES = ("announced", *FLOWS, *BALANCES)
BASES = ("weighed", "declared", "estimated")


@dataclass(frozen=True)
class Measure:
    """A measure: what it is the sum of, in which unit, and the ledger lines that make it."""

    name: str
    base: str
    kind: Literal["quantity", "weight", "count", "shares"]
    outcomes: tuple[str, ...]
    description: object

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of an answer that carry the measure."""
        if self.kind == "shares":
            return tuple(f"{self.name}_{basis}" for basis in BASES)
        return (self.name,)


def outcomes_of(base: str) -> tuple[str, ...]:
    if base in BALANCES:
        return ("sent", *ACCOUNTED)
    return (base,) if base in FLOWS else ()


DESCRIPTIONS: dict[str, object] = {
    "announced": _(
        "Lines of shipments that were not cancelled, dispatched or not yet. One entered without a "
        "weight weighs what the ledger learned since."
    ),
    "sent": _("What was dispatched."),
    "received": _("What arrived good, surplus included."),
    "damaged": _("What arrived damaged."),
    "lost": _("What somebody decided is lost."),
    "returned": _("What was sent back."),
    "handed_over": _("What was handed over to the consignee; a part of received."),
    "distributed": _("What was distributed to people; a part of received."),
    "surplus": _("What was accounted for beyond what was sent, line by line."),
    "outstanding": _("What was sent and is not yet accounted for, line by line."),
}

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        *(
            Measure(base, base, "quantity", outcomes_of(base), DESCRIPTIONS[base])
            for base in QUANTITIES
        ),
        *(
            Measure(f"{base}_kg", base, "weight", outcomes_of(base), DESCRIPTIONS[base])
            for base in QUANTITIES
        ),
        Measure("shipments", "", "count", FLOWS, _("How many shipments.")),
        Measure("lines", "", "count", FLOWS, _("How many lines of shipments.")),
        Measure("events", "", "count", FLOWS, _("How many events with lines, reversed ones not.")),
        Measure(
            "lines_without_weight",
            "",
            "count",
            FLOWS,
            _("How many lines have an unknown weight, which is not zero."),
        ),
        Measure(
            "weight_basis",
            "",
            "shares",
            FLOWS,
            _("Which part of the weight was weighed, declared or estimated."),
        ),
    )
}


def column_of(name: str) -> Measure | None:
    """This will find the measure that a column of an answer belongs to."""
    for measure in MEASURES.values():
        if name in measure.columns:
            return measure
    return None
