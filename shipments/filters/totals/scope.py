"""Parse which ledger lines are asked about."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shipments.filters.totals.reading import Parameters, days, flag, one_of, some_of, whole, words
from shipments.querysets.totals import FIELDS, OUTCOME, Condition, Scope
from shipments.querysets.totals.fields import Field
from shipments.querysets.totals.question import Value
from text.bodies import parse_iso_date
from text.check_digits import normalise_reference
from text.dates import parse_instant, time_zones
from text.refusals import unknown

MOVEMENTS = ("first", "onward", "all")
EQUIPMENT = ("exclude", "only", "include")
SCOPE_WORDS = ("movement", "equipment", "as_of", "tz", "level")
HIGHEST_LEVEL = 3


def scope_parameters(*more: Field) -> list[str]:
    """This will name every parameter that narrows the ledger lines asked about."""
    return [*(name for name, _, _ in lookups(*more)), *SCOPE_WORDS]


def lookups(*more: Field) -> list[tuple[str, Field, str]]:
    """This will list each condition that can be asked: parameter, field and lookup."""
    return [
        (f.name if lookup == "is" else f"{f.name}__{lookup}", f, lookup)
        for f in (*FIELDS.values(), *more)
        for lookup in f.lookups
    ]


def parse_scope(data: Mapping[str, Any]) -> Scope:
    """This will read the parameters that say which ledger lines are meant, for the list of lines.

    Nothing is left out unless asked: movement is all and equipment include where they are not
    given. Other parameters are left to the caller. Raises QueryRefused.
    """
    parameters = Parameters(data)
    scope = read_scope(parameters, OUTCOME, movement="all", equipment="include")
    if scope.level is not None and not scope.on("region"):
        parameters.refuse("level", level_without_region())
    parameters.finish()
    return scope


def read_scope(
    parameters: Parameters,
    *more: Field,
    movement: str = "first",
    equipment: str = "exclude",
) -> Scope:
    """This will read the scope; refusals stay with the parameters."""
    conditions: list[Condition] = []
    nothing: tuple[Value, ...] = ()
    for name, field, lookup in lookups(*more):
        values = parameters.read(name, partial(values_of, field, lookup), nothing)
        if values:
            conditions.append(Condition(field=field.name, lookup=lookup, values=values))
    none: datetime | None = None
    nowhere: ZoneInfo | None = None
    unlimited: int | None = None
    return Scope(
        conditions=tuple(conditions),
        movement=cast("Any", parameters.read("movement", one_of(MOVEMENTS), movement)),
        equipment=cast("Any", parameters.read("equipment", one_of(EQUIPMENT), equipment)),
        as_of=parameters.read("as_of", read_moment, none),
        tz=parameters.read("tz", read_zone, nowhere),
        level=parameters.read("level", whole(0, HIGHEST_LEVEL), unlimited),
    )


def values_of(field: Field, lookup: str, text: str) -> tuple[Value, ...]:
    """This will read the values of one condition."""
    if lookup == "isnull":
        return (flag(text),)
    if field.kind == "day":
        return days(text) if lookup in ("is", "not") else (parse_iso_date(text),)
    if field.choices:
        model, name = field.choices
        known = apps.get_model("shipments", model)._meta.get_field(name).flatchoices
        return some_of(str(word) for word, _ in known)(text)
    found = words(text)
    return tuple(map(normalise_reference, found)) if field.name == "shipment" else found


def read_moment(text: str) -> datetime:
    # A plus sign that was not escaped arrives as a space.
    return parse_instant(text.replace(" ", "+") if text.count(" ") == 1 else text)


def read_zone(text: str) -> ZoneInfo:
    """This will read the name of a time zone (``unknown_value``)."""
    if text not in time_zones():
        refusal = unknown(text, sorted(time_zones()), code="unknown_value")
        # Hundreds of zones are no list to read; the nearest one is in the sentence.
        refusal.params = {**(refusal.params or {}), "allowed": ["UTC", "Asia/Baku", "Asia/Yerevan"]}
        raise refusal
    return ZoneInfo(text)


def level_without_region() -> ValidationError:
    return ValidationError(
        _("level= says which regions to show; add region to by=."), code="needs_region"
    )
