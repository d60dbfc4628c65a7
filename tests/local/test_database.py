"""The tests' own database, and how the program makes one ready."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from aidtracker.database import prepare_database


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
