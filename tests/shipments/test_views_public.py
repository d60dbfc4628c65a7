"""What readers without an account see: regions for places, no people, no words, nothing new."""

import uuid

import pytest
from django.test import Client

from accounts.models import User
from shipments.models import DeliveryEvent, Leg, Shipment, TransportDocument
from tests import build
from tests.pages import signed_in, words_of
from tests.world import World

SECRETS = (
    "South depot",
    "North hub",
    "SOUTH-DEPOT",
    "NORTH-HUB",
    "canary-consignor",
    "canary-consignee",
    "canary-remark",
    "canary-note",
    "canary-team",
    "canary-truck",
    "canary-driver",
    "canary-waybill",
    "Amina",
    "amina",
    "Omar",
    "omar",
)


@pytest.fixture
def shipment(world: World, amina: User) -> Shipment:
    world.operation.public = True
    world.operation.embargo_hours = 0
    world.operation.save()
    made = world.sent(
        420,
        consignor="canary-consignor",
        consignee="canary-consignee",
        remark="canary-remark",
        vehicles=3,
    )
    TransportDocument.objects.create(shipment=made, kind="waybill", number="canary-waybill")
    build.receive(
        made, by=amina, received=380, damaged=20, note="canary-note", received_by="canary-team"
    )
    Leg.objects.create(
        shipment=made,
        position=1,
        from_place=world.depot,
        to_place=world.hub,
        vehicle="canary-truck",
        driver="canary-driver",
    )
    return made


PAGES = ("/", "/shipments/", "/shipments/{}/", "/lines/", "/search/?q=North", "/search/?q=Ministry")


@pytest.mark.parametrize("page", PAGES)
def test_no_place_person_or_word_is_shown(shipment: Shipment, page: str) -> None:
    answer = Client().get(page.format(shipment))
    assert answer.status_code == 200
    for secret in SECRETS:
        assert secret not in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_a_signed_in_stranger_sees_no_more(shipment: Shipment, stranger: User, page: str) -> None:
    text = signed_in(stranger).get(page.format(shipment)).content.decode()
    for secret in SECRETS:
        assert secret not in text


def test_regions_stand_for_places(shipment: Shipment) -> None:
    words = words_of(Client().get(f"/shipments/{shipment}/"))
    assert "Wool blanket: 380 of 420 received at North, 20 damaged." in words
    assert "From South To North" in words


def test_those_who_work_there_see_places_and_people(shipment: Shipment, amina: User) -> None:
    text = signed_in(amina).get(f"/shipments/{shipment}/").content.decode()
    for shown in ("South depot", "canary-note", "canary-team", "canary-truck", "Amina"):
        assert shown in text


def test_exact_places_cannot_be_searched_for(shipment: Shipment) -> None:
    for words in ("depot", "canary-consignee", "canary-waybill", "hub"):
        assert str(shipment) not in Client().get("/search/", {"q": words}).content.decode()
    assert Client().get("/shipments/?destination=NORTH-HUB").status_code == 400


def test_what_is_newer_than_the_embargo_is_not_counted(
    world: World, shipment: Shipment, amina: User
) -> None:
    world.operation.embargo_hours = 24
    world.operation.save()
    # Recorded just now, whenever it happened: both moments must be older than the embargo.
    words = words_of(Client().get(f"/shipments/{shipment}/"))
    assert "380" not in words
    assert "partially" not in words


def test_drafts_are_nobodys_business(world: World, shipment: Shipment) -> None:
    draft = world.sent(10, sent=False)
    answer = Client().get(f"/shipments/{draft}/")
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert str(draft) not in Client().get("/shipments/").content.decode()


def test_an_operation_that_is_not_public_shows_nothing(world: World, omar: User) -> None:
    shipment = world.sent(420)
    for page in ("/", "/shipments/", "/lines/", f"/search/?q={world.donor.name}"):
        assert str(shipment) not in Client().get(page).content.decode()


def test_every_page_of_an_illustrative_operation_says_so(
    world: World, shipment: Shipment, amina: User
) -> None:
    world.operation.illustrative = True
    world.operation.save()
    event = DeliveryEvent.objects.get(kind="received")
    pages = [page.format(shipment) for page in PAGES]
    pages += [
        "/shipments/new/",
        "/deliveries/new/",
        f"/shipments/{shipment}/deliver/",
        f"/deliveries/{event.key}/correct/",
        "/shipments/KA20-99999-1/",
    ]
    for page in pages:
        assert 'class="demo"' in signed_in(amina).get(page).content.decode(), page


def test_an_unknown_event_is_not_found(world: World, amina: User) -> None:
    answer = signed_in(amina).get(f"/deliveries/{uuid.uuid4()}/correct/")
    assert answer.status_code == 404
