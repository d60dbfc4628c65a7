"""What readers without a role may know: everything computed from rows older than the embargo."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Now
from django.db.models.lookups import GreaterThan

ACCOUNTED = ("received", "damaged", "lost", "returned")
UNPUBLISHED_KINDS = ("planned", "inspected")


def older_than_embargo(column: str, operation: str) -> Q:
    """This will match rows whose moment in ``column`` lies before the operation's embargo."""
    hours = ExpressionWrapper(
        F(f"{operation}embargo_hours") * timedelta(hours=1), output_field=DurationField()
    )
    return Q(**{f"{column}__lte": ExpressionWrapper(Now() - hours, output_field=DateTimeField())})


def published(prefix: str = "") -> Q:
    """This will match events that happened and were recorded before the embargo."""
    operation = f"{prefix}shipment__operation__"
    return older_than_embargo(f"{prefix}occurred_at", operation) & older_than_embargo(
        f"{prefix}recorded_at", operation
    )


def published_ledger(**conditions: Any) -> QuerySet[Any]:
    """This will find the ledger lines that the public may know of."""
    lines = apps.get_model("shipments", "DeliveryLine")._default_manager
    found: QuerySet[Any] = lines.filter(published("event__"), **conditions).order_by()
    return found


def published_sum(*outcomes: str, **conditions: Any) -> Coalesce:
    """This will add up the published quantities of some outcomes, 0 where there are none."""
    (group,) = conditions
    sums = (
        published_ledger(outcome__in=outcomes, **conditions)
        .values(group)
        .annotate(total=Sum("quantity"))
    )
    return Coalesce(Subquery(sums.values("total")), Value(0), output_field=quantity())


def quantity() -> Any:
    return apps.get_model("shipments", "DeliveryLine")._meta.get_field("quantity")


def published_balance(line: str = "pk") -> dict[str, Any]:
    """This will give the balance of a shipment line as the public may know it, by measure."""
    outer = OuterRef(line)
    counted: dict[str, Any] = {
        name: published_sum(name, line=outer) for name in ("sent", *ACCOUNTED)
    }
    accounted = published_sum(*ACCOUNTED, line=outer)
    return counted | {
        "surplus": above_zero(accounted - counted["sent"]),
        "outstanding": above_zero(counted["sent"] - accounted),
    }


def above_zero(difference: Any) -> Greatest:
    whole = ExpressionWrapper(difference, output_field=quantity())
    return Greatest(whole, Value(0, output_field=quantity()))


def published_status() -> Case:
    """This will compute a shipment's status from published events alone, as the ledger does."""
    lines = apps.get_model("shipments", "ShipmentLine")._default_manager
    short = lines.filter(shipment=OuterRef("pk")).annotate(
        missing=published_sum("sent", line=OuterRef("pk"))
        - published_sum(*ACCOUNTED, line=OuterRef("pk"))
    )
    accounted = published_sum(*ACCOUNTED, line__shipment=OuterRef("pk"))
    arrived = GreaterThan(accounted, Value(0))
    return Case(
        When(standing_event("closed"), then=Value("closed")),
        When(Q(arrived) & ~Exists(short.filter(missing__gt=0)), then=Value("received")),
        When(arrived, then=Value("partially_received")),
        When(standing_event("departed", "arrived"), then=Value("in_transit")),
        default=Value("dispatched"),
        output_field=CharField(),
    )


def standing_event(*kinds: str) -> Exists:
    """This will look for a published event of the kinds that no published event reversed."""
    events = apps.get_model("shipments", "DeliveryEvent")._default_manager
    undone = events.filter(published(), reverses=OuterRef("pk"))
    return Exists(
        events.filter(published(), ~Exists(undone), shipment=OuterRef("pk"), kind__in=kinds)
    )
