"""Questions about shipments and their lines."""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Cast, Concat

from regions.querysets import under
from regions.rights import Role, rights_of
from shipments.querysets.published import (
    MOVING,
    asked_of_each,
    is_published,
    published,
    published_shipment,
    published_status,
)
from text.check_digits import normalise_reference, references_with_serial
from text.folding import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def seen_shipment(user: "User | AnonymousUser", prefix: str = "") -> Q:
    """This will match what belongs to shipments that the person may see.

    Written as conditions on the shipment itself, at ``prefix``, and never as one of a list: what
    PostgreSQL expects of a list before it has counted its tables is far too little.
    """
    rights = rights_of(user)
    if not rights.is_known:
        return published_shipment(prefix)
    return Q() if rights.reads_everywhere else touching(rights.reading_paths, prefix)


def touching(paths: tuple[str, ...], prefix: str = "") -> Q:
    """This will match shipments that start, end or pass in one of the region subtrees."""
    legs = apps.get_model("shipments", "Leg")._default_manager.filter(
        under("from_place__region__path", paths) | under("to_place__region__path", paths),
        shipment=OuterRef(f"{prefix}pk"),
    )
    return (
        under(f"{prefix}origin__region__path", paths)
        | under(f"{prefix}destination__region__path", paths)
        | Q(Exists(legs))
    )


class ShipmentQuerySet(models.QuerySet[Any]):
    """Questions about shipments."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find the shipments whose origin, destination or a leg lies in one's regions.

        A reader without a role sees dispatched shipments of public operations, once their
        dispatch is older than the operation's embargo.
        """
        return self.filter(seen_shipment(user))

    def as_seen_by(self, user: "User | AnonymousUser") -> Self:
        """This will add ``shown_status``: for readers without a role the one of published events.

        They do not see a shipment whose dispatch was recorded within the embargo either. Beside
        it stands ``told_later``: whether anything happened that they do not know yet.
        """
        if rights_of(user).is_known:
            return self.alias(told_later=Value(False)).annotate(shown_status=F("status"))
        dispatched, unknown = known_of_events()
        seen = self.filter(dispatched).alias(told_later=unknown)
        return seen.annotate(shown_status=published_status())

    def arriving_in_regions_of(self, user: "User | AnonymousUser") -> Self:
        """This will find the shipments whose destination a coordinator's grant covers."""
        return self.filter(under("destination__region__path", coordinated(user)))

    def on_the_way(self) -> Self:
        """This will find the shipments that left and are not wholly accounted for."""
        return self.filter(status__in=MOVING)

    def overdue(self, *, at: datetime) -> Self:
        """This will find the shipments still on the way after their expected arrival."""
        return self.on_the_way().filter(expected_at__lt=at)

    def with_names(self) -> Self:
        """This will fetch what a list of shipments shows, without further queries."""
        return self.select_related(
            "operation", "donor", "origin__region", "destination__region", "created_by"
        )

    def searched(self, words: str) -> Self:
        """This will find shipments by reference, document number, donor, consignee or place.

        References are compared in their normal form, so look-alike letters, other digits and
        missing dashes are the same; their serial alone finds them, too.
        """
        folded, reference = fold(words), normalise_reference(words)
        if not folded and not reference:
            return self.none()
        found = Q(folded__contains=folded) if folded else Q(pk__in=[])
        if reference:
            found |= Q(plain_reference=reference) | with_serial(words)
        for model, column in (("TransportDocument", "documents"), ("Donor", "donor")):
            named = apps.get_model("shipments", model)._default_manager.filter(
                folded__contains=folded
            )
            found |= Q(**{f"{column}__in": named}) if folded else Q(pk__in=[])
        places = apps.get_model("regions", "Destination")._default_manager.named(words)
        return self.filter(found | Q(origin__in=places) | Q(destination__in=places)).distinct()

    def searched_by_public(self, words: str) -> Self:
        """This will find shipments by what the public may know: reference, donor, region."""
        folded, reference = fold(words), normalise_reference(words)
        found = Q(plain_reference=reference) | with_serial(words) if reference else Q(pk__in=[])
        if folded:
            donors = apps.get_model("shipments", "Donor")._default_manager
            regions = apps.get_model("regions", "Region")._default_manager.named(words)
            found |= Q(donor__in=donors.filter(folded__contains=folded))
            found |= Q(origin__region__in=regions) | Q(destination__region__in=regions)
        return self.filter(found)


def with_serial(words: str) -> Q:
    """This will match shipments by the number in their reference, which is what people call out."""
    operations = apps.get_model("shipments", "Operation")._default_manager
    codes = operations.values_list("code", flat=True)
    return Q(reference__in=references_with_serial(words, codes))


@cache
def known_of_events() -> tuple[Case, Exists]:
    """This will ask of a shipment whether its dispatch is published, and whether any event is not.

    Written once: the same for every reader without a role, and longer to write than to answer.
    """
    events = apps.get_model("shipments", "DeliveryEvent")._default_manager
    mine = events.filter(shipment=OuterRef("pk")).order_by()
    dispatched = Exists(mine.filter(published(), kind="dispatched"))
    return asked_of_each(dispatched), Exists(mine.exclude(is_published(pk=OuterRef("pk"))))


def coordinated(user: "User | AnonymousUser") -> tuple[str, ...]:
    """This will list the region paths in which the person may record."""
    rights = rights_of(user)
    return rights.paths.get(Role.COORDINATOR, ()) if rights.holds(Role.COORDINATOR) else ()


def seen_earlier(user: "User | AnonymousUser", prefix: str = "") -> Q:
    """This will match lines that carry on goods of an earlier shipment which the person may see."""
    path = f"{prefix}from_line"
    carries_on = Q(**{f"{path}__isnull": False})
    if rights_of(user).reads_everywhere:
        return carries_on
    seen = apps.get_model("shipments", "Shipment")._default_manager.visible_to(user)
    earlier = seen.as_seen_by(user).order_by().filter(pk=OuterRef(f"{path}__shipment_id"))
    return carries_on & Q(Exists(earlier))


def carried_on(user: "User | AnonymousUser", prefix: str = "") -> Case:
    """This will name the line of an earlier shipment that a line carries on: KA20-1042-3/1.

    Nothing where the reader may not see that shipment.
    """
    path = f"{prefix}from_line__"
    named = Concat(
        f"{path}shipment__reference",
        Value("/"),
        Cast(f"{path}position", TextField()),
        output_field=TextField(),
    )
    return Case(When(seen_earlier(user, prefix), then=named), output_field=TextField())


class ShipmentLineQuerySet(models.QuerySet[Any]):
    """Questions about lines of shipments."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find the lines of the shipments the person may see."""
        return self.filter(seen_shipment(user, "shipment__"))

    def with_names(self) -> Self:
        """This will fetch item, donor and balance of each line in the same query."""
        return self.select_related("item__category", "donor", "balance")

    def naming_earlier(self, user: "User | AnonymousUser") -> Self:
        """This will add ``carried_on``, the line of an earlier shipment, where one may see it."""
        return self.annotate(carried_on=carried_on(user))

    def carrying_on_unseen(self, user: "User | AnonymousUser") -> Self:
        """This will find the lines that carry on goods of a shipment the person may not see."""
        return self.filter(~seen_earlier(user), from_line__isnull=False)

    def unallocated(self) -> Self:
        """This will find received lines of which a part has not been sent onward.

        ``unallocated`` is that part, in the line's unit.
        """
        return self.annotate(unallocated=F("balance__received") - F("balance__onward")).filter(
            unallocated__gt=0, onward_lines__isnull=False
        )

    def short(self) -> Self:
        """This will find lines that partly arrived and still miss something, undecided."""
        return self.filter(balance__outstanding__gt=0, shipment__status="partially_received")


class OverdueNoticeQuerySet(models.QuerySet[Any]):
    """Questions about overdue notices."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find the notices of the shipments the person may see."""
        return self.filter(seen_shipment(user, "shipment__"))
