"""G4, G10 and G11 as seen from outside: many at once, memory, and how soon the program is ready."""

import itertools
import json
import os
import shutil
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from django.conf import settings

from aidtracker.local.cluster import Cluster
from bench.children import megabytes_of
from bench.measuring import Clock, Finding, family_of, pressure, processor_time
from bench.operations.recording import Deliveries
from bench.stage import API, Stage, same
from bench.web import Crowd, Site, served, whole_program

SECONDS, RATE, RATE_SECONDS, STARTS = 4, 40, 10, 5
DELIVERIES = f"{API}deliveries"
Request = tuple[str, bytes]


@dataclass
class Visit:
    """The program served, asked by many who all are one person."""

    stage: Stage
    site: Site

    def crowd(self, clients: int = 16) -> Crowd:
        return Crowd(self.site, self.stage.everywhere.known_by, clients)

    def busy(self, code: str, name: str, requests: Callable[[], Request], status: int) -> Finding:
        """This will let 16 ask for some seconds, beside what that takes of the processors."""
        clock = Clock(self.stage.server)
        warm = self.crowd()
        warm.ask(requests, 1)
        crowd = self.crowd()
        before = self.web_time() + sum(clock.server_times().values())
        rate = crowd.ask(requests, SECONDS)
        spent = self.web_time() + sum(clock.server_times().values()) - before
        same(set(crowd.statuses), {status}, name)
        seen = {
            "cpu_ms": round(spent / 1_000_000 / len(crowd.statuses), 3),
            "per_second": round(rate, 1),
            "p50_ms": round(crowd.p50, 1),
            "p99_ms": round(crowd.p99, 1),
        }
        return by_wall(Finding(code, name, "a second", rate, rate, rate, None, "more", seen=seen))

    def web_time(self) -> int:
        return sum(processor_time(pid) for pid in self.site.processes)


def by_wall(finding: Finding) -> Finding:
    """This will note how busy the machine was, for what is measured by the clock on the wall."""
    return replace(finding, pressure=pressure())


def var() -> Path:
    return Path(settings.VAR_DIR)


def serving(stage: Stage) -> Iterator[Finding]:
    with served(var()) as site:
        visit = Visit(stage, site)
        # What every process loads with its first request.
        first = itertools.cycle(["shipments?count=0", "totals?by=donor&measure=sent_kg"])
        visit.crowd(4).ask(partial(asking, first, threading.Lock()), 1)
        yield memory("web processes, fresh", site.processes, 150)
        yield from reading(visit)
        yield from recording(visit)
        yield memory("web processes after the load", site.processes, 220)


def reading(visit: Visit) -> Iterator[Finding]:
    details = (f"shipments/{reference}" for reference in visit.stage.details())
    paths = {
        "list of 50": itertools.repeat("shipments?count=0"),
        "detail": details,
        "totals by donor": itertools.repeat("totals?by=donor&measure=sent_kg,received_kg"),
    }
    for name, path in paths.items():
        yield visit.busy("W", f"{name}, 16 clients", partial(asking, path, threading.Lock()), 200)


def asking(paths: Iterator[str], lock: threading.Lock) -> Request:
    with lock:
        return API + next(paths), b""


def recording(visit: Visit) -> Iterator[Finding]:
    deliveries = Deliveries(visit.stage)
    finding = visit.busy(
        "G4", "recordings, 16 clients", lambda: (DELIVERIES, deliveries.body()), 201
    )
    finding.goal = 1000
    yield finding
    most = 1000 * (os.cpu_count() or 1) / finding.seen["cpu_ms"]
    name = "recordings, as many as the processors allow"
    yield Finding("G4", name, "a second", most, most, most, 1000, "more")
    crowd = visit.crowd()
    crowd.ask_at_rate(lambda: (DELIVERIES, deliveries.body()), RATE, RATE_SECONDS)
    same(set(crowd.statuses), {201}, "recordings at a steady rate")
    slow, seen = crowd.p99, {"p50_ms": round(crowd.p50, 1), "p99_ms": round(crowd.p99, 1)}
    name = f"p99 at {RATE} recordings a second"
    yield by_wall(Finding("G4", name, "ms", slow, slow, slow, 50, seen=seen))
    yield over_delivered(visit, deliveries)


def over_delivered(visit: Visit, deliveries: Deliveries) -> Finding:
    """This will send more than is outstanding from 16 sides at once and count what is too much."""
    reference, pk, *_rest = deliveries.next()
    question = """SELECT b.sent, b.received + b.damaged + b.lost + b.returned, b.outstanding
        FROM shipments_linebalance AS b JOIN shipments_shipmentline AS l ON l.id = b.line_id
        WHERE l.shipment_id = %(pk)s AND l.position = 1"""
    floor = visit.stage.floor
    _sent, _accounted, outstanding = floor.rows(question, pk=pk)[0]
    part = int(outstanding) // 24 or 1
    turns = itertools.count()

    def body() -> bytes:
        at = datetime.fromtimestamp(time.time() - 60 - next(turns), UTC)
        return json.dumps(
            {
                "key": str(uuid.uuid4()),
                "shipment": reference,
                "kind": "received",
                "occurred_at": at.isoformat(),
                "lines": [{"line": 1, "received": str(part)}],
            }
        ).encode()

    crowd = visit.crowd()
    crowd.ask(lambda: (DELIVERIES, body()), SECONDS)
    same(crowd.statuses.count(201), int(outstanding) // part, "recordings until all is there")
    same(set(crowd.statuses) <= {201, 400, 409, 422}, True, "refusals")
    sent, accounted, left = floor.rows(question, pk=pk)[0]
    same(left, sent - accounted, "what is outstanding")
    over = max(0, int(accounted - sent))
    return Finding("G4", "over-deliveries, 16 at once", "", over, over, over, 0)


def memory(name: str, processes: list[int], goal: float) -> Finding:
    held = megabytes_of(processes)
    return Finding("G10", name, "MB", held, held, held, goal)


def starting(_stage: Stage) -> Iterator[Finding]:
    """This will start everything on nothing, then again and again on what is there."""
    place = var() / "start"
    shutil.rmtree(place, ignore_errors=True)
    with whole_program(place) as (_site, seconds):
        pass
    yield by_wall(Finding("G11", "empty folder to ready", "s", seconds, seconds, seconds, 10))
    taken = []
    for turn in range(STARTS):
        with ExitStack() as stack:
            site, seconds = stack.enter_context(whole_program(place))
            taken.append(seconds)
            if turn == STARTS - 1:
                time.sleep(6)
                yield memory("all processes, idle", everything(site, place), 600)
    middle = statistics.median(taken)
    yield by_wall(Finding("G11", "installed to ready", "s", middle, min(taken), max(taken), 8))
    shutil.rmtree(place, ignore_errors=True)


def everything(site: Site, place: Path) -> list[int]:
    cluster = Cluster(place / "postgresql")
    return [*site.processes, cluster.guardian.holder(), *family_of(cluster.pid())]


def looks(stage: Stage) -> Iterator[Finding]:
    yield from serving(stage)
    yield from starting(stage)
