"""From a row of an answer to the ledger lines behind it."""

from dataclasses import replace
from typing import Any

from django.apps import apps

from shipments.querysets.totals.dimensions import DIMENSIONS
from shipments.querysets.totals.measures import FLOWS, MEASURES
from shipments.querysets.totals.periods import first_day, last_day
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.question import Condition, Scope, TotalsQuery

# What one value of a dimension means as a condition; others are the field of their own name.
LOOKUPS = {"region": "exact", "category": "exact", "verification": "exact"}


def row_scope(query: TotalsQuery, codes: dict[str, Any]) -> Scope:
    """This will give the scope whose ledger lines make a row; no codes for the whole answer."""
    scope = outcomes_only(query)
    for name, code in codes.items():
        if name == "movement":
            scope = replace(scope, movement=code)
        else:
            scope = scope.within(*conditions_of(query, name, code))
    return scope


def conditions_of(query: TotalsQuery, name: str, code: str | None) -> tuple[Condition, ...]:
    """This will say which lines one value of a dimension means; movement is no condition."""
    if DIMENSIONS[name].cut:
        return days_of(query, name, code)
    return (condition_of(query, name, code),)


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


def condition_of(query: TotalsQuery, name: str, code: str | None) -> Condition:
    if code is None:
        return Condition(field=name, lookup="isnull", values=(True,))
    if name == "region" and query.scope.level is not None:
        # A region shown at a level stands for everything below it that was asked for.
        return Condition(field=name, lookup="is", values=asked_below(query.scope, code))
    return Condition(field=name, lookup=LOOKUPS.get(name, "is"), values=(code,))


def asked_below(scope: Scope, code: str) -> tuple[str, ...]:
    """This will give the regions asked for below a region, or the region where all of it was.

    An address names ``region`` once, so that of two regions it has to name the narrower one.
    """
    asked = {str(v) for c in scope.on("region") if c.lookup == "is" for v in c.values}
    if not asked:
        return (code,)
    regions = apps.get_model("regions", "Region")._default_manager
    paths = dict(regions.filter(code__in={code, *asked}).values_list("code", "path"))
    if any(paths[code].startswith(paths[other]) for other in asked):
        return (code,)
    return tuple(sorted(other for other in asked if paths[other].startswith(paths[code])))


def days_of(query: TotalsQuery, name: str, period: str | None) -> tuple[Condition, ...]:
    field = "occurred_on" if query.date_field == "occurred" else "dispatched_on"
    if period is None:
        return (Condition(field=field, lookup="isnull", values=(True,)),)
    kind = DIMENSIONS[name].cut
    return (
        Condition(field=field, lookup="gte", values=(first_day(kind, period),)),
        Condition(field=field, lookup="lte", values=(last_day(kind, period),)),
    )
