"""Correcting a mistake in the browser: taken back with a reason, and replaced in one step."""

from typing import Any

import pytest

from accounts.models import User
from regions.rights import Role
from shipments.models import DeliveryEvent, Shipment
from tests import build
from tests.pages import form_of, send, signed_in, words_of
from tests.shipments.test_views_deliveries import counts
from tests.world import World


@pytest.fixture
def shipment(world: World, amina: User) -> Shipment:
    made = world.sent(420)
    build.receive(made, by=amina, received=380, damaged=20, reason="wet")
    return made


@pytest.fixture
def event(shipment: Shipment) -> DeliveryEvent:
    found: DeliveryEvent = DeliveryEvent.objects.get(kind="received")
    return found


def corrected(user: User, event: DeliveryEvent, query: str = "", **typed: str) -> Any:
    client, page = signed_in(user), f"/deliveries/{event.key}/correct/{query}"
    form = form_of(client.get(page), holding="reversal_key")
    return send(client, page, form, **typed)


def test_the_numbers_are_filled_with_what_was_recorded(event: DeliveryEvent, amina: User) -> None:
    page = signed_in(amina).get(f"/deliveries/{event.key}/correct/")
    fields = form_of(page, holding="reversal_key").fields
    assert fields["line-1-good"] == "380"
    assert fields["line-1-damaged"] == "20"
    assert fields["line-1-reason"] == "wet"
    assert fields["line-1-left"] == "420"


def test_what_was_taken_back_already_is_not_offered_for_correction(
    event: DeliveryEvent, amina: User
) -> None:
    build.reverse(event, by=amina)
    page = signed_in(amina).get(f"/deliveries/{event.key}/correct/", follow=True)
    assert page.redirect_chain == [(f"/shipments/{event.shipment.reference}/", 302)]
    assert f"Entry {event.code} was taken back already." in words_of(page)


def test_numbers_are_corrected_in_one_step(
    shipment: Shipment, event: DeliveryEvent, amina: User
) -> None:
    answer = corrected(amina, event, reason="Counted again.", **{"line-1-good": "390"})
    replacement = DeliveryEvent.objects.get(replaces=event)
    assert answer.headers["Location"].endswith(f"?saved={replacement.code}")
    assert counts(shipment) == {"received": 390, "damaged": 20, "outstanding": 10}
    page = signed_in(amina).get(f"/shipments/{shipment}/")
    assert "Counted again." in words_of(page)
    assert "<s>" in page.content.decode()
    assert f"Replaced by {shipment}, {replacement.code}" in words_of(page)
    # A sentence of its own, whether the reason ends with a full stop or not.
    assert '<p class="meta">Replaced by' in page.content.decode()


def test_a_correction_sent_twice_counts_once(
    shipment: Shipment, event: DeliveryEvent, amina: User
) -> None:
    client, page = signed_in(amina), f"/deliveries/{event.key}/correct/"
    form = form_of(client.get(page), holding="reversal_key")
    for _time in range(2):
        send(client, page, form, reason="Counted again.", **{"line-1-good": "390"})
    assert DeliveryEvent.objects.count() == 5
    assert counts(shipment) == {"received": 390, "damaged": 20, "outstanding": 10}


def test_a_correction_needs_its_reason(
    shipment: Shipment, event: DeliveryEvent, amina: User
) -> None:
    answer = corrected(amina, event, **{"line-1-good": "390"})
    assert answer.status_code == 400
    assert "Say why it is corrected" in words_of(answer)
    assert form_of(answer, holding="reversal_key").fields["line-1-good"] == "390"
    assert counts(shipment) == {"received": 380, "damaged": 20, "outstanding": 20}


def test_a_correction_that_is_doubted_is_asked_about_first(
    shipment: Shipment, event: DeliveryEvent, amina: User
) -> None:
    answer = corrected(amina, event, reason="Wrong day.", occurred_at="2020-01-01T10:00")
    assert answer.status_code == 200
    assert "before the dispatch on" in words_of(answer)
    assert not DeliveryEvent.objects.filter(replaces=event).exists()

    form = form_of(answer, holding="reversal_key")
    page = f"/deliveries/{event.key}/correct/"
    told = {"answer-before_dispatch": "The clock of the store was wrong."}
    assert send(signed_in(amina), page, form, **told).status_code == 302
    replacement = DeliveryEvent.objects.get(replaces=event)
    assert replacement.warnings.filter(code="before_dispatch").exists()
    assert counts(shipment) == {"received": 380, "damaged": 20, "outstanding": 20}

    again = corrected(amina, replacement, reason="Counted again.", **{"line-1-good": "390"})
    assert again.status_code == 302
    event = DeliveryEvent.objects.get(replaces=replacement)
    other = corrected(amina, event, reason="Another day.", occurred_at="2019-01-01T10:00")
    assert "before the dispatch on" in words_of(other)


def test_an_entry_moves_to_the_shipment_it_belongs_to(
    world: World, shipment: Shipment, event: DeliveryEvent, amina: User
) -> None:
    other = world.sent(500)
    query = f"?way=shipment&to={str(other).lower()}"
    corrected(amina, event, query, reason="Wrong truck.", **{"line-1-good": "380"})
    assert counts(shipment) == {"outstanding": 420}
    assert counts(other) == {"received": 380, "outstanding": 120}


def test_a_shipment_that_may_not_be_seen_takes_no_entry(
    world: World, event: DeliveryEvent, amina: User
) -> None:
    page = f"/deliveries/{event.key}/correct/?way=shipment&to=KA20-99999-9"
    assert "is not among your shipments." in words_of(signed_in(amina).get(page))


def test_what_never_happened_is_taken_back(
    shipment: Shipment, event: DeliveryEvent, amina: User
) -> None:
    corrected(amina, event, "?way=never", reason="Entered by mistake.")
    assert counts(shipment) == {"outstanding": 420}


def test_choosing_another_shipment_without_naming_it_takes_nothing_back(
    shipment: Shipment, event: DeliveryEvent, amina: User
) -> None:
    data = {"reversal_key": str(event.key), "reason": "Wrong truck."}
    signed_in(amina).post(f"/deliveries/{event.key}/correct/?way=shipment", data)
    assert counts(shipment) == {"received": 380, "damaged": 20, "outstanding": 20}


def test_a_dispatch_with_later_events_stays(
    shipment: Shipment, event: DeliveryEvent, omar: User
) -> None:
    dispatch = DeliveryEvent.objects.get(kind="dispatched")
    answer = corrected(omar, dispatch, reason="Never left.")
    assert answer.status_code == 400
    assert "Take those back first" in words_of(answer)


def test_an_event_that_may_not_be_seen_is_not_there(event: DeliveryEvent, world: World) -> None:
    far = build.region("BB", name="Elsewhere")
    outsider = build.person("outsider", (Role.COORDINATOR, far))
    for page in (f"/deliveries/{event.key}/correct/", f"/deliveries/{event.key}/"):
        assert signed_in(outsider).get(page).status_code == 404
    assert signed_in(outsider).post(f"/deliveries/{event.key}/undo/").status_code == 404


def test_a_doubt_is_answered_on_the_page_of_the_shipment(world: World, amina: User) -> None:
    shipment = world.sent(420)
    build.receive(shipment, by=amina, received=400, damaged=20)
    client, page = signed_in(amina), f"/shipments/{shipment}/"
    form = form_of(client.get(page), holding="remark")
    answered = send(client, page, form, remark="Rain on the pass.")
    assert answered.status_code == 302
    assert "Rain on the pass." in words_of(client.get(page))
