"""Many writers rushing to deliver the same goods: more is reported of each line than was sent."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from decimal import Decimal
from threading import Barrier
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Sum

from accounts.models import User
from shipments.models import DeliveryLine, Shipment
from shipments.services import record_delivery
from shipments.services.book import Book, open_book
from tests.build import NOW, counted, report
from tests.shipments.guards.contenders import all_at_once

SENT, PART = 10, 3
PATIENCE = 30
Deliver = Callable[[Shipment], str]


def look_together(writers: int) -> Callable[..., Book]:
    """This will open the book without locks, and let nobody write before all have looked.

    The way from look to write is short: left to chance, writers would seldom meet on it.
    """
    met = Barrier(writers, timeout=PATIENCE)

    def look_only(**given: Any) -> Book:
        book = open_book(**given | {"lock": False})
        met.wait()
        return book

    return look_only


def by_services(user: User) -> Deliver:
    """This will deliver a part through the verb; the answer is ``recorded`` or a refusal's code."""

    def deliver(shipment: Shipment) -> str:
        said = report(shipment, counted(received=PART))
        try:
            record_delivery(report=said, by=user, source="api", at=NOW)
        except ValidationError as error:
            return ",".join(e.code or "" for errors in error.error_dict.values() for e in errors)
        return "recorded"

    return deliver


def by_http(site: str, token: str) -> Deliver:
    """This will deliver a part through the API of a running server."""

    def deliver(shipment: Shipment) -> str:
        said = report(shipment, counted(received=PART))
        status, answer = posted(
            f"{site}/api/v1/deliveries",
            {
                "key": str(said.key),
                "shipment": said.shipment,
                "kind": said.kind,
                "occurred_at": said.occurred_at.isoformat(),
                "lines": [{"line": 1, "received": str(PART)}],
            },
            token=token,
        )
        if status == 201:
            return "recorded"
        return ",".join(error["code"] for error in answer["errors"])

    return deliver


def posted(address: str, body: object, *, token: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(address, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def rush(shipments: Sequence[Shipment], deliver: Deliver, *, writers: int) -> dict[str, int]:
    """This will let every writer deliver a part of every shipment, and count the answers."""
    answers = all_at_once(lambda _n: [deliver(shipment) for shipment in shipments], range(writers))
    counts: dict[str, int] = {}
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
        for code in answer:
            counts[code] = counts.get(code, 0) + 1
    return counts


def over_delivered(shipments: Sequence[Shipment]) -> int:
    """This will count the shipments of which the ledger says that more came than was sent."""
    came = DeliveryLine.objects.filter(
        event__shipment__in=[s.pk for s in shipments], outcome="received"
    )
    sums = came.values("event__shipment").annotate(total=Sum("quantity"))
    return sum(row["total"] > Decimal(SENT) for row in sums)
