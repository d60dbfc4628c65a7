"""Reports sent over a link that loses answers, to a server whose workers are killed."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any

from shipments.models import DeliveryEvent, EventText, LineBalance, Shipment
from tests.build import NOW

LOST_ANSWERS = 0.25
GAVE_UP = "gave up"


class Server(AbstractContextManager["Server"]):
    """The program's web server with two workers, in a process group of its own."""

    process: subprocess.Popen[bytes]

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.environment = environment | {
            "SECRET_KEY": "only-for-this-test-" * 3,
            "API_REQUESTS_A_MINUTE": "1000000",
            "LOG_LEVEL": "ERROR",
            "PYTHONWARNINGS": "ignore",
        }

    def __enter__(self) -> "Server":
        self.start()
        return self

    def start(self) -> None:
        program = [sys.executable, "-m", "granian", "--interface=wsgi", "--no-ws", "--no-log"]
        serving = ["--workers=2", "--blocking-threads=2", "--respawn-failed-workers"]
        place = ["--respawn-interval=0.1", f"--port={self.port}", "aidtracker.wsgi:application"]
        self.process = subprocess.Popen(
            program + serving + place, env=self.environment, start_new_session=True
        )
        try:
            self.wait_until_it_answers()
        except BaseException:
            self.kill()
            raise

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.05)
            finally:
                connection.close()
        raise TimeoutError("The server does not answer.")

    def kill_a_worker(self) -> None:
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if workers := [int(child) for child in children if b"granian" in command_of(int(child))]:
            os.kill(workers[0], signal.SIGKILL)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def restart(self) -> None:
        """This will kill the server with all its workers and start another in its place."""
        self.kill()
        self.start()

    def __exit__(self, *_error: object) -> None:
        self.kill()


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@dataclass
class Sender:
    """Somebody with a list of reports on a bad link, who sends each until it is answered."""

    port: int
    token: str
    seed: int
    # Whether a retry carries the key of the first try.
    keeps_key: bool = True
    answers: dict[int, Any] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def send(self, number: int, shipment: str) -> None:
        luck = Random(f"{self.seed}/{number}")
        key = uuid.UUID(int=luck.getrandbits(128), version=4)
        patience = time.monotonic() + 120
        while time.monotonic() < patience:
            try:
                status, answer = self.post(body_of(number, shipment, key), luck)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
            else:
                with self.lock:
                    self.statuses[status] += 1
                if status in (200, 201):
                    self.answers[number] = answer
                    return
                if status < 500 and status != 409:
                    break
            if not self.keeps_key:
                key = uuid.UUID(int=luck.getrandbits(128), version=4)
        self.answers[number] = GAVE_UP

    def post(self, body: bytes, luck: Random) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", "/api/v1/deliveries", body, headers)
            if luck.random() < LOST_ANSWERS:
                if luck.random() < 0.5:
                    # The server finishes; what it answers goes nowhere.
                    connection.getresponse().read()
                raise ConnectionResetError("The link was cut before the answer came.")
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


def body_of(number: int, shipment: str, key: uuid.UUID) -> bytes:
    return json.dumps(
        {
            "key": str(key),
            "shipment": shipment,
            "kind": "received",
            "occurred_at": NOW.isoformat(),
            "note": f"Report {number}.",
            "lines": [{"line": 1, "received": "1"}],
        }
    ).encode()


def send_all(
    server: Server, sender: Sender, shipments: Sequence[Shipment], *, reports: int, kills: int
) -> None:
    """This will send the reports by eight people at once, and kill the server on the way.

    Every fifth time the whole server dies, otherwise one of its workers.
    """
    references = [shipment.reference for shipment in shipments]
    with ThreadPoolExecutor(8) as people:
        sent = [
            people.submit(sender.send, number, references[number % len(references)])
            for number in range(reports)
        ]
        for kill in range(1, kills + 1):
            until = reports * kill // (kills + 1)
            while sum(future.done() for future in sent) < until:
                time.sleep(0.01)
            server.restart() if kill % 5 == 0 else server.kill_a_worker()
        for future in sent:
            future.result()


@dataclass(frozen=True)
class Damage:
    """What became of the reports: how many are lost, recorded again, or half there."""

    lost: int
    doubled: int
    stuck: int


def damage(shipments: Sequence[Shipment], sender: Sender, *, reports: int) -> Damage:
    """This will compare what was sent with what stands in the ledger."""
    texts = EventText.objects.filter(event__shipment__in=shipments, kind="note")
    times = Counter(texts.values_list("text", flat=True))
    events = DeliveryEvent.objects.filter(shipment__in=shipments, kind="received")
    half = events.filter(answer=None).count() + events.filter(lines=None).count()
    balances = LineBalance.objects.filter(line__shipment__in=shipments)
    counted = sum(balance.received for balance in balances)
    assert counted == events.count() == sum(times.values())
    unanswered = [n for n in range(reports) if sender.answers.get(n, GAVE_UP) == GAVE_UP]
    return Damage(
        lost=sum(not times[f"Report {number}."] for number in range(reports)),
        doubled=sum(count - 1 for count in times.values()),
        stuck=half + len(unanswered),
    )
