"""Journeys written into the ledger by the program's own verbs, as their people recorded them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from django.db import connection

from accounts.models import User
from regions.models import Destination
from shipments.demo.journeys import Journey, Step
from shipments.models import Leg, Shipment
from shipments.models.reports import DeliveryReport, Movement, Reversal, Weighing
from shipments.services import (
    Refused,
    create_shipment,
    move_shipment,
    record_deliveries,
    reverse_event,
    weigh_shipment,
)


@dataclass(frozen=True)
class Page:
    """What one person recorded at one moment by one way."""

    at: datetime
    by: str
    source: str
    what: str


def record(journeys: Sequence[Journey]) -> None:
    """This will record the journeys as their people did: each entry at its own time."""
    book = Recorder(journeys)
    told = sorted(entries(journeys), key=lambda entry: entry[:3])
    for page, group in groupby(told, key=lambda entry: page_of(entry[3], entry[4])):
        book.write(page, [(journey, step) for *_order, journey, step in group])
    book.date_shipments()


Entry = tuple[datetime, int, int, Journey, Step | None]


def entries(journeys: Sequence[Journey]) -> Iterator[Entry]:
    for number, journey in enumerate(journeys):
        yield journey.created_at, number, 0, journey, None
        for place, step in enumerate(journey.steps, 1):
            yield step.recorded_at, number, place, journey, step


def page_of(journey: Journey, step: Step | None) -> Page:
    if step is None:
        return Page(journey.created_at, journey.sender, "", f"create {journey.name}")
    batch = isinstance(step.said, DeliveryReport)
    what = "deliveries" if batch else str(step.said.key)
    return Page(step.recorded_at, step.by, step.source, what)


class Recorder:
    """Writes entries, and remembers which reference each journey was given."""

    def __init__(self, journeys: Sequence[Journey]) -> None:
        self.people = {user.username: user for user in User.objects.all()}
        self.places = {place.code: place for place in Destination.objects.all()}
        self.journeys = journeys
        self.shipments: dict[str, Shipment] = {}

    def write(self, page: Page, told: list[tuple[Journey, Step | None]]) -> None:
        # The owner of the tables may say when something was recorded; nobody else can.
        with connection.cursor() as cursor:
            moment = page.at.isoformat()
            cursor.execute("SELECT set_config('aidtracker.recorded_at', %s, true)", [moment])
        by = self.people[page.by]
        reports: list[DeliveryReport] = []
        for journey, step in told:
            if step is None:
                self.create(journey, by)
            elif isinstance(step.said, DeliveryReport):
                reports.append(replace(step.said, shipment=self.reference(journey)))
            else:
                self.say(journey, step.said, by, page)
        if reports:
            outcomes = record_deliveries(reports=reports, by=by, source=page.source, at=page.at)
            for outcome in outcomes:
                if isinstance(outcome, Refused):
                    raise outcome.error

    def reference(self, journey: Journey) -> str:
        return self.shipments[journey.name].reference

    def create(self, journey: Journey, by: User) -> None:
        lines = []
        for line in journey.lines:
            name, _slash, number = line.from_line.rpartition("/")
            from_line = f"{self.shipments[name].reference}/{number}" if name else ""
            lines.append(replace(line, from_line=from_line))
        shipment = create_shipment(draft=replace(journey.draft, lines=tuple(lines)), by=by)
        self.shipments[journey.name] = shipment
        Leg.objects.bulk_create(
            Leg(
                shipment=shipment,
                position=position,
                from_place=self.places[stop.origin],
                to_place=self.places[stop.destination],
                vehicle=stop.vehicle,
            )
            for position, stop in enumerate(journey.legs, 1)
        )

    def say(
        self, journey: Journey, said: Movement | Weighing | Reversal, by: User, page: Page
    ) -> None:
        reference = self.reference(journey)
        if isinstance(said, Movement):
            movement = replace(said, shipment=reference)
            move_shipment(movement=movement, by=by, source=page.source, at=page.at)
        elif isinstance(said, Weighing):
            weighing = replace(said, shipment=reference)
            weigh_shipment(weighing=weighing, by=by, source=page.source, at=page.at)
        else:
            new = said.replacement and replace(said.replacement, shipment=reference)
            reversal = replace(said, replacement=new)
            reverse_event(reversal=reversal, by=by, source=page.source, at=page.at)

    def date_shipments(self) -> None:
        """This will date the shipments to when they were planned, not to when they were loaded."""
        dated = []
        for journey in self.journeys:
            shipment = self.shipments[journey.name]
            shipment.created_at = journey.created_at
            dated.append(shipment)
        Shipment.objects.bulk_update(dated, ["created_at"])
