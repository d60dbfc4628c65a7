"""Clients of the API, as in its own tests."""

from tests.api.conftest import as_user

__all__ = ["as_user"]
