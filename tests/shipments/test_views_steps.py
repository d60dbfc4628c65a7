"""Planning, dispatching and moving a shipment in the browser, without script."""

from typing import Any

import pytest

from accounts.models import User
from shipments.models import DeliveryEvent, Shipment
from tests import build
from tests.pages import form_of, read, send, signed_in, words_of
from tests.world import World


def step(user: User, shipment: Shipment, name: str, **typed: str) -> Any:
    client, page = signed_in(user), f"/shipments/{shipment}/{name}/"
    form = form_of(client.get(page), holding="key")
    return send(client, page, form, **typed)


def status(shipment: Shipment) -> str:
    shipment.refresh_from_db()
    return shipment.status


def test_a_draft_is_planned_dispatched_and_on_its_way(world: World, omar: User) -> None:
    shipment = world.sent(420, sent=False)
    seen = [status(shipment)]
    for name in ("plan", "dispatch", "depart", "arrive"):
        step(omar, shipment, name)
        seen.append(status(shipment))
    assert seen == ["draft", "planned", "dispatched", "in_transit", "in_transit"]


def test_the_page_offers_the_next_step(world: World, omar: User, chen: User) -> None:
    shipment = world.sent(420, sent=False)
    page = f"/shipments/{shipment}/"
    assert f"{page}plan/" in read(signed_in(omar).get(page)).links
    assert not [link for link in read(signed_in(chen).get(page)).links if link.endswith("/plan/")]
    step(omar, shipment, "plan")
    assert f"{page}dispatch/" in read(signed_in(omar).get(page)).links


def test_a_step_sent_twice_is_taken_once(world: World, omar: User) -> None:
    shipment = world.sent(420, sent=False)
    client, page = signed_in(omar), f"/shipments/{shipment}/plan/"
    form = form_of(client.get(page), holding="key")
    first, second = send(client, page, form), send(client, page, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert DeliveryEvent.objects.count() == 1


def test_a_step_out_of_turn_says_what_comes_first(world: World, omar: User) -> None:
    shipment = world.sent(420, sent=False)
    answer = signed_in(omar).get(f"/shipments/{shipment}/dispatch/", follow=True)
    assert "is a draft. Plan it first." in words_of(answer)


def test_a_shipment_with_something_left_stays_open(world: World, omar: User) -> None:
    shipment = world.sent(420)
    build.receive(shipment, by=omar, received=400)
    answer = signed_in(omar).get(f"/shipments/{shipment}/close/", follow=True)
    assert "still has something outstanding" in words_of(answer)
    build.receive(shipment, by=omar, received=20)
    step(omar, shipment, "close")
    assert status(shipment) == "closed"


def test_an_empty_shipment_is_not_dispatched(world: World, omar: User) -> None:
    shipment = world.shipment(sent=False)
    step(omar, shipment, "plan")
    answer = step(omar, shipment, "dispatch")
    assert answer.status_code == 400
    assert "The shipment has no lines." in words_of(answer)


def test_weights_learned_late_are_added(world: World, omar: User) -> None:
    shipment = world.shipment(build.line(world.wood, 10))
    answer = step(omar, shipment, "weigh", **{"weight-1": "5400"})
    assert answer.status_code == 302
    assert shipment.lines.get().balance.sent_kg == 5400


def test_a_weight_learned_late_counts_on_pages_and_is_asked_for_no_more(
    world: World, omar: User
) -> None:
    shipment = world.shipment(build.line(world.wood, 10), build.line(world.wood, 20))
    client, page = signed_in(omar), f"/shipments/{shipment}/"
    step(omar, shipment, "weigh", **{"weight-1": "5400"})
    assert "Weight 5.4 t , 1 line without weight" in words_of(client.get(page))
    assert "5.4 +?" in words_of(client.get("/shipments/"))
    asked = form_of(client.get(f"{page}weigh/"), holding="key").fields
    assert "weight-2" in asked
    assert "weight-1" not in asked

    step(omar, shipment, "weigh", **{"weight-2": "600"})
    shown = client.get(page)
    assert "Weight 6 t" in words_of(shown)
    assert "without weight" not in words_of(shown)
    assert f"{page}weigh/" not in read(shown).links
    assert "The weight of every line is known." in words_of(
        client.get(f"{page}weigh/", follow=True)
    )


def test_a_weight_of_nothing_is_refused_beside_its_field(world: World, omar: User) -> None:
    shipment = world.shipment(build.line(world.wood, 10))
    assert step(omar, shipment, "weigh", **{"weight-1": "0"}).status_code == 400
    assert step(omar, shipment, "weigh").status_code == 400


@pytest.mark.parametrize("moment", ["2099-01-01T10:00", "yesterday", "", "2020-13-45T99:99"])
def test_a_moment_that_cannot_be_is_refused(world: World, omar: User, moment: str) -> None:
    shipment = world.sent(420, sent=False)
    answer = step(omar, shipment, "plan", occurred_at=moment, note="kept")
    assert answer.status_code == 400
    assert form_of(answer, holding="key").fields["note"] == "kept"
    assert status(shipment) == "draft"


def test_the_north_does_not_dispatch_for_the_south(world: World, amina: User) -> None:
    shipment = world.sent(420, sent=False)
    answer = step(amina, shipment, "plan")
    assert answer.status_code == 400
    assert "Only a coordinator for South may record this." in words_of(answer)


def test_an_unknown_step_is_not_found(world: World, omar: User) -> None:
    shipment = world.sent(420, sent=False)
    assert signed_in(omar).get(f"/shipments/{shipment}/teleport/").status_code == 404


def test_a_cancelled_shipment_is_told_and_can_be_taken_back(world: World, omar: User) -> None:
    shipment = world.sent(420, sent=False)
    step(omar, shipment, "cancel", note="The road is closed.")
    page = signed_in(omar).get(f"/shipments/{shipment}/")
    assert "Cancelled before it was dispatched." in words_of(page)
    assert "The road is closed." in words_of(page)
    assert [link for link in read(page).links if link.endswith("/correct/")]
