"""Rows whose key stands in the ledger already."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import User
from shipments.imports.kinds.loader import Fate
from shipments.imports.values import Reading
from shipments.models import DeliveryEvent, DeliveryLine
from shipments.models.imports import RowState
from shipments.models.ledger import Outcome


def known_rows(readings: Sequence[Reading], *, by: User) -> dict[int, Fate]:
    """This will settle the rows whose key stands in the ledger: already here, or changed since.

    Our own files carry keys, so they come back to no change, plans and reversals included. Of an
    event that the person may not see, nothing is said but that its key is used.
    """
    keyed = {r.number: r for r in readings if r.is_sound and r.values.get("key")}
    events = DeliveryEvent.objects.filter(key__in={r.values["key"] for r in keyed.values()})
    found = {event.key: event for event in events.select_related("shipment")}
    seen = set(events.visible_to(by).values_list("pk", flat=True))
    counted = counted_in([event for event in found.values() if event.pk in seen])
    fates = {}
    for number, reading in keyed.items():
        event = found.get(reading.values["key"])
        if event is None:
            continue
        known = event.pk in seen
        same = known and says_the_same(reading, event, counted.get(event.pk, {}))
        state = RowState.ALREADY_HERE if same else RowState.CHANGED
        if not same:
            reading.refuse("key", "key_reused", _("The event with this key says something else."))
        fates[number] = Fate(number, state, key=event.key, event_id=event.pk if known else None)
        fates[number].problems = [problem.as_json(number) for problem in reading.problems]
    return fates


def counted_in(events: Sequence[DeliveryEvent]) -> dict[int, dict[int, dict[str, Decimal]]]:
    """This will read what events count: event to line number to outcome to quantity."""
    counted: dict[int, dict[int, dict[str, Decimal]]] = {}
    rows = DeliveryLine.objects.filter(event__in=events)
    for event, line, outcome, quantity in rows.values_list(
        "event_id", "line__position", "outcome", "quantity"
    ):
        counted.setdefault(event, {}).setdefault(line, {})[outcome] = quantity
    return counted


def says_the_same(
    reading: Reading, event: DeliveryEvent, counted: dict[int, dict[str, Decimal]]
) -> bool:
    values = reading.values
    line = counted.get(values.get("line") or 0, {})
    if len(counted) == 1 and values.get("line") is None:
        (line,) = counted.values()
    return (
        values.get("shipment") in (None, event.shipment.reference)
        and values.get("kind") in (None, event.kind)
        and about_then(values.get("occurred_at"), event.occurred_at)
        and all(line.get(o, 0) == values[o] for o in Outcome.values if values.get(o) is not None)
    )


def about_then(said: datetime | None, moment: datetime) -> bool:
    """This will compare moments to the second, which is all that a workbook keeps."""
    return said is None or abs(said - moment) <= timedelta(seconds=1)
