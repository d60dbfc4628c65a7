"""The benchmark says what it found, and measures no data but those it is meant for."""

import json
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

import pytest

from bench import database, report
from bench.__main__ import known_size
from bench.data import shipments_in
from bench.loading import UnsoundDataError
from bench.measuring import Clock, Finding, Race, run_race
from bench.running import GROUPS, wanted


def found(low: float, high: float, **given: Any) -> Finding:
    return Finding("G1", "list", "x", (low + high) / 2, low, high, **{"goal": 4, **given})


def test_a_goal_between_the_bounds_is_neither_met_nor_missed() -> None:
    assert [found(2, 3).verdict, found(3, 5).verdict, found(5, 6).verdict] == [
        "met",
        "unsure",
        "missed",
    ]
    assert found(5, 6, better="more").verdict == "met"
    assert found(5, 6, goal=None).verdict == ""
    # A busy machine proves nothing by the clock on the wall but what it met all the same.
    assert [found(5, 6, pressure=90).verdict, found(2, 3, pressure=90).verdict] == [
        "unsure",
        "met",
    ]


def test_results_of_other_goals_stay_in_the_file(tmp_path: Path) -> None:
    report.keep("smoke", [found(2, 3), Finding("G3", "detail", "x", 1, 1, 1, 5)], tmp_path)
    path = report.keep("smoke", [found(7, 8)], tmp_path)
    rows = json.loads(path.read_text())["findings"]
    assert [(row["code"], row["low"], row["verdict"]) for row in rows] == [
        ("G1", 7, "missed"),
        ("G3", 1, "met"),
    ]


def test_other_data_than_the_pinned_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pinned.json"
    path.write_text(json.dumps({"smoke": {"lines": 3, "events": 2}}))
    monkeypatch.setattr(database, "PINNED", path)
    database.require_pinned("smoke", {"lines": 3, "events": 2})
    with pytest.raises(UnsoundDataError, match="in lines"):
        database.require_pinned("smoke", {"lines": 4, "events": 2})


def test_a_size_is_a_name_or_a_number() -> None:
    assert [shipments_in(known_size(word)) for word in ("smoke", "2500")] == [1000, 2500]
    for word in ("12", "huge"):
        with pytest.raises(ArgumentTypeError):
            known_size(word)


def test_goals_choose_what_is_measured() -> None:
    assert wanted([]) == list(GROUPS)
    assert ["G13" in group.codes for group in wanted(["G13"])] == [True]
    with pytest.raises(SystemExit, match="G99 is not known"):
        wanted(["G99"])


def test_a_race_checks_the_answer_before_it_measures_anything() -> None:
    measured = []

    def wrong() -> None:
        raise ValueError

    race = Race("G1", "list", lambda: measured.append(1), None, 1, check=wrong)
    with pytest.raises(ValueError):
        run_race(race, Clock(server=1))
    assert measured == []
