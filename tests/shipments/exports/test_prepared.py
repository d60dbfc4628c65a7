"""Large files: asked for, prepared by the worker, fetched."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connections
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import User
from shipments.exports.tables import WRITERS
from shipments.models import ExportFile
from shipments.services.exports import finish_export, forget_exports, note_progress, take_export
from shipments.tasks import make_export_file, sweep
from tests import build
from tests.api.conftest import ApiClient, Ask
from tests.world import World


@pytest.fixture
def client(as_user: Ask, chen: User) -> ApiClient:
    return as_user(chen)


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[str]:
    """Notes who would be woken; every file of more than one row is large."""
    calls: list[str] = []
    monkeypatch.setattr(make_export_file, "delay", calls.append)
    settings.LARGEST_DIRECT_FILE = 1
    return calls


def asked_for(client: ApiClient, path: str = "donors.csv") -> Any:
    for number in range(3):
        build.donor(f"donor-{number}")
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 202, answer.content
    return answer.json()


def test_a_large_file_is_prepared_and_fetched(
    client: ApiClient, world: World, woken: list[str]
) -> None:
    state = asked_for(client, "donors.csv?kind=government,ngo,other&bom=1")
    assert woken == [state["id"]]
    assert (state["status"], state["rows_done"], state["rows_total"]) == ("queued", 0, 4)
    assert state["links"]["file"] is None
    make_export_file(state["id"])
    waited = client.get(state["links"]["self"])
    assert waited.status_code == 200
    done = waited.json()
    assert (done["status"], done["rows_done"]) == ("done", 4)
    content = client.get(done["links"]["file"]).getvalue()
    assert content.startswith(b"\xef\xbb\xbfcode,")
    assert content.count(b"\r\n") == 5
    assert hashlib.sha256(content).hexdigest() == done["sha256"]
    assert client.read("exports")["results"][0]["id"] == state["id"]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ndjson", "json"])
def test_every_format_can_be_prepared(client: ApiClient, world: World, ending: str) -> None:
    state = asked_for(client, f"donors.{ending}")
    make_export_file(state["id"])
    assert client.read(f"exports/{state['id']}")["status"] == "done"


def test_a_file_may_take_longer_than_a_page(
    client: ApiClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = []

    def write(table: Any, stream: Any) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            allowed.append(cursor.fetchone())

    monkeypatch.setitem(WRITERS, "csv", write)
    make_export_file(asked_for(client)["id"])
    assert allowed == [("30min",)]


def test_asking_twice_makes_one_file(client: ApiClient, world: World) -> None:
    first, second = asked_for(client), client.get("/api/v1/donors.csv").json()
    assert first["id"] == second["id"]


def test_running_the_task_five_times_makes_one_file(client: ApiClient, world: World) -> None:
    state = asked_for(client)
    for _ in range(5):
        make_export_file(state["id"])
    assert ExportFile.objects.get().attempts == 1


def test_another_person_finds_no_such_file(
    client: ApiClient, as_user: Ask, amina: User, world: World
) -> None:
    state = asked_for(client)
    make_export_file(state["id"])
    for user in (amina, None):
        for path in (f"exports/{state['id']}", f"exports/{state['id']}/file"):
            assert as_user(user).get(f"/api/v1/{path}").status_code == 404
    assert as_user(amina).read("exports")["count"] == 0
    assert as_user(None).get("/api/v1/exports").status_code == 401


def test_rights_are_read_when_the_file_is_made(
    as_user: Ask, amina: User, world: World, settings: Any
) -> None:
    settings.LARGEST_DIRECT_FILE = 0
    world.sent()
    client = as_user(amina)
    state = client.get("/api/v1/shipments.csv").json()
    assert state["rows_total"] == 1
    amina.grants.all().delete()
    make_export_file(state["id"])
    assert client.read(f"exports/{state['id']}")["rows_done"] == 0


def test_a_file_left_by_a_dead_worker_is_taken_up_again(
    client: ApiClient, world: World, woken: list[str]
) -> None:
    state = asked_for(client)
    now = timezone.now()
    lost = take_export(export=state["id"], at=now - timedelta(minutes=5))
    assert lost is not None
    assert take_export(export=state["id"], at=now - timedelta(minutes=4)) is None
    woken.clear()
    sweep()
    assert woken == [state["id"]]
    make_export_file(state["id"])
    assert ExportFile.objects.get().status == "done"
    # The worker that was thought dead comes back too late.
    kept = finish_export(
        export=lost,
        content=ContentFile(b"old"),
        rows=1,
        sha256="",
        made_with={},
        at=timezone.now(),
    )
    assert kept is False
    assert ExportFile.objects.get().rows_done == 4


def test_a_file_that_cannot_be_made_says_so(
    client: ApiClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = asked_for(client)

    def broken(export: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("shipments.tasks.make_file", broken)
    for _ in range(3):
        make_export_file(state["id"])
    failed = client.read(f"exports/{state['id']}")
    assert failed["status"] == "failed"
    assert "secret" not in failed["detail"]
    assert failed["detail"].endswith(".")


def test_an_absent_broker_delays_the_file_only(
    client: ApiClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(export: str) -> None:
        raise OperationalError

    monkeypatch.setattr(make_export_file, "delay", away)
    asked_for(client)


def test_files_are_forgotten_after_a_week(client: ApiClient, world: World) -> None:
    state = asked_for(client)
    make_export_file(state["id"])
    row = ExportFile.objects.get()
    path = row.file.path
    assert forget_exports(at=timezone.now() + timedelta(days=6)) == 0
    assert forget_exports(at=timezone.now() + timedelta(days=8)) == 1
    assert not row.file.storage.exists(path)


def test_progress_is_noted_while_the_file_is_read(
    client: ApiClient, world: World, monkeypatch: pytest.MonkeyPatch, committed: None
) -> None:
    state = asked_for(client)
    monkeypatch.setattr("shipments.exports.making.SECONDS_BETWEEN_NOTES", 0)
    monkeypatch.setattr("shipments.exports.writing.ROWS_A_PIECE", 2)
    seen: list[int] = []

    def noted(**given: Any) -> None:
        seen.append(given["done"])
        note_progress(**given)

    monkeypatch.setattr("shipments.exports.making.note_progress", noted)
    make_export_file(state["id"])
    assert seen == [2, 4, 4]
    assert connections["default"].in_atomic_block is False
    assert ExportFile.objects.get().status == "done"


def test_a_reader_without_an_account_waits_for_a_file_too(
    as_user: Ask, world: World, settings: Any
) -> None:
    settings.LARGEST_DIRECT_FILE = 0
    client = as_user(None)
    state = client.get("/api/v1/regions.csv").json()
    make_export_file(state["id"])
    done = client.get(state["links"]["self"]).json()
    assert client.get(done["links"]["file"]).getvalue().count(b"\r\n") == 4


def test_only_one_large_file_is_made_at_a_time_in_the_web_processes(
    client: ApiClient, world: World, settings: Any, monkeypatch: pytest.MonkeyPatch, owner: Any
) -> None:
    settings.LARGEST_DIRECT_FILE = 1000
    monkeypatch.setattr("aidtracker.files.SMALL", 1)
    with owner.transaction():
        owner.execute("SELECT pg_advisory_xact_lock(%s)", [0x41_49_44])
        assert client.get("/api/v1/regions.csv").status_code == 202
    answer = client.get("/api/v1/regions.csv")
    answer.close()
    assert answer.status_code == 200
