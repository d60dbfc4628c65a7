"""The demonstration, in a database of its own for the tests beside this file."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests.database import TestDatabase, use_database
from tests.templates import DEMONSTRATION


@pytest.fixture(scope="session")
def demo_database(
    test_database: TestDatabase, django_db_blocker: DjangoDbBlocker
) -> Iterator[TestDatabase]:
    """Clones what was loaded into a fresh database, where numbering starts at the beginning."""
    made = replace(test_database, name=f"{test_database.name}_demo", template=DEMONSTRATION)
    with django_db_blocker.unblock():
        made.create()
        use_database(test_database.name)
    yield made
    with django_db_blocker.unblock():
        connections.close_all()
        made.drop()


@pytest.fixture(scope="module")
def loaded(
    demo_database: TestDatabase, test_database: TestDatabase, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Points the connections at the demonstration for the tests of one module."""
    with django_db_blocker.unblock():
        use_database(demo_database.name)
    yield
    with django_db_blocker.unblock():
        use_database(test_database.name)


@pytest.fixture
def demo(loaded: None, db: None) -> None:
    """Lets a test look at the demonstration; what it changes is taken back."""
