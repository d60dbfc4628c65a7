"""Deliveries that a sheet reports anew: what is here, what the row says, and taking its word."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid5

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.models import User
from shipments.imports.kinds.known import about_then
from shipments.imports.kinds.loader import difference
from shipments.imports.values import Reading
from shipments.models import DeliveryEvent, DeliveryLine
from shipments.models.ledger import Outcome, Source
from shipments.models.reports import DeliveryReport, LineReport, Reversal
from shipments.models.testimony import TextKind
from shipments.services import Refused, record_delivery, reverse_event, reverse_events
from shipments.services.accounting import COUNTS
from shipments.services.deliveries import content_of

OUTCOMES = tuple(outcome for outcome in Outcome.values if outcome != Outcome.SENT)
OF_EVENT = ("shipment", "kind", "occurred_at", "place", "received_by", "note", "surplus")


@dataclass
class Change:
    """An event as it stands, and what a row says of it now."""

    event: DeliveryEvent
    here: DeliveryReport
    said: DeliveryReport
    line: int

    @property
    def is_report(self) -> bool:
        """Whether the event is one that a sheet may report, and so replace."""
        return self.event.kind in COUNTS

    @property
    def is_taken_back(self) -> bool:
        return hasattr(self.event, "reversal")

    def differences(self, reading: Reading) -> list[dict[str, Any]]:
        """This will list what the row says otherwise; blank words say nothing."""
        found = []
        for name in OF_EVENT:
            here, said = getattr(self.here, name), getattr(self.said, name)
            if differs(here, said):
                found.append(difference(reading, name, plain(here), plain(said)))
        here_line, said_line = line_of(self.here, self.line), line_of(self.said, self.line)
        for name in (*OUTCOMES, "reason"):
            here, said = getattr(here_line, name), getattr(said_line, name)
            if differs(here, said):
                found.append(difference(reading, name, plain(here), plain(said)))
        return found


def differs(here: Any, said: Any) -> bool:
    if isinstance(here, datetime):
        return not about_then(said, here)
    return bool(here != said)


def plain(value: Any) -> Any:
    """This will give a value the form that JSON has."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value if isinstance(value, (str, bool)) else f"{value.normalize():f}"


def line_of(report: DeliveryReport, number: int) -> LineReport:
    return next((line for line in report.lines if line.line == number), LineReport(line=number))


def standing(keys: Sequence[Any], *, by: User) -> dict[Any, DeliveryEvent]:
    """This will find the events with these keys, each as it stands after later corrections.

    Only those that the person may see: what is here is shown beside what the row says.
    """
    found = {event.key: event for event in with_all().visible_to(by).filter(key__in=keys)}
    return {key: latest(event, by=by) for key, event in found.items()}


def with_all() -> Any:
    lines = Prefetch("lines", DeliveryLine.objects.select_related("line"))
    events = DeliveryEvent.objects.select_related("shipment__destination", "place", "reversal")
    return events.prefetch_related(lines, "texts")


def latest(event: DeliveryEvent, *, by: User) -> DeliveryEvent:
    """This will follow an event to what replaced it last, as far as the person may see."""
    while hasattr(event, "reversal"):
        newer: DeliveryEvent | None = with_all().visible_to(by).filter(replaces=event).first()
        if newer is None:
            break
        event = newer
    return event


def report_of(event: DeliveryEvent) -> DeliveryReport:
    """This will read an event back into the report that would make it."""
    words = {(text.kind, text.position): text.text for text in event.texts.all()}
    counted: dict[int, dict[str, Any]] = {}
    for row in event.lines.all():
        if row.outcome in COUNTS.get(event.kind, OUTCOMES):
            counted.setdefault(row.line.position, {})[row.outcome] = row.quantity
    return DeliveryReport(
        key=event.key,
        shipment=event.shipment.reference,
        kind=event.kind,
        occurred_at=event.occurred_at,
        place=event.place.code if event.place else "",
        received_by=words.get((TextKind.RECEIVED_BY, 0), ""),
        note=words.get((TextKind.NOTE, 0), ""),
        surplus=event.surplus,
        lines=tuple(
            LineReport(line=line, reason=words.get((TextKind.REASON, line), ""), **quantities)
            for line, quantities in sorted(counted.items())
        ),
    )


def overlaid(here: DeliveryReport, reading: Reading, line: int) -> DeliveryReport:
    """This will lay what a row of our own files says over its event; blanks change nothing."""
    values = reading.values
    header = {name: values[name] for name in OF_EVENT if values.get(name) not in (None, "")}
    if about_then(header.get("occurred_at"), here.occurred_at):
        header.pop("occurred_at", None)
    counted = {name: values[name] for name in OUTCOMES if values.get(name) is not None}
    if values.get("reason"):
        counted["reason"] = values["reason"]
    lines = [entry for entry in here.lines if entry.line != line]
    lines.append(replace(line_of(here, line), **counted))
    return replace(here, lines=tuple(lines), **header)


def replace_event(
    change: Change, said: DeliveryReport, *, by: User, reason: str, at: datetime
) -> DeliveryEvent:
    """This will reverse an event and record what the sheet says of it, once for each content.

    An event that was taken back already is recorded anew. Raises what the verbs refuse.
    """
    event = change.event
    report = replace(said, key=uuid5(event.key, content_of(said)))
    if change.is_taken_back:
        return record_delivery(report=report, by=by, source=Source.IMPORT, at=at).event
    reversal = Reversal(
        key=uuid5(report.key, "reversal"), event=event.key, reason=reason, replacement=report
    )
    done = reverse_event(reversal=reversal, by=by, source=Source.IMPORT, at=at)
    return (done.replacement or done).event


def undo_event(event: DeliveryEvent, *, by: User, at: datetime) -> None:
    """This will take back what an import recorded; what that replaced is recorded again."""
    former = with_all().get(pk=event.replaces_id) if event.replaces_id else None
    again = former and replace(report_of(former), key=uuid5(event.key, "again"))
    reversal = replace(taking_back(event), replacement=again or None)
    reverse_event(reversal=reversal, by=by, source=Source.IMPORT, at=at)


def undo_events(
    events: Sequence[DeliveryEvent], *, by: User, at: datetime
) -> dict[int, ValidationError | PermissionDenied]:
    """This will take back what an import recorded, and say which events stay and why.

    Those that replaced nothing go together; if the database refuses them, each goes alone.
    """
    alone = [event for event in events if event.replaces_id]
    together = [event for event in events if not event.replaces_id]
    refused: dict[int, ValidationError | PermissionDenied] = {}
    try:
        outcomes = reverse_events(
            reversals=[taking_back(event) for event in together], by=by, source=Source.IMPORT
        )
    except ValidationError:
        alone, together, outcomes = list(events), [], []
    for event, outcome in zip(together, outcomes, strict=True):
        if isinstance(outcome, Refused):
            refused[event.pk] = outcome.error
    for event in alone:
        try:
            undo_event(event, by=by, at=at)
        except (ValidationError, PermissionDenied) as error:
            refused[event.pk] = error
    return refused


def taking_back(event: DeliveryEvent) -> Reversal:
    return Reversal(
        key=uuid5(event.key, "undo"), event=event.key, reason=_("The import was undone.")
    )
