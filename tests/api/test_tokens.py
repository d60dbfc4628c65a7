"""Who asks: tokens, Basic, sessions."""

import base64
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, TokenScope, User
from accounts.services import create_token
from regions.api.authentication import TokenWithGrants
from regions.rights import rights_of
from tests.api.conftest import Ask
from tests.pages import signed_in
from tests.world import World


def basic(name: str, password: str = "") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def test_the_command_prints_a_token_that_works(chen: User) -> None:
    out = StringIO()
    call_command("create_token", "chen", "--scope", "record", stdout=out)
    secret = out.getvalue().strip()
    assert secret.startswith("aid_")
    assert ApiToken.objects.get().scope == "record"
    assert secret not in str(ApiToken.objects.values())
    answer = Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/tokens")
    assert answer.status_code == 200
    with pytest.raises(CommandError, match="chen"):
        call_command("create_token", "nobody")


def test_the_token_is_a_user_name_with_an_empty_password(chen: User) -> None:
    _token, secret = create_token(user=chen, name="Excel", scope=TokenScope.READ)
    assert Client(headers=basic(secret)).get("/api/v1/tokens").status_code == 200
    assert Client(headers=basic(secret, "x")).get("/api/v1/tokens").status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer aid_wrong", "Bearer", "Bearer x", "Basic !!!", "Basic YQ==", "Digest x", "é"]
)
def test_a_wrong_token_is_refused_even_for_public_lists(db: None, header: str) -> None:
    answer = Client(headers={"Authorization": header}).get("/api/v1/regions")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_ends(chen: User) -> None:
    now = timezone.now()
    for change in (
        {"expires_at": now - timedelta(seconds=1)},
        {"revoked_at": now},
    ):
        token, secret = create_token(user=chen, name="x", scope=TokenScope.READ)
        client = Client(headers={"Authorization": f"Bearer {secret}"})
        assert client.get("/api/v1/donors").status_code == 200
        ApiToken.objects.filter(pk=token.pk).update(**change)
        assert client.get("/api/v1/donors").status_code == 401
    User.objects.filter(pk=chen.pk).update(is_active=False)
    _token, secret = create_token(user=chen, name="x", scope=TokenScope.READ)
    answer = Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/donors")
    assert answer.status_code == 401


def test_the_last_use_is_noted_once_a_day(as_user: Ask, chen: User) -> None:
    client = as_user(chen)
    client.get("/api/v1/donors")
    noted = ApiToken.objects.get().last_used_at
    client.get("/api/v1/donors")
    assert noted is not None
    assert ApiToken.objects.get().last_used_at == noted


def test_tokens_are_made_shown_once_and_taken_back(as_user: Ask, chen: User, amina: User) -> None:
    client = as_user(chen)
    made = client.send("tokens", {"name": "Notebook", "scope": "read"})
    assert made.status_code == 201, made.content
    secret, prefix = made.json()["token"], made.json()["prefix"]
    assert secret.encode() not in client.get("/api/v1/tokens").content
    as_user(amina)
    other = as_user(amina).send(f"tokens/{prefix}/revoke")
    assert other.status_code == 404
    assert client.send(f"tokens/{prefix}/revoke").status_code == 204
    answer = Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/donors")
    assert answer.status_code == 401


def test_a_weak_token_makes_no_other(as_user: Ask, amina: User) -> None:
    for scope in (TokenScope.READ, TokenScope.RECORD):
        answer = as_user(amina, scope).send("tokens", {"name": "x", "scope": "manage"})
        assert answer.status_code == 403
    assert as_user(None).send("tokens", {"name": "x"}).status_code == 401


def test_a_session_needs_the_csrf_token_to_write(amina: User, world: World) -> None:
    client = signed_in(amina, Client(enforce_csrf_checks=True))
    assert client.get("/api/v1/shipments").status_code == 200
    answer = client.post("/api/v1/deliveries", data="{}", content_type="application/json")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_a_grant_taken_back_is_gone_on_the_next_request(
    as_user: Ask, amina: User, world: World
) -> None:
    client = as_user(amina)
    world.sent()
    assert client.read("shipments")["count"] == 1
    amina.grants.all().delete()
    assert client.read("shipments")["count"] == 0


def test_a_request_knows_token_and_person_whole(amina: User) -> None:
    made, secret = create_token(user=amina, name="program", scope=TokenScope.READ)
    for _ in range(2):
        found = TokenWithGrants().token_for(secret)
        assert found is not None
        assert vars_of(found) == vars_of(ApiToken.objects.get(pk=made.pk))
        assert vars_of(found.user) == vars_of(User.objects.get(pk=amina.pk))
        assert rights_of(found.user).paths == rights_of(amina).paths


def vars_of(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
