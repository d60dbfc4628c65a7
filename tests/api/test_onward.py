"""Goods carried on from an earlier shipment that not everybody may see who sees them go on."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from regions.models import Destination
from shipments.models import Shipment, ShipmentLine
from shipments.services import edit_shipment
from shipments.services.standing import as_draft
from tests import build
from tests.api.conftest import Ask
from tests.world import World


@pytest.fixture
def store(world: World) -> Destination:
    return build.destination("SOUTH-STORE", region=world.south)


@pytest.fixture
def earlier(world: World, omar: User, store: Destination) -> Shipment:
    """From one place of the south to another, so that the north does not see it; 80 came."""
    what = build.draft(
        world.operation, world.donor, world.depot, store, build.line(world.blankets, 100)
    )
    made = build.shipment(what, by=omar)
    build.receive(made, received=80, by=omar)
    return made


@pytest.fixture
def onward(world: World, omar: User, earlier: Shipment) -> Shipment:
    """From the north, planned by the whole country's coordinator, carrying on what came."""
    line = build.line(world.blankets, 70, from_line=f"{earlier.reference}/1")
    what = build.draft(world.operation, world.donor, world.hub, world.depot, line)
    made = build.shipment(what, by=omar, sent=False)
    build.move(made, "planned", by=omar)
    return made


def test_the_earlier_line_is_named_to_those_who_may_see_it(
    as_user: Ask, client: Client, onward: Shipment, earlier: Shipment, amina: User, omar: User
) -> None:
    for user, name in ((omar, f"{earlier.reference}/1"), (amina, None)):
        [line] = as_user(user).read(f"shipments/{onward.reference}")["lines"]
        assert line["from_line"] == name
        client.force_login(user)
        page = client.get(f"/shipments/{onward.reference}/").content.decode()
        assert (earlier.reference in page) == (name is not None)


def test_who_does_not_see_the_earlier_line_cannot_lose_it(
    as_user: Ask, onward: Shipment, earlier: Shipment, amina: User
) -> None:
    client = as_user(amina)
    path = f"shipments/{onward.reference}"
    tag = client.get(f"/api/v1/{path}")["ETag"]
    changed = client.send(path, {"remark": "Call first."}, method="PATCH", If_Match=tag)
    assert changed.status_code == 200, changed.content
    standing = as_draft(onward, by=amina)
    (line,) = standing.lines or ()
    assert line.from_line == ""
    more = replace(standing, lines=(replace(line, quantity=line.quantity - 1),))
    edit_shipment(reference=onward.reference, draft=more, by=amina)
    assert onward.lines.get().from_line == earlier.lines.get()


def test_another_item_under_the_same_number_carries_nothing_on(
    world: World, onward: Shipment, amina: User
) -> None:
    other = build.line(world.wood, 3, line=1)
    draft = replace(as_draft(onward, by=amina), lines=(other,))
    edit_shipment(reference=onward.reference, draft=draft, by=amina)
    assert onward.lines.get().from_line is None


def test_how_much_is_left_is_told_to_those_who_may_see_it(
    onward: Shipment, amina: User, omar: User
) -> None:
    ShipmentLine.objects.filter(shipment=onward).update(quantity=90)
    for user, told in ((omar, True), (amina, False)):
        with pytest.raises(ValidationError) as refused:
            build.move(onward, "dispatched", by=user)
        (sentence,) = refused.value.messages
        assert ("80" in sentence) == told
        assert "Line 1 carries on 90" in sentence


def test_a_replaced_event_is_named_to_those_who_may_see_it(
    as_user: Ask, world: World, earlier: Shipment, amina: User, omar: User
) -> None:
    right = world.sent(100)
    wrong = earlier.events.get(kind="received")
    report = build.report(right, build.counted(1, received=80))
    build.reverse(wrong, by=omar, replacement=report)
    for user, key in ((omar, str(wrong.key)), (amina, None)):
        found = as_user(user).read(f"deliveries/{report.key}")
        assert found["replaces"] == key
        [listed] = as_user(user).read(f"deliveries?shipment={right.reference}&kind=received")[
            "results"
        ]
        assert listed["replaces"] == key
