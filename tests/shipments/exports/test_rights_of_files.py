"""A prepared file is kept with what its reader might see, and given out as long as that holds."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from regions.models import Grant
from regions.rights import Role
from shipments.models import ExportFile, Operation
from shipments.services.exports import request_export
from shipments.tasks import make_export_file
from tests import build
from tests.api.conftest import ApiClient, Ask
from tests.world import World


def made_for(user: User | None) -> str:
    """This will prepare a file and give its address."""
    export = request_export(by=user, resource="lines", query="", file_format="csv", rows=9)
    make_export_file(str(export.pk))
    return f"/api/v1/exports/{export.pk}"


def given_out(client: ApiClient, address: str) -> bool:
    """This will fetch the file, and see that a refusal says why and how to go on."""
    state: Any = client.get(address)
    answer: Any = client.get(f"{address}/file")
    if answer.status_code == 200:
        assert answer.getvalue().startswith(b"event,")
        assert state.json()["links"]["file"].endswith(f"{address}/file")
        return True
    assert answer.status_code == 410
    assert answer.json()["errors"][0]["code"] == "rights_changed"
    assert state.json()["links"]["file"] is None
    assert "Ask for it again." in state.json()["detail"]
    return False


def ended(world: World, user: User) -> None:
    Grant.objects.filter(user=user).delete()


def run_out(world: World, user: User) -> None:
    Grant.objects.filter(user=user).update(until="2020-11-25T00:00:00Z")


def narrowed(world: World, user: User) -> None:
    Grant.objects.filter(user=user).update(region=world.north)


def moved(world: World, user: User) -> None:
    world.operation.regions.clear()


def widened(world: World, user: User) -> None:
    Grant.objects.filter(user=user).update(region=None)


def other_role(world: World, user: User) -> None:
    Grant.objects.filter(user=user).update(role=Role.AUDITOR)


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (ended, False),
        (run_out, False),
        (narrowed, False),
        (moved, False),
        (widened, True),
        (other_role, True),
    ],
)
def test_a_file_is_given_out_while_its_reader_sees_all_that_is_in_it(
    as_user: Ask, world: World, omar: User, change: Callable[[World, User], None], kept: bool
) -> None:
    world.sent()
    client, address = as_user(omar), made_for(omar)
    assert given_out(client, address)
    change(world, omar)
    assert given_out(client, address) == kept
    if not kept:
        assert given_out(client, made_for(omar))


def test_a_file_asked_for_with_more_rights_is_made_with_those_of_its_making(
    as_user: Ask, world: World, omar: User
) -> None:
    world.sent()
    export = request_export(by=omar, resource="lines", query="", file_format="csv", rows=9)
    ended(world, omar)
    make_export_file(str(export.pk))
    assert given_out(as_user(omar), f"/api/v1/exports/{export.pk}")


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"public": False}, False),
        ({"embargo_hours": 48}, False),
        ({"embargo_hours": 1}, True),
    ],
)
def test_a_file_of_the_public_is_given_out_while_all_in_it_is_public(
    as_user: Ask, world: World, change: dict[str, Any], kept: bool
) -> None:
    Operation.objects.update(public=True, embargo_hours=24)
    client, address = as_user(None), made_for(None)
    assert given_out(client, address)
    Operation.objects.update(**change)
    assert given_out(client, address) == kept


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ANALYST])
def test_a_file_of_what_everybody_sees_is_made_and_kept_as_the_publics(
    as_user: Ask, world: World, role: Role
) -> None:
    Operation.objects.update(public=True, embargo_hours=0)
    shipment = world.sent(consignor="canary-consignor")
    away = build.person("boris", (role, build.region("BB")))
    asked = {"resource": "shipments", "query": "standpoint=public", "file_format": "csv"}
    export = request_export(by=away, rows=9, **asked)
    make_export_file(str(export.pk))
    export.refresh_from_db()
    address, client = f"/api/v1/exports/{export.pk}/file", as_user(away)
    written = client.get(address).getvalue().decode()
    assert shipment.reference in written
    assert "canary" not in written
    Operation.objects.update(public=False)
    assert client.get(address).status_code == 410


def test_a_person_deactivated_fetches_nothing(as_user: Ask, world: World, omar: User) -> None:
    client, address, browser = as_user(omar), made_for(omar), Client()
    browser.force_login(omar)
    User.objects.filter(pk=omar.pk).update(is_active=False)
    assert client.get(f"{address}/file").status_code == 401
    assert browser.get(f"{address}/file").status_code == 404
    User.objects.filter(pk=omar.pk).update(is_active=True)
    assert given_out(client, address)


def test_a_file_of_which_nobody_wrote_down_the_rights_is_kept_back(
    as_user: Ask, world: World, omar: User
) -> None:
    address = made_for(omar)
    ExportFile.objects.update(made_with=None)
    assert not given_out(as_user(omar), address)
