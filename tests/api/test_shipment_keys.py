"""A key for a new shipment: a retry after a fault makes no second one."""

import uuid
from typing import Any

from accounts.models import User
from regions.rights import Role
from shipments.models import Shipment
from tests import build
from tests.api.conftest import Ask
from tests.api.test_shipments import planned
from tests.world import World


def keyed(**given: Any) -> dict[str, Any]:
    return {"key": str(uuid.uuid4()), **planned(), **given}


def test_the_same_key_makes_one_shipment(as_user: Ask, omar: User) -> None:
    client, sent = as_user(omar), keyed()
    first = client.send("shipments", sent)
    # The same values, spelled otherwise.
    line = {**sent["lines"][0], "quantity": "420.000"}
    again = client.send("shipments", sent | {"lines": [line], "remark": ""})
    assert (first.status_code, again.status_code) == (201, 200), again.content
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert again["ETag"] == first["ETag"]
    assert again.json() == first.json()
    assert Shipment.objects.count() == 1


def test_a_retry_is_told_how_the_shipment_stands_now(as_user: Ask, omar: User) -> None:
    client, sent = as_user(omar), keyed()
    reference = client.send("shipments", sent).json()["reference"]
    client.send(f"shipments/{reference}", {"remark": "Call first."}, method="PATCH")
    again = client.send("shipments", sent)
    assert (again.status_code, again.json()["remark"]) == (200, "Call first.")


def test_the_key_with_other_content_is_refused(as_user: Ask, omar: User) -> None:
    client, sent = as_user(omar), keyed()
    client.send("shipments", sent)
    others: tuple[dict[str, Any], ...] = ({"remark": "Another."}, {"lines": []}, {"documents": []})
    for other in others:
        refused = client.send("shipments", sent | other)
        assert refused.status_code == 422, other
        assert refused.json()["errors"][0]["pointer"] == "/key"
        assert refused.json()["errors"][0]["code"] == "key_reused"
    assert Shipment.objects.count() == 1


def test_the_header_carries_the_key_too(as_user: Ask, omar: User) -> None:
    client, sent = as_user(omar), keyed()
    key = sent.pop("key")
    assert client.send("shipments", sent, Idempotency_Key=key).status_code == 201
    assert client.send("shipments", sent | {"key": key}).status_code == 200
    both = client.send("shipments", sent | {"key": str(uuid.uuid4())}, Idempotency_Key=key)
    assert (both.status_code, both.json()["errors"][0]["code"]) == (400, "keys_differ")
    odd = client.send("shipments", sent, Idempotency_Key="once")
    assert (odd.status_code, odd.json()["errors"][0]["code"]) == (400, "not_a_key")


def test_without_a_key_each_sending_is_a_shipment(as_user: Ask, omar: User) -> None:
    client = as_user(omar)
    answers = [client.send("shipments", planned()) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert set(Shipment.objects.values_list("key", "fingerprint")) == {(None, "")}


def test_a_refused_shipment_uses_no_key(as_user: Ask, omar: User) -> None:
    client, sent = as_user(omar), keyed()
    assert client.send("shipments", sent | {"donor": "nobody"}).status_code == 400
    assert client.send("shipments", sent).status_code == 201


def test_a_key_used_out_of_sight_is_merely_used(as_user: Ask, omar: User, world: World) -> None:
    sent = keyed()
    as_user(omar).send("shipments", sent)
    away = build.region("BB", name="Elsewhere")
    boris = as_user(build.person("boris", (Role.COORDINATOR, away)))
    refused = boris.send("shipments", sent)
    assert refused.status_code == 422
    assert Shipment.objects.get().reference not in refused.content.decode()


def test_an_edit_takes_no_key(as_user: Ask, omar: User) -> None:
    client = as_user(omar)
    reference = client.send("shipments", keyed()).json()["reference"]
    edit = client.send(f"shipments/{reference}", {"key": str(uuid.uuid4())}, method="PATCH")
    assert (edit.status_code, edit.json()["errors"][0]["code"]) == (400, "unknown_member")
