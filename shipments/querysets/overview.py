"""Statements beside facts: each reported figure with what is itemised for the same scope."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, GreaterThanOrEqual, IsNull, LessThanOrEqual

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# Which outcomes each stage of a statement is compared with. "Announced" has no ledger lines.
OUTCOMES_OF_STAGE = {
    "dispatched": ["sent"],
    "arrived": ["received", "damaged"],
    "distributed": ["distributed"],
}
WEIGHED_IN = ("kg", "t")


def beside_itemised(figures: "QuerySet[Any]", user: "User | AnonymousUser") -> "QuerySet[Any]":
    """This will add ``itemised_kg`` and ``itemised`` to reported figures.

    They count what the reader may see of the first movement of goods, equipment left out, of the
    statement's operation, donor, region, category, item and mode, up to the last day it speaks
    of: kilograms where it is in kg or t, else the quantity in its unit; None where the ledger
    holds nothing comparable.
    """
    visible: Any = apps.get_model("shipments", "DeliveryLine")._default_manager.visible_to(user)
    lines = visible.filter(same_scope(), same_period(), same_stage()).order_by()
    one = lines.annotate(one=Value(1)).values("one")
    kilograms = Subquery(one.annotate(sum=Sum("weight_kg")).values("sum"))
    in_unit = one.filter(line__unit=OuterRef("unit"))
    quantity = Subquery(in_unit.annotate(sum=Sum("quantity")).values("sum"))
    found: QuerySet[Any] = figures.annotate(
        itemised_kg=Case(When(unit__in=WEIGHED_IN, then=kilograms)),
        itemised=Case(When(~Q(unit__in=WEIGHED_IN), then=quantity)),
        in_weight=Case(When(unit__in=WEIGHED_IN, then=Value(0)), default=Value(1)),
    )
    return found


def same_scope() -> Q:
    """This will match ledger lines of what a statement speaks of; what it leaves open is any."""
    asked = Q(
        event__shipment__operation=OuterRef("operation"),
        line__from_line__isnull=True,
        line__equipment=False,
    )
    for name, path in (
        ("donor", "line__donor"),
        ("item", "line__item"),
        ("category", "line__item__category"),
    ):
        asked &= Q(IsNull(OuterRef(f"{name}_id"), True)) | Q(**{path: OuterRef(name)})
    below = Q(event__shipment__destination__region__path__startswith=OuterRef("region__path"))
    asked &= Q(IsNull(OuterRef("region_id"), True)) | below
    return asked & (Q(event__shipment__mode=OuterRef("mode")) | Q(same_mode()))


def same_mode() -> Any:
    return Exact(OuterRef("mode"), Value(""))


def same_period() -> Q:
    last = Coalesce(OuterRef("period_to"), OuterRef("published_on"))
    first = OuterRef("period_from")
    return Q(LessThanOrEqual(F("event__occurred_on"), last)) & (
        Q(IsNull(first, True)) | Q(GreaterThanOrEqual(F("event__occurred_on"), first))
    )


def same_stage() -> Q:
    matching = Q(pk__in=[])
    for stage, outcomes in OUTCOMES_OF_STAGE.items():
        matching |= Q(Exact(OuterRef("stage"), Value(stage))) & Q(outcome__in=outcomes)
    return matching
