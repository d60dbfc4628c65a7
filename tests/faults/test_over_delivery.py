"""Eight writers and five hundred lines over HTTP; without the guards, all overrun."""

from typing import Any

import psycopg
import pytest

from accounts.models import TokenScope, User
from accounts.services import create_token
from shipments.models import Shipment
from shipments.services import deliveries
from tests.shipments.guards.cut_link import Server
from tests.shipments.guards.rush import (
    SENT,
    by_http,
    by_services,
    look_together,
    over_delivered,
    rush,
)
from tests.world import World

LINES, WRITERS = 500, 8
pytestmark = pytest.mark.usefixtures("committed")


def sent(world: World) -> list[Shipment]:
    return [world.sent(SENT) for _ in range(LINES)]


def test_no_line_is_over_delivered_by_http(
    world: World, omar: User, program_environment: dict[str, str]
) -> None:
    _token, secret = create_token(user=omar, name="eight", scope=TokenScope.RECORD)
    shipments = sent(world)
    with Server(program_environment) as server:
        site = f"http://127.0.0.1:{server.port}"
        counts = rush(shipments, by_http(site, secret), writers=WRITERS)
    assert over_delivered(shipments) == 0
    assert counts == {"recorded": 3 * LINES, "more_than_outstanding": (WRITERS - 3) * LINES}


def test_without_lock_and_check_every_line_is_over_delivered(
    world: World, omar: User, owner: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    shipments = sent(world)
    monkeypatch.setattr(deliveries, "open_book", look_together(WRITERS))
    owner.execute(
        "ALTER TABLE shipments_linebalance DROP CONSTRAINT balance_no_more_than_outstanding"
    )
    rush(shipments, by_services(omar), writers=WRITERS)
    assert over_delivered(shipments) == LINES
