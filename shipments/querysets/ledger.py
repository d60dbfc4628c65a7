"""Questions about delivery events and ledger lines."""

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When

from regions.rights import rights_of
from shipments.querysets.published import published_event
from shipments.querysets.shipments import seen_shipment

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def seen_event(user: "User | AnonymousUser", prefix: str = "") -> Q:
    """This will match what belongs to events that the person may see."""
    if not rights_of(user).is_known:
        return published_event(prefix)
    return seen_shipment(user, f"{prefix}shipment__")


def replaced_key(user: "User | AnonymousUser") -> Case:
    """This will give the key of the event that one stands for, which may be another shipment's.

    Nothing where the reader may not see that event.
    """
    replaced = Q(replaces__isnull=False)
    if not rights_of(user).reads_everywhere:
        events = apps.get_model("shipments", "DeliveryEvent")._default_manager
        replaced &= Q(Exists(events.visible_to(user).filter(pk=OuterRef("replaces_id"))))
    return Case(When(replaced, then="replaces__key"))


class DeliveryEventQuerySet(models.QuerySet[Any]):
    """Questions about delivery events."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find the events of the shipments the person may see.

        A reader without a role sees what is older than the operation's embargo, plans and
        inspections left out.
        """
        return self.filter(seen_event(user))

    def effective(self) -> Self:
        """This will leave out reversed events and the reversals themselves."""
        reversals = self.model._default_manager.filter(reverses=models.OuterRef("pk"))
        # Not as reversal__isnull, of which PostgreSQL expects one row and plans for it.
        return self.filter(~models.Exists(reversals), reverses__isnull=True)

    def with_details(self) -> Self:
        """This will fetch what the history of a shipment shows, in a constant number of queries."""
        lines = apps.get_model("shipments", "DeliveryLine")._default_manager.select_related(
            "line__item"
        )
        return self.select_related(
            "recorded_by",
            "place__region",
            "reverses",
            "reversal",
            "replaces",
            "shipment__operation",
        ).prefetch_related(
            models.Prefetch("lines", lines.order_by("line__position", "id")),
            "texts",
            "warnings__answers",
            "attachments",
            "verifications",
        )


class DeliveryLineQuerySet(models.QuerySet[Any]):
    """Questions about ledger lines."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find the ledger lines of the events the person may see."""
        return self.filter(seen_event(user, "event__"))


class WarningQuerySet(models.QuerySet[Any]):
    """Questions about plausibility warnings."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find the warnings of the events the person may see."""
        return self.filter(seen_event(user, "event__"))

    def open(self) -> Self:
        """This will find the warnings nobody answered."""
        return self.filter(answers__isnull=True)
