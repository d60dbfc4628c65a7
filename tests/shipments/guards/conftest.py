"""The world that guards are attacked in: committed once for all tests of a file."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from tests.database import TestDatabase
from tests.shipments.guards.fortress import Fortress
from tests.shipments.guards.harness import Connection


@pytest.fixture(scope="module")
def fortress(test_database: TestDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[Fortress]:
    with django_db_blocker.unblock():
        yield Fortress()
        test_database.renew()


@pytest.fixture(scope="module")
def attacker(fortress: Fortress, test_database: TestDatabase) -> Iterator[Connection]:
    """Connects as the owner of the tables, who can put any guard aside."""
    with test_database.connect("owner", test_database.name) as connection:
        yield connection


@pytest.fixture
def watch(fortress: Fortress, test_database: TestDatabase) -> Iterator["psycopg.Connection[Any]"]:
    with test_database.connect("owner", test_database.name) as outside:
        yield outside
