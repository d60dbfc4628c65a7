"""Clients of the API: one for each of the cast, by token."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

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
