"""What every answer carries, and what the program says about itself to machines."""

import json
import logging
import sys
from pathlib import Path

import pytest
import redis
from django.test import Client
from pytest_django import Settings

from aidtracker import health
from aidtracker.middleware import JsonLines, current_request_id
from aidtracker.sessions import SessionStore


def test_the_process_says_it_is_alive(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}


def test_without_a_broker_the_site_is_not_ready_and_says_why(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "broker", lambda: redis.Redis(port=1))
    monkeypatch.setattr(health, "worker_is_alive", lambda: False)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": "ready",
        "migrations": "ready",
        "broker": "The broker does not answer.",
        "worker": "No worker has given a sign of life.",
        "demonstration": "ready",
    }


def test_while_the_demonstration_is_loaded_the_site_is_not_ready(
    db: None, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.DEMONSTRATION_LOADING = tmp_path / "loading"
    settings.DEMONSTRATION_LOADING.touch()
    checks = client.get("/readyz").json()["checks"]
    assert checks["demonstration"] == "The demonstration is being loaded."


def test_with_everything_up_the_site_is_ready(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CHECKS", {"database": health.database_fault})
    assert client.get("/readyz").json() == {"status": "ready", "checks": {"database": "ready"}}


def test_figures_name_views_and_never_what_a_stranger_typed(client: Client) -> None:
    client.get("/healthz")
    client.get("/no-such-page-of-mallory/")
    shown = client.get("/metrics").content.decode()
    assert 'aidtracker_requests_total{method="GET",status="200",view="healthz"}' in shown
    assert "mallory" not in shown


def test_a_request_keeps_the_id_it_came_with(client: Client) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": "abc-12345"})
    assert answer["X-Request-ID"] == "abc-12345"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "a b c d e f g", "<script>alert(1)"])
def test_a_request_with_an_odd_id_gets_another(client: Client, given: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 32


def test_each_request_is_one_line_without_its_query(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "aidtracker.request")
    client.get("/healthz?q=a+telephone+number", headers={"X-Request-ID": "abc-12345"})
    (record,) = [found for found in caplog.records if found.name == "aidtracker.request"]
    line = json.loads(JsonLines().format(record))
    assert line.items() >= {"path": "/healthz", "status": 200, "method": "GET"}.items()
    assert "telephone" not in json.dumps(line)


def test_a_log_line_is_one_line_of_json_even_with_a_traceback() -> None:
    token = current_request_id.set("abc-12345")
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.makeLogRecord(
            {"msg": "It %s.", "args": ("broke",), "exc_info": sys.exc_info(), "shipment": 4}
        )
        written = JsonLines().format(record)
    finally:
        current_request_id.reset(token)
    line = json.loads(written)
    assert "\n" not in written
    assert line["message"] == "It broke."
    assert line["request_id"] == "abc-12345"
    assert line["shipment"] == 4
    assert "ValueError" in line["traceback"]


def test_what_a_signed_in_person_sees_is_kept_out_of_caches(
    db: None, client: Client, settings: Settings
) -> None:
    assert not client.get("/healthz").has_header("Cache-Control")
    client.cookies[settings.SESSION_COOKIE_NAME] = SessionStore().session_key or "a-session"
    assert client.get("/healthz")["Cache-Control"] == "private, no-store"
    by_token = Client().get("/healthz", headers={"Authorization": "Bearer aid_1"})
    assert by_token["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
    ],
)
def test_every_answer_carries_the_headers_that_protect_it(
    client: Client, header: str, value: str
) -> None:
    assert client.get("/healthz")[header] == value


def test_the_policy_allows_nothing_inline_and_no_other_host(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
