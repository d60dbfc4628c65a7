"""Finding the shipment or event that an address names, or saying that it is not there."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shipments.models import DeliveryEvent, Operation, Shipment
from shipments.views.readers import Reader, speaks_illustratively
from text.check_digits import ReadCode, parse_reference

View = Callable[..., HttpResponse]
MOST_PROPOSED = 3
UNWRITABLE = re.compile("[\x00/]")


def of_shipment(view: View) -> View:
    """This will hand the reader and the shipment of the address to a page.

    Nobody learns whether a shipment that may not be seen exists: people who are signed in get
    one page for missing and foreign ones, others are led to log in.
    """

    @wraps(view)
    def page(request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponse:
        shipment = seen(request).with_names().filter(reference=canonical(reference)).first()
        if shipment is None:
            return not_among(request, reference)
        return view(request, Reader.of(request), shipment, **kwargs)

    return page


def of_public_shipment(view: View) -> View:
    """This will hand a page the shipment of the address, or what everybody sees of it.

    Whoever signs in sees a public shipment outside the own regions as readers without a role do.
    """

    @wraps(view)
    def page(request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponse:
        for reader in (Reader.of(request), Reader.public()):
            shown = shown_to(reader.user).with_names()
            if shipment := shown.filter(reference=canonical(reference)).first():
                return view(request, reader, shipment, **kwargs)
        return not_among(request, reference)

    return page


def for_coordinators(view: View) -> View:
    """This will keep a page to people who record somewhere; others log in, or get a 403."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not Reader.of(request).records:
            raise PermissionDenied(
                _(
                    "Coordinators of the region record its shipments and deliveries. "
                    "Tell one of them what arrived, or ask an admin for their role."
                )
            )
        return view(request, *args, **kwargs)

    return page


def of_event(view: View) -> View:
    """This will hand the reader and the event of the address to a page."""

    @wraps(view)
    def page(request: HttpRequest, key: UUID, **kwargs: Any) -> HttpResponse:
        event = (
            DeliveryEvent.objects.visible_to(request.user).with_details().filter(key=key).first()
        )
        if event is None:
            return render(request, "404.html", status=404)
        return view(request, Reader.of(request), event, **kwargs)

    return page


def seen(request: HttpRequest) -> Any:
    """This will find the shipments the reader may see, each as the reader may see it."""
    return shown_to(request.user)


def shown_to(user: Any) -> Any:
    return Shipment.objects.visible_to(user).as_seen_by(user)


def is_shown(request: HttpRequest, reference: str) -> bool:
    """This will say whether the reader may see a shipment, be it only as everybody does."""
    return any(
        shown_to(user).filter(reference=reference).exists()
        for user in (request.user, AnonymousUser())
    )


def canonical(typed: str) -> str:
    """This will spell a reference as it is stored, whatever script or case it was typed in."""
    # What no column and no address can hold is no code; the rest is looked for as it stands.
    return parse_reference(typed).canonical or UNWRITABLE.sub("", typed) or "-"


def not_among(request: HttpRequest, typed: str) -> HttpResponse:
    """This will answer for a shipment that is missing or foreign, in one and the same way."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    read, reference = parse_reference(typed), canonical(typed)
    context = {
        "reference": reference[:60],
        "contact": contact_for(request, reference),
        "wrong_digit": read.verdict == "wrong_check_digit",
        "proposed": proposed(request, read),
        "search_text": reference[:60],
        "demo": speaks_illustratively(request.user),
    }
    return render(request, "shipments/not_among.html", context, status=404)


def proposed(request: HttpRequest, read: ReadCode) -> list[str]:
    """This will list the codes that may have been meant: those that exist and may be seen."""
    there = seen(request).filter(reference__in=read.proposed)
    found = set(there.values_list("reference", flat=True))
    return [code for code in read.proposed if code in found][:MOST_PROPOSED]


def contact_for(request: HttpRequest, reference: str) -> str:
    """This will name whom to ask: the contact of the operation that a reference begins with."""
    code = reference.partition("-")[0]
    operations = Operation.objects.visible_to(request.user).exclude(contact="")
    contact = operations.filter(code=code).values_list("contact", flat=True).first()
    return str(contact or "")


@require_safe
def shipment_by_waybill(request: HttpRequest, reference: str) -> HttpResponse:  # noqa: ARG001
    """Where the QR code of a printed waybill leads; its letters are upper case."""
    return redirect("shipment", reference=canonical(reference))
