"""Lists and records as readers get them."""

import base64
import json

import pytest

from accounts.models import User
from shipments.exports import LISTINGS
from shipments.models import Shipment
from tests import build
from tests.api.conftest import Ask
from tests.world import World


def received(world: World) -> Shipment:
    """This will build a shipment of 420 blankets of which 380 arrived and 20 were damaged."""
    shipment = world.sent()
    omar = User.objects.get(username="omar")
    build.receive(shipment, by=omar, received=380, damaged=20, reason="wet")
    return shipment


@pytest.mark.parametrize("lang", ["", "ru"])
def test_every_list_answers_a_page(as_user: Ask, chen: User, world: World, lang: str) -> None:
    received(world)
    for user in (chen, None):
        client = as_user(user)
        for name in LISTINGS:
            page = client.read(f"{name}?lang={lang}")
            assert page["count"] == len(page["results"])
            assert page["next"] is None


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ndjson", "json"])
def test_every_list_is_a_file(as_user: Ask, chen: User, world: World, ending: str) -> None:
    received(world)
    for user in (chen, None):
        client = as_user(user)
        for name in LISTINGS:
            answer = client.get(f"/api/v1/{name}.{ending}")
            assert answer.status_code == 200, answer.content
            content = answer.getvalue()
            assert int(answer["Content-Length"]) == len(content)


@pytest.mark.parametrize("place", [10**30, -(10**30), "x", None, [1], 1.5, {}, True])
def test_a_cursor_of_our_own_shape_with_an_odd_place_is_refused(
    as_user: Ask, chen: User, world: World, place: object
) -> None:
    world.sent()
    cursor = base64.urlsafe_b64encode(json.dumps(["shipments", "n", [place]]).encode()).decode()
    answer = as_user(chen).get(f"/api/v1/shipments?cursor={cursor}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "not_a_cursor"
