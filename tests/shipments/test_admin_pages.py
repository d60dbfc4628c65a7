"""The admin pages of goods, shipments and the ledger."""

import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from regions.models import Grant
from regions.rights import Role
from shipments.models import (
    DeliveryEvent,
    DeliveryLine,
    LineBalance,
    Operation,
    ReportedFigure,
    Shipment,
)
from tests import build
from tests.pages import form_of, send, words_of
from tests.world import World

READ_ONLY = [Shipment, DeliveryEvent, DeliveryLine, LineBalance]


@pytest.fixture
def admin_client(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


@pytest.fixture
def delivered(world: World, omar: User) -> Shipment:
    sent = world.sent()
    build.receive(sent, by=omar, received=380, damaged=20, reason="wet")
    return sent


def addresses(model: type) -> list[str]:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # type: ignore[attr-defined]
    row = model._default_manager.order_by("pk").first()  # type: ignore[attr-defined]
    below = (
        [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history")] if row else []
    )
    return [reverse(f"{name}_changelist"), *below]


def test_every_page_opens_without_inline_script_or_style(
    admin_client: Client, delivered: Shipment
) -> None:
    inline = re.compile(r'<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle="|\son[a-z]+="')
    for model in admin.site._registry:
        for address in addresses(model):
            answer = admin_client.get(address)
            assert answer.status_code == 200, address
            assert not inline.search(answer.content.decode()), address
            assert "unsafe-inline" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("model", READ_ONLY)
def test_the_ledger_is_only_looked_at(
    admin_client: Client, delivered: Shipment, model: type[Model]
) -> None:
    row = model._default_manager.first()
    assert row is not None
    address = reverse(f"admin:shipments_{model._meta.model_name}_change", args=[row.pk])
    assert admin_client.post(address, {"note": "x"}).status_code == 403
    assert 'name="_save"' not in admin_client.get(address).content.decode()


def test_every_page_says_that_the_demonstration_is_illustrative(
    admin_client: Client, world: World
) -> None:
    said = "the shipment details are illustrative"
    assert said not in admin_client.get(reverse("admin:index")).content.decode()
    Operation.objects.filter(pk=world.operation.pk).update(illustrative=True)
    for address in (reverse("admin:index"), reverse("admin:shipments_shipment_changelist")):
        assert said in admin_client.get(address).content.decode()


def test_add_leads_to_the_form_in_the_browser(admin_client: Client, ada: User) -> None:
    pages = [reverse("admin:shipments_deliveryevent_changelist"), reverse("admin:index")]
    add = reverse("admin:shipments_deliveryevent_add")
    # An admin records nothing, and is offered no form that would not open.
    assert not [page for page in pages if add in admin_client.get(page).content.decode()]
    Grant.objects.create(user=ada, role=Role.COORDINATOR)
    assert [page for page in pages if add in admin_client.get(page).content.decode()] == pages
    for answer in (admin_client.get(add), admin_client.post(add, {"kind": "received"})):
        assert answer.status_code == 302
        assert answer["Location"] == reverse("record-delivery")
    assert not DeliveryEvent.objects.exists()


def test_a_shipment_leads_to_its_page(admin_client: Client, delivered: Shipment) -> None:
    page = admin_client.get(reverse("admin:shipments_shipment_change", args=[delivered.pk]))
    assert reverse("shipment", args=[delivered.reference]) in page.content.decode()
    assert "partially received" in page.content.decode()


def count(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def fill(world: World, omar: User, number: int) -> None:
    for _each in range(number):
        sent = world.sent()
        build.receive(sent, by=omar, received=380, damaged=20, reason="wet")
        region = build.region(parent=world.north)
        place = build.destination(region=region)
        donor = build.donor()
        item = build.item()
        person = build.person(f"person-{place.code.lower()}")
        Grant.objects.create(user=person, role=Role.ANALYST, region=region)
        ReportedFigure.objects.create(
            operation=world.operation,
            source="Press",
            published_on="2020-11-25",
            stage="arrived",
            quantity=5,
            unit="t",
            donor=donor,
            item=item,
            region=region,
        )


def test_lists_take_the_same_queries_however_long_they_are(
    admin_client: Client, world: World, omar: User
) -> None:
    fill(world, omar, 2)
    lists = [addresses(model)[0] for model in admin.site._registry]
    few = {address: count(admin_client, address) for address in lists}
    fill(world, omar, 6)
    many = {address: count(admin_client, address) for address in lists}
    assert many == few
    assert max(many.values()) <= 12


def test_goods_are_found_in_any_script(admin_client: Client, world: World) -> None:
    world.donor.names = {"ru": "МЧС России"}
    world.donor.save()
    address = reverse("admin:shipments_donor_changelist")
    assert "mchs" in admin_client.get(address, {"q": "MÇS Rossii"}).content.decode()
    nothing = admin_client.get(address, {"q": "zzzzzz"}).content.decode()
    assert "Ministry of Emergencies" not in nothing


def test_the_choices_of_a_form_are_searched_in_any_script(
    admin_client: Client, world: World
) -> None:
    world.blankets.names = {"ru": "Одеяло"}
    world.blankets.save()
    answer = admin_client.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "shipments",
            "model_name": "reportedfigure",
            "field_name": "item",
            "term": "odeialo",
        },
    )
    assert [choice["text"] for choice in answer.json()["results"]] == ["Wool blanket"]


def operation_form(operation: Operation, **changes: object) -> dict[str, object]:
    return {
        "code": operation.code,
        "name": operation.name,
        "names": "{}",
        "contact": operation.contact,
        "starts_on": "",
        "ends_on": "",
        "time_zone": operation.time_zone,
        "name_order": "",
        "regions": [region.pk for region in operation.regions.all()],
        "embargo_hours": 24,
        **changes,
    }


def test_a_time_zone_that_nobody_keeps_is_refused_in_the_words_used_for_people(
    admin_client: Client, world: World
) -> None:
    address = reverse("admin:shipments_operation_change", args=[world.operation.pk])
    data = operation_form(world.operation, time_zone="Asia/Nowhere")
    page = admin_client.post(address, data).content.decode()
    assert "Asia/Nowhere is not a time zone. Use a name such as Asia/Yerevan or Asia/Baku." in page


def test_an_iati_identifier_with_a_space_is_refused_in_a_sentence(
    admin_client: Client, world: World
) -> None:
    address = reverse("admin:shipments_donor_change", args=[world.donor.pk])
    data = {"code": "mchs", "name": "Ministry", "names": "{}", "kind": "government"}
    page = admin_client.post(address, data | {"iati_id": "bad id"}).content.decode()
    assert "An IATI identifier has no spaces" in page
    admin_client.post(address, data | {"iati_id": "XM-DAC-7"})
    world.donor.refresh_from_db()
    assert world.donor.iati_id == "XM-DAC-7"


def test_the_time_zone_of_an_operation_in_use_is_kept_in_words(
    admin_client: Client, world: World, delivered: Shipment
) -> None:
    address = reverse("admin:shipments_operation_change", args=[world.operation.pk])
    data = operation_form(world.operation, time_zone="Europe/Paris", name="New name")
    answer = admin_client.post(address, data)
    assert answer.status_code == 200
    assert "stay as they are once it has shipments" in answer.content.decode()
    answer = admin_client.post(address, operation_form(world.operation, name="New name"))
    assert answer.status_code == 302
    assert Operation.objects.get().name == "New name"


def test_an_admin_may_not_record_aid_figures(admin_client: Client, delivered: Shipment) -> None:
    before = DeliveryEvent.objects.count()
    address = reverse("shipment-deliver", args=[delivered.reference])
    assert admin_client.post(address, {"1-received": "5"}).status_code in (403, 404)
    assert DeliveryEvent.objects.count() == before


@pytest.mark.parametrize(("language", "typed"), [("en", "1.5"), ("en", "1,5"), ("fr", "1,5")])
def test_decimals_are_read_and_written_as_in_the_forms_of_the_site(
    admin_client: Client, world: World, language: str, typed: str
) -> None:
    address = reverse("admin:shipments_item_change", args=[world.wood.pk])
    admin_client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    form = form_of(admin_client.get(address), holding="_save")
    assert send(admin_client, address, form, unit_weight_kg=typed).status_code == 302
    world.wood.refresh_from_db()
    assert world.wood.unit_weight_kg == Decimal("1.5")
    again = form_of(admin_client.get(address), holding="_save")
    assert again.fields["unit_weight_kg"] == ("1,5" if language == "fr" else "1.5")


def test_a_decimal_of_spaces_alone_is_none(admin_client: Client, world: World) -> None:
    address = reverse("admin:regions_destination_change", args=[world.hub.pk])
    form = form_of(admin_client.get(address), holding="_save")
    assert send(admin_client, address, form, latitude=" ", longitude="\t").status_code == 302
    world.hub.refresh_from_db()
    assert (world.hub.latitude, world.hub.longitude) == (None, None)


def test_a_decimal_with_two_readings_is_refused_in_a_sentence(
    admin_client: Client, world: World
) -> None:
    address = reverse("admin:shipments_item_change", args=[world.wood.pk])
    form = form_of(admin_client.get(address), holding="_save")
    page = send(admin_client, address, form, unit_weight_kg="1,234")
    assert "“1,234” can mean 1234 or 1,2340. Write 1234 or 1,2340." in words_of(page)
    assert form_of(page, holding="_save").fields["unit_weight_kg"] == "1,234"


@pytest.mark.parametrize("typed", ["44.512", "44,512"])
def test_degrees_have_no_thousands(admin_client: Client, world: World, typed: str) -> None:
    address = reverse("admin:regions_destination_change", args=[world.hub.pk])
    form = form_of(admin_client.get(address), holding="_save")
    assert send(admin_client, address, form, latitude=typed, longitude="46").status_code == 302
    world.hub.refresh_from_db()
    assert world.hub.latitude == Decimal("44.512")
