"""Verbs: making API tokens."""

import secrets
from datetime import datetime

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
