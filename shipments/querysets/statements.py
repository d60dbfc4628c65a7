"""Questions about reported figures and needs."""

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def operations_of(user: "User | AnonymousUser") -> Any:
    return apps.get_model("shipments", "Operation")._default_manager.visible_to(user)


class ReportedFigureQuerySet(models.QuerySet[Any]):
    """Questions about reported figures."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find the statements about the operations the person may see."""
        return self.filter(operation__in=operations_of(user))


class NeedLineQuerySet(models.QuerySet[Any]):
    """Questions about needs."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find the needs assessed in the operations the person may see."""
        return self.filter(assessment__operation__in=operations_of(user))
