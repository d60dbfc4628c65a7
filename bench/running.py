"""Runs groups of operations one after the other, or shows where the time of one goes."""

import cProfile
import pstats
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import database
from bench.floors import Floor
from bench.measuring import Clock, Finding, Race, rounds, run_race
from bench.operations import (
    exporting,
    importing,
    pages,
    reading,
    recording,
    serving,
    totals,
)
from bench.stage import Stage


def none(_stage: Stage) -> Iterator[Any]:
    """This will measure nothing."""
    return iter(())


def alternatives(stage: Stage) -> Iterator[Race]:
    """This will race against what analysts use, which takes long to load and is rarely wanted."""
    from bench.operations.alternatives import races

    yield from races(stage)


@dataclass(frozen=True)
class Group:
    """Operations that are measured together, and the goals they are for."""

    codes: tuple[str, ...]
    races: Callable[[Stage], Iterator[Race]] = none
    looks: Callable[[Stage], Iterator[Finding]] = none
    writes: bool = False


# What writes comes last, so that the rest is measured on the data as they were pinned.
GROUPS = (
    Group(("G1", "G2", "G3", "G8"), reading.races),
    Group(("G9", "G12"), pages.races, pages.looks),
    Group(("G5", "G5b", "G5c"), totals.races),
    Group(("A",), alternatives, writes=True),
    Group(("G7",), exporting.races, exporting.looks, writes=True),
    Group(("G4", "G9"), recording.races, recording.looks, writes=True),
    Group(("G6",), importing.races, writes=True),
    Group(("W", "G10"), looks=serving.serving, writes=True),
    Group(("G13",), totals.rebuilding, writes=True),
    Group(("G11", "G10"), looks=serving.starting),
)


def wanted(codes: list[str]) -> list[Group]:
    """This will choose the groups of some goals, all without any."""
    known = {code for group in GROUPS for code in group.codes}
    if odd := [code for code in codes if code not in known]:
        raise SystemExit(f"{odd[0]} is not known. Use one of {', '.join(sorted(known))}.")
    return [group for group in GROUPS if not codes or set(codes) & set(group.codes)]


class Runner:
    """One run of the benchmark."""

    def __init__(self, size: str, groups: list[Group], *, profile: bool = False) -> None:
        server = database.cluster().pid()
        self.stage = Stage(size, Floor(database.address("owner")), server)
        self.groups, self.profile = groups, profile
        self.clock = Clock(server)

    def run(self) -> Iterator[Finding]:
        """This will measure one thing after the other and give each as soon as it is found."""
        try:
            for group in self.groups:
                yield from self.findings(group)
        finally:
            self.stage.floor.close()

    def findings(self, group: Group) -> Iterator[Finding]:
        for race in group.races(self.stage):
            if self.profile:
                show_profile(race)
            else:
                yield told(run_race(race, self.clock))
        if not self.profile:
            yield from map(told, group.looks(self.stage))


def told(finding: Finding) -> Finding:
    """This will say at once what was found; the table comes at the end."""
    bounds = f"({finding.low:.4g} to {finding.high:.4g})"
    figure = f"{finding.value:9.4g} {finding.unit}"
    print(f"{finding.code:4} {finding.name:50} {figure} {bounds} {finding.verdict}", flush=True)
    return finding


def show_profile(race: Race) -> None:
    """This will print the functions that cost the most, and the statements of one operation."""
    print(f"\n{race.code} {race.name}")
    times = rounds(race.run, 1)
    with CaptureQueriesContext(connection) as captured:
        race.run()
    for query in captured.captured_queries:
        print(f"-- {query['time']} s\n{query['sql'][:4000]}")
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(times):
        race.run()
    profile.disable()
    print(f"\n{times} times:")
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
