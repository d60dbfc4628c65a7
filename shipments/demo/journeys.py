"""The journey of one shipment: how it was planned, and what was recorded of it, by whom, when."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from shipments.models.ledger import EventKind, Source
from shipments.models.reports import (
    DeliveryReport,
    LineDraft,
    LineReport,
    Movement,
    Reversal,
    ShipmentDraft,
    Weighing,
)

LOCAL = ZoneInfo("Asia/Baku")
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://aidtracker.example/demo/KA20")
AT_THE_ORIGIN = (
    EventKind.PLANNED,
    EventKind.INSPECTED,
    EventKind.DISPATCHED,
    EventKind.DEPARTED,
    EventKind.CANCELLED,
)
Said = Movement | DeliveryReport | Weighing | Reversal


def local(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """This will name a moment of the winter 2020/21 on the clock of the operation."""
    return datetime(2020 if month > 6 else 2021, month, day, hour, minute, tzinfo=LOCAL)


@dataclass(frozen=True)
class Step:
    """Something that somebody recorded of a shipment; its reference is filled in later."""

    recorded_at: datetime
    by: str
    source: str
    said: Said


@dataclass(frozen=True)
class Stop:
    """A leg of a journey, with what is known of the vehicle."""

    origin: str
    destination: str
    vehicle: str = ""


@dataclass
class Journey:
    """A shipment of the demonstration, told step by step in the order of recording."""

    name: str
    draft: ShipmentDraft
    created_at: datetime
    sender: str
    receiver: str
    legs: tuple[Stop, ...] = ()
    steps: list[Step] = field(default_factory=list)

    @property
    def last_recorded_at(self) -> datetime:
        return self.steps[-1].recorded_at if self.steps else self.created_at

    @property
    def lines(self) -> tuple[LineDraft, ...]:
        return self.draft.lines or ()

    def key(self, suffix: str = "") -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, f"{self.name}/{len(self.steps)}{suffix}")

    def move(
        self,
        kind: str,
        at: datetime,
        *,
        place: str = "",
        note: str = "",
        late: float = 1,
        by: str = "",
    ) -> None:
        """This will record a step at a time, ``late`` hours after it happened."""
        said = Movement(
            key=self.key(), shipment="", kind=kind, occurred_at=at, place=place, note=note
        )
        person = self.sender if kind in AT_THE_ORIGIN else self.receiver
        self.record(said, at, by=by or person, late=late)

    def deliver(
        self,
        at: datetime,
        lines: Iterable[LineReport],
        *,
        kind: str = EventKind.RECEIVED,
        note: str = "",
        received_by: str = "",
        surplus: bool = False,
        late: float = 2,
        source: str = Source.WEB,
        by: str = "",
    ) -> None:
        """This will record what became of lines, ``late`` hours after it happened."""
        report = DeliveryReport(
            key=self.key(),
            shipment="",
            kind=kind,
            occurred_at=at,
            note=note,
            received_by=received_by,
            surplus=surplus,
            lines=tuple(lines),
        )
        self.record(report, at, by=by or self.receiver, late=late, source=source)

    def receive_all(
        self,
        at: datetime,
        *,
        note: str = "",
        received_by: str = "",
        late: float = 2,
        source: str = Source.WEB,
    ) -> None:
        """This will record that everything arrived and nothing was damaged."""
        self.deliver(at, self.whole(), note=note, received_by=received_by, late=late, source=source)

    def whole(self) -> list[LineReport]:
        return [
            LineReport(line=number, received=line.quantity)
            for number, line in enumerate(self.lines, 1)
        ]

    def weigh(self, at: datetime, weights: dict[int, Decimal], *, note: str = "") -> None:
        said = Weighing(key=self.key(), shipment="", occurred_at=at, note=note, weights=weights)
        self.record(said, at, by=self.receiver, late=1)

    def correct(
        self, number: int, reason: str, lines: Iterable[LineReport] | None, *, late: float
    ) -> None:
        """This will take back a step, and with ``lines`` record what had happened instead."""
        wrong = self.steps[number]
        if isinstance(wrong.said, Reversal):
            raise TypeError("A reversal is not taken back.")
        new = None
        if lines is not None and isinstance(wrong.said, DeliveryReport):
            new = replace(wrong.said, key=self.key("/replacement"), lines=tuple(lines))
        said = Reversal(key=self.key(), event=wrong.said.key, reason=reason, replacement=new)
        self.record(said, wrong.recorded_at, by=wrong.by, late=late)

    def record(
        self, said: Said, at: datetime, *, by: str, late: float, source: str = Source.WEB
    ) -> None:
        # Nobody records the receipt of what the tracker does not know to have left.
        recorded_at = max(
            at + timedelta(hours=late), self.last_recorded_at + timedelta(minutes=2)
        ).replace(second=0, microsecond=0)
        self.steps.append(Step(recorded_at, by, source, said))


def line_of(journey: Journey, number: int, quantity: Decimal) -> LineDraft:
    """This will draft a line that carries a part of another journey's line on."""
    line = journey.lines[number - 1]
    kg = line.weight_kg and (line.weight_kg * quantity / line.quantity).quantize(Decimal("0.001"))
    return LineDraft(
        item=line.item,
        quantity=quantity,
        unit=line.unit,
        donor=line.donor or journey.draft.donor,
        from_line=f"{journey.name}/{number}",
        weight_kg=kg,
        weight_basis=line.weight_basis,
    )
