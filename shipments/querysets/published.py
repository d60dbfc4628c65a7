"""What readers without a role may know: everything computed from rows older than the embargo."""

from datetime import timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import (
    BooleanField,
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

from shipments.querysets.totals.measures import ACCOUNTED

MOVING = ("dispatched", "in_transit", "partially_received")
UNPUBLISHED_KINDS = ("planned", "inspected")


def older_than_embargo(column: str, operation: str) -> Q:
    """This will match rows whose moment in ``column`` lies before the operation's embargo."""
    hours = ExpressionWrapper(
        F(f"{operation}embargo_hours") * timedelta(hours=1), output_field=DurationField()
    )
    return Q(**{f"{column}__lte": ExpressionWrapper(Now() - hours, output_field=DateTimeField())})


def published_shipment(prefix: str = "") -> Q:
    """This will match shipments of public operations whose dispatch is older than the embargo.

    The ledger dates the dispatch of what was sent, and of nothing else.
    """
    public = Q(**{f"{prefix}operation__public": True})
    return public & older_than_embargo(f"{prefix}dispatched_at", f"{prefix}operation__")


def published(prefix: str = "") -> Q:
    """This will match events that happened and were recorded before the embargo."""
    operation = f"{prefix}shipment__operation__"
    return older_than_embargo(f"{prefix}occurred_at", operation) & older_than_embargo(
        f"{prefix}recorded_at", operation
    )


def published_event(prefix: str = "") -> Q:
    """This will match events that the public may read of: plans and inspections are not told."""
    told = ~Q(**{f"{prefix}kind__in": UNPUBLISHED_KINDS})
    return published_shipment(f"{prefix}shipment__") & published(prefix) & told


def is_published(**key: Any) -> Coalesce:
    """This will say of one event, named by a unique key, whether it is published; no without one.

    Looked up for each row, and never joined: before PostgreSQL has counted its tables, it takes
    what a join finds for next to nothing, and reads all of it again for every row.
    """
    events = apps.get_model("shipments", "DeliveryEvent")._default_manager.filter(**key)
    known = ExpressionWrapper(published(), output_field=BooleanField())
    return Coalesce(Subquery(events.order_by().values(known=known)), Value(False))


def asked_of_each(question: Exists) -> Case:
    """This will keep PostgreSQL from joining what is asked of each row, for the same reason."""
    return Case(When(question, then=Value(True)), default=Value(False))


def published_ledger(**conditions: Any) -> QuerySet[Any]:
    """This will find the ledger lines that the public may know of."""
    lines = apps.get_model("shipments", "DeliveryLine")._default_manager
    known = is_published(pk=OuterRef("event_id"))
    found: QuerySet[Any] = lines.filter(known, **conditions).order_by()
    return found


def published_sum(*outcomes: str, column: str = "quantity", **conditions: Any) -> Coalesce:
    """This will add up what is published of some outcomes, 0 where there is nothing."""
    (group,) = conditions
    sums = (
        published_ledger(outcome__in=outcomes, **conditions)
        .values(group)
        .annotate(total=Sum(column))
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


@cache
def published_status() -> Case:
    """This will compute a shipment's status from published events alone, as the ledger does.

    Written once, because it is the same for every question and takes long to write.
    """
    lines = apps.get_model("shipments", "ShipmentLine")._default_manager
    counted = (
        lines.filter(shipment=OuterRef("pk"))
        .order_by()
        .alias(accounted=published_sum(*ACCOUNTED, line=OuterRef("pk")))
    )
    short = counted.filter(accounted__lt=published_sum("sent", line=OuterRef("pk")))
    arrived = Exists(counted.filter(accounted__gt=0))
    return Case(
        When(standing_event("closed"), then=Value("closed")),
        When(Q(arrived) & ~Exists(short), then=Value("received")),
        When(arrived, then=Value("partially_received")),
        When(standing_event("departed", "arrived"), then=Value("in_transit")),
        default=Value("dispatched"),
        output_field=CharField(),
    )


def standing_event(*kinds: str) -> Exists:
    """This will look for a published event of the kinds that no published event reversed."""
    events = apps.get_model("shipments", "DeliveryEvent")._default_manager
    found = events.filter(is_published(pk=OuterRef("pk")), shipment=OuterRef("pk"), kind__in=kinds)
    return Exists(found.exclude(is_published(reverses=OuterRef("pk"))).order_by())
