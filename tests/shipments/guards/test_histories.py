"""Whatever people record, correct and repeat, ledger, counters, status and totals agree."""

import csv
import io
import json
from collections import Counter
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from accounts.models import User
from shipments.models import LineBalance
from tests.build import receive
from tests.drawing import rounds
from tests.shipments.guards.histories import History
from tests.shipments.guards.recount import faults_of
from tests.world import World

RANDOM = settings(
    max_examples=rounds(5, whole=60),
    stateful_step_count=rounds(20, whole=50),
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
MEASURES = ("sent", "received", "damaged", "lost", "returned", "handed_over", "distributed")
Sums = Counter[tuple[str, str, str]]
BALANCE = (*MEASURES, "outstanding", "surplus")


def counters() -> Sums:
    """This will add up the balances by shipment, unit and measure."""
    sums: Sums = Counter()
    for balance in LineBalance.objects.select_related("line__shipment"):
        for name in BALANCE:
            place = (balance.line.shipment.reference, balance.line.unit, name)
            sums[place] += getattr(balance, name)
    return +sums


def totals(client: Client, extension: str) -> Sums:
    """This will ask the totals API for the same sums, as JSON or as CSV."""
    response = client.get(
        f"/api/v1/totals{extension}",
        {"by": "shipment,unit,movement", "measure": ",".join(BALANCE), "movement": "all"},
    )
    assert response.status_code == 200, response.content
    body = getattr(response, "streaming_content", None)
    text = (b"".join(body) if body else response.content).decode()
    is_csv = extension == ".csv"
    rows: Any = csv.DictReader(io.StringIO(text)) if is_csv else json.loads(text)["results"]
    sums: Sums = Counter()
    for row in rows:
        for name in BALANCE:
            sums[row["shipment"], row["unit"], name] += Decimal(row[name] or 0)  # type: ignore[assignment]
    return +sums


@pytest.fixture
def history(world: World, omar: User, chen: User) -> type[History]:
    client = Client()
    client.force_login(chen)

    class Told(History):
        def at_the_end(self) -> None:
            assert totals(client, "") == totals(client, ".csv") == counters()

    Told.world, Told.user = world, omar
    return Told


def test_every_state_of_a_random_history_agrees(history: type[History]) -> None:
    run_state_machine_as_test(history, settings=RANDOM)


@pytest.mark.parametrize(
    ("counter", "fault"),
    [
        ("received = received + 1", "counters are not the sums of the ledger"),
        ("received_kg = received_kg + 1", "does not weigh what was sent"),
    ],
)
def test_a_counter_that_is_wrong_is_found(
    committed: None,
    world: World,
    omar: User,
    owner: "psycopg.Connection[Any]",
    counter: str,
    fault: str,
) -> None:
    """The control: the same questions find a counter that somebody changed."""
    shipment = world.sent(10)
    receive(shipment, by=omar, received=10)
    assert faults_of(connection) == []
    owner.execute("ALTER TABLE shipments_linebalance DISABLE TRIGGER USER")
    for name in ("balance_no_more_than_outstanding",):
        owner.execute(f"ALTER TABLE shipments_linebalance DROP CONSTRAINT {name}")
    owner.execute(f"UPDATE shipments_linebalance SET {counter}")
    assert any(fault in found for found in faults_of(connection))


def test_a_status_that_is_wrong_is_found(
    committed: None, world: World, owner: "psycopg.Connection[Any]"
) -> None:
    shipment = world.sent(10)
    owner.execute("ALTER TABLE shipments_shipment DISABLE TRIGGER USER")
    owner.execute("UPDATE shipments_shipment SET status = 'received'")
    assert faults_of(connection) == [f"{shipment} is received, not dispatched"]
