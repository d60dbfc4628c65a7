"""The parameters of the list of shipments."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from regions.filters.parameters import (
    choices,
    codes,
    moments,
    plain_words,
    read_flag,
    search,
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
from shipments.models import ShipmentLine
from shipments.models.shipments import Mode, Status
from shipments.querysets.published import MOVING
from text.listings import Reader


def with_line(condition: Q) -> Q:
    """This will match shipments that have a line like that."""
    return Q(pk__in=ShipmentLine.objects.filter(condition).values("shipment"))


def overdue(*, late: bool = True) -> Q:
    """This will match shipments on the way after their expected arrival, or the others.

    The rows are ``as_seen_by`` somebody: for the public, an arrival within the embargo has not
    happened yet. The cheap conditions stand first.
    """
    condition = (
        Q(expected_at__lt=Now())
        & (Q(status__in=MOVING) | Q(told_later=True))
        & Q(shown_status__in=MOVING)
    )
    return condition if late else ~condition


def found(queryset: QuerySet[Any], words: str, reader: Reader) -> QuerySet[Any]:
    """This will search; the public finds references, donors and regions, never exact places."""
    if reader.known:
        return queryset.searched(words)  # type: ignore[attr-defined, no-any-return]
    return queryset.searched_by_public(words)  # type: ignore[attr-defined, no-any-return]


class ShipmentFilter(ListFilter):
    parameters = (
        texts("reference", "reference"),
        coded("operation", "operation", operations),
        codes("donor", lambda values: with_line(merged_or_self("donor", values)), donors),
        codes("item", lambda values: with_line(merged_or_self("item", values)), items),
        codes("category", lambda v: with_line(Q(item__category__code__in=v)), categories),
        place("origin", "origin"),
        place("destination", "destination"),
        subtree("region", "destination__region"),
        subtree("origin_region", "origin__region"),
        choices("status", "shown_status", Status),
        choices("mode", "mode", Mode),
        {
            "overdue": Lookup(
                read_flag,
                lambda late: overdue(late=late),
                schema={"type": "boolean"},
                help_text=_("true for shipments on the way after their expected arrival."),
            )
        },
        moments("dispatched_at", "dispatched_at", null=True),
        moments("planned_at", "planned_at", null=True, published=False),
        moments("expected_at", "expected_at", null=True, published=False),
        moments("created_at", "created_at", published=False),
        {
            "document": Lookup(
                plain_words,
                lambda values: Q(documents__number__in=values),
                schema={"type": "array", "items": {"type": "string"}},
                help_text=_("Number of a waybill or another document."),
                published=False,
            )
        },
        search(found, _("Reference, document number, donor, consignee or place.")),
    )
