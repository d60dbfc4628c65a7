"""The events of a shipment as its page tells them, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from shipments.models import DeliveryEvent, Shipment
from shipments.models.ledger import EventKind
from shipments.models.testimony import TextKind
from shipments.services import may_record, warning_sentence
from shipments.views.naming import PlaceNames
from shipments.views.readers import Reader
from shipments.views.sentences import event_sentence

UNDO_FOR = timedelta(minutes=10)
ON_TIME = timedelta(minutes=15)


@dataclass(frozen=True)
class Doubt:
    """A warning that came with an event, and what was answered."""

    sentence: str
    answers: list[str]


@dataclass(frozen=True)
class Told:
    """One event in the words of the history."""

    key: str
    code: str
    kind: str
    sentence: str
    occurred_at: datetime
    later: str = ""
    by: str = ""
    source: str = ""
    received_by: str = ""
    words: list[str] = field(default_factory=list)
    level: str = ""
    level_name: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    doubted: bool = False
    struck: bool = False
    taken_back: str = ""
    replaced_by: str = ""
    correctable: bool = False


def events_of(shipment: Shipment, reader: Reader) -> list[DeliveryEvent]:
    """This will read the events that the reader may see, newest first, with all they show."""
    events = DeliveryEvent.objects.visible_to(reader.user).filter(shipment=shipment)
    return list(events.with_details().order_by("-occurred_at", "-id"))


def history(
    events: Iterable[DeliveryEvent], shipment: Shipment, reader: Reader, places: PlaceNames
) -> list[Told]:
    """This will tell the events; a reversal is told beneath the one it takes back."""
    events = list(events)
    reversals = {event.reverses_id: event for event in events if event.reverses_id}
    shown = [event for event in events if not event.reverses_id]
    for event in shown:
        event.shipment = shipment
    replaced = replacements(shown, reader) if reversals and not reader.reduced else {}
    return [
        told(event, reversals.get(event.pk), replaced.get(event.pk, ""), reader, places)
        for event in shown
    ]


def replacements(events: list[DeliveryEvent], reader: Reader) -> dict[int, str]:
    """This will name what was recorded in place of events, which may be another shipment's."""
    found = DeliveryEvent.objects.visible_to(reader.user).filter(replaces__in=events)
    rows = found.values_list("replaces", "shipment__reference", "code")
    return {replaced: f"{reference}, {code}" for replaced, reference, code in rows}


def told(
    event: DeliveryEvent,
    reversal: DeliveryEvent | None,
    replaced_by: str,
    reader: Reader,
    places: PlaceNames,
) -> Told:
    """This will tell one event; the public is told what happened, where and when, no more."""
    public = Told(
        key=str(event.key),
        code=event.code,
        kind=event.kind,
        sentence=event_sentence(event, places),
        occurred_at=event.occurred_at,
        struck=reversal is not None,
        taken_back="" if reversal is None else _("Taken back."),
    )
    return public if reader.reduced else with_words(public, event, reversal, replaced_by, reader)


def with_words(
    public: Told,
    event: DeliveryEvent,
    reversal: DeliveryEvent | None,
    replaced_by: str,
    reader: Reader,
) -> Told:
    """This will add who said what, for those who work there."""
    verification = next(iter(event.verifications.all()), None)
    doubts = doubts_about(event)
    correctable = reversal is None and may_correct(event, reader)
    return replace(
        public,
        taken_back="" if reversal is None else why_taken_back(reversal),
        replaced_by=replaced_by if reversal else "",
        later=entered_later(event.recorded_at - event.occurred_at),
        by=str(event.recorded_by),
        source=event.get_source_display(),
        received_by=", ".join(texts(event, TextKind.RECEIVED_BY)),
        words=texts(event, TextKind.NOTE, TextKind.REMARK, TextKind.REASON),
        level=verification.level if verification else "",
        level_name=verification.get_level_display() if verification else "",
        doubts=doubts,
        doubted=correctable and any(not doubt.answers for doubt in doubts),
        correctable=correctable,
    )


def doubts_about(event: DeliveryEvent) -> list[Doubt]:
    return [
        Doubt(
            warning_sentence(warning.code, warning.compared),
            [answer.remark for answer in warning.answers.all()],
        )
        for warning in event.warnings.all()
    ]


def texts(event: DeliveryEvent, *kinds: str) -> list[str]:
    return [text.text for text in event.texts.all() if text.kind in kinds]


def why_taken_back(reversal: DeliveryEvent) -> str:
    reason = " ".join(texts(reversal, TextKind.REASON))
    return _("Taken back by %(person)s: %(reason)s") % {
        "person": reversal.recorded_by,
        "reason": reason,
    }


def may_correct(event: DeliveryEvent, reader: Reader) -> bool:
    """This will say whether to offer a correction; the verb decides again."""
    shipment, user = event.shipment, reader.user
    if event.kind == EventKind.REVERSED or not isinstance(user, User):
        return False
    if shipment.status in ("closed", "cancelled") and event.kind != shipment.status:
        return False
    return may_record(user, event.kind, shipment, event.place)


def may_undo(event: DeliveryEvent, reader: Reader, *, at: datetime) -> bool:
    """This will say whether the person may still take back what they just recorded."""
    return event.recorded_by_id == reader.user.pk and at - event.recorded_at <= UNDO_FOR


def entered_later(delay: timedelta) -> str:
    """This will say how long after it happened an event was entered, in the largest whole unit."""
    if delay <= ON_TIME:
        return ""
    minutes = int(delay.total_seconds() // 60)
    if minutes < 60:
        return ngettext(
            "entered %(count)d minute later", "entered %(count)d minutes later", minutes
        ) % {"count": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return _("entered %(count)d h later") % {"count": hours}
    days = hours // 24
    return ngettext("entered %(count)d day later", "entered %(count)d days later", days) % {
        "count": days
    }
