"""Verbs: making API tokens."""

import secrets
from datetime import datetime

from django.db.models.functions import Now

from accounts.models import ApiToken, TokenScope, User
from accounts.querysets import digest_of

TOKEN_PREFIX = "aid_"  # noqa: S105 - what every secret begins with, no secret itself


def create_token(
    *, user: User, name: str, scope: TokenScope, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """This will make a token and return it with its secret, which is shown once and not stored."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        scope=scope,
        expires_at=expires_at,
        prefix=secret[:8],
        digest=digest_of(secret),
    )
    return token, secret


def note_token_use(*, token: ApiToken, at: datetime) -> None:
    """This will note that a token was used, once a day, so that reading hardly ever writes."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if token.last_used_at is None or token.last_used_at < midnight:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=Now())


def revoke_token(*, token: ApiToken) -> None:
    """This will end a token for good; its row stays, so that its past use can be read."""
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=Now())
