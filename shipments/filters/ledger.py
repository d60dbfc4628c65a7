"""The parameters of delivery events and of ledger lines."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from regions.filters.parameters import (
    choices,
    codes,
    days,
    missing,
    moments,
    numbers,
    read_flag,
    subtree,
    texts,
)
from regions.filters.sets import ListFilter, Lookup
from shipments.filters.codes import (
    categories,
    coded,
    donors,
    items,
    merged_or_self,
    operations,
    place,
)
from shipments.filters.totals import in_scope, scope_lookups
from shipments.models import DeliveryLine
from shipments.models.ledger import EventKind, Source
from shipments.models.shipments import Mode
from text.bodies import parse_key
from text.listings import Reader


def read_keys(text: str, reader: Reader) -> list[Any]:  # noqa: ARG001
    return [parse_key(word.strip()) for word in text.split(",")]


def keys(name: str, path: str) -> Mapping[str, Lookup]:
    listed = {"type": "array", "items": {"type": "string", "format": "uuid"}}
    return {
        name: Lookup(read_keys, lambda values: Q(**{f"{path}__in": values}), schema=listed),
    }


def having_line(condition: Q) -> Q:
    return Q(Exists(DeliveryLine.objects.filter(condition, event=OuterRef("pk"))))


def event_parameters(prefix: str) -> tuple[Mapping[str, Lookup], ...]:
    """This will make what events and their lines can both be asked for."""
    return (
        keys("key", f"{prefix}key"),
        texts("code", f"{prefix}code"),
        texts("shipment", f"{prefix}shipment__reference"),
        coded("operation", f"{prefix}shipment__operation", operations),
        choices("kind", f"{prefix}kind", EventKind),
        choices("source", f"{prefix}source", Source, published=False),
        choices("mode", f"{prefix}shipment__mode", Mode),
        moments("occurred_at", f"{prefix}occurred_at"),
        days("occurred_on", f"{prefix}occurred_on"),
        moments("recorded_at", f"{prefix}recorded_at"),
        place("destination", f"{prefix}shipment__destination"),
        place("origin", f"{prefix}shipment__origin"),
        place("place", f"{prefix}place"),
        subtree("region", f"{prefix}shipment__destination__region"),
        reversed_parameter(prefix),
    )


def reversed_parameter(prefix: str) -> Mapping[str, Lookup]:
    def condition(value: bool) -> Q:
        undone = Q(**{f"{prefix}reversal__isnull": False}) | Q(
            **{f"{prefix}reverses__isnull": False}
        )
        return undone if value else ~undone

    return {
        "reversed": Lookup(
            read_flag,
            condition,
            schema={"type": "boolean"},
            help_text=_("false leaves out reversed events and their reversals."),
            published=False,
        )
    }


class DeliveryFilter(ListFilter):
    parameters = (
        *event_parameters(""),
        codes("donor", lambda v: having_line(merged_or_self("line__donor", v)), donors),
        codes("item", lambda v: having_line(merged_or_self("line__item", v)), items),
        codes("category", lambda v: having_line(Q(line__item__category__code__in=v)), categories),
    )


class LineFilter(ListFilter):
    """What totals take, lines take too: each figure links to the lines behind it."""

    parameters = (
        *event_parameters("event__"),
        missing("weight_kg", "weight_kg"),
        numbers("quantity", "quantity"),
        scope_lookups(),
    )

    def narrowed(self) -> QuerySet[Any]:
        return in_scope(super().narrowed(), self.data, self.reader)
