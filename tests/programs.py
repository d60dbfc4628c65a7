"""Programs that tests start beside themselves: the site, a broker, other processes of our own."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from aidtracker.local.broker import broker_command, broker_url
from tests.database import TestDatabase, address


class QuietHandler(WSGIRequestHandler):
    """Answers requests without writing each to the terminal."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


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
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler, connections_override={})
    server.set_app(WSGIHandler())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


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
    return os.environ | {
        "DATABASE_URL": address("default", test_database.name),
        "DATABASE_OWNER_URL": address("owner", test_database.name),
        "REDIS_URL": broker_url(tmp_path),
        "VAR_DIR": str(tmp_path),
        "ALLOW_UNSAFE_DATABASE": "1",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
