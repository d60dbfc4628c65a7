"""Rules that every event meets: who may, where, when, and in which status."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from regions.models import Destination
from regions.rights import Role, rights_of
from shipments.models import DeliveryEvent, Shipment
from shipments.models.fields import LARGEST
from shipments.models.ledger import EventKind
from shipments.models.shipments import Status
from shipments.services.book import Book
from shipments.services.refusals import refusal
from text.dates import format_moment

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ON_THE_ROAD = (
    Status.DISPATCHED,
    Status.IN_TRANSIT,
    Status.PARTIALLY_RECEIVED,
    Status.RECEIVED,
)
BEFORE_DISPATCH = (Status.DRAFT, Status.PLANNED)
# Which statuses admit an event; the database's table shipment_move says the same.
MOVES: Mapping[str, tuple[str, ...]] = {
    EventKind.PLANNED: (Status.DRAFT,),
    EventKind.INSPECTED: (*BEFORE_DISPATCH, *ON_THE_ROAD),
    EventKind.DISPATCHED: (Status.PLANNED,),
    EventKind.DEPARTED: ON_THE_ROAD,
    EventKind.ARRIVED: ON_THE_ROAD,
    EventKind.RECEIVED: ON_THE_ROAD,
    EventKind.HANDED_OVER: ON_THE_ROAD,
    EventKind.DISTRIBUTED: ON_THE_ROAD,
    EventKind.RETURNED: ON_THE_ROAD,
    EventKind.LOST: ON_THE_ROAD,
    EventKind.WEIGHED: ON_THE_ROAD,
    EventKind.CLOSED: (Status.RECEIVED,),
    EventKind.CANCELLED: BEFORE_DISPATCH,
}
AT_THE_ORIGIN = {
    EventKind.PLANNED,
    EventKind.DISPATCHED,
    EventKind.DEPARTED,
    EventKind.CANCELLED,
}
AT_EITHER_END = {EventKind.INSPECTED, EventKind.WEIGHED}
CLOCKS_DIFFER_BY = timedelta(minutes=10)


def known_shipment(book: Book, reference: str) -> Shipment:
    """This will return a shipment the person may see, or refuse ``unknown_shipment``."""
    shipment = book.shipments.get(reference)
    if shipment is None:
        raise refusal(
            "shipment",
            "unknown_shipment",
            _("%(reference)s is not among your shipments."),
            reference=reference,
        )
    return shipment


def known_place(book: Book, code: str) -> Destination | None:
    """This will return the place with a code, or refuse ``unknown_place``; no code, no place."""
    if not code:
        return None
    place = book.places.get(code)
    if place is None:
        raise refusal(
            "place",
            "unknown_place",
            _("There is no destination with the code %(given)s."),
            given=code,
        )
    return place


def may_record(user: User, kind: str, shipment: Shipment, place: Destination | None) -> bool:
    """This will say whether a person may record this kind of event of this shipment here."""
    rights = rights_of(user)
    origin, destination = shipment.origin.region.path, shipment.destination.region.path
    if kind in AT_THE_ORIGIN:
        paths = [origin]
    elif kind in AT_EITHER_END:
        paths = [origin, destination]
    else:
        paths = [destination, *([place.region.path] if place else [])]
    return any(rights.holds_in(Role.COORDINATOR, path) for path in paths)


def require_right(user: User, kind: str, shipment: Shipment, place: Destination | None) -> None:
    """This will refuse a person who may see the shipment but not record this here."""
    if not may_record(user, kind, shipment, place):
        end = shipment.origin if kind in AT_THE_ORIGIN else shipment.destination
        raise PermissionDenied(
            _("Only a coordinator for %(region)s may record this. Ask an admin for the right.")
            % {"region": end.region.name}
        )


def shipment_closed(shipment: Shipment) -> ValidationError:
    """This will refuse what a closed shipment does not admit."""
    return refusal(
        "shipment",
        "shipment_closed",
        _(
            "%(reference)s is closed. "
            "Take the closing back first, with “Correct a mistake” in the history."
        ),
        reference=shipment.reference,
    )


def require_status(shipment: Shipment, kind: str) -> None:
    """This will refuse an event that the shipment's status does not admit, and say what would."""
    if shipment.status in MOVES[kind]:
        return
    params = {"reference": shipment.reference, "status": shipment.get_status_display()}
    if shipment.status == Status.CLOSED:
        raise shipment_closed(shipment)
    if shipment.status == Status.CANCELLED:
        sentence = _(
            "%(reference)s is cancelled. "
            "Take the cancellation back first, with “Correct a mistake” in the history."
        )
        raise refusal("shipment", "shipment_cancelled", sentence, **params)
    if kind == EventKind.CLOSED:
        sentence = _(
            "%(reference)s still has something outstanding. "
            "Record it as received, lost or returned, then close."
        )
        raise refusal("shipment", "outstanding_remains", sentence, **params)
    raise refusal("shipment", "wrong_status", way_forward(shipment, kind), **params)


def way_forward(shipment: Shipment, kind: str) -> "StrOrPromise":
    if shipment.status == Status.DRAFT and kind != EventKind.PLANNED:
        return _("%(reference)s is a draft. Plan it first.")
    if shipment.status == Status.PLANNED and kind != EventKind.PLANNED:
        return _("%(reference)s is planned. Dispatch it first.")
    return _("%(reference)s is %(status)s already.")


def require_possible_time(occurred_at: datetime, *, at: datetime) -> None:
    """This will refuse an event in the future; ten minutes are allowed for clocks that differ."""
    if occurred_at > at + CLOCKS_DIFFER_BY:
        raise refusal(
            "occurred_at",
            "in_the_future",
            _("%(given)s lies in the future. Enter when it happened; it is %(now)s now."),
            given=format_moment(occurred_at),
            now=format_moment(at.astimezone(occurred_at.tzinfo)),
        )


def earlier_event(book: Book, key: UUID, fingerprint: str) -> DeliveryEvent | None:
    """This will return what was recorded under the key before, or refuse ``key_reused``.

    The refusal is bare: it does not say what the key was used for.
    """
    event = book.used_keys.get(key)
    if event is None:
        return None
    if event.fingerprint != fingerprint or key not in book.seen_keys:
        raise refusal(
            "key",
            "key_reused",
            _("This key was used for something else. Make a new key for a new event."),
        )
    return event


def require_bounds(field: str, quantity: Decimal) -> None:
    """This will refuse what is not a number, or beyond what a quantity can be."""
    if not quantity.is_finite() or abs(quantity) > LARGEST:
        raise refusal(
            field,
            "out_of_bounds",
            _("Enter a number of at most three decimals below 1,000,000,000,000."),
        )


def require_decimals(field: str, quantity: Decimal, decimals: int) -> None:
    """This will refuse a quantity with more decimals than its unit has."""
    if quantity != round(quantity, decimals):
        raise refusal(
            field,
            "too_many_decimals",
            _("%(quantity)s has too many decimals: pieces are whole, the rest has at most three.")
            if not decimals
            else _("%(quantity)s has more than three decimals."),
            quantity=f"{quantity:f}",
        )


def all_of(refusals: Iterable[ValidationError]) -> ValidationError | None:
    """This will gather refusals of several fields into one."""
    gathered: dict[str, list[ValidationError]] = {}
    for refused in refusals:
        for name, errors in refused.error_dict.items():
            gathered.setdefault(name, []).extend(errors)
    return ValidationError(gathered) if gathered else None
