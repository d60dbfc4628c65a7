"""The parameters of the list of needs and what was received."""

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regions.filters.parameters import choices, days, either, missing, subtree, words_in
from regions.filters.sets import ListFilter, Lookup
from regions.models.population import PopulationKind
from shipments.filters.codes import categories, coded, items, merging, operations
from shipments.models.fields import Unit
from text.listings import Reader

MONTH = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])", re.ASCII)


def read_month(word: str) -> date:
    """This will read a month as totals write it, 2020-11 (``not_a_month``)."""
    found = MONTH.fullmatch(word)
    if found is None:
        raise ValidationError(
            _("“%(value)s” is not a month. Write it as 2020-11."),
            code="not_a_month",
            params={"value": word[:40]},
        )
    return date(int(found[1]), int(found[2]), 1)


def months(name: str, path: str) -> dict[str, Lookup]:
    """This will make ``name`` and ``name__not`` for months."""

    def parse(text: str, reader: Reader) -> list[date]:  # noqa: ARG001
        return [read_month(word) for word in words_in(text)]

    def condition(values: Any) -> Q:
        return Q(**{f"{path}__in": values})

    listed = {"type": "array", "items": {"type": "string", "pattern": MONTH.pattern}}
    return either(name, parse, condition, listed, _("Months as 2020-11."), {})


class CoverageFilter(ListFilter):
    parameters = (
        coded("operation", "operation", operations),
        subtree("region", "region"),
        coded("category", "category", categories),
        merging("item", "item", items),
        choices("unit", "unit", Unit),
        choices("population_kind", "population_kind", PopulationKind),
        months("month", "month"),
        days("month", "month"),
        missing("need", "need"),
    )
