"""Who may enter the admin pages, and what may be done there."""

from collections.abc import Mapping

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken, TokenScope, User
from accounts.services import create_token
from regions.models import Destination, Grant, PlaceName, Region
from regions.rights import Role
from tests import build
from tests.world import World

ROLES = [role for role in Role if role != Role.ADMIN]


def lists() -> list[str]:
    return [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]


@pytest.fixture
def admin_client(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def test_an_admin_sees_every_list(admin_client: Client) -> None:
    for address in [reverse("admin:index"), *lists()]:
        assert admin_client.get(address).status_code == 200, address


@pytest.mark.parametrize("role", ROLES)
def test_no_other_role_enters(client: Client, world: World, role: Role) -> None:
    client.force_login(build.person("someone", (role, None)))
    for address in [reverse("admin:index"), *lists()]:
        assert client.get(address).status_code == 403, address


def test_a_stranger_and_a_superuser_without_the_role_do_not_enter(
    client: Client, stranger: User
) -> None:
    client.force_login(stranger)
    assert client.get(reverse("admin:index")).status_code == 403
    User.objects.filter(pk=stranger.pk).update(is_superuser=True, is_staff=True)
    assert client.get(reverse("admin:index")).status_code == 403


def test_the_admin_of_one_region_does_not_enter(client: Client, world: World) -> None:
    client.force_login(build.person("someone", (Role.ADMIN, world.north)))
    assert client.get(reverse("admin:index")).status_code == 403


def test_what_is_not_there_looks_like_what_one_may_not_see(client: Client, chen: User) -> None:
    client.force_login(chen)
    there = client.get(reverse("admin:accounts_user_change", args=[chen.pk]))
    missing = client.get(reverse("admin:accounts_user_change", args=[999_999]))
    assert there.status_code == missing.status_code == 403


def test_without_signing_in_one_is_asked_to(client: Client, db: None) -> None:
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"


def test_a_grant_taken_back_works_on_the_next_request(admin_client: Client, ada: User) -> None:
    assert admin_client.get(reverse("admin:index")).status_code == 200
    Grant.objects.filter(user=ada).update(until=timezone.now())
    assert admin_client.get(reverse("admin:index")).status_code == 403


def test_nobody_deletes(admin_client: Client, world: World) -> None:
    for address in lists():
        assert "delete_selected" not in admin_client.get(address).content.decode()
    for name, row in (("regions_region", world.north), ("shipments_donor", world.donor)):
        address = reverse(f"admin:{name}_delete", args=[row.pk])
        assert admin_client.post(address, {"post": "yes"}).status_code == 403
    assert Region.objects.filter(pk=world.north.pk).exists()


def grant_form(person: User, *rows: Mapping[str, object]) -> dict[str, object]:
    data: dict[str, object] = {
        "username": person.username,
        "name": "Zoë",
        "email": "",
        "language": "en",
        "time_zone": "UTC",
        "is_active": "on",
        "grants-TOTAL_FORMS": len(rows),
        "grants-INITIAL_FORMS": 0,
        "grants-MIN_NUM_FORMS": 0,
        "grants-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows):
        data |= {f"grants-{number}-{name}": value for name, value in row.items()}
    return data


def test_an_admin_invites_a_person_and_grants_a_role(admin_client: Client, world: World) -> None:
    invited = User(username="zoe")
    row = {"role": "coordinator", "region": world.north.pk, "until_0": "", "until_1": ""}
    data = grant_form(invited, row)
    answer = admin_client.post(reverse("admin:accounts_user_add"), data)
    assert answer.status_code == 302
    zoe = User.objects.get(username="zoe")
    assert not zoe.has_usable_password()
    assert list(zoe.grants.values_list("role", "region__code")) == [("coordinator", "AA-N")]


def test_a_time_zone_that_nobody_keeps_is_refused(admin_client: Client, stranger: User) -> None:
    data = grant_form(stranger) | {"time_zone": "Asia/Nowhere", "language": "xx"}
    answer = admin_client.post(reverse("admin:accounts_user_change", args=[stranger.pk]), data)
    page = answer.content.decode()
    assert "Asia/Nowhere is not a time zone. Use a name such as Asia/Yerevan or Asia/Baku." in page
    assert "xx is not one of the available choices" in page


def test_the_same_grant_twice_is_refused_in_words(admin_client: Client, stranger: User) -> None:
    row = {"role": "analyst", "region": "", "until_0": "", "until_1": ""}
    data = grant_form(stranger, row, row)
    answer = admin_client.post(reverse("admin:accounts_user_change", args=[stranger.pk]), data)
    assert answer.status_code == 200
    assert "This stands here already." in answer.content.decode()
    assert not stranger.grants.exists()


def test_a_grant_that_stands_already_is_refused_in_words(
    admin_client: Client, stranger: User
) -> None:
    Grant.objects.create(user=stranger, role=Role.ANALYST)
    row = {"role": "analyst", "region": "", "until_0": "", "until_1": ""}
    data = grant_form(stranger, row)
    answer = admin_client.post(reverse("admin:accounts_user_change", args=[stranger.pk]), data)
    assert answer.status_code == 200
    assert "This person holds this role there already." in answer.content.decode()


def test_making_a_link_is_an_act_of_its_own_and_stands_in_the_history(
    admin_client: Client, stranger: User
) -> None:
    address = reverse("admin:accounts_user_link", args=[stranger.pk])
    assert admin_client.get(address).status_code == 405
    assert "/accounts/link/" in admin_client.post(address).content.decode()
    history = admin_client.get(reverse("admin:accounts_user_history", args=[stranger.pk]))
    assert "Made a one-time link." in history.content.decode()


def test_only_an_admin_makes_links(client: Client, chen: User, stranger: User) -> None:
    client.force_login(chen)
    address = reverse("admin:accounts_user_link", args=[stranger.pk])
    assert client.post(address).status_code == 403


def test_an_admin_ends_a_token_but_never_sees_its_secret(admin_client: Client, chen: User) -> None:
    token, secret = create_token(user=chen, name="excel", scope=TokenScope.READ)
    address = reverse("admin:accounts_apitoken_changelist")
    shown = admin_client.get(address).content.decode()
    assert token.prefix in shown
    assert secret not in shown
    assert token.digest not in shown
    admin_client.post(address, {"action": "revoke", "_selected_action": [token.pk]})
    assert ApiToken.objects.get().revoked_at is not None


NO_NAMES = {
    "place_names-TOTAL_FORMS": 0,
    "place_names-INITIAL_FORMS": 0,
    "place_names-MIN_NUM_FORMS": 0,
    "place_names-MAX_NUM_FORMS": 1000,
}


def region_form(region: Region, **changes: object) -> dict[str, object]:
    return {
        "code": region.code,
        "name": region.name,
        "parent": region.parent_id or "",
        "pcode": "",
        "pcode_source": "",
        "valid_from": "",
        "valid_to": "",
        "boundary": "",
        **NO_NAMES,
        **changes,
    }


def test_a_region_below_itself_is_refused_in_words(admin_client: Client, world: World) -> None:
    address = reverse("admin:regions_region_change", args=[world.country.pk])
    data = region_form(world.country, parent=world.north.pk, name="Renamed")
    answer = admin_client.post(address, data)
    assert answer.status_code == 200
    assert "A region cannot lie below itself." in answer.content.decode()
    assert "Renamed" in answer.content.decode()


def test_regions_deeper_than_four_are_refused_in_words(admin_client: Client, world: World) -> None:
    third = build.region("AA-N-1", parent=world.north)
    fourth = build.region("AA-N-1-1", parent=third)
    new = Region(code="AA-N-1-1-1", name="Too deep", parent=fourth)
    answer = admin_client.post(reverse("admin:regions_region_add"), region_form(new))
    assert "Regions nest at most four deep" in answer.content.decode()


def test_a_place_is_found_by_its_name_in_another_script(admin_client: Client, world: World) -> None:
    PlaceName.objects.create(
        destination=world.hub, text="Шуша", language="ru", script="Cyrl", authority="press"
    )
    found = admin_client.get(reverse("admin:regions_destination_changelist"), {"q": "Şuşa"})
    page = found.content.decode()
    assert "NORTH-HUB" in page
    assert "SOUTH-DEPOT" not in page


def test_names_of_a_place_are_added_with_it(admin_client: Client, world: World) -> None:
    data = {
        "code": "NEW-HUB",
        "name": "New hub",
        "kind": "warehouse",
        "region": world.north.pk,
        "latitude": "",
        "longitude": "",
        **NO_NAMES,
        "place_names-TOTAL_FORMS": 1,
        "place_names-0-text": "Նոր կենտրոն",
        "place_names-0-language": "hy",
        "place_names-0-script": "Armn",
        "place_names-0-authority": "",
    }
    assert admin_client.post(reverse("admin:regions_destination_add"), data).status_code == 302
    assert Destination.objects.named("nor kentron").get().code == "NEW-HUB"


def test_changes_stand_in_the_history_of_a_record(admin_client: Client, world: World) -> None:
    address = reverse("admin:regions_region_change", args=[world.north.pk])
    admin_client.post(address, region_form(world.north, name="Far north"))
    history = admin_client.get(reverse("admin:regions_region_history", args=[world.north.pk]))
    assert "Changed Name." in history.content.decode()
