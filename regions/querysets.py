"""Questions about places, population and grants."""

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Now

from regions.rights import rights_of
from text.folding import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class NamedQuerySet(models.QuerySet[Any]):
    """Questions about anything that has names."""

    def in_language_order(self, language: str) -> Self:
        """This will sort by name as readers of the language expect."""
        return self.order_by(KT(f"sort_keys__{language}"), "pk")

    def named(self, words: str) -> Self:
        """This will find rows whose names hold the words, in any script, or resemble them."""
        folded = fold(words)
        if not folded:
            return self.none()
        return self.filter(self.names_match(folded)).distinct()

    def names_match(self, folded: str) -> Q:
        return Q(folded__contains=folded) | Q(folded__trigram_word_similar=folded)


class PlaceQuerySet(NamedQuerySet):
    """Questions about places, which have further names in rows of their own."""

    place = ""

    def names_match(self, folded: str) -> Q:
        names = apps.get_model("regions", "PlaceName").objects.filter(
            Q(folded__contains=folded) | Q(folded__trigram_word_similar=folded),
            **{self.place: OuterRef("pk")},
        )
        return super().names_match(folded) | Q(Exists(names))


class RegionQuerySet(PlaceQuerySet):
    """Questions about regions."""

    place = "region"

    def subtree(self, *codes: str) -> Self:
        """This will find the regions with these codes and everything below them."""
        roots = self.model._default_manager.filter(code__in=codes).values_list("path", flat=True)
        return self.below(*roots)

    def below(self, *paths: str) -> Self:
        """This will find the regions whose path begins with one of the given paths."""
        return self.filter(under("path", paths))

    def visible_to(self, user: object) -> Self:  # noqa: ARG002
        """Regions are public geography: everyone may see them all."""
        return self


class DestinationQuerySet(PlaceQuerySet):
    """Questions about destinations."""

    place = "destination"

    def current(self) -> Self:
        """This will leave out destinations that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def followed(self) -> Self:
        """This will add ``current_id``: the destination itself, or the one it was merged into."""
        return self.annotate(current_id=Coalesce("merged_into_id", F("id")))

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find the destinations a person may choose from: all for anyone with a role.

        Goods are addressed to places outside one's own regions; where exactly they lie is
        shown by ``Rights.sees_exactly``. A reader without an account sees none.
        """
        return self if rights_of(user).is_known else self.none()


class PlaceNameQuerySet(models.QuerySet[Any]):
    """Questions about names of places."""

    def for_places(self, ids: "list[int]", *, place: str) -> Self:
        """This will find the names of the regions or destinations with these row numbers."""
        return self.filter(**{f"{place}_id__in": ids})


class PopulationQuerySet(models.QuerySet[Any]):
    """Questions about population figures."""

    def visible_to(self, user: object) -> Self:  # noqa: ARG002
        """Population figures are published statements: everyone may see them."""
        return self


class GrantQuerySet(models.QuerySet[Any]):
    """Questions about grants."""

    def live(self) -> Self:
        """This will leave out grants that have run out, by the database's clock."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=Now()))

    def held_by(self, user: "User") -> "models.QuerySet[Any, tuple[str, str | None]]":
        """This will list (role, region path) of a person; the path is None for everywhere."""
        return self.filter(user=user).values_list("role", "region__path")


def under(field: str, paths: "tuple[str, ...] | list[str]") -> Q:
    """This will match rows whose path column begins with one of the paths; none matches nothing."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition
