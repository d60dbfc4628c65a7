"""What is written about running the program agrees with the program."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from aidtracker.local.__main__ import ACCOUNTS
from aidtracker.local.cluster import ROOT
from aidtracker.local.guardian import LOCALE
from aidtracker.local.supervisor import Supervisor
from shipments.demo.people import SIGN_IN


@pytest.fixture
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def variables() -> set[str]:
    """Collect the environment variables that the code asks for."""
    reads = re.compile(
        r"environment\.(?:text|flag|number|words|one_of|origin|folder|redis_url)\(\s*['\"]([A-Z_]+)"
    )
    found = {"PROMETHEUS_MULTIPROC_DIR"}
    for path in (ROOT / "aidtracker").rglob("*.py"):
        found |= set(reads.findall(path.read_text()))
    return found


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)) == variables()


def test_the_containers_are_given_variables_the_program_reads(compose: dict[str, Any]) -> None:
    given = {
        name.removesuffix("_FILE")
        for service in ("migrate", "web", "worker", "beat")
        for name in compose["services"][service]["environment"]
    }
    assert given <= variables()


def test_both_ways_of_running_make_databases_of_the_same_locale(compose: dict[str, Any]) -> None:
    arguments = compose["services"]["database"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert set(arguments) == {*LOCALE, "--data-checksums"}


def test_both_ways_of_running_start_worker_and_web_alike(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    supervisor = Supervisor(tmp_path, "0.0.0.0", 8000)
    worker = supervisor.celery_command("worker", "--concurrency=2")
    assert set(compose["services"]["worker"]["command"][1:]) == set(worker[3:])
    image = (ROOT / "Dockerfile").read_text()
    missing = [part for part in supervisor.web_command()[3:] if f'"{part}"' not in image]
    assert missing == ["--workers-kill-timeout=2"]


def test_the_owner_s_password_reaches_the_migrations_only(compose: dict[str, Any]) -> None:
    knowing = {
        name
        for name, service in compose["services"].items()
        if "database_owner_url" in service.get("secrets", [])
    }
    assert knowing == {"database", "migrate"}


def test_the_accounts_that_the_start_shows_can_sign_in() -> None:
    known = {person.username: person.password for person in SIGN_IN}
    assert {name: name for name in ACCOUNTS}.items() <= known.items()
