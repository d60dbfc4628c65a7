"""Programs that tests start beside themselves: the site, a broker, other processes of our own."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from threading import Semaphore, Thread
from typing import Any, Self

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
from django.db import connections

from aidtracker.local.broker import broker_command, broker_url
from tests.database import TestDatabase, address


class QuietHandler(WSGIRequestHandler):
    """Answers requests without writing each to the terminal."""

    # A browser may open a connection ahead and never use it.
    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Server(WSGIServer):
    """Answers in threads that keep their connections, as those of the real server do.

    A connection for each request would read the catalogue and plan everything afresh. There are
    no more threads than requests at once, so that few have to.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), QuietHandler)
        self.set_app(WSGIHandler())
        self.waiting: SimpleQueue[tuple[Any, Any] | None] = SimpleQueue()
        self.idle = Semaphore(0)
        self.answering: list[Thread] = []
        self.listening = Thread(target=self.serve_forever, args=[0.05], daemon=True)

    def __enter__(self) -> Self:
        self.listening.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self.shutdown()
        self.listening.join()
        for _thread in self.answering:
            self.waiting.put(None)
        for thread in self.answering:
            thread.join()
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.waiting.put((request, client_address))
        if not self.idle.acquire(blocking=False):
            self.answering.append(Thread(target=self.answer, daemon=True))
            self.answering[-1].start()

    def answer(self) -> None:
        for request in iter(self.waiting.get, None):
            try:
                super().process_request(*request)
            except Exception:  # The browser went away; the next request is not to wait for ever.
                self.handle_error(*request)
                self.shutdown_request(request[0])
            self.idle.release()
        connections.close_all()


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """Gives a folder for a server that runs as another account.

    Those of pytest are closed to other accounts anew whenever another run of it starts.
    """
    with TemporaryDirectory(prefix="aidtracker-test-") as folder:
        yield Path(folder)


@pytest.fixture
def site(committed: None) -> Iterator[str]:
    """Serves the program on loopback to a browser, with real commits; gives its address."""
    with Server() as server, pytest.MonkeyPatch.context() as patch:
        patch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", None)
        yield f"http://127.0.0.1:{server.server_address[1]}"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    """Runs a Valkey server for this test; gives its address as settings and kombu write it."""
    server = subprocess.Popen(broker_command(tmp_path), stdout=subprocess.DEVNULL)
    url = broker_url(tmp_path)
    socket = Path(url.removeprefix("redis+socket://").partition("?")[0])
    while not socket.exists():
        assert server.poll() is None, "The broker did not start."
        time.sleep(0.01)
    yield url
    server.terminate()
    server.wait()


@pytest.fixture
def program_environment(test_database: TestDatabase, tmp_path: Path) -> dict[str, str]:
    """Gives the environment for another process of the program on this test's database.

    The broker is one that does not run; a test that needs one puts `broker` at REDIS_URL.
    """
    return environment_of(test_database, tmp_path)


def environment_of(database: TestDatabase, folder: Path) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": address("default", database.name),
        "DATABASE_OWNER_URL": address("owner", database.name),
        "REDIS_URL": broker_url(folder),
        "VAR_DIR": str(folder),
        "ALLOW_UNSAFE_DATABASE": "1",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
