"""Deliveries sent to the API, as the contract says."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import TokenScope, User
from regions.rights import Role
from shipments.models import DeliveryEvent, Shipment
from tests import build
from tests.api.conftest import Ask
from tests.world import World


def delivery(to: Shipment, **given: Any) -> dict[str, Any]:
    return {
        "key": str(uuid.uuid4()),
        "shipment": to.reference,
        "kind": "received",
        "occurred_at": build.NOW.isoformat(),
        "place": "NORTH-HUB",
        "received_by": "Warehouse team",
        "note": "",
        "surplus": False,
        "lines": [
            {
                "line": 1,
                "received": "380",
                "damaged": "20",
                "lost": "0",
                "returned": "0",
                "reason": "wet",
            }
        ],
        **given,
    }


def test_a_delivery_is_answered_with_the_balance(as_user: Ask, amina: User, world: World) -> None:
    shipment = world.sent()
    answer = as_user(amina, TokenScope.RECORD).send("deliveries", delivery(shipment))
    assert answer.status_code == 201, answer.content
    body = answer.json()
    (balance,) = body["balance"]
    assert {name: balance[name] for name in ("line", "unit", "sent", "received", "damaged")} == {
        "line": 1,
        "unit": "piece",
        "sent": "420",
        "received": "380",
        "damaged": "20",
    }
    assert (balance["lost"], balance["returned"]) == ("0", "0")
    assert (balance["surplus"], balance["outstanding"]) == ("0", "20")
    assert body["shipment_status"] == "partially_received"
    assert body["recorded_by"] == "amina"
    assert DeliveryEvent.objects.get(key=body["key"]).source == "api"


def test_a_doubt_is_read_again_as_it_was_answered(as_user: Ask, amina: User, world: World) -> None:
    client, early = as_user(amina), (build.NOW - timedelta(days=9)).isoformat()
    sent = delivery(world.sent(), occurred_at=early)
    sent["lines"][0]["reason"] = ""
    raised = client.send("deliveries", sent).json()["warnings"]
    read = client.read(f"deliveries/{sent['key']}")["warnings"]
    assert {(doubt["code"], doubt["line"]) for doubt in read} >= {
        ("before_dispatch", None),
        ("damage_unexplained", 1),
    }
    for doubt in raised:
        del doubt["detail"]
    assert read == sorted(raised, key=lambda doubt: doubt["line"] or 0)


def test_the_same_key_records_once(as_user: Ask, amina: User, world: World) -> None:
    shipment, client = world.sent(), as_user(amina)
    sent = delivery(shipment)
    first = client.send("deliveries", sent)
    again = client.send("deliveries", sent | {"lines": [{**sent["lines"][0], "received": 380}]})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again["Idempotent-Replayed"] == "true"
    assert first.json() == again.json()
    other = client.send("deliveries", sent | {"lines": [{"line": 1, "received": "5"}]})
    assert other.status_code == 422
    assert other.json()["errors"][0]["code"] == "key_reused"


def test_the_header_carries_the_key_too(as_user: Ask, amina: User, world: World) -> None:
    shipment, client = world.sent(), as_user(amina)
    sent = delivery(shipment)
    key = sent.pop("key")
    made = client.send("deliveries", sent, Idempotency_Key=key)
    assert made.status_code == 201, made.content
    assert made.json()["key"] == key
    differs = client.send("deliveries", sent | {"key": str(uuid.uuid4())}, Idempotency_Key=key)
    assert differs.status_code == 400
    assert differs.json()["errors"][0]["code"] == "keys_differ"
    without = client.send("deliveries", sent)
    assert without.json()["errors"][0] == {
        "pointer": "/key",
        "code": "required",
        "detail": "This is required.",
    }


def test_what_is_wrong_is_pointed_at(as_user: Ask, amina: User, world: World) -> None:
    wrong = delivery(world.sent(), kind="recieved", occurred_at="2020-11-25T14:10:00", plase="x")
    wrong["lines"] = [{"line": 1, "received": "1e999", "damaged": "-1", "lost": True}]
    answer = as_user(amina).send("deliveries", wrong)
    assert answer.status_code == 400
    found = {entry["pointer"]: entry for entry in answer.json()["errors"]}
    assert set(found) == {
        "/kind",
        "/occurred_at",
        "/plase",
        "/lines/0/received",
        "/lines/0/damaged",
        "/lines/0/lost",
    }
    assert "Did you mean “received”?" in found["/kind"]["detail"]
    assert "Did you mean “place”?" in found["/plase"]["detail"]
    assert found["/occurred_at"]["code"] == "no_offset"


def test_more_than_outstanding_is_refused(as_user: Ask, amina: User, world: World) -> None:
    answer = as_user(amina).send(
        "deliveries", delivery(world.sent(), lines=[{"line": 1, "received": "421"}])
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "more_than_outstanding"


def test_a_foreign_shipment_is_as_unknown_as_a_missing_one(as_user: Ask, world: World) -> None:
    away = build.region("BB", name="Elsewhere")
    client = as_user(build.person("boris", (Role.COORDINATOR, away)))
    shipment = world.sent()
    foreign = client.send("deliveries", delivery(shipment))
    missing = client.send("deliveries", delivery(shipment, shipment="KA20-9999-9"))
    assert foreign.status_code == missing.status_code == 400
    assert foreign.json()["errors"][0]["code"] == "unknown_shipment"
    assert missing.json()["errors"][0]["code"] == "unknown_shipment"
    paths = [f"shipments/{r}" for r in (shipment.reference, "KA20-9999-9")]
    same = {"X_Request_ID": "the-same-one"}
    answers = [client.get(f"/api/v1/{p}", headers={"X-Request-ID": "the-same-one"}) for p in paths]
    bodies = [a.content.replace(p.encode(), b"") for a, p in zip(answers, paths, strict=True)]
    assert bodies[0] == bodies[1], same


def test_a_reader_may_not_record(as_user: Ask, amina: User, chen: User, world: World) -> None:
    sent = delivery(world.sent())
    assert as_user(chen).send("deliveries", sent).status_code == 403
    assert as_user(amina, TokenScope.READ).send("deliveries", sent).status_code == 403
    assert as_user(None).send("deliveries", sent).status_code == 401
    assert not DeliveryEvent.objects.filter(kind="received").exists()


def test_a_list_is_answered_one_by_one(as_user: Ask, amina: User, world: World) -> None:
    shipment, client = world.sent(), as_user(amina)
    good = delivery(shipment, lines=[{"line": 1, "received": "10"}])
    sent = [good, delivery(shipment, kind="x"), delivery(shipment, shipment="KA20-9-9"), good]
    answer = client.send("deliveries", sent)
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [entry["status"] for entry in results] == [201, 400, 400, 200]
    assert [entry["key"] for entry in results] == [entry["key"] for entry in sent]
    assert results[0]["delivery"]["balance"][0]["received"] == "10"


def test_an_atomic_list_is_all_or_nothing(as_user: Ask, amina: User, world: World) -> None:
    shipment, client = world.sent(), as_user(amina)
    good = delivery(shipment, lines=[{"line": 1, "received": "10"}])
    for bad in (delivery(shipment, kind="x"), delivery(shipment, shipment="KA20-9-9")):
        answer = client.send("deliveries?atomic=true", [good, bad])
        results = answer.json()["results"]
        assert [entry["status"] for entry in results] == [400, 400]
        assert results[0]["errors"][0]["code"] == "not_attempted"
    assert not DeliveryEvent.objects.filter(kind="received").exists()


def test_an_event_is_taken_back_and_replaced(as_user: Ask, amina: User, world: World) -> None:
    shipment, client = world.sent(), as_user(amina)
    key = client.send("deliveries", delivery(shipment)).json()["key"]
    instead = delivery(shipment, lines=[{"line": 1, "received": "400"}])
    body = {"key": str(uuid.uuid4()), "reason": "Miscounted.", "replacement": instead}
    answer = client.send(f"deliveries/{key}/reverse", body)
    assert answer.status_code == 201, answer.content
    assert answer.json()["replacement"]["balance"][0]["received"] == "400"
    again = client.send(f"deliveries/{key}/reverse", body)
    assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")
    second = client.send(f"deliveries/{key}/reverse", {"key": str(uuid.uuid4()), "reason": "x"})
    assert second.status_code == 409
    assert second.json()["errors"][0]["code"] == "already_reversed"


def test_an_unknown_event_cannot_be_taken_back(as_user: Ask, amina: User) -> None:
    for key in (uuid.uuid4(), "not-a-key"):
        answer = as_user(amina).send(f"deliveries/{key}/reverse", {})
        assert answer.status_code == 404


def test_a_recorded_event_is_listed_with_its_lines(as_user: Ask, amina: User, world: World) -> None:
    client = as_user(amina)
    key = client.send("deliveries", delivery(world.sent())).json()["key"]
    event = client.read(f"deliveries/{key}")
    assert event["received_by"] == "Warehouse team"
    assert [(row["outcome"], row["quantity"]) for row in event["lines"]] == [
        ("received", "380"),
        ("damaged", "20"),
    ]
    listed = client.read("deliveries?kind=received")
    assert [row["key"] for row in listed["results"]] == [key]
    ledger = client.read("lines?outcome=damaged")["results"]
    assert [(row["event"], row["weight_kg"]) for row in ledger] == [(key, "30.000")]


@pytest.mark.parametrize("word", ["10", "10.0", 10, 10.0])
def test_numbers_may_be_strings_or_numbers(
    as_user: Ask, amina: User, world: World, word: object
) -> None:
    lines = [{"line": 1, "received": word}]
    answer = as_user(amina).send("deliveries", delivery(world.sent(), lines=lines))
    assert answer.json()["balance"][0]["received"] == "10", answer.content


@pytest.mark.parametrize("word", ["1,0", "１０", " 10", "1e1", "+10", "0x10", "", "ten", [], {}])
def test_numbers_are_written_as_programs_do(
    as_user: Ask, amina: User, world: World, word: object
) -> None:
    lines = [{"line": 1, "received": word}]
    answer = as_user(amina).send("deliveries", delivery(world.sent(), lines=lines))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/lines/0/received"
