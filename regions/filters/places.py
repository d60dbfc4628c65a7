"""The parameters of regions, destinations and populations."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regions.filters.parameters import (
    all_regions,
    choices,
    codes,
    days,
    merged,
    named,
    numbers,
    search,
    subtree,
    texts,
    wholes,
)
from regions.filters.sets import ListFilter
from regions.models.places import DestinationKind
from regions.models.population import PopulationKind

BY_NAME = _("Part of a name in any language and script, or one that resembles it.")


class RegionFilter(ListFilter):
    parameters = (
        texts("code", "code"),
        texts("pcode", "pcode"),
        wholes("level", "level", least=0, most=3),
        codes("parent", lambda values: Q(parent__code__in=values), all_regions),
        subtree("region", "pk"),
        days("valid_from", "valid_from", null=True),
        days("valid_to", "valid_to", null=True),
        search(named, BY_NAME),
    )


class DestinationFilter(ListFilter):
    parameters = (
        texts("code", "code"),
        choices("kind", "kind", DestinationKind),
        subtree("region", "region"),
        merged(),
        search(named, BY_NAME),
    )


class PopulationFilter(ListFilter):
    parameters = (
        choices("kind", "kind", PopulationKind),
        subtree("region", "region"),
        days("counted_on", "counted_on"),
        numbers("people", "people"),
        texts("source", "source"),
    )
