"""Questions about operations, donors, categories and items."""

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q

from regions.querysets import NamedQuerySet, under
from regions.rights import rights_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class OperationQuerySet(NamedQuerySet):
    """Questions about operations."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find the operations that work where the person holds a role.

        A reader without a role sees the public ones.
        """
        rights = rights_of(user)
        if not rights.is_known:
            return self.filter(public=True)
        if rights.reads_everywhere:
            return self
        return self.filter(Exists(self.areas_touching(rights.reading_paths)))

    def areas_touching(self, paths: tuple[str, ...]) -> Any:
        """This will find the links to regions that lie in one of the subtrees, or around it."""
        areas = self.model._meta.get_field("regions").remote_field.through.objects
        touching = under("region__path", paths)
        for path in paths:
            touching |= Q(region__path__in=prefixes(path))
        return areas.filter(touching, operation_id=OuterRef("pk"))


class MergeableQuerySet(NamedQuerySet):
    """Questions about reference data in which doubles are merged."""

    def current(self) -> Self:
        """This will leave out rows that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Who holds a role sees all; a reader without one sees what public shipments name."""
        if rights_of(user).is_known:
            return self
        return self.filter(Exists(self.public_lines(user)))

    def public_lines(self, user: "User | AnonymousUser") -> Any:
        lines = self.model._meta.get_field("lines").related_model
        column = self.model._meta.model_name
        return lines._default_manager.visible_to(user).filter(**{column: OuterRef("pk")})


class DonorQuerySet(MergeableQuerySet):
    """Questions about donors."""


class ItemQuerySet(MergeableQuerySet):
    """Questions about items."""


class CategoryQuerySet(NamedQuerySet):
    """Questions about categories."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:  # noqa: ARG002
        """Categories name clusters: everyone may see them."""
        return self


def prefixes(path: str) -> list[str]:
    """This will list the paths around a region: ``/1/12/`` gives ``/1/`` and ``/1/12/``."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: depth + 1]) + "/" for depth in range(len(parts))]
