"""Twenty writers never deliver more than was sent; without the guards they do."""

from typing import Any

import psycopg
import pytest

from accounts.models import TokenScope, User
from accounts.services import create_token
from shipments.services import deliveries
from tests.shipments.guards.rush import (
    SENT,
    by_http,
    by_services,
    look_together,
    over_delivered,
    rush,
)
from tests.world import World

WRITERS = 20
pytestmark = pytest.mark.usefixtures("committed")


def test_twenty_writers_deliver_no_more_than_was_sent(world: World, omar: User) -> None:
    shipments = [world.sent(SENT) for _ in range(3)]
    counts = rush(shipments, by_services(omar), writers=WRITERS)
    assert counts == {"recorded": 3 * 3, "more_than_outstanding": (WRITERS - 3) * 3}
    assert over_delivered(shipments) == 0


def test_twenty_writers_deliver_no_more_by_http(site: str, world: World, omar: User) -> None:
    _token, secret = create_token(user=omar, name="twenty", scope=TokenScope.RECORD)
    shipments = [world.sent(SENT)]
    counts = rush(shipments, by_http(site, secret), writers=WRITERS)
    assert counts == {"recorded": 3, "more_than_outstanding": WRITERS - 3}
    assert over_delivered(shipments) == 0


def without_the_guards(
    owner: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch, *, check: bool
) -> None:
    """This will make the verb look without a lock, and drop the check of the counters or not."""
    monkeypatch.setattr(deliveries, "open_book", look_together(WRITERS))
    if not check:
        owner.execute(
            "ALTER TABLE shipments_linebalance DROP CONSTRAINT balance_no_more_than_outstanding"
        )


def test_without_lock_and_check_every_line_is_over_delivered(
    world: World, omar: User, owner: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: look, then write."""
    shipments = [world.sent(SENT) for _ in range(3)]
    without_the_guards(owner, monkeypatch, check=False)
    rush(shipments, by_services(omar), writers=WRITERS)
    assert over_delivered(shipments) == len(shipments)


def test_the_check_of_the_counters_alone_is_enough(
    world: World, omar: User, owner: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    shipments = [world.sent(SENT)]
    without_the_guards(owner, monkeypatch, check=True)
    counts = rush(shipments, by_services(omar), writers=WRITERS)
    assert counts == {"recorded": 3, "more_than_outstanding": WRITERS - 3}
    assert over_delivered(shipments) == 0
