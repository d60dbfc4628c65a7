"""Parameters that take codes of operations, donors, items and categories."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from regions.filters.parameters import all_destinations, codes
from regions.filters.sets import Lookup
from shipments.models import Category, Donor, Item, Operation
from text.listings import Reader

Known = Callable[[Reader], QuerySet[Any]]


def operations(reader: Reader) -> QuerySet[Any]:
    return Operation.objects.visible_to(reader.user)


def donors(reader: Reader) -> QuerySet[Any]:
    return Donor.objects.visible_to(reader.user)


def items(reader: Reader) -> QuerySet[Any]:
    return Item.objects.visible_to(reader.user)


def categories(reader: Reader) -> QuerySet[Any]:
    return Category.objects.visible_to(reader.user)


def coded(name: str, path: str, known: Known, **more: Any) -> Mapping[str, Lookup]:
    """This will make the parameter for a record of the path's end."""
    return codes(name, lambda values: Q(**{f"{path}__code__in": values}), known, **more)


def merging(name: str, path: str, known: Known, **more: Any) -> Mapping[str, Lookup]:
    """This will make the parameter for a record that doubles may have been merged into."""
    return codes(name, lambda values: merged_or_self(path, values), known, **more)


def merged_or_self(path: str, values: list[str]) -> Q:
    """This will match the records with these codes and the doubles merged into them."""
    return Q(**{f"{path}__code__in": values}) | Q(**{f"{path}__merged_into__code__in": values})


def place(name: str, path: str) -> Mapping[str, Lookup]:
    """This will make the parameter for an exact place, which the public may not ask for."""
    return merging(name, path, all_destinations, published=False)
