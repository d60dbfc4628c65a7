"""Statements beside facts: each reported figure with what is itemised for the same scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shipments.querysets.totals import Condition, Scope, Sums, TotalsQuery, answer_several
from shipments.querysets.totals.links import Behind

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# Which measures each stage of a statement is compared with.
MEASURES_OF_STAGE = {
    "announced": ("announced",),
    "dispatched": ("sent",),
    "arrived": ("received", "damaged"),
    "distributed": ("distributed",),
}
# Kilograms in the units of weight.
WEIGHED_IN = {"kg": Decimal(1), "t": Decimal(1000)}
NARROWED_BY = ("operation", "donor", "region", "category", "item")


@dataclass(frozen=True)
class Beside:
    """A reported figure and what the ledger comes to for its scope, stage and days.

    ``itemised`` and ``difference`` (itemised less stated) are in the unit of the figure; None
    where nothing comparable is known, which is not zero.
    """

    figure: Any
    sums: Sums

    @property
    def weighs(self) -> bool:
        return self.figure.unit in WEIGHED_IN

    @cached_property
    def by_unit(self) -> dict[str, Decimal]:
        """The quantities itemised, by unit; what was taken back is as if it had not been."""
        bases = MEASURES_OF_STAGE[self.figure.stage]
        sums = {row["unit"]: sum(row[base] or 0 for base in bases) for row in self.sums.rows}
        return {unit: Decimal(amount) for unit, amount in sums.items() if amount}

    @cached_property
    def kilograms(self) -> Decimal | None:
        """The weight itemised, None where none is known."""
        bases = MEASURES_OF_STAGE[self.figure.stage]
        known = [w for base in bases if (w := self.sums.total[f"{base}_kg"]) is not None]
        weight = sum(known, Decimal(0))
        dark = len(known) < len(bases) and not weight
        return None if dark or not self.by_unit else weight

    @cached_property
    def itemised(self) -> Decimal | None:
        if not self.weighs:
            return self.by_unit.get(self.figure.unit)
        if self.kilograms is None:
            return None
        return self.kilograms / WEIGHED_IN[self.figure.unit]

    @property
    def difference(self) -> Decimal | None:
        return None if self.itemised is None else self.itemised - Decimal(self.figure.quantity)

    @property
    def without_weight(self) -> int:
        """How many lines in scope have an unknown weight, which is no part of ``itemised``."""
        return int(self.sums.total["lines_without_weight"] or 0) if self.weighs else 0

    @property
    def other_units(self) -> tuple[str, ...]:
        """In which units the rest of the scope is counted, which is never compared."""
        if self.weighs:
            return ()
        return tuple(sorted(unit for unit in self.by_unit if unit != self.figure.unit))

    @property
    def last_day(self) -> "date":
        return last_day_of(self.figure)

    @property
    def lines(self) -> Scope | None:
        """The ledger lines that make ``itemised``; None where there are none."""
        if self.itemised is None or self.figure.stage == "announced":
            return None
        codes = {} if self.weighs else {"unit": self.figure.unit}
        return Behind(self.sums.query).row(codes)


def beside_itemised(figures: Sequence[Any], user: "User | AnonymousUser") -> list[Beside]:
    """This will set reported figures beside what is itemised, as the reader may see it.

    The figures come with their operation, donor, region, category and item. One statement
    answers up to fifty of them.
    """
    answers = answer_several([question_of(figure) for figure in figures], user)
    return [Beside(figure, sums) for figure, sums in zip(figures, answers, strict=True)]


def question_of(figure: Any) -> TotalsQuery:
    """This will ask for what a statement speaks of, by unit; what it leaves open is any.

    Categories count with all below them, regions with their subtree, merged records as one.
    Equipment counts where the statement names the item.
    """
    bases = MEASURES_OF_STAGE[figure.stage]
    named = {name: getattr(figure, name) for name in NARROWED_BY}
    conditions = [same(name, row.code) for name, row in named.items() if row is not None]
    if figure.mode:
        conditions.append(same("mode", figure.mode))
    if figure.period_from:
        conditions.append(day("gte", figure.period_from))
    conditions.append(day("lte", last_day_of(figure)))
    return TotalsQuery(
        by=("unit",),
        measures=(*bases, *(f"{base}_kg" for base in bases)),
        scope=Scope(
            conditions=tuple(conditions),
            movement=figure.movement,
            equipment="exclude" if figure.item is None else "include",
        ),
        labels="code",
    )


def same(field: str, value: str) -> Condition:
    return Condition(field=field, lookup="is", values=(value,))


def day(lookup: str, value: "date") -> Condition:
    return Condition(field="occurred_on", lookup=lookup, values=(value,))


def last_day_of(figure: Any) -> "date":
    """This will give the last day that a statement can speak of."""
    last: date = figure.period_to or figure.published_on
    return last
