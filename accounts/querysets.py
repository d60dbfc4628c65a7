"""Questions about API tokens."""

import hashlib
from typing import Any, Self

from django.db import models
from django.db.models.functions import Now


class ApiTokenQuerySet(models.QuerySet[Any]):
    """Questions about tokens."""

    def live(self) -> Self:
        return self.filter(
            models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=Now()),
            revoked_at__isnull=True,
            user__is_active=True,
        )

    def visible_to(self, user: Any) -> Self:
        """This will find the person's own tokens; nobody sees another's."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()

    def for_secret(self, secret: str) -> Self:
        """This will find the live token whose secret is given; only the hash is stored."""
        return self.live().filter(digest=digest_of(secret)).select_related("user")


def digest_of(secret: str) -> str:
    """This will hash a token's secret; it has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
