"""Another language in the middle of a form: all that was typed stays, and nothing is saved."""

import pytest
from django.test import Client

from accounts.models import User
from shipments.models import DeliveryEvent, Shipment
from tests import build
from tests.pages import form_of, signed_in, words_of
from tests.world import World

CHANGE = {"language": "ar", "redraw": "1"}


def change(client: Client, address: str, typed: dict[str, str]) -> dict[str, str]:
    """Sends a form to another language, as its page does, and reads the form that comes back."""
    answer = client.post(f"/i18n/setlang/?next={address}", typed | CHANGE, follow=True)
    assert answer.redirect_chain == [(address, 307)]
    assert answer.status_code == 200
    page = answer.content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "errorlist" not in page
    assert "error-summary" not in page
    kept = form_of(answer, holding="language").fields
    # The token of a page is masked anew each time.
    return kept | {"csrfmiddlewaretoken": typed["csrfmiddlewaretoken"]}


def test_a_delivery_is_typed_on_in_another_language(world: World, omar: User) -> None:
    client, address = signed_in(omar), f"/shipments/{world.sent(420)}/deliver/"
    typed = {"line-1-good": "many", "line-1-damaged": "20", "line-1-reason": "wet", "place": ""}
    typed = form_of(client.get(address), holding="line-1-good").fields | typed
    kept = change(client, address, typed)
    assert kept == kept | typed | {"language": "ar"}
    assert not DeliveryEvent.objects.filter(kind="received").exists()


def test_a_new_shipment_is_typed_on_with_all_its_lines(world: World, omar: User) -> None:
    client, address = signed_in(omar), "/shipments/new/"
    typed = {"lines": "2", "line-0-item": "blanket", "line-1-item": "wood", "donor": "nobody"}
    typed = form_of(client.get(address), holding="lines").fields | typed
    kept = change(client, address, typed)
    assert kept == kept | typed | {"language": "ar"}
    assert not Shipment.objects.exists()


def test_a_step_and_a_correction_are_typed_on(world: World, omar: User) -> None:
    client, shipment = signed_in(omar), world.sent(420)
    event = build.receive(shipment, by=omar, received=60).event
    pages = {
        f"/shipments/{shipment}/arrive/": "note",
        f"/deliveries/{event.key}/correct/": "reason",
        f"/deliveries/{event.key}/correct/?way=never": "reason",
    }
    before = DeliveryEvent.objects.count()
    for address, field in pages.items():
        typed = form_of(client.get(address), holding=field).fields | {field: "counted again"}
        assert change(client, address, typed)[field] == "counted again"
    assert DeliveryEvent.objects.count() == before


def test_another_line_is_asked_for_without_complaints_about_the_first(
    world: World, omar: User
) -> None:
    client, address = signed_in(omar), "/shipments/new/"
    form = form_of(client.get(address), holding="lines").fields
    assert "Enter" not in words_of(client.post(address, form | {"add": "1"}))


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_what_was_typed_is_carried_to_no_other_site(omar: User, target: str) -> None:
    answer = signed_in(omar).post("/i18n/setlang/", CHANGE | {"next": target})
    assert answer.headers["Location"] == "/"


def test_a_form_that_is_kept_over_a_log_out_is_kept_in_another_language_too(
    world: World, omar: User
) -> None:
    address = f"/shipments/{world.sent(420)}/deliver/"
    browser = Client(headers={"Origin": "http://testserver"})
    kept = browser.post(address, {"line-1-good": "380", "note": "typed"})
    assert kept.status_code == 403
    form = form_of(kept, holding="note").fields
    again = browser.post(f"/i18n/setlang/?next={address}", form | CHANGE, follow=True)
    assert '<html lang="ar" dir="rtl">' in again.content.decode()
    found = form_of(again, holding="note").fields
    assert (found["line-1-good"], found["note"]) == ("380", "typed")
    # It then stands in its own form again, to be looked at and saved.
    drawn = signed_in(omar, browser).post(address, found)
    assert form_of(drawn, holding="note").fields["line-1-good"] == "380"
    assert not DeliveryEvent.objects.filter(kind="received").exists()
