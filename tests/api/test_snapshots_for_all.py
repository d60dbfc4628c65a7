"""Snapshots for everybody: of one public operation, as of before its embargo."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from shipments.demo.loading import as_owner
from shipments.models import Operation
from tests import build
from tests.api.conftest import ApiClient, Ask
from tests.api.test_snapshots import QUESTION, content, errata, publish, refused
from tests.matrix.worlds import recorded_at
from tests.world import World


@pytest.fixture
def analyst(as_user: Ask, chen: User) -> ApiClient:
    return as_user(chen)


@pytest.fixture
def recorded(committed: None) -> Callable[..., Any]:
    """Lets what follows be recorded some time ago, as only the owner of the tables may say."""

    @contextmanager
    def ago(**given: int) -> Iterator[None]:
        with as_owner(), transaction.atomic():
            recorded_at(timezone.now() - timedelta(**given))
            yield

    return ago


@pytest.fixture
def public(world: World, omar: User) -> Operation:
    """What happened three days ago is out; what happened an hour ago is not."""
    world.operation.public = True
    world.operation.embargo_hours = 24
    world.operation.save()
    return world.operation


ABOUT = f"{QUESTION}&operation=KA20"


def test_what_everybody_sees_is_published_for_everybody(
    world: World, as_user: Ask, chen: User, omar: User, public: Operation, recorded: Any
) -> None:
    with recorded(days=3):
        shipment = world.sent()
        build.receive(shipment, by=omar, received=100)
    with recorded(hours=1):
        build.receive(shipment, by=omar, received=300)
    made = publish(as_user(chen), ABOUT, public=True)
    assert made["standpoint"] == "public"
    latest = timezone.now() - timedelta(hours=24)
    assert datetime.fromisoformat(made["as_of"]) < latest
    anybody = as_user(None)
    assert json.loads(content(anybody, made).content)["total"]["received_kg"] == "150.000"
    assert "made_by" not in anybody.read(f"snapshots/{made['code']}")
    assert errata(anybody, made)["as_published"] is True
    # Whoever sees more reads the same.
    assert errata(as_user(chen), made)["errata"] == errata(anybody, made)["errata"] == []


def test_what_comes_out_later_changes_no_recount(
    world: World, as_user: Ask, chen: User, omar: User, public: Operation, recorded: Any
) -> None:
    """The moment lies before the embargo, so that a recount of it finds the same for ever."""
    with recorded(days=3):
        shipment = world.sent()
    with recorded(hours=12):
        build.receive(shipment, by=omar, received=300)
    made = publish(as_user(chen), ABOUT, public=True)
    Operation.objects.update(embargo_hours=0)
    found = errata(as_user(None), made)
    assert found["as_published"] is True
    assert {(e["measure"], e["was"], e["now"]) for e in found["errata"]} == {
        ("received_kg", "0.000", "450.000")
    }


def test_an_operation_that_is_closed_to_the_public_takes_its_snapshots_along(
    world: World, as_user: Ask, chen: User, public: Operation, recorded: Any
) -> None:
    with recorded(days=3):
        world.sent()
    made = publish(as_user(chen), ABOUT, public=True)
    Operation.objects.update(public=False)
    assert as_user(None).get(f"/api/v1/snapshots/{made['code']}").status_code == 404


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        (QUESTION, "/public", "one_public_operation"),
        ("by=destination&operation=KA20", "/query", "not_shown"),
        (f"{ABOUT}&as_of=2100-01-01T00:00:00Z", "/query", "too_late"),
        ("measure=announced_kg&operation=KA20", "/query", "announced_moves"),
    ],
)
def test_what_cannot_be_published_for_everybody(
    analyst: ApiClient, public: Operation, query: str, pointer: str, code: str
) -> None:
    answer = analyst.send("snapshots", {"title": "x", "query": query, "public": True})
    assert refused(answer) == (400, pointer, code)


def test_an_operation_that_is_not_public_is_not_published_for_everybody(
    analyst: ApiClient,
) -> None:
    answer = analyst.send("snapshots", {"title": "x", "query": ABOUT, "public": True})
    assert refused(answer) == (400, "/public", "one_public_operation")
