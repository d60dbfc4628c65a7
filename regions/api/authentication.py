"""Who asks, and what that person may do where, in one look."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from rest_framework.request import Request

from accounts.api.authentication import TokenAuthentication
from accounts.models import ApiToken, User
from accounts.querysets import ApiTokenQuerySet
from regions.models import Grant
from regions.rights import keep_rights


class TokenWithGrants(TokenAuthentication):
    """A token with its person and the person's grants; rights are those of this moment."""

    def tokens(self, secret: str) -> ApiTokenQuerySet:
        grants = Grant.objects.live().filter(user=OuterRef("user")).order_by()
        held = grants.values(held=JSONObject(role="role", path="region__path"))
        found: ApiTokenQuerySet = super().tokens(secret).annotate(grants=ArraySubquery(held))
        return found

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        found = super().authenticate(request)
        if found is not None:
            user, token = found
            keep_rights(user, ((held["role"], held["path"]) for held in token.grants))  # type: ignore[attr-defined]
        return found
