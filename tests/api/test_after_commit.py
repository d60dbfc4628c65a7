"""What goes wrong after something was recorded neither fails the request nor counts it twice."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.models import User
from shipments import tasks
from shipments.models import DeliveryEvent, ExportFile, ImportRun, Shipment
from shipments.services.entries import append
from tests import build
from tests.api.conftest import ApiClient, Ask
from tests.pages import form_of, send, signed_in
from tests.world import World

Patch = pytest.MonkeyPatch


def boom(*_given: Any, **_named: Any) -> Any:
    raise RuntimeError("after the commit")


def report(shipment: Shipment) -> dict[str, Any]:
    return {
        "key": str(uuid.uuid4()),
        "shipment": shipment.reference,
        "kind": "received",
        "occurred_at": "2020-11-25T10:00:00Z",
        "lines": [{"line": 1, "received": 10}],
    }


def faulty_handler(patch: Patch) -> None:
    """This will let something wait for the commit that then fails."""

    def append_and_wait(entries: Any) -> None:
        append(entries)
        transaction.on_commit(boom)

    patch.setattr("shipments.services.deliveries.append", append_and_wait)


def faulty_answer(patch: Patch) -> None:
    patch.setattr("shipments.api.deliveries.json_answer", boom)


@pytest.mark.parametrize("fault", [faulty_handler, faulty_answer])
def test_a_fault_after_the_commit_claims_nothing_and_a_retry_is_answered(
    as_user: Ask,
    world: World,
    omar: User,
    committed: None,
    monkeypatch: Patch,
    fault: Callable[[Patch], None],
) -> None:
    client, said = as_user(omar), report(world.sent())
    with monkeypatch.context() as patch:
        fault(patch)
        broken = client.send("deliveries", said)
    assert broken.status_code == 500
    assert broken.json()["detail"].endswith("what carries a key is recorded once.")
    assert DeliveryEvent.objects.filter(key=said["key"]).exists()
    again = client.send("deliveries", said)
    assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")
    assert again.json()["balance"][0]["received"] == "10"


def test_a_page_that_fails_after_the_commit_records_once(
    world: World, amina: User, committed: None, monkeypatch: Patch
) -> None:
    client = signed_in(amina)
    client.raise_request_exception = False
    page = f"/shipments/{world.sent().reference}/deliver/?kind=received"
    form = form_of(client.get(page), holding="key")
    typed = {"occurred_at": "2020-11-24T14:10", "asked-entered_late": "1", "everything": "1"}
    with monkeypatch.context() as patch:
        patch.setattr("shipments.views.deliveries.HttpResponseRedirect", boom)
        assert send(client, page, form, **typed).status_code == 500
    assert send(client, page, form, **typed).status_code == 302
    assert DeliveryEvent.objects.filter(kind="received").count() == 1


def test_a_question_that_fails_says_nothing_of_sending(
    as_user: Ask, omar: User, monkeypatch: Patch
) -> None:
    monkeypatch.setattr("regions.api.lists.asked", boom)
    answer = as_user(omar).get("/api/v1/donors")
    assert answer.status_code == 500
    assert answer.json()["detail"].endswith("was noted under the request id.")


@pytest.fixture
def deaf(monkeypatch: Patch) -> None:
    """A broker that fails in a way nobody foresaw."""
    for task in (tasks.make_export_file, tasks.go_on_with_import):
        monkeypatch.setattr(task, "delay", boom)


def uploaded(client: ApiClient) -> Any:
    file = SimpleUploadedFile("sheet.csv", b"code,name\nx,y\n", content_type="text/csv")
    return client.post("/api/v1/imports", {"file": file, "kind": "deliveries"})


def test_a_broker_out_of_order_fails_no_request(
    as_user: Ask, world: World, omar: User, deaf: None, settings: Any, caplog: Any
) -> None:
    settings.LARGEST_DIRECT_FILE = 0
    client = as_user(omar)
    assert client.get("/api/v1/donors.csv").status_code == 202
    assert uploaded(client).status_code == 202
    assert (ExportFile.objects.count(), ImportRun.objects.count()) == (1, 1)
    told = [record for record in caplog.records if record.message == "worker not woken"]
    assert [record.task.rpartition(".")[2] for record in told] == [
        "make_export_file",
        "go_on_with_import",
    ]


def test_a_sweep_goes_on_after_a_message_that_was_not_taken(
    as_user: Ask, world: World, omar: User, deaf: None, settings: Any, monkeypatch: Patch
) -> None:
    settings.LARGEST_DIRECT_FILE = 0
    as_user(omar).get("/api/v1/donors.csv")
    folded: list[bool] = []
    monkeypatch.setattr("shipments.services.fold_totals", lambda: folded.append(True))
    tasks.sweep()
    assert folded == [True]


def test_a_step_of_a_shipment_is_answered_again_too(
    as_user: Ask, world: World, omar: User, monkeypatch: Patch
) -> None:
    shipment = world.shipment(build.line(world.blankets), sent=False)
    client, path = as_user(omar), f"shipments/{shipment.reference}/plan"
    said = {"key": str(uuid.uuid4()), "occurred_at": "2020-11-23T10:00:00Z"}
    with monkeypatch.context() as patch:
        patch.setattr("shipments.api.deliveries.json_answer", boom)
        assert client.send(path, said).status_code == 500
    assert client.send(path, said)["Idempotent-Replayed"] == "true"
