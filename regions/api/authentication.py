"""Who asks, and what that person may do where, in one look."""

from functools import cache
from typing import Any

from django.contrib.auth.backends import ModelBackend
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

# Stand in the compiled questions where each request has its own secret or person.
ANY_SECRET = "aid_any"  # noqa: S105
ANY_PERSON = -1
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
        token.user = person(values[len(TOKEN) :], grants, token.scope)
        return token


class PersonWithGrants(ModelBackend):
    """Who signed in with a password, found on each request with the grants of this moment."""

    def get_user(self, user_id: Any) -> User | None:
        rows = question_by_session().fetch({ANY_PERSON: user_id})
        if not rows:
            return None
        (*values, grants) = rows[0]
        user = person(values, grants)
        return user if self.user_can_authenticate(user) else None


def person(values: list[Any], grants: list[dict[str, Any]], scope: str | None = None) -> User:
    """This will make a person of the values of USER, who knows the own rights already."""
    user: User = made(User, USER, values)
    user.token_scope = scope
    keep_rights(user, ((held["role"], held["path"]) for held in grants))
    return user


@cache
def question() -> Compiled:
    """This will compile the question once: building it costs more than all else of a request."""
    asked = ApiToken.objects.for_secret(ANY_SECRET).order_by()
    columns = [*TOKEN, *(f"user__{name}" for name in USER)]
    return Compiled(asked.values_list(*columns, grants_of("user")))


@cache
def question_by_session() -> Compiled:
    """This will compile what is asked of each session, once like ``question``."""
    asked = User.objects.filter(pk=ANY_PERSON).order_by()
    return Compiled(asked.values_list(*USER, grants_of("pk")))


def grants_of(column: str) -> ArraySubquery:
    grants = Grant.objects.live().filter(user=OuterRef(column)).order_by()
    return ArraySubquery(grants.values(held=JSONObject(role="role", path="region__path")))


def made(model: type[Model], names: list[str], values: list[Any]) -> Any:
    """This will make a row as a queryset does, from its values."""
    return model.from_db(DEFAULT_DB_ALIAS, names, values)
