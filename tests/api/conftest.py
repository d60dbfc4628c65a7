"""Clients of the API: one for each of the cast, by token."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import TokenScope, User
from accounts.services import create_token


class ApiClient(Client):
    """Sends JSON and a token."""

    def send(self, path: str, body: Any = None, *, method: str = "POST", **headers: str) -> Any:
        """This will send JSON to an address below /api/v1/."""
        return self.generic(
            method,
            f"/api/v1/{path}",
            data=body if isinstance(body, str | bytes) else dumped(body),
            content_type=headers.pop("content_type", "application/json"),
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    def read(self, path: str, status: int = 200, **headers: str) -> Any:
        """This will read an address below /api/v1/ and give its JSON."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.get(f"/api/v1/{path}", headers=names)
        assert answer.status_code == status, answer.content
        return answer.json()


def dumped(body: Any) -> str:
    import json

    return json.dumps(body, default=str)


def asked_again(client: ApiClient, path: str) -> tuple[Any, list[str]]:
    """This will ask with the tag of the answer before, and give the answer and its statements.

    A tag holds until somebody commits, on this server or its other bases: then it asks anew.
    """
    for _ in range(50):
        first = client.get(f"/api/v1/{path}")
        first.close()
        with CaptureQueriesContext(connection) as captured:
            again = client.get(f"/api/v1/{path}", headers={"If-None-Match": first["ETag"]})
        again.close()
        if again.status_code == 304:
            assert again["ETag"] == first["ETag"]
            break
    return again, [query["sql"] for query in captured.captured_queries]


Ask = Callable[..., ApiClient]


@pytest.fixture
def as_user(db: None) -> Ask:
    def client(user: User | None, scope: TokenScope = TokenScope.MANAGE) -> ApiClient:
        cache.clear()
        if user is None:
            return ApiClient()
        _token, secret = create_token(user=user, name="test", scope=scope)
        return ApiClient(headers={"Authorization": f"Bearer {secret}"})

    return client
