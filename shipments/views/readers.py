"""Who reads a page, and what that person may see and is offered to do."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from regions.exports.rows import PUBLIC, STANDPOINT
from regions.rights import Rights, Role, put_rights_aside, rights_of
from shipments.models import Operation, Shipment
from shipments.models.ledger import EventKind
from shipments.services.judging import BEFORE_DISPATCH, MOVES, may_record

# The verbs of a shipment that have a page of their own, the usual next step first, and their event.
MOVES_OFFERED = {
    "plan": EventKind.PLANNED,
    "dispatch": EventKind.DISPATCHED,
    "close": EventKind.CLOSED,
    "arrive": EventKind.ARRIVED,
    "depart": EventKind.DEPARTED,
    "inspect": EventKind.INSPECTED,
    "weigh": EventKind.WEIGHED,
    "cancel": EventKind.CANCELLED,
}


@dataclass(frozen=True)
class Reader:
    """A person in front of a page."""

    user: User | AnonymousUser
    rights: Rights

    @classmethod
    def of(cls, request: HttpRequest) -> "Reader":
        return cls(request.user, rights_of(request.user))

    @classmethod
    def public(cls) -> "Reader":
        """This will stand for readers without a role."""
        return cls(AnonymousUser(), Rights({}))

    @property
    def person(self) -> User:
        """The user, where a page was kept to people who are signed in."""
        if not isinstance(self.user, User):
            raise PermissionDenied
        return self.user

    @property
    def reduced(self) -> bool:
        """Whether this is the public, which sees regions for places and no people or words."""
        return not self.rights.is_known

    @property
    def sees_part(self) -> bool:
        return self.rights.sees_part

    @property
    def records(self) -> bool:
        return self.rights.holds(Role.COORDINATOR)

    def may(self, kind: str, shipment: Shipment) -> bool:
        """This will say whether to offer an event of this kind; the verb decides again."""
        user = self.user
        return (
            isinstance(user, User)
            and shipment.status in MOVES[kind]
            and may_record(user, kind, shipment, None)
        )

    def may_edit(self, shipment: Shipment) -> bool:
        return self.rights.holds_in(Role.COORDINATOR, shipment.origin.region.path) and (
            shipment.status in BEFORE_DISPATCH
        )

    def moves(self, shipment: Shipment) -> list[str]:
        """This will list the moves to offer, the usual next step first."""
        return [move for move, kind in MOVES_OFFERED.items() if self.may(kind, shipment)]


def from_standpoint(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """This will let a list be read as everybody may read it, with ``standpoint=public``."""

    @wraps(view)
    def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.GET.get(STANDPOINT) == PUBLIC:
            put_rights_aside(request.user)
        return view(request, **kwargs)

    return page


def speaks_illustratively(user: User | AnonymousUser) -> bool:
    """This will say whether pages over all operations must carry the demonstration notice."""
    return Operation.objects.visible_to(user).filter(illustrative=True).exists()


def standpoints(request: HttpRequest, reader: Reader) -> dict[str, bool]:
    """This will say whether a list is read as everybody reads it, and whether to offer that."""
    signed_in = request.user.is_authenticated
    return {
        "as_everybody": signed_in and request.GET.get(STANDPOINT) == PUBLIC,
        "offers_everybody": signed_in and not reader.reduced and not reader.rights.reads_everywhere,
    }
