"""Questions about what analysts keep: saved queries."""

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from regions.rights import Role, rights_of
from shipments.querysets.statements import operations_of
from text.check_digits import parse_lettered_code

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


# Longer is no code, whatever stands between its signs.
LONGEST_TYPED = 40


class CodedQuerySet(models.QuerySet[Any]):
    """Questions about rows whose code is a letter, a number and a check digit."""

    letter = ""

    def coded(self, text: str) -> Self:
        """This will find the row of a code, however it is typed; nothing by what is none."""
        code = parse_lettered_code(text[:LONGEST_TYPED], letter=self.letter).canonical
        return self.none() if code is None else self.filter(code=code)


class SavedQueryQuerySet(CodedQuerySet):
    """Questions about saved queries."""

    letter = "T"

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find one's own, and those shared with an operation that the person sees.

        An admin or auditor of everywhere sees all, a reader without a role none: what is kept
        here are words of people who work with the figures.
        """
        rights = rights_of(user)
        if not rights.is_known:
            return self.none()
        if rights.holds_in(Role.ADMIN, "/") or rights.holds_in(Role.AUDITOR, "/"):
            return self
        return self.filter(Q(owner_id=user.pk) | Q(operation__in=operations_of(user)))

    def live(self) -> Self:
        """This will leave out what was retired."""
        return self.filter(retired_at__isnull=True)

    def with_question(self) -> Self:
        """This will add ``query``, ``version`` and ``changed_at`` of the newest version."""
        versions = apps.get_model("shipments", "SavedQueryVersion")._default_manager
        newest = versions.filter(saved_query=OuterRef("pk")).order_by("-number")
        return self.annotate(
            query=Subquery(newest.values("query")[:1]),
            version=Subquery(newest.values("number")[:1]),
            changed_at=Subquery(newest.values("made_at")[:1]),
        )
