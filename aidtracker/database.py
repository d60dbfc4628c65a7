"""The database made ready: tables, rights and limits of the application role, and its safety."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

# A server without one of these may forget what it said was saved.
SAFE = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "local", "remote_write", "remote_apply"},
    "data_checksums": {"on"},
}
OLDEST = 180000
# Any number does, as long as nothing else here takes an advisory lock by it.
MIGRATING = 20201125


def prepare_database(verbosity: int = 1) -> None:
    """Bring tables, rights and limits to what this version needs; again changes nothing."""
    with one_at_a_time():
        fault = half_taken(MigrationLoader(connections["owner"]))
        if fault:
            raise ImproperlyConfigured(fault)
        call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
        grant_application_role()
    limit_application_role()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let a second migration of the same database wait, not fail half way."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])


def half_taken(loader: MigrationLoader) -> str:
    """Say in a sentence that a database took some of the steps one migration replaces; else "".

    Django leaves such a migration out, and all that follow it, without a word.
    """
    for (app, name), migration in loader.replacements.items():
        taken = set(migration.replaces) & set(loader.applied_migrations)
        if taken and len(taken) < len(migration.replaces):
            return (
                f"The database took {len(taken)} of the {len(migration.replaces)} steps that are"
                f" now the migration {app}.{name}. Migrate it to the last of them with the"
                " version that made it, or start with an empty database."
            )
    return ""


def grant_application_role() -> None:
    """Give the application role its rights on the tables, where it does not own them."""
    role = connections["default"].settings_dict["USER"]
    if role == connections["owner"].settings_dict["USER"]:
        return
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT to_regproc('grant_application_role') IS NOT NULL")
        if cursor.fetchone() == (True,):
            cursor.execute("SELECT grant_application_role(%s)", [role])


def limit_application_role() -> None:
    """Write DATABASE_LIMITS into the role, for this database only.

    A role may set its own defaults, so no right beyond connecting is needed.
    """
    connection = connections["default"]
    if connection.settings_dict["USER"] == connections["owner"].settings_dict["USER"]:
        # One role for both: limits would end a long migration.
        return
    with connection.cursor() as cursor:
        for name, value in settings.DATABASE_LIMITS.items():
            cursor.execute(
                sql.SQL("ALTER ROLE CURRENT_USER IN DATABASE {} SET {} = {}").format(
                    sql.Identifier(connection.settings_dict["NAME"]),
                    sql.Identifier(name),
                    sql.Literal(value),
                )
            )
    # The limits hold from the next connection on.
    connection.close()


def require_safe_database(patience: float = 30) -> None:
    """Refuse to go on with a server that is too old, forgets commits or hides damage.

    Waits up to `patience` seconds for a server that does not answer yet.
    """
    if settings.ALLOW_UNSAFE_DATABASE:
        return
    deadline = time.monotonic() + patience
    while True:
        try:
            faults = database_faults(connections["default"])
            break
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
    if faults:
        raise ImproperlyConfigured(" ".join(faults))


def database_faults(connection: BaseDatabaseWrapper) -> list[str]:
    """Say in sentences what makes the server unfit; an empty list when it is fit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        version: Any = cursor.fetchone()
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(SAFE)])
        found = dict(cursor.fetchall())
    faults = []
    if version[0] < OLDEST:
        faults.append(
            f"The database server is PostgreSQL {version[0] // 10000}. Use PostgreSQL 18 or later."
        )
    faults += [
        f"The database server runs with {name} = {found.get(name)}."
        f" Set it to on, or saved deliveries may be lost."
        for name, good in SAFE.items()
        if name != "data_checksums" and found.get(name) not in good
    ]
    if found.get("data_checksums") != "on":
        faults.append(
            "The database was made without data checksums."
            " Stop the server and run pg_checksums --enable on its data directory."
        )
    return faults
