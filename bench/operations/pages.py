"""G9 and G12: statements of a request whatever its page size, and the first page of the site."""

import gzip
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders

from bench.asking import Answer, Client
from bench.measuring import Finding, Race, counts
from bench.stage import Stage, same

SHARED = ("aidtracker.css", "aidtracker.js", "django_htmx/htmx-2.min.js")
TOTALS = "totals?by=donor&measure=sent_kg,received_kg"


def compressed(content: bytes) -> float:
    return len(gzip.compress(content, 6)) / 1024


def shared_kilobytes() -> float:
    """This will weigh what every page brings along on a first visit."""
    paths = [finders.find(name) for name in SHARED]
    return sum(compressed(Path(str(path)).read_bytes()) for path in paths)


def first_page(client: Client) -> Answer:
    answer = client.ask("/")
    same(answer.status, 200, "first page")
    return answer


def counted(code: str, name: str, unit: str, value: float, goal: float) -> Finding:
    return Finding(code, name, unit, value, value, value, goal)


def statements(name: str, work: Callable[[], Any], goal: int) -> Finding:
    work()
    return counted("G9", f"statements: {name}", "", counts(work)["statements"], goal)


def looks(stage: Stage) -> Iterator[Finding]:
    client, reference = stage.everywhere, stage.eventful[0]
    for limit in (50, 200):
        path = f"shipments?count=0&limit={limit}"
        yield statements(f"list of {limit}", partial(client.api, path), 2)
    yield statements("detail", lambda: client.api(f"shipments/{reference}"), 3)
    yield statements("totals", lambda: client.api(TOTALS), 2)
    visitor = Client.browser("everywhere", stage.application)
    first_page(visitor)
    taken = counts(lambda: first_page(visitor))["statements"]
    yield counted("G12", "statements of the first page", "", taken, 15)
    weight = compressed(first_page(visitor).body) + shared_kilobytes()
    yield counted("G12", "a first visit, compressed", "KB", round(weight, 1), 60)


def races(stage: Stage) -> Iterator[Race]:
    visitor = Client.browser("everywhere", stage.application)
    yield Race(
        "G12", "first page, signed in", run=lambda: first_page(visitor), floor=None, goal=None
    )
