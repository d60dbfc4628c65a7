"""Imports by API: the contract's steps, and what is refused."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from shipments.imports.runs import take_step
from shipments.models import LineBalance
from tests.shipments.imports.test_runs import NOW, deliveries
from tests.world import World


@pytest.fixture(autouse=True)
def _worker_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does what the worker would as soon as it is woken."""
    monkeypatch.setattr(
        "shipments.api.imports.wake_import", lambda run: take_step(run_id=run, now=lambda: NOW)
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def uploaded(client: Client, text: str, **said: Any) -> Any:
    file = SimpleUploadedFile("sheet.csv", text.encode(), content_type="text/csv")
    return client.post("/api/v1/imports", {"file": file, "kind": "deliveries", **said})


def send(client: Client, address: str, data: Any, method: str = "post") -> Any:
    call = getattr(client, method)
    return call(address, json.dumps(data), content_type="application/json")


def test_a_file_goes_in_by_api_and_comes_out_again(world: World, amina: User) -> None:
    shipment = world.sent()
    client = signed_in(amina)
    answer = uploaded(client, deliveries(shipment, "1,2020-11-25,380,20,,wet,G-1"))
    assert answer.status_code == 202
    address = answer.json()["links"]["self"]
    state = client.get(address).json()
    assert (state["status"], state["counts"]["rows"]) == ("checked", 1)
    assert state["counts"]["rows"] == sum(v for k, v in state["counts"].items() if k != "rows")
    done = send(client, f"{address}/confirm", {"mode": "all_or_nothing"}).json()
    state = client.get(address).json()
    assert (done["id"], state["status"]) == (state["id"], "done")
    assert {noun: count for noun, count in state["created"].items() if count} == {"events": 1}
    assert LineBalance.objects.get(line__shipment=shipment).received == 380
    send(client, f"{address}/undo", {})
    state = client.get(address).json()
    assert state["status"] == "undone"
    assert {name: count for name, count in state["counts"].items() if count} == {
        "rows": 1,
        "taken_back": 1,
    }


def test_columns_and_words_are_matched_by_patch(world: World, amina: User) -> None:
    shipment = world.sent()
    text = f"Sendung,Zeile,Wann,Menge\n{shipment.reference},1,2020-11-25,5\n"
    client = signed_in(amina)
    state = uploaded(client, text).json()
    address = state["links"]["self"]
    mapping = {"A": "shipment", "B": "line", "C": "occurred_at", "D": "received"}
    send(client, address, {"mapping": mapping}, "patch")
    state = client.get(address).json()
    assert (state["status"], state["problems"]) == ("checked", [])


def test_changed_rows_are_decided_cells_fixed_and_blanks_filled_by_patch(
    world: World, amina: User
) -> None:
    shipment = world.sent()
    client = signed_in(amina)
    first = uploaded(client, deliveries(shipment, "1,2020-11-25,380,,,,G-1")).json()["links"]
    send(client, first["confirm"], {"mode": "all_or_nothing"})
    head, row = deliveries(shipment, "1,2020-11-25,370,,,,G-1").splitlines()
    text = "\n".join([head, row, ",1,2020-11-26,many,,,,G-2"])
    address = uploaded(client, text).json()["links"]["self"]
    said = {
        "as_above": ["A"],
        "fixes": {"D3": "20"},
        "decisions": {"all": "replace"},
        "reason": "Counted again.",
        "remember": False,
    }
    send(client, address, said, "patch")
    state = client.get(address).json()
    assert (state["as_above"], state["undecided"], state["counts"]["error"]) == (["A"], 0, 0)
    assert state["changes"] == [
        {
            "row": 2,
            "decision": "replace",
            "replaceable": True,
            "differences": [{"column": "D", "name": "received", "here": "380", "file": "370"}],
        }
    ]
    assert client.get(address).json()["earlier"] is None
    send(client, f"{address}/confirm", {"mode": "all_or_nothing"})
    state = client.get(address).json()
    assert (state["status"], state["replaced"], state["created"]["events"]) == ("done", 1, 3)
    assert LineBalance.objects.get(line__shipment=shipment).received == 390
    again = uploaded(client, text).json()
    assert client.get(again["links"]["self"]).json()["earlier"]["id"] == state["id"]


def test_decisions_on_rows_that_do_not_differ_are_refused(world: World, amina: User) -> None:
    client = signed_in(amina)
    text = deliveries(world.sent(), "1,2020-11-25,380,,,,G-1")
    address = uploaded(client, text).json()["links"]["self"]
    refused = (
        ({"decisions": {"2": "keep"}}, "unknown_row"),
        ({"decisions": {"2": "perhaps"}}, "unknown_decision"),
        ({"fixes": {"D99": "1"}}, "unknown_cell"),
        ({"as_above": ["1"]}, "unknown_column"),
    )
    for said, code in refused:
        answer = send(client, address, said, "patch")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


def test_wrong_uploads_are_refused_with_a_code(world: World, amina: User, chen: User) -> None:
    client = signed_in(amina)
    assert uploaded(client, "").json()["errors"][0]["code"] == "empty_file"
    assert uploaded(client, "a", kind="letters").json()["errors"][0]["code"] == "unknown_kind"
    assert uploaded(client, "a,b", mapping="{").status_code == 400
    assert client.post("/api/v1/imports", {"kind": "deliveries"}).status_code == 400
    assert uploaded(signed_in(chen), "a,b\n1,2\n").status_code == 403


def test_another_persons_import_is_not_there(world: World, amina: User, omar: User) -> None:
    address = uploaded(signed_in(amina), "a,b\n1,2\n").json()["links"]["self"]
    foreign = signed_in(omar)
    assert foreign.get(address).status_code == 404
    assert send(foreign, f"{address}/confirm", {"mode": "good_rows"}).status_code == 404


def test_the_rows_to_fix_come_as_a_workbook(world: World, amina: User) -> None:
    shipment = world.sent()
    client = signed_in(amina)
    state = uploaded(client, deliveries(shipment, "1,2020-11-25,many,,,,G-1")).json()
    answer = client.get(f"{state['links']['self']}/problems.xlsx")
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"


def test_a_matching_is_kept_under_a_name_and_taken_over_by_patch(world: World, amina: User) -> None:
    shipment = world.sent()
    text = f"Sendung,Zeile,Wann,Menge,Kilo\n{shipment.reference},1,2020-11-25,5,7\n"
    client = signed_in(amina)
    address = uploaded(client, text).json()["links"]["self"]
    targets = ("shipment", "line", "occurred_at", "received", "weight_kg")
    said = {"mapping": dict(zip("ABCDE", targets, strict=True)), "save_as": "Weekly list"}
    send(client, address, said | {"remember": False}, "patch")
    state = client.get(address).json()
    assert (state["status"], state["saved"]) == ("checked", ["Weekly list"])
    assert [column["kept"] for column in state["columns"]] == [True, True, True, True, False]

    address = uploaded(client, text).json()["links"]["self"]
    assert client.get(address).json()["status"] == "needs_mapping"
    refused = send(client, address, {"saved": "Monthly list"}, "patch")
    assert refused.status_code in (400, 409, 422)
    assert "Weekly list" in refused.content.decode()
    send(client, address, {"saved": "Weekly list"}, "patch")
    assert client.get(address).json()["status"] == "checked"
