"""What the database refuses or cannot do is said as a problem, with when to come back."""

import uuid
from typing import Any

import psycopg.errors
import pytest
from django.db import IntegrityError, OperationalError, connection

from accounts.models import User
from tests import build
from tests.api.conftest import Ask
from tests.world import World


@pytest.mark.parametrize(
    ("cause", "status", "code", "wait"),
    [
        (psycopg.errors.LockNotAvailable, 409, "busy", "1"),
        (psycopg.errors.DeadlockDetected, 409, "busy", "1"),
        (psycopg.errors.QueryCanceled, 503, "too_slow", "30"),
        (psycopg.errors.AdminShutdown, 503, "unavailable", "5"),
    ],
)
def test_a_fault_of_the_database_says_when_to_come_back(
    as_user: Ask,
    chen: User,
    monkeypatch: pytest.MonkeyPatch,
    cause: type[Exception],
    status: int,
    code: str,
    wait: str,
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise OperationalError from cause()

    monkeypatch.setattr("regions.api.lists.asked", broken)
    answer = as_user(chen).get("/api/v1/donors")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["code"] == code
    assert answer["Retry-After"] == wait


def test_a_rule_of_the_database_is_never_a_fault_of_ours(
    as_user: Ask, chen: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise IntegrityError("some constraint")

    monkeypatch.setattr("regions.api.lists.asked", broken)
    answer = as_user(chen).get("/api/v1/donors")
    assert 400 <= answer.status_code < 500


def test_who_waits_too_long_for_a_shipment_may_send_the_same_again(
    as_user: Ask, amina: User, world: World, committed: None, owner: Any
) -> None:
    shipment, client = world.sent(), as_user(amina)
    body = {
        "key": str(uuid.uuid4()),
        "shipment": shipment.reference,
        "kind": "received",
        "occurred_at": build.NOW.isoformat(),
        "lines": [{"line": 1, "received": "5"}],
    }
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    with owner.transaction():
        owner.execute("SELECT 1 FROM shipments_linebalance FOR UPDATE")
        owner.execute("SELECT 1 FROM shipments_shipment FOR UPDATE")
        waited = client.send("deliveries", body)
    assert waited.status_code == 409, waited.content
    assert waited.json()["errors"][0]["code"] == "busy"
    assert waited["Retry-After"] == "1"
    assert client.send("deliveries", body).status_code == 201


def test_a_region_below_itself_is_refused_in_words(as_user: Ask, ada: User, world: World) -> None:
    answer = as_user(ada).send("regions/AA", {"parent": "AA-N"}, method="PATCH")
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["detail"].endswith(".")


def test_an_operation_in_use_keeps_its_time_zone(as_user: Ask, ada: User, world: World) -> None:
    world.sent()
    answer = as_user(ada).send("operations/KA20", {"time_zone": "Asia/Tbilisi"}, method="PATCH")
    assert answer.status_code in (400, 409), answer.content
    assert "rule" not in answer.json()["errors"][0]["detail"]
