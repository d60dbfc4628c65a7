"""Questions about imports."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from regions.rights import Role, rights_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


REPLACING = Q(state="changed", decision="replace")
SOUND = Q(state__in=("ready", "warning"))


class ImportRunQuerySet(models.QuerySet[Any]):
    """Questions about imports."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find one's own imports; an admin or auditor of everywhere sees all."""
        rights = rights_of(user)
        if not rights.is_known:
            return self.none()
        if rights.holds_in(Role.ADMIN, "/") or rights.holds_in(Role.AUDITOR, "/"):
            return self
        return self.filter(sender_id=user.pk)

    def due(self, *, at: datetime) -> Self:
        """This will find the runs a worker has to go on with: free, or left by one that died."""
        return (
            self.exclude(step="")
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at))
            .order_by("pk")
        )


class ImportRowQuerySet(models.QuerySet[Any]):
    """Questions about the rows of an import."""

    def waiting(self) -> Self:
        """This will find the rows that are to be imported; those that replace something first."""
        first = models.Case(models.When(REPLACING, then=0), default=1)
        return self.filter(REPLACING | SOUND).order_by(first, "number")

    def sound(self) -> Self:
        """This will find the rows that are to be imported and replace nothing."""
        return self.filter(SOUND)

    def replacing(self) -> Self:
        """This will find the rows that are to take the place of what is there."""
        return self.filter(REPLACING)

    def undecided(self) -> Self:
        """This will find the rows that differ from what is there, and nobody said which holds."""
        return self.filter(state="changed", decision="")

    def counted(self) -> dict[str, int]:
        """This will count the rows by what became of them."""
        return dict(self.order_by().values_list("state").annotate(rows=models.Count("pk")))
