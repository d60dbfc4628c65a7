"""The tests' own database, and how the program makes one ready."""

import json
import subprocess
import sys
import time
import urllib.request

import psycopg
import pytest
import redis
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, connections

from aidtracker import health, heartbeat
from aidtracker.database import database_faults, prepare_database


def test_tests_talk_to_the_database_as_the_application_role(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
            " WHERE r.rolname = current_user AND relkind = 'r'"
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("run", [1, 2])
def test_what_a_test_commits_is_gone_before_the_next(committed: None, db: None, run: int) -> None:
    assert not ContentType.objects.filter(app_label="left_behind").exists()
    ContentType.objects.create(app_label="left_behind", model=f"run{run}")


def test_preparing_a_prepared_database_changes_nothing(committed: None) -> None:
    prepare_database(verbosity=0)
    prepare_database(verbosity=0)


def test_a_database_that_stopped_between_the_first_steps_is_told_so(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'shipments'"
            " AND name IN ('0001_tables', '0014_shipment_keys')"
        )
    sentence = "The database took 8 of the 9 steps that are now the migration shipments.0001_tables"
    with pytest.raises(ImproperlyConfigured, match=sentence):
        prepare_database(verbosity=0)
    with pytest.raises(CommandError, match=sentence):
        call_command("prepare_database")
    monkeypatch.setattr(health, "seen_migrated", False)
    assert sentence in health.migrations_fault()


def test_the_application_role_is_held_to_its_limits(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
            " current_setting('idle_in_transaction_session_timeout')"
        )
        assert cursor.fetchone() == ("30s", "5s", "1min")


class OldServer:
    """Stands for a database server with the given version and settings."""

    def __init__(self, version: int, **found: str) -> None:
        self.version = version
        self.found = found

    def __enter__(self) -> "OldServer":
        return self

    def __exit__(self, *args: object) -> None:
        pass

    def cursor(self) -> "OldServer":
        return self

    def execute(self, *args: object) -> None:
        pass

    def fetchone(self) -> tuple[int]:
        return (self.version,)

    def fetchall(self) -> list[tuple[str, str]]:
        return list(self.found.items())


SAFE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on"}


@pytest.mark.parametrize(
    ("version", "change", "sentence"),
    [
        (170004, {}, "Use PostgreSQL 18 or later."),
        (180006, {"fsync": "off"}, "fsync = off"),
        (180006, {"full_page_writes": "off"}, "full_page_writes = off"),
        (180006, {"synchronous_commit": "off"}, "synchronous_commit = off"),
        (180006, {"data_checksums": "off"}, "pg_checksums --enable"),
    ],
)
def test_an_unfit_database_server_is_named_with_its_remedy(
    version: int, change: dict[str, str], sentence: str
) -> None:
    (fault,) = database_faults(OldServer(version, **(SAFE | change)))  # type: ignore[arg-type]
    assert sentence in fault


def test_a_fit_database_server_has_no_faults() -> None:
    assert database_faults(OldServer(180006, **SAFE)) == []  # type: ignore[arg-type]


def test_the_site_serves_what_the_test_has_committed(site: str, db: None) -> None:
    with urllib.request.urlopen(f"{site}/healthz", timeout=10) as answer:
        assert json.load(answer) == {"status": "alive"}


def test_another_process_sees_what_the_test_has_committed(
    committed: None, db: None, program_environment: dict[str, str]
) -> None:
    ContentType.objects.create(app_label="left_behind", model="seen")
    script = (
        "from django.contrib.contenttypes.models import ContentType as C;"
        " print(C.objects.filter(app_label='left_behind').count())"
    )
    shown = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", script],
        cwd=settings.BASE_DIR,
        env=program_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "1\n"


def test_the_owner_may_do_what_the_application_may_not(
    committed: None, owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    owner.execute("CREATE TABLE made_by_owner ()")
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE made_by_application ()")


def test_a_worker_on_a_broker_of_its_own_makes_the_site_ready(
    committed: None, program_environment: dict[str, str], broker: str
) -> None:
    surroundings = program_environment | {"REDIS_URL": broker}
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "--app=aidtracker", "worker", "--pool=solo"],
        cwd=settings.BASE_DIR,
        env=surroundings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    connected = redis.Redis.from_url(broker.replace("redis+socket", "unix").partition("?")[0])
    try:
        deadline = time.monotonic() + 30
        while not connected.exists(heartbeat.KEY):
            assert time.monotonic() < deadline, "The worker gave no sign of life."
            time.sleep(0.1)
    finally:
        connected.close()
        worker.kill()
        worker.wait()
