"""How much processor time things take, ours and PostgreSQL's, and what that is a multiple of."""

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from django.db import connection
from django.test.utils import CaptureQueriesContext

PROC = Path("/proc")
# Not a question to the database, only where a transaction begins and ends.
BRACKETS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "ROLLBACK TO")
MILLION, NANO = 1_000_000, 1_000_000_000


# Percent of time in which something waited for a processor; above it a wall clock says little.
BUSY = 20


class UnmeasurableError(Exception):
    """This machine does not tell what a process uses."""


def processor_time(pid: int) -> int:
    """This will read the nanoseconds that a process has run, 0 when it is gone."""
    try:
        return int((PROC / str(pid) / "schedstat").read_text().split()[0])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def our_time() -> int:
    """This will read the nanoseconds of this process, and of those it has waited for."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time_ns() + round((ended.ru_utime + ended.ru_stime) * NANO)


def pressure() -> float:
    """This will read for how much of the last minute, in percent, something had to wait."""
    try:
        some = (PROC / "pressure" / "cpu").read_text().splitlines()[0]
    except FileNotFoundError:
        return 0.0
    return float(some.partition("avg60=")[2].split()[0])


def children_of(pid: int) -> list[int]:
    try:
        text = (PROC / str(pid) / "task" / str(pid) / "children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(word) for word in text.split()]


def family_of(pid: int) -> list[int]:
    """This will list a process and all below it."""
    found = [pid]
    for child in children_of(pid):
        found += family_of(child)
    return found


@dataclass(frozen=True)
class Spent:
    """Nanoseconds: of this process, of the server with all its processes, and on the wall."""

    ours: int
    postgres: int
    wall: int

    @property
    def all(self) -> int:
        return self.ours + self.postgres

    def of(self, whose: str) -> int:
        amount: int = getattr(self, whose)
        return amount


class Clock:
    """Reads processor time of this process and of the database server."""

    def __init__(self, server: int) -> None:
        self.server = server
        if not processor_time(server):
            raise UnmeasurableError("The benchmark needs /proc/<pid>/schedstat, so Linux.")

    def spent(self, work: Callable[[], object]) -> Spent:
        """This will do the work and say what it took."""
        before = self.server_times()
        wall, ours = time.perf_counter_ns(), our_time()
        work()
        ours, wall = our_time() - ours, time.perf_counter_ns() - wall
        after = self.server_times()
        # A process that ended meanwhile is a tidying worker of the server's, none of our work.
        postgres = sum(spent - before.get(pid, 0) for pid, spent in after.items())
        return Spent(ours, postgres, wall)

    def server_times(self) -> dict[int, int]:
        return {pid: processor_time(pid) for pid in [self.server, *children_of(self.server)]}


@dataclass
class Race:
    """An operation, and the floor it is measured against; ``goal`` is the most it may be of it.

    Without a floor the goal is in milliseconds of processor time, and with ``by_seconds`` it is
    the seconds that the operation takes more than the floor.
    ``floor_cost`` says whose processor time the floor is: PostgreSQL's alone where it is one
    statement, all where it runs in this process. ``check`` raises unless the answer is right.
    """

    code: str
    name: str
    run: Callable[[], Any]
    floor: Callable[[], object] | None
    goal: float | None
    check: Callable[[], object] = lambda: None
    floor_cost: Literal["postgres", "all"] = "postgres"
    cost: Literal["all", "postgres"] = "all"
    by_seconds: bool = False
    # Whether its statements are counted, in one run more.
    counted: bool = True
    pairs: int = 5
    seconds: float = 0.3

    @property
    def unit(self) -> str:
        return "s more" if self.by_seconds else "x" if self.floor else "ms"

    def value(self, cost: float, floor: float) -> float:
        return (cost - floor) / NANO if self.by_seconds else cost / floor


@dataclass
class Finding:
    """One line of the table: a value with its bounds, the goal, and what else was seen."""

    code: str
    name: str
    unit: str
    value: float
    low: float
    high: float
    goal: float | None
    better: Literal["less", "more"] = "less"
    # How much of a minute others waited for a processor, for what depends on the clock on the wall.
    pressure: float = 0
    seen: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """ "met", "missed", "" without a goal; "unsure" where low and high straddle it.

        What a busy machine missed by the clock on the wall is unsure, too.
        """
        if self.goal is None:
            return ""
        good = [
            bound <= self.goal if self.better == "less" else bound >= self.goal
            for bound in (self.low, self.high)
        ]
        if all(good):
            return "met"
        return "unsure" if any(good) or self.pressure > BUSY else "missed"


def run_race(race: Race, clock: Clock) -> Finding:
    """This will check the answer, then measure operation and floor in turn, pair by pair."""
    race.check()
    floor = race.floor or (lambda: None)
    times, floor_times = rounds(race.run, race.seconds), rounds(floor, race.seconds)
    walls: list[int] = []
    spent: list[Spent] = []
    floors: list[float] = []
    for _ in range(race.pairs):
        spent.append(clock.spent(repeat(race.run, times, walls)))
        if race.floor:
            floors.append(clock.spent(repeat(floor, floor_times)).of(race.floor_cost) / floor_times)
    costs = [one.of(race.cost) / times for one in spent]
    pairs = zip(costs, floors or [MILLION] * race.pairs, strict=True)
    values = [race.value(cost, floor) for cost, floor in pairs]
    seen = {
        "cpu_ms": milliseconds(statistics.median(costs)),
        "postgres_ms": milliseconds(statistics.median(one.postgres for one in spent) / times),
        **({"floor_ms": milliseconds(statistics.median(floors))} if floors else {}),
        "pairs": race.pairs,
        "times": times,
        **distribution(walls),
        **(counts(race.run) if race.counted else {}),
    }
    middle = statistics.median(values)
    return Finding(
        race.code, race.name, race.unit, middle, min(values), max(values), race.goal, seen=seen
    )


def rounds(work: Callable[[], object], seconds: float) -> int:
    """This will warm the work up and say how often to do it in about that many seconds."""
    started = time.perf_counter()
    work()
    once = time.perf_counter() - started
    if once > 2 * seconds:
        return 1
    started = time.perf_counter()
    work()
    once = time.perf_counter() - started
    if once < seconds / 4:
        # Statements are prepared by their fifth time; what is compiled once is compiled.
        for _ in range(5):
            work()
        started = time.perf_counter()
        work()
        once = time.perf_counter() - started
    return max(1, min(1000, round(seconds / once)))


def repeat(
    work: Callable[[], object], times: int, walls: list[int] | None = None
) -> Callable[[], None]:
    def all_of_it() -> None:
        for _ in range(times):
            started = time.perf_counter_ns()
            work()
            if walls is not None:
                walls.append(time.perf_counter_ns() - started)

    return all_of_it


def distribution(walls: list[int]) -> dict[str, float]:
    """This will say how many a second one after the other are, and how long they take."""
    ordered = sorted(walls)
    return {
        "per_second": round(len(ordered) * NANO / sum(ordered), 1),
        "p50_ms": milliseconds(ordered[len(ordered) // 2]),
        "p99_ms": milliseconds(ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]),
    }


def milliseconds(nanoseconds: float) -> float:
    return round(nanoseconds / MILLION, 3)


def counts(work: Callable[[], Any]) -> dict[str, int]:
    """This will count the statements of one operation, and the bytes of its answer if any."""
    with CaptureQueriesContext(connection) as captured:
        answer = work()
    found = {"statements": len(questions([query["sql"] for query in captured.captured_queries]))}
    if isinstance(body := getattr(answer, "body", None), bytes):
        found["bytes"] = len(body)
    return found


def questions(statements: list[str | None]) -> list[str | None]:
    """This will leave out where transactions begin and end."""
    return [text for text in statements if not (text or "").startswith(BRACKETS)]
