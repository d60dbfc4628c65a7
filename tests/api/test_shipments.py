"""Shipments planned, edited and moved over the API."""

import uuid
from datetime import timedelta
from typing import Any

from accounts.models import User
from tests import build
from tests.api.conftest import ApiClient, Ask
from tests.world import World


def planned(**given: Any) -> dict[str, Any]:
    return {
        "operation": "KA20",
        "donor": "mchs",
        "origin": "SOUTH-DEPOT",
        "destination": "NORTH-HUB",
        "mode": "road",
        "lines": [{"item": "blanket", "quantity": "420", "unit": "piece"}],
        "documents": [{"kind": "waybill", "number": "TTN 1"}],
        **given,
    }


def step(client: ApiClient, reference: str, verb: str, **given: Any) -> Any:
    body = {
        "key": str(uuid.uuid4()),
        "occurred_at": (build.NOW - timedelta(hours=1)).isoformat(),
        **given,
    }
    return client.send(f"shipments/{reference}/{verb}", body)


def test_a_shipment_goes_from_draft_to_closed(as_user: Ask, omar: User) -> None:
    client = as_user(omar)
    made = client.send("shipments", planned())
    assert made.status_code == 201, made.content
    shipment = made.json()
    reference = shipment["reference"]
    assert made["Location"] == f"/api/v1/shipments/{reference}"
    assert shipment["status"] == "draft"
    assert shipment["lines"][0]["weight_kg"] == "630.000"
    for verb in ("plan", "inspect", "dispatch", "depart", "arrive"):
        answer = step(client, reference, verb)
        assert answer.status_code == 201, answer.content
    delivery = {
        "key": str(uuid.uuid4()),
        "shipment": reference,
        "kind": "received",
        "occurred_at": build.NOW.isoformat(),
        "lines": [{"line": 1, "received": "420"}],
    }
    assert client.send("deliveries", delivery).status_code == 201
    assert step(client, reference, "close", occurred_at=build.NOW.isoformat()).status_code == 201
    detail = client.read(f"shipments/{reference}")
    assert detail["status"] == "closed"
    assert [event["kind"] for event in detail["events"]][-1] == "closed"
    refused = step(client, reference, "arrive")
    assert refused.status_code == 409


def test_what_is_sent_back_unchanged_stays(as_user: Ask, omar: User) -> None:
    client = as_user(omar)
    shipment = client.send("shipments", planned()).json()
    reference = shipment["reference"]
    first = client.get(f"/api/v1/shipments/{reference}")
    edited = client.send(
        f"shipments/{reference}",
        {"remark": "Call first."},
        method="PATCH",
        If_Match=first["ETag"],
    )
    assert edited.status_code == 200, edited.content
    assert edited.json()["remark"] == "Call first."
    assert edited.json()["lines"] == shipment["lines"]
    assert edited["ETag"] == client.get(f"/api/v1/shipments/{reference}")["ETag"]
    late = client.send(
        f"shipments/{reference}", {"remark": "x"}, method="PATCH", If_Match=first["ETag"]
    )
    assert late.status_code == 412
    assert late.json()["current"]["remark"] == "Call first."


def test_lines_may_change_until_dispatch(as_user: Ask, omar: User) -> None:
    client = as_user(omar)
    reference = client.send("shipments", planned()).json()["reference"]
    lines = [{"item": "wood", "quantity": "2.5", "unit": "m3"}]
    answer = client.send(f"shipments/{reference}", planned(lines=lines), method="PUT")
    assert answer.status_code == 200, answer.content
    assert answer.json()["lines"][0]["quantity"] == "2.5"
    assert answer.json()["lines"][0]["weight_kg"] is None
    for verb in ("plan", "dispatch"):
        assert step(client, reference, verb).status_code == 201
    answer = client.send(f"shipments/{reference}", planned(), method="PUT")
    assert answer.status_code == 409, answer.content


def test_wrong_members_of_a_shipment_are_named(as_user: Ask, omar: User) -> None:
    body = planned(donor="nobody", mode="raod", status="received")
    answer = as_user(omar).send("shipments", body)
    assert answer.status_code == 400
    found = {entry["pointer"] for entry in answer.json()["errors"]}
    assert found == {"/mode", "/status"}
    answer = as_user(omar).send("shipments", planned(donor="nobody", origin="nowhere"))
    assert {entry["pointer"] for entry in answer.json()["errors"]} == {
        "/donor",
        "/lines/0/donor",
        "/origin",
    }


def test_a_weight_is_learned_after_dispatch(as_user: Ask, omar: User) -> None:
    client = as_user(omar)
    lines = [{"item": "wood", "quantity": "10", "unit": "m3"}]
    reference = client.send("shipments", planned(lines=lines)).json()["reference"]
    for verb in ("plan", "dispatch"):
        assert step(client, reference, verb).status_code == 201
    answer = step(client, reference, "weigh", lines=[{"line": 1, "weight_kg": "6000"}])
    assert answer.status_code == 201, answer.content
    assert client.read(f"lines?shipment={reference}&kind=weighed")["results"]
    (line,) = client.read(f"shipments/{reference}")["lines"]
    assert (line["weight_kg"], line["weight_basis"]) == ("6000.000", "weighed")


def test_only_the_region_of_the_origin_may_plan(as_user: Ask, amina: User, chen: User) -> None:
    assert as_user(amina).send("shipments", planned()).status_code == 403
    assert as_user(chen).send("shipments", planned()).status_code == 403


def test_the_list_is_filtered(as_user: Ask, chen: User, world: World) -> None:
    shipment = world.sent()
    client = as_user(chen)
    for query in (
        "status=dispatched",
        "status=dispatched,received",
        "status__not=draft",
        "donor=mchs",
        "item=blanket",
        "region=AA",
        "region=AA-N",
        "destination=NORTH-HUB",
        "dispatched_at__isnull=false",
        "expected_at__isnull=true",
        f"q={shipment.reference.replace('-', ' ').lower()}",
        "q=Ministry of Emergencies",
        "dispatched_at__gte=2020-01-01T00:00:00%2B04:00",
    ):
        assert client.read(f"shipments?{query}")["count"] == 1, query
    for query in ("status__not=dispatched", "region=AA-S", "item=wood", "q=unrelated"):
        assert client.read(f"shipments?{query}")["count"] == 0, query


def test_pages_follow_each_other(as_user: Ask, chen: User, world: World) -> None:
    made = [world.sent().reference for _ in range(5)]
    client = as_user(chen)
    seen: list[str] = []
    url = "shipments?limit=2"
    while url:
        page = client.read(url)
        assert page["count"] == 5
        seen += [row["reference"] for row in page["results"]]
        url = (page["next"] or "").partition("/api/v1/")[2]
        previous = page["previous"]
    assert seen == made[::-1]
    back = client.read(previous.partition("/api/v1/")[2])
    assert [row["reference"] for row in back["results"]] == made[::-1][2:4]
    assert "count" not in client.read("shipments?count=0")
    offset = client.get("/api/v1/shipments?limit=2&offset=2")
    assert [row["reference"] for row in offset.json()["results"]] == made[::-1][2:4]
    assert 'rel="next"' in offset["Link"]
    assert 'rel="prev"' in offset["Link"]
