"""Questions about published totals."""

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, Q, TextField, When

from regions.rights import rights_of
from shipments.querysets.saved import CodedQuerySet
from shipments.querysets.statements import operations_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class SnapshotQuerySet(CodedQuerySet):
    """Questions about published totals."""

    letter = "K"

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find what was made for everybody and what was made with no wider rights.

        What was made for everybody is, as long as its operation is public.
        """
        rights = rights_of(user)
        if rights.reads_everywhere:
            return self
        public = Q(standpoint="public", operation__public=True)
        if not rights.is_known:
            return self.filter(public)
        regions = apps.get_model("regions", "Region")._default_manager
        seen = regions.below(*rights.reading_paths).order_by().values("code")
        return self.filter(
            public | Q(standpoint="regions", regions__contained_by=ArraySubquery(seen))
        )


def maker(user: "User | AnonymousUser", field: str) -> Case:
    """This will name who published: to those who work in the same operation, not to everybody."""
    hidden = Q(standpoint="public") & ~Q(operation__in=operations_of(user))
    return Case(When(hidden, then=None), default=F(field), output_field=TextField())
