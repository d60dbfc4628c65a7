"""Questions about files prepared in the background."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class ExportFileQuerySet(models.QuerySet[Any]):
    """Questions about files prepared in the background."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find the files the person asked for; others are nobody's business.

        Readers without an account share theirs, which hold nothing but what is published.
        """
        return self.filter(owner_id=user.pk if user.is_authenticated else None)

    def due(self, *, at: datetime) -> Self:
        """This will find the files to be made: queued, or left by a worker that went away."""
        return self.filter(Q(status="queued") | Q(status="working", lease_until__lt=at)).order_by(
            "created_at"
        )
