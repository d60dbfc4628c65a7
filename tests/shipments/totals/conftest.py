"""Clients of the API, as in its own tests, and who reads what random histories come to."""

from typing import Any

import pytest

from accounts.models import User
from regions.models import Grant
from tests.api.conftest import as_user
from tests.shipments.totals.history import OWNER

__all__ = ["as_user"]


@pytest.fixture
def reader(committed: None) -> User:
    made: Any = User.objects.using(OWNER).create(username="z-reader")
    Grant.objects.using(OWNER).create(user_id=made.pk, role="analyst")
    return User.objects.get(pk=made.pk)
