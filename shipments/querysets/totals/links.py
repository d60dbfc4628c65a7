"""From a row of an answer to the ledger lines behind it."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.apps import apps

from shipments.querysets.totals.dimensions import DIMENSIONS
from shipments.querysets.totals.measures import FLOWS, MEASURES
from shipments.querysets.totals.periods import first_day, last_day
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.question import Condition, Scope, TotalsQuery

# What one value of a dimension means as a condition; others are the field of their own name.
LOOKUPS = {"region": "exact", "category": "exact", "verification": "exact"}
# A region and those around it, of which there are at most three.
AROUND = ("code", "parent__code", "parent__parent__code", "parent__parent__parent__code")


@dataclass(frozen=True)
class Behind:
    """The ledger lines behind the rows of a question's answer."""

    query: TotalsQuery

    def row(self, codes: dict[str, Any], *measures: str) -> Scope:
        """This will give the scope whose lines make a row; no codes for the whole answer.

        Named measures leave out the lines that only others count.
        """
        query = replace(self.query, measures=measures) if measures else self.query
        scope = outcomes_only(query)
        for name, code in codes.items():
            if name == "movement":
                scope = replace(scope, movement=code)
            else:
                scope = scope.within(*self.conditions(name, code))
        return scope

    def conditions(self, name: str, code: str | None) -> tuple[Condition, ...]:
        """This will say which lines one value of a dimension means; movement is no condition."""
        if DIMENSIONS[name].cut:
            return days_of(self.query, name, code)
        if code is None:
            return (Condition(field=name, lookup="isnull", values=(True,)),)
        if name == "region" and self.query.scope.level is not None:
            # A region shown at a level stands for everything below it that was asked for.
            values = self.asked_below.get(code, (code,))
            return (Condition(field=name, lookup="is", values=values),)
        return (Condition(field=name, lookup=LOOKUPS.get(name, "is"), values=(code,)),)

    @cached_property
    def asked_below(self) -> dict[str, tuple[str, ...]]:
        """The regions asked for, by each region around them where not all of it was.

        An address names ``region`` once, so that of two regions it has to name the narrower one.
        """
        conditions = self.query.scope.on("region")
        asked = {str(v) for c in conditions if c.lookup == "is" for v in c.values}
        regions = apps.get_model("regions", "Region")._default_manager.filter(code__in=asked)
        below: dict[str, tuple[str, ...]] = {}
        for code, *around in regions.order_by("code").values_list(*AROUND):
            if asked.isdisjoint(around):
                below |= {name: (*below.get(name, ()), code) for name in around if name}
        return below


def outcomes_only(query: TotalsQuery) -> Scope:
    """This will leave out the outcomes that none of the measures counts."""
    counted = {outcome for measure in Plan(query).measures for outcome in measure.outcomes}
    asked = {outcome for measure in query.measures for outcome in outcomes_of(measure)}
    outcomes = asked or counted
    if outcomes == set(FLOWS):
        return query.scope
    values = tuple(flow for flow in FLOWS if flow in outcomes)
    return query.scope.within(Condition(field="outcome", lookup="is", values=values))


def outcomes_of(measure: str) -> tuple[str, ...]:
    return MEASURES[measure].outcomes


def days_of(query: TotalsQuery, name: str, period: str | None) -> tuple[Condition, ...]:
    field = "occurred_on" if query.date_field == "occurred" else "dispatched_on"
    if period is None:
        return (Condition(field=field, lookup="isnull", values=(True,)),)
    kind = DIMENSIONS[name].cut
    return (
        Condition(field=field, lookup="gte", values=(first_day(kind, period),)),
        Condition(field=field, lookup="lte", values=(last_day(kind, period),)),
    )
