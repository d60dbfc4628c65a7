"""The tests' own database, and how the program makes one ready."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

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
