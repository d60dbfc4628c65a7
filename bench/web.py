"""The program as it is served: web processes of its own, and many who ask them at once."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from aidtracker.local.supervisor import Supervisor
from bench import database
from bench.measuring import family_of

HOST = "127.0.0.1"
PATIENCE = 300.0


class NotStartedError(Exception):
    """What was started did not become ready."""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])


@dataclass
class Site:
    """Where the program listens, and its processes."""

    port: int
    pid: int

    @property
    def processes(self) -> list[int]:
        return family_of(self.pid)


@dataclass
class Line:
    """A connection kept open by somebody who sends one request after the other."""

    port: int
    headers: Mapping[str, str]
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(HOST, self.port, timeout=30)

    def ask(self, path: str, body: bytes = b"") -> tuple[int, bytes]:
        said = dict(self.headers) | ({"Content-Type": "application/json"} if body else {})
        self.connection.request("POST" if body else "GET", path, body or None, said)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        self.connection.close()


@contextmanager
def served(var: Path) -> Iterator[Site]:
    """This will serve the database in use by web processes as in use, until the block ends."""
    port = free_port()
    given = os.environ | {
        "DATABASE_URL": database.address("default"),
        "DATABASE_OWNER_URL": database.address("owner"),
        "VAR_DIR": str(var),
        "API_REQUESTS_A_MINUTE": "1000000",
        "LOG_LEVEL": "WARNING",
    }
    command = Supervisor(var, HOST, port).web_command()
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        wait_for(port, "/healthz", lambda: process.poll() is None)
        yield Site(port, process.pid)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_for(port: int, path: str, lives: Callable[[], bool]) -> None:
    """This will return as soon as an address answers 200."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and lives():
        line = Line(port, {})
        try:
            if line.ask(path)[0] == 200:
                return
        except OSError:
            pass
        finally:
            line.close()
        time.sleep(0.02)
    raise NotStartedError(f"{path} did not answer.")


@dataclass
class Crowd:
    """Many who ask at once for some seconds; each has a connection of its own."""

    site: Site
    headers: Mapping[str, str]
    clients: int = 16
    walls: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def ask(self, next_request: Callable[[], tuple[str, bytes]], seconds: float) -> float:
        """This will let everybody ask one thing after the other; gives requests a second."""
        until = time.perf_counter() + seconds

        def go() -> None:
            line = Line(self.site.port, self.headers)
            while time.perf_counter() < until:
                self.one(line, *next_request(), since=time.perf_counter())
            line.close()

        started = time.perf_counter()
        together([go] * self.clients)
        return len(self.statuses) / (time.perf_counter() - started)

    def ask_at_rate(
        self, next_request: Callable[[], tuple[str, bytes]], rate: int, seconds: int
    ) -> None:
        """This will send requests at fixed moments; one that had to wait counts from its own."""
        begin = time.perf_counter() + 0.2
        turns: Iterator[int] = iter(range(rate * seconds))
        lock = threading.Lock()

        def go() -> None:
            line = Line(self.site.port, self.headers)
            while True:
                with lock:
                    turn = next(turns, None)
                if turn is None:
                    break
                due = begin + turn / rate
                time.sleep(max(0.0, due - time.perf_counter()))
                self.one(line, *next_request(), since=due)
            line.close()

        together([go] * self.clients)

    def one(self, line: Line, path: str, body: bytes, *, since: float) -> None:
        status, _content = line.ask(path, body)
        # Appending is atomic, so the threads need no lock.
        self.walls.append((time.perf_counter() - since) * 1000)
        self.statuses.append(status)

    @property
    def p50(self) -> float:
        return sorted(self.walls)[len(self.walls) // 2]

    @property
    def p99(self) -> float:
        return sorted(self.walls)[len(self.walls) * 99 // 100]


def together(works: list[Callable[[], Any]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def whole_program(var: Path) -> Iterator[tuple[Site, float]]:
    """This will start everything by the one command; gives the seconds until it was ready."""
    port = free_port()
    given = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    given |= {"VAR_DIR": str(var), "PORT": str(port)}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "aidtracker.local", "run"],
        cwd=settings.BASE_DIR,
        env=given,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        wait_for(port, "/readyz", lambda: process.poll() is None)
        yield Site(port, process.pid), time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(PATIENCE)
