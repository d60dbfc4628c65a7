"""Who asks: a token of a program, or the session of a browser."""

import base64
import binascii
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.services import TOKEN_PREFIX, note_token_use

UNKNOWN_TOKEN = _(
    "This token is not known, has run out or was taken back. Make a new one and send it as "
    "“Authorization: Bearer aid_…”."
)
UNREADABLE = _(
    "Send “Authorization: Bearer aid_…”, or the token as user name of Basic with an empty password."
)


class TokenAuthentication(BaseAuthentication):
    """A token as Bearer, or as user name of Basic for programs that know nothing else."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        secret = secret_in(header)
        if not secret.startswith(TOKEN_PREFIX):
            raise AuthenticationFailed(UNREADABLE, code="unreadable_token")
        token = self.token_for(secret)
        if token is None:
            raise AuthenticationFailed(UNKNOWN_TOKEN, code="unknown_token")
        note_token_use(token=token, at=timezone.now())
        user: User = token.user
        user.token_scope = token.scope
        return user, token

    def token_for(self, secret: str) -> ApiToken | None:
        """This will find the token; a subclass may read more with it in the same look."""
        found: ApiToken | None = ApiToken.objects.for_secret(secret).first()
        return found

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return 'Bearer realm="Aid tracker", Basic realm="Aid tracker"'


def secret_in(header: str) -> str:
    """This will find the token's secret in the header, "" where there is none."""
    scheme, _space, rest = header.partition(" ")
    rest = rest.strip()
    if scheme.lower() == "bearer":
        return rest if rest.isascii() else ""
    if scheme.lower() != "basic":
        return ""
    try:
        name, colon, password = base64.b64decode(rest, validate=True).decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        return ""
    return name if colon and not password else ""


def token_of(request: Any) -> ApiToken | None:
    """This will give the token that the request came with."""
    return request.auth if isinstance(request.auth, ApiToken) else None
