"""The worlds and the cast, committed once for the whole matrix in each test process."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker

from tests.database import TestDatabase, use_database
from tests.matrix.belongings import furnish
from tests.matrix.canaries import A, B, P
from tests.matrix.cast import cast
from tests.matrix.harness import Faults, Stage
from tests.matrix.oracles import take_stock
from tests.matrix.worlds import make_crossings, make_land
from tests.templates import EMPTY


@pytest.fixture(scope="session")
def theatre(
    test_database: TestDatabase, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[BaseDatabaseWrapper, Stage]]:
    """Two worlds and a public one, committed to a database in which nothing else is done."""
    house = replace(test_database, name=f"{test_database.name}_stage", template=EMPTY)
    with django_db_blocker.unblock():
        house.create()
        stage = set_stage(Faults(logging.ERROR))
        # One connection for all: each new one reads the catalogue and plans everything afresh.
        line = connections["default"].copy()
        use_database(test_database.name)
    yield line, stage
    with django_db_blocker.unblock():
        line.close()
        connections.close_all()
        house.drop()


@pytest.fixture
def stage(
    theatre: tuple[BaseDatabaseWrapper, Stage], django_db_blocker: DjangoDbBlocker
) -> Iterator[Stage]:
    """What is asked here is undone question by question."""
    line, stage = theatre
    elsewhere = connections["default"]
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        # So many questions a minute are asked by tests alone.
        patch.setattr(settings, "API_REQUESTS_A_MINUTE", 10**9, raising=False)
        patch.setattr(settings, "API_ANONYMOUS_REQUESTS_A_MINUTE", 10**9, raising=False)
        # Each question would be a line of the log; faults become findings instead.
        patch.setattr(logging.getLogger(), "handlers", [stage.faults])
        connections["default"] = line
        yield stage
        connections["default"] = elsewhere


def set_stage(faults: Faults) -> Stage:
    """This will build and commit everything that is asked for."""
    lands = {marks.letter: make_land(marks, public=marks is P) for marks in (A, B, P)}
    crossings = make_crossings(lands["a"], lands["b"])
    for land in lands.values():
        furnish(land)
    people = cast(lands)
    ledger = take_stock(list(lands.values()), list(crossings.values()))
    references = {name: shipment.reference for name, shipment in crossings.items()}
    return Stage(lands, people, ledger, references, faults)
