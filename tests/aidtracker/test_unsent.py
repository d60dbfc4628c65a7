"""A form that cannot be taken for who sends it is kept, and sent again with all that was typed."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from shipments.models import DeliveryEvent
from tests.pages import form_of, send, signed_in, words_of
from tests.world import World

OURS = {"Origin": "http://testserver"}


@pytest.fixture
def browser(omar: User) -> Client:
    return signed_in(omar, Client(enforce_csrf_checks=True, headers=OURS))


def filled(browser: Client, address: str) -> dict[str, str]:
    """Opens the form of a delivery and types into it."""
    form = form_of(browser.get(address), holding="line-1-good")
    return form.fields | {
        "line-1-good": "380",
        "line-1-damaged": "20",
        "line-1-reason": "wet\r\nthrough",
    }


def again(browser: Client, address: str, answer: Any) -> Any:
    return send(browser, address, form_of(answer, holding="key"))


def test_what_was_typed_before_a_log_out_is_sent_after_the_next_log_in(
    world: World, omar: User, browser: Client
) -> None:
    shipment = world.sent(420)
    address = f"/shipments/{shipment}/deliver/"
    typed = filled(browser, address)
    del browser.cookies[settings.SESSION_COOKIE_NAME]
    kept = browser.post(address, typed)
    assert kept.status_code == 403
    assert kept["Cache-Control"] == "private, no-store"
    assert "You are logged out." in words_of(kept)
    signed_in(omar, browser)
    # A log-in makes a new token; those of pages that are open already are void.
    browser.cookies[settings.CSRF_COOKIE_NAME] = "n" * 32
    once_more = again(browser, address, kept)
    assert f"It will be sent as {omar.username}" in words_of(once_more)
    assert again(browser, address, once_more).status_code == 302
    event = DeliveryEvent.objects.get(kind="received", shipment__reference=str(shipment))
    assert str(event.key) == typed["key"]
    assert [text.text for text in event.texts.filter(kind="reason")] == ["wet\r\nthrough"]


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "null"}, {"Origin": "https://elsewhere.example"}]
)
def test_what_another_site_may_have_sent_is_not_written_into_a_page(
    world: World, omar: User, headers: dict[str, str]
) -> None:
    client = signed_in(omar, Client(enforce_csrf_checks=True, headers=headers))
    answer = client.post(f"/shipments/{world.sent(420)}/deliver/", {"note": "planted"})
    assert answer.status_code == 403
    assert "planted" not in answer.content.decode()
    assert "This form has expired" in words_of(answer)


def test_a_password_is_written_into_no_page(browser: Client) -> None:
    for address in ("/accounts/login/", "/accounts/password/"):
        answer = browser.post(address, {"username": "omar", "old_password": "secret-words"})
        assert answer.status_code == 403
        assert "secret-words" not in answer.content.decode()


def test_without_a_browser_that_says_where_a_form_comes_from_log_in_stands_first(
    world: World, omar: User
) -> None:
    client = signed_in(omar)
    client.logout()
    answer = client.post(f"/shipments/{world.sent(420)}/deliver/", {"note": "typed"})
    assert answer.headers["Location"].startswith("/accounts/login/?next=")


def test_a_file_cannot_be_kept(omar: User) -> None:
    client = Client(headers=OURS)
    with open(__file__, "rb") as file:
        answer = client.post("/imports/", {"file": file})
    assert answer.status_code == 302
