"""The smallest data set of the benchmark, in a database of its own for the tests here."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from pytest_django import DjangoDbBlocker

from bench.floors import Floor
from bench.stage import Stage
from tests.database import TestDatabase, address, use_database
from tests.templates import SMOKE


@pytest.fixture(scope="module")
def smoke(
    test_database: TestDatabase, django_db_blocker: DjangoDbBlocker
) -> Iterator[TestDatabase]:
    """Clones what was loaded, and points the connections at it for the tests of one module."""
    made = replace(test_database, name=f"{test_database.name}_smoke", template=SMOKE)
    with django_db_blocker.unblock():
        made.create()
    yield made
    with django_db_blocker.unblock():
        connections.close_all()
        made.drop()
        use_database(test_database.name)


@pytest.fixture
def stage(smoke: TestDatabase, db: None) -> Iterator[Stage]:
    """Asks within the test's transaction, on a connection that its end must not close."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    floor = Floor(address("owner", smoke.name))
    yield Stage("smoke", floor)
    floor.close()
    for signal in signals:
        signal.connect(close_old_connections)
