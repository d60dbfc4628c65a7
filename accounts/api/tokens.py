"""Tokens: made by their owner, shown once, taken back, never deleted."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from accounts.models import ApiToken, TokenScope, User
from accounts.services import create_token, revoke_token
from text.bodies import Body
from text.listings import Column, Kind, Listing

MOST_TOKENS = 100

TOKENS = Listing(
    name="tokens",
    columns=(
        Column("prefix"),
        Column("name"),
        Column("scope", choices=TokenScope),
        Column("created_at", kind=Kind.MOMENT),
        Column("expires_at", kind=Kind.MOMENT),
        Column("last_used_at", kind=Kind.MOMENT),
        Column("revoked_at", kind=Kind.MOMENT),
    ),
    rows=lambda reader: ApiToken.objects.visible_to(reader.user),
    order=("-created_at", "id"),
    key="prefix",
)


def make_token(request: Request) -> dict[str, Any]:
    """This will make a token for the sender, no stronger than the one it was asked with."""
    body = Body(request.data)
    name = body.text("name", required=True, longest=100)
    scope = body.text("scope", choices=TokenScope.values) or TokenScope.READ
    expires_at = body.moment("expires_at")
    body.finish()
    user = request.user
    if not isinstance(user, User) or is_weak(user):
        raise PermissionDenied(_("Sign in, or send a token of the scope manage."))
    if ApiToken.objects.live().visible_to(user).count() >= MOST_TOKENS:
        sentence = _("You have %(limit)s tokens. Take one back first.")
        raise ValidationError(sentence, code="too_many", params={"limit": MOST_TOKENS})
    token, secret = create_token(
        user=user, name=name, scope=TokenScope(scope), expires_at=expires_at
    )
    return {
        "token": secret,
        "prefix": token.prefix,
        "name": token.name,
        "scope": token.scope,
        "expires_at": token.expires_at,
    }


def take_back(request: Request, prefix: str) -> None:
    """This will end the sender's token that begins so; a weaker token can only end itself."""
    if "\x00" in prefix:
        raise Http404
    token = ApiToken.objects.visible_to(request.user).filter(prefix=prefix[:12]).first()
    if token is None:
        raise Http404
    if is_weak(request.user) and token != request.auth:
        raise PermissionDenied(_("Sign in, or send a token of the scope manage."))
    revoke_token(token=token)


def is_weak(user: Any) -> bool:
    """This will say whether the sender came with a token that only reads or records."""
    return user.token_scope not in (None, TokenScope.MANAGE)
