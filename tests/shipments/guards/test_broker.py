"""Without a broker no request waits, and what was asked for is done when a worker looks."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import current_app
from django.test import Client

from accounts.models import User
from shipments import tasks
from shipments.models import ExportFile
from tests import build
from tests.world import World

PATIENCE = 2


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield listening.getsockname()[1]


@pytest.fixture
def closed() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@pytest.fixture
def broker() -> Iterator[Callable[..., None]]:
    """Sends messages to another address for the length of a test."""
    before = current_app.conf.broker_url, current_app.conf.broker_transport_options
    yield use_broker
    use_broker(before[0], **before[1])


def use_broker(address: str, **options: Any) -> None:
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    app.conf.update(broker_url=address, broker_read_url=address, broker_write_url=address)
    app.conf.broker_transport_options = options or app.conf.broker_transport_options
    # Connections to the last address are kept here.
    app._pool = None
    app.__dict__.pop("amqp", None)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[float]:
    """Notes how long each message kept its sender; every file of more than one row is large."""
    settings.LARGEST_DIRECT_FILE = 1
    seconds: list[float] = []
    send = tasks.make_export_file.delay

    def timed(*given: Any) -> Any:
        started = time.monotonic()
        try:
            return send(*given)
        finally:
            seconds.append(time.monotonic() - started)

    monkeypatch.setattr(tasks.make_export_file, "delay", timed)
    return seconds


def ask_for_a_file(user: User) -> int:
    for _number in range(3):
        build.donor()
    client = Client()
    client.force_login(user)
    return client.get("/api/v1/donors.csv").status_code


@pytest.mark.parametrize("port", ["closed", "silent"])
def test_a_request_does_not_wait_for_the_broker_and_nothing_is_lost(
    request: pytest.FixtureRequest,
    broker: Callable[..., None],
    world: World,
    chen: User,
    waits: list[float],
    port: str,
) -> None:
    broker(f"redis://127.0.0.1:{request.getfixturevalue(port)}/0")
    assert ask_for_a_file(chen) == 202
    assert [wait < PATIENCE for wait in waits] == [True]
    export = ExportFile.objects.get()
    assert export.status == "queued"
    tasks.make_export_file(str(export.pk))
    export.refresh_from_db()
    assert export.status == "done"


def test_a_sender_without_limits_would_wait_for_a_silent_broker(
    silent: int, broker: Callable[..., None], world: World, chen: User, waits: list[float]
) -> None:
    """The control: with more patience in the settings the same request waits longer."""
    broker(f"redis://127.0.0.1:{silent}/0", socket_timeout=PATIENCE + 0.3, max_retries=0)
    ask_for_a_file(chen)
    assert [wait > PATIENCE for wait in waits] == [True]
