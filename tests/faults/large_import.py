"""The largest import there can be, by a real browser on the whole program, and what it costs."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from aidtracker.local.cluster import ROOT, Cluster

LINES, LINE_HOLDS = 20, 1000
TICKS = os.sysconf("SC_CLK_TCK")
# Shipments that left with twenty lines each, and a file that says what arrived of them.
PREPARE = """
import sys, csv, uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from accounts.models import User
from tests import build
from regions.rights import Role

rows, path = int(sys.argv[1]), sys.argv[2]
now = datetime.now(UTC)
country = build.region("AA", name="Country")
depot = build.destination("SOUTH-DEPOT", name="South depot", region=country)
hub = build.destination("NORTH-HUB", name="North hub", region=country)
operation = build.operation(regions=[country])
donor = build.donor("mchs", name="Ministry of Emergencies", kind="government")
items = [build.item(f"item-{n}", name=f"Item {n}", unit_weight_kg="1.5") for n in range(20)]
omar = build.person("omar", (Role.COORDINATOR, country))
build.NOW = now
lines = [build.line(item, 1000) for item in items]
what = build.draft(operation, donor, depot, hub, *lines)
shipments = [build.shipment(what, by=omar).reference for _ in range(max(rows // 200, 1))]
with open(path, "w", newline="") as file:
    sheet = csv.writer(file)
    sheet.writerow(["Shipment", "Line", "Occurred at", "Place", "Received", "Damaged", "Unit",
                    "Goods received note", "Note"])
    for n in range(rows):
        sheet.writerow([shipments[n // 20 % len(shipments)], n % 20 + 1,
                        (now - timedelta(hours=1 + n % 24)).strftime("%Y-%m-%d %H:%M"),
                        "North hub", n % 9 + 1, n % 3 == 0 and 1 or 0, "piece", f"G-{n}", ""])
"""
# What the import made, copied out and into the like of its tables, indexes included.
COPIES = """
import json, os, sys, tempfile, time
from django.db import connections

def cpu(pid):
    said = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")

owner = connections["owner"]
with owner.cursor() as cursor:
    cursor.execute("SET statement_timeout = 0")
    cursor.execute("SELECT pg_backend_pid()")
    backend, found = cursor.fetchone()[0], {"bare": 0.0, "bare_cpu": 0.0}
    of = {
        "shipments_deliveryevent": "id IN (SELECT event_id FROM shipments_importrow)",
        "shipments_deliveryline": "event_id IN (SELECT event_id FROM shipments_importrow)",
    }
    for table, where in of.items():
        cursor.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)")
        with tempfile.TemporaryFile() as file:
            with cursor.copy(f"COPY (SELECT * FROM {table} WHERE {where}) TO STDOUT") as out:
                for part in out:
                    file.write(part)
            file.seek(0)
            before, start = cpu(backend), time.perf_counter()
            with cursor.copy(f"COPY raw_{table} FROM STDIN") as into:
                while part := file.read(1 << 20):
                    into.write(part)
            found["bare"] += time.perf_counter() - start
            found["bare_cpu"] += cpu(backend) - before
        cursor.execute(f"SELECT count(*) FROM raw_{table}")
        found[table] = cursor.fetchone()[0]
        cursor.execute(f"DROP TABLE raw_{table}")
    cursor.execute("SELECT sum(quantity), count(*) FROM shipments_deliveryline l"
                   " JOIN shipments_importrow r ON r.event_id = l.event_id"
                   " WHERE outcome = 'received'")
    quantity, lines = cursor.fetchone()
    found |= {"quantity": f"{quantity.normalize():f}", "received_lines": lines}
print(json.dumps(found))
"""


def ran(environment: dict[str, str], program: str, *words: object) -> str:
    """Run a piece of the program beside the site, on its data; gives what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{program}", *map(str, words)],
        cwd=ROOT, check=True, capture_output=True, text=True,
        env=environment | {"DJANGO_SETTINGS_MODULE": "aidtracker.settings",
                           "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return done.stdout


@dataclass
class Watch:
    """What was seen while a run worked: progress, another page's answers, memory, CPU."""

    site: Any
    cookies: str
    progress: list[tuple[str, int]] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    memory: dict[str, int] = field(default_factory=dict)

    def look(self, page: Page) -> None:
        shown = page.evaluate(
            "() => { const bar = document.querySelector('progress');"
            " const said = document.querySelector('[role=status]');"
            " return bar && [said ? said.textContent : '', bar.value || 0]; }"
        )
        if shown and (not self.progress or self.progress[-1][1] != shown[1]):
            self.progress.append((str(shown[0]), int(shown[1])))
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.site.port}/shipments/", headers={"Cookie": self.cookies}
        )
        start = time.perf_counter()
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                answer.read()
        except OSError as error:
            self.failures.append(f"{len(self.answers)}: {error}")
        self.answers.append(time.perf_counter() - start)
        for pid, command in self.site.processes().items():
            part = part_of(command)
            if part:
                self.memory[part] = max(self.memory.get(part, 0), resident(pid))

    def until_it_waits(self, page: Page, seconds: float) -> float:
        """Look every half second until the page's run waits for a person; gives the time."""
        start = time.monotonic()
        while page.locator("progress").count():
            assert time.monotonic() - start < seconds, f"Stuck: {self.progress[-3:]}"
            self.look(page)
            time.sleep(0.5)
        return time.monotonic() - start


def part_of(command: str) -> str:
    for part, word in {"worker": "aidtracker worker", "web": "granian"}.items():
        if word in command:
            return part
    return ""


def resident(pid: int) -> int:
    """Give the memory of a process in megabytes, 0 if it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def spent(site: Any, part: str) -> float:
    """Give the CPU seconds of the worker's processes, or of PostgreSQL's, ended ones included."""
    server = Cluster(site.var / "postgresql").pid()
    if part == "database":
        pids = [server, *children(server)]
    else:
        pids = [pid for pid, command in site.processes().items() if part_of(command) == part]
    # A server counts its ended connections as its own: fields 13 and 14 beside 11 and 12.
    fields = {pid: stat_of(pid)[11:15] if pid == server else stat_of(pid)[11:13] for pid in pids}
    return sum(sum(map(int, said)) for said in fields.values()) / TICKS


def children(parent: int) -> list[int]:
    folders = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    return [pid for pid in folders if stat_of(pid)[1:2] == [str(parent)]]


def stat_of(pid: int) -> list[str]:
    """Give what the system says of a process after its name, nothing if it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def copied(environment: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran(environment, COPIES))
    return found
