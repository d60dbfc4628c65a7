"""Who asks, and what that person may do where, in one look."""

from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, OuterRef
from django.db.models.functions import JSONObject

from accounts.api.authentication import TokenAuthentication
from accounts.models import ApiToken, User
from accounts.querysets import digest_of
from regions.exports.compiled import Compiled
from regions.models import Grant
from regions.rights import keep_rights

# Stands in the compiled question where each request has its own secret.
ANY_SECRET = "aid_any"  # noqa: S105
TOKEN = [field.attname for field in ApiToken._meta.concrete_fields]
USER = [field.attname for field in User._meta.concrete_fields]


class TokenWithGrants(TokenAuthentication):
    """A token with its person and the person's grants; rights are those of this moment."""

    def token_for(self, secret: str) -> ApiToken | None:
        rows = question().fetch({digest_of(ANY_SECRET): digest_of(secret)})
        if not rows:
            return None
        (*values, grants) = rows[0]
        token: ApiToken = made(ApiToken, TOKEN, values[: len(TOKEN)])
        token.user = made(User, USER, values[len(TOKEN) :])
        token.user.token_scope = token.scope
        keep_rights(token.user, ((held["role"], held["path"]) for held in grants))
        return token


@cache
def question() -> Compiled:
    """This will compile the question once: building it costs more than all else of a request."""
    grants = Grant.objects.live().filter(user=OuterRef("user")).order_by()
    held = grants.values(held=JSONObject(role="role", path="region__path"))
    asked = ApiToken.objects.for_secret(ANY_SECRET).order_by()
    columns = [*TOKEN, *(f"user__{name}" for name in USER)]
    return Compiled(asked.values_list(*columns, ArraySubquery(held)))


def made(model: type[Model], names: list[str], values: list[Any]) -> Any:
    """This will make a row as a queryset does, from its values."""
    return model.from_db(DEFAULT_DB_ALIAS, names, values)
