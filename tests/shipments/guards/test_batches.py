"""Batches over the same shipments in any order, goods that go on included, never meet crosswise."""

import uuid
from random import Random
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from shipments.models import DeliveryEvent, Shipment
from shipments.models.reports import Reversal
from shipments.services import (
    Recorded,
    move_shipment,
    record_deliveries,
    reverse_event,
)
from tests import build
from tests.build import NOW, counted, receive, report
from tests.shipments.guards.contenders import all_at_once
from tests.shipments.guards.fortress import Fortress
from tests.shipments.guards.recount import faults_of

SEED = 20201127
WRITERS, TURNS = 6, 5


def onward_of(fortress: Fortress, came: Shipment) -> Shipment:
    """This will plan a shipment that carries on half of what came to the hub."""
    lines = [build.line(fortress.blankets, 30, from_line=f"{came.reference}/1")]
    what = build.draft(fortress.operation, fortress.donor, fortress.hub, fortress.depot, *lines)
    made = build.shipment(what, by=fortress.omar, sent=False)
    build.move(made, "planned", by=fortress.omar)
    return made


def codes_of(error: BaseException) -> list[str]:
    assert isinstance(error, ValidationError), error
    return [e.code or "" for errors in error.error_dict.values() for e in errors]


class Writer:
    """Somebody who sends batches, sends goods on and takes events back, in any order."""

    def __init__(self, fortress: Fortress, shipments: list[Shipment], seed: str) -> None:
        self.fortress, self.shipments, self.random = fortress, shipments, Random(seed)

    def act(self) -> list[str]:
        said = {"by": self.fortress.omar, "source": "api", "at": NOW}
        answers: list[str] = []
        for _turn in range(TURNS):
            doing = self.random.choice([self.deliver, self.deliver, self.send_on, self.take_back])
            try:
                answers += doing(said)
            except ValidationError as error:
                answers += codes_of(error)
        return answers

    def deliver(self, said: dict[str, Any]) -> list[str]:
        chosen = self.random.sample(self.shipments, self.random.randint(2, len(self.shipments)))
        reports = [report(shipment, counted(received=1)) for shipment in chosen]
        outcomes = record_deliveries(reports=reports, **said)
        return [
            "recorded" if isinstance(outcome, Recorded) else codes_of(outcome.error)[0]
            for outcome in outcomes
        ]

    def send_on(self, said: dict[str, Any]) -> list[str]:
        shipment = self.random.choice(self.shipments)
        move_shipment(movement=build.step(shipment, "dispatched"), **said)
        return ["sent on"]

    def take_back(self, said: dict[str, Any]) -> list[str]:
        chosen = DeliveryEvent.objects.filter(
            shipment__in=self.shipments, kind__in=["received", "dispatched"], reversal=None
        )
        event = self.random.choice(list(chosen))
        new = report(self.random.choice(self.shipments), counted(received=1))
        reversal = Reversal(key=uuid.uuid4(), event=event.key, reason="Wrong.", replacement=new)
        reverse_event(reversal=reversal, **said)
        return ["taken back"]


def test_batches_in_any_order_never_wait_for_each_other_in_a_circle(fortress: Fortress) -> None:
    came = [fortress.sent(100) for _ in range(3)]
    for shipment in came:
        receive(shipment, by=fortress.omar, received=60)
    shipments = [*came, *(onward_of(fortress, shipment) for shipment in came)]
    writers = [Writer(fortress, shipments, f"{SEED}/{number}") for number in range(WRITERS)]
    answers = all_at_once(Writer.act, writers)
    failed = [answer for answer in answers if isinstance(answer, BaseException)]
    said = [code for answer in answers if isinstance(answer, list) for code in answer]
    print(f"seed {SEED}: { {code: said.count(code) for code in sorted(set(said))} }")
    assert failed == []
    assert "busy" not in said
    assert {"recorded", "sent on"} <= set(said)
    assert faults_of(connection) == []
