"""A database for each test process, cloned from a migrated template and dropped at the end.

Tests talk to it as the application role, inside a transaction that is rolled back. A test that
has to commit asks for `committed` (or `site`), and the database is cloned afresh after it.
"""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql
from psycopg._preparing import PrepareManager
from pytest_django import DjangoDbBlocker

from aidtracker.database import limit_application_role
from aidtracker.local.cluster import Cluster
from tests.memory import leave_memory, tablespace_in_memory
from tests.templates import DEMONSTRATION, EMPTY, PREFIX, ROOT, SMOKE, WORLD, Template

USED = itertools.count(1)


@dataclass(frozen=True)
class TestDatabase:
    """The database of one test process."""

    __test__ = False
    name: str
    home: str
    template: Template = WORLD
    # The embedded server, where that is what runs.
    cluster: Cluster | None = None

    def connect(self, alias: str, name: str) -> psycopg.Connection[tuple[Any, ...]]:
        """Open a connection of our own, outside Django, that commits each statement."""
        return psycopg.connect(address(alias, name), autocommit=True)

    @cached_property
    def tablespace(self) -> str | None:
        """The tablespace of clones, None for the server's own."""
        return tablespace_in_memory(self.cluster, PREFIX) if self.cluster else None

    @contextmanager
    def alone(self, what: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Connect to the place where databases are made, one process at a time for this work."""
        with self.connect("owner", self.home) as connection:
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [what])
            yield connection

    def create(self) -> None:
        """Clone the template, which is filled first when there is none for this code."""
        self.require(self.template)
        with self.alone(PREFIX) as connection:
            drop_left_behind(connection)
            clone(connection, self.template.name, self.name, self.tablespace)
            if self.template in (EMPTY, WORLD):
                # Their tables are small: a better order of joins saves less than finding it costs.
                connection.execute(
                    sql.SQL("ALTER DATABASE {} SET join_collapse_limit = 1").format(
                        sql.Identifier(self.name)
                    )
                )
        use_database(self.name)
        limit_application_role()

    def renew(self) -> None:
        """Put a fresh clone in place of what a test has committed.

        On a disk the old one stays until the end: while much was deleted lately, ext4 looks through
        all of it for each file that it makes, and a clone of 700 files takes six times as long.
        """
        connections.close_all()
        self.end_connections()
        used = f"{self.name}_used{next(USED)}"
        with self.alone(PREFIX) as connection:
            rename(connection, self.name, used)
        self.create()
        if self.tablespace:
            with self.alone(PREFIX) as connection:
                drop(connection, used)

    def drop(self) -> None:
        self.end_connections()
        with self.alone(PREFIX) as connection:
            for name in databases(connection):
                if name == self.name or name.startswith(f"{self.name}_used"):
                    drop(connection, name)
            if self.tablespace:
                leave_memory(connection, self.tablespace)

    def end_connections(self) -> None:
        # Only a role itself, or a superuser, may end its connections.
        with self.connect("default", self.home) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = %s AND usename = current_user",
                [self.name],
            )

    def require(self, template: Template) -> None:
        """Fill the template if it is missing; whoever else wants it waits, and nobody else."""
        with self.alone(template.name) as connection:
            if template.name in databases(connection):
                return
            if template.base:
                self.require(template.base)
            # Named as what belongs to this process, so that nobody takes it for left behind.
            draft = f"{PREFIX}_{os.getpid()}_draft"
            with self.alone(PREFIX):
                drop(connection, draft)
                clone(connection, template.base.name if template.base else "template1", draft)
            use_database(draft)
            template.fill()
            connections.close_all()
            rename(connection, draft, template.name)


def clone(
    connection: psycopg.Connection[tuple[Any, ...]],
    template: str,
    name: str,
    tablespace: str | None = None,
) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY TABLESPACE {}")
    place = sql.Identifier(tablespace) if tablespace else sql.SQL("DEFAULT")
    connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template), place))


def rename(connection: psycopg.Connection[tuple[Any, ...]], name: str, to: str) -> None:
    connection.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to))
    )


def drop_left_behind(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Drop the templates of older code, and what processes left that are no more."""
    kept = {EMPTY.name, WORLD.name, DEMONSTRATION.name, SMOKE.name}
    for name in databases(connection):
        process = name.removeprefix(f"{PREFIX}_").partition("_")[0]
        needed = is_running(int(process)) if process.isdigit() else name in kept
        if not needed:
            drop(connection, name)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def databases(connection: psycopg.Connection[tuple[Any, ...]]) -> list[str]:
    rows = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
    )
    return [row[0] for row in rows]


def drop(connection: psycopg.Connection[tuple[Any, ...]], name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def use_database(name: str) -> None:
    """Point both roles' connections of this process at the database."""
    connections.close_all()
    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = name


def address(alias: str, name: str) -> str:
    """Write the address that a program of its own would use for this role and database."""
    parts = connections[alias].get_connection_params()
    password = f":{quote(str(parts['password']), safe='')}" if parts.get("password") else ""
    port = f":{parts['port']}" if parts.get("port") else ""
    host = quote(str(parts.get("host", "")), safe="")
    return f"postgresql://{parts['user']}{password}@{port}/{name}?host={host}"


def pytest_configure() -> None:
    """Set what tests need differently from use, before anything has read it."""
    settings.ALLOW_UNSAFE_DATABASE = True
    settings.CELERY_BROKER_URL = "memory://"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.WHITENOISE_AUTOREFRESH = True
    settings.WHITENOISE_USE_FINDERS = True
    # psycopg has the server forget its plans at each ROLLBACK, with which nearly every test ends.
    # PostgreSQL keeps them, and looks for itself which became void.
    setattr(PrepareManager, "clear", lambda _self: False)  # noqa: B010 - mypy knows it as a method


@pytest.fixture(scope="session", autouse=True)
def _files_of_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture(scope="session")
def test_database(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[TestDatabase]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    cluster = None
    if settings.EMBEDDED_DATABASE:
        # Another server than the one in use: its data may be lost, so it is fast.
        cluster = Cluster(ROOT / "var" / "test-postgresql", durable=False)
    for alias in ("default", "owner"):
        # Kept connections of the threads of `site` would stand in the way of a drop.
        connections[alias].settings_dict["CONN_MAX_AGE"] = 0
        if cluster:
            connections[alias].settings_dict["CLUSTER"] = str(cluster.folder)
            connections[alias].settings_dict["DURABLE"] = cluster.durable
    database = TestDatabase(
        name=f"{PREFIX}_{os.getpid()}_{worker}",
        home=connections["owner"].settings_dict["NAME"],
        cluster=cluster,
    )
    with django_db_blocker.unblock():
        # Starts the embedded server, which psycopg on its own would not.
        connections["owner"].ensure_connection()
        database.create()
    yield database
    with django_db_blocker.unblock():
        connections.close_all()
        database.drop()


@pytest.fixture(scope="session")
def django_db_setup(test_database: TestDatabase) -> None:
    """Replaces pytest-django's own creation of a test database."""


@pytest.fixture
def committed(
    request: pytest.FixtureRequest, test_database: TestDatabase, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Lets the test commit for real; a fresh database takes its place afterwards."""
    with django_db_blocker.unblock():
        yield
        test_database.renew()


@pytest.fixture
def _django_db_helper(request: pytest.FixtureRequest) -> None:
    # `db`, the mark and the cast all come here: beside `committed` they commit as well.
    commits = {"committed", "site"} & set(request.fixturenames)
    request.getfixturevalue("committed" if commits else "_django_db_helper")


@pytest.fixture
def owner(test_database: TestDatabase) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Connects as the owner of the tables. What it does is committed: ask for `committed` too."""
    with test_database.connect("owner", test_database.name) as connection:
        yield connection
