"""The parameters of totals in the list of ledger lines, so that every figure links to its lines."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from regions.filters.sets import Lookup
from shipments.filters.totals.reading import one_of, whole
from shipments.filters.totals.scope import (
    EQUIPMENT,
    HIGHEST_LEVEL,
    MOVEMENTS,
    lookups,
    parse_scope,
    read_moment,
    read_zone,
    values_of,
)
from shipments.querysets.totals import OUTCOME, ledger_lines
from shipments.querysets.totals.dimensions import DIMENSIONS
from shipments.querysets.totals.fields import Field
from shipments.querysets.totals.lookups import look_up
from text.listings import Reader

WORDS: dict[str, tuple[Callable[[str], Any], object]] = {
    "movement": (one_of(MOVEMENTS), _("first: goods that no earlier shipment brought.")),
    "equipment": (one_of(EQUIPMENT), _("Vehicles and machines: leave out, only, or include.")),
    "as_of": (read_moment, _("The ledger as recorded by this moment.")),
    "tz": (read_zone, _("Time zone of local days; without it the operation's.")),
    "level": (whole(0, HIGHEST_LEVEL), _("Level that region__isnull looks at.")),
}


def scope_lookups() -> Mapping[str, Lookup]:
    """This will make the parameters; they are read one by one and applied together."""
    made = {
        name: lookup_of(partial(values_of, field, word), field.description, hidden=is_hidden(field))
        for name, field, word in lookups(OUTCOME)
    }
    return made | {name: lookup_of(parse, text) for name, (parse, text) in WORDS.items()}


def lookup_of(parse: Callable[[str], Any], text: object, *, hidden: bool = False) -> Lookup:
    def read(value: str, reader: Reader) -> Any:  # noqa: ARG001
        return parse(value)

    return Lookup(read, help_text=text, published=not hidden)


def is_hidden(field: Field) -> bool:
    return field.name in DIMENSIONS and DIMENSIONS[field.name].private


def in_scope(rows: "QuerySet[Any]", data: Mapping[str, Any], reader: Reader) -> "QuerySet[Any]":
    """This will leave the ledger lines that the parameters of totals mean."""
    names = [*WORDS, *(name for name, _, _ in lookups(OUTCOME))]
    given = {name: data[name] for name in names if name in data}
    if not given:
        return rows
    scope = parse_scope(given)
    look_up(scope, reader.user)
    statement, values = ledger_lines(scope, reader.user)
    return rows.filter(pk__in=RawSQL(statement, values))  # noqa: S611
