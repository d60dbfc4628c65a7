"""What a question needs: quantities, keys and levels of grouping, decided before any SQL."""

from dataclasses import dataclass
from functools import cached_property

from shipments.querysets.totals.dimensions import DIMENSIONS, Dimension
from shipments.querysets.totals.measures import BALANCES, FLOWS, MEASURES, Measure
from shipments.querysets.totals.question import TotalsQuery


@dataclass(frozen=True)
class Plan:
    """A question with everything derived from it that more than one part of the SQL asks for."""

    query: TotalsQuery

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The measures asked for; kilograms bring the lines they leave out along."""
        names = list(self.query.measures)
        if self.weighs and "lines_without_weight" not in names:
            names.append("lines_without_weight")
        return tuple(MEASURES[name] for name in names)

    @property
    def weighs(self) -> bool:
        return any(MEASURES[name].kind in ("weight", "shares") for name in self.query.measures)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for measure in self.measures for column in measure.columns)

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """The flows and balances that measures are made of."""
        return tuple(dict.fromkeys(measure.base for measure in self.measures if measure.base))

    @cached_property
    def flows(self) -> tuple[str, ...]:
        """The ledger's outcomes to be added up."""
        if self.query.scope.on("recorded_on"):
            return FLOWS
        return tuple(flow for flow in FLOWS if flow in self.bases)

    @cached_property
    def balances(self) -> tuple[str, ...]:
        return tuple(base for base in self.bases if base in BALANCES)

    @property
    def announces(self) -> bool:
        return "announced" in self.bases

    def asks(self, name: str) -> bool:
        return any(measure.name == name for measure in self.measures)

    @property
    def counts_units(self) -> bool:
        return any(measure.kind == "quantity" for measure in self.measures)

    @property
    def repeats_lines(self) -> bool:
        """Whether a line may have several parts, so that it must be counted once."""
        return bool(self.moving) or self.announces or self.asks("events")

    @property
    def shared(self) -> str:
        """The flow whose weight the shares are of: the first in kilograms, else what was sent."""
        for measure in self.measures:
            if measure.kind == "weight" and measure.base in FLOWS:
                return measure.base
        return "sent"

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        return tuple(DIMENSIONS[name] for name in self.query.by)

    def moves_within_a_line(self, dimension: Dimension) -> bool:
        """This will say whether one line's ledger falls under several values of the dimension."""
        if dimension.cut:
            return self.query.date_field == "occurred"
        return dimension.name == "verification"

    @cached_property
    def moving(self) -> tuple[Dimension, ...]:
        """The dimensions that split a line's history, periods first."""
        found = [d for d in self.dimensions if self.moves_within_a_line(d)]
        return tuple(sorted(found, key=lambda dimension: not dimension.cut))

    @cached_property
    def standing(self) -> tuple[Dimension, ...]:
        return tuple(d for d in self.dimensions if not self.moves_within_a_line(d))

    @cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The groupings of the answer: rows, in the wide shape column totals, and the total."""
        by = self.query.by
        if not by:
            return ((),)
        return (by, by[-1:], ()) if self.is_wide and len(by) > 1 else (by, ())

    @property
    def is_total(self) -> str:
        """SQL that says whether a group is the total."""
        return rolled_up(self.query.by)

    @property
    def is_of_whole_histories(self) -> str:
        """SQL that says whether a group splits no line's history: the total, some columns."""
        return rolled_up(tuple(dimension.name for dimension in self.moving))

    @property
    def is_wide(self) -> bool:
        return self.query.shape == "wide" and bool(self.query.by)


def rolled_up(names: tuple[str, ...]) -> str:
    """This will write SQL that says whether a group tells none of the dimensions apart."""
    listed = ", ".join(f'"{name}"' for name in names)
    return f"grouping({listed}) = {2 ** len(names) - 1}" if names else "true"
