"""Whatever is sent to a page is answered with a sentence, never with an error of the server."""

import uuid

import pytest
from django.test import Client

from accounts.models import User
from shipments.models import DeliveryEvent, Shipment
from tests import build
from tests.drawing import drawn
from tests.pages import form_of, send, signed_in
from tests.world import World

ODD = ["", "\x00", "NaN", "-1", "9" * 400, "' OR 1=1 --", "<b>", "\u202e", "1e400", "٣٫٥٫٥", "[]"]
ODD_NUMBERS = ("\x00", "-1", "99999", "9" * 30, "x")
PAGES = {
    "/shipments/{sent}/deliver/": "key",
    "/shipments/{sent}/deliver/?kind=lost": "key",
    "/shipments/{sent}/arrive/": "key",
    "/shipments/{sent}/weigh/": "key",
    "/shipments/new/": "lines",
    "/shipments/{draft}/edit/": "lines",
    "/deliveries/{key}/correct/": "reversal_key",
}


@pytest.fixture
def names(world: World, omar: User) -> dict[str, str]:
    sent = world.shipment(build.line(world.blankets, 420), build.line(world.wood, 5))
    event = build.receive(sent, by=omar, received=10).event
    return {"sent": str(sent), "draft": str(world.sent(5, sent=False)), "key": str(event.key)}


@pytest.mark.parametrize("page", PAGES)
def test_odd_values_in_every_field_are_refused(
    names: dict[str, str], omar: User, page: str
) -> None:
    client, address = signed_in(omar), page.format(**names)
    form = form_of(client.get(address), holding=PAGES[page])
    counts = DeliveryEvent.objects.count(), Shipment.objects.count()
    for odd in drawn(ODD, 6, list(PAGES).index(page)):
        everything = dict.fromkeys(form.fields, odd) | {"answer-x": odd, "asked-x": odd}
        assert send(client, address, form, **everything).status_code == 400, odd
    assert (DeliveryEvent.objects.count(), Shipment.objects.count()) == counts


HIDDEN = ("-line", "-left", "-touched", "key", "version", "lines")


@pytest.mark.parametrize("page", PAGES)
def test_odd_values_in_hidden_fields_break_nothing(
    names: dict[str, str], omar: User, page: str
) -> None:
    client, address = signed_in(omar), page.format(**names)
    form = form_of(client.get(address), holding=PAGES[page])
    hidden = [name for name in form.fields if name.endswith(HIDDEN)]
    for at, name in enumerate(hidden):
        for odd in drawn(ODD_NUMBERS, 10, at):
            answer = send(client, address, form, **{name: odd, "reason": "Counted again."})
            assert answer.status_code in (200, 302, 400), (name, odd)


def test_an_empty_body_is_refused(names: dict[str, str], omar: User) -> None:
    for page in PAGES:
        address = page.format(**names)
        assert signed_in(omar).post(address).status_code == 400
        assert signed_in(omar).post(address, b"\xff\xfe", "application/json").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/shipments/%00/",
        "/shipments/%00/deliver/",
        "/w/%00",
        "/shipments/" + "9" * 3000 + "/",
        "/shipments/%F0%9F%99%82/",
        "/shipments/KA20-1042-3%27/",
        "/search/?q=%00",
        "/deliveries/new/?words=%00",
        "/deliveries/new/?shipment=%00",
        "/deliveries/new/?words=%27",
        "/choices/item/?q=%00",
        f"/deliveries/{uuid.UUID(int=0)}/correct/?to=%00&way=shipment",
        "/shipments/?before=-1",
        "/lines/?unit=%00",
    ],
)
def test_odd_addresses_are_answered(world: World, omar: User, address: str) -> None:
    assert signed_in(omar).get(address, follow=True).status_code in (200, 400, 404)


def test_a_kind_of_delivery_that_does_not_exist_is_not_found(
    names: dict[str, str], omar: User
) -> None:
    page = f"/shipments/{names['sent']}/deliver/?kind=teleported"
    assert signed_in(omar).get(page).status_code == 404


def test_pages_answer_to_a_look_at_their_head(names: dict[str, str], omar: User) -> None:
    for page in (*PAGES, "/", "/shipments/", "/lines/", "/search/?q=a"):
        assert signed_in(omar).head(page.format(**names)).status_code == 200


def test_forms_are_refused_without_their_token(names: dict[str, str], omar: User) -> None:
    client = signed_in(omar, Client(enforce_csrf_checks=True))
    assert (
        client.post(f"/shipments/{names['sent']}/deliver/", {"everything": "1"}).status_code == 403
    )
