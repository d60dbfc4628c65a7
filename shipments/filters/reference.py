"""The parameters of operations, donors, categories, items, statements and needs."""

from regions.filters.parameters import (
    choices,
    days,
    flags,
    merged,
    missing,
    named,
    numbers,
    search,
    subtree,
    texts,
)
from regions.filters.places import BY_NAME
from regions.filters.sets import ListFilter
from shipments.filters.codes import categories, coded, donors, items, merging, operations
from shipments.models.catalogue import DonorKind
from shipments.models.fields import Unit
from shipments.models.reported import Qualifier, SpokenMovement, Stage
from shipments.models.shipments import Mode


class OperationFilter(ListFilter):
    parameters = (
        texts("code", "code"),
        flags("public", "public"),
        days("starts_on", "starts_on", null=True),
        days("ends_on", "ends_on", null=True),
        search(named, BY_NAME),
    )


class DonorFilter(ListFilter):
    parameters = (
        texts("code", "code"),
        choices("kind", "kind", DonorKind),
        texts("country", "country"),
        texts("iati_id", "iati_id"),
        merged(),
        search(named, BY_NAME),
    )


class CategoryFilter(ListFilter):
    parameters = (texts("code", "code"), coded("parent", "parent", categories))


class ItemFilter(ListFilter):
    parameters = (
        texts("code", "code"),
        coded("category", "category", categories),
        choices("base_unit", "base_unit", Unit),
        texts("catalogue_code", "catalogue_code"),
        flags("equipment", "equipment"),
        numbers("unit_weight_kg", "unit_weight_kg", null=True),
        merged(),
        search(named, BY_NAME),
    )


class ReportedFigureFilter(ListFilter):
    parameters = (
        coded("operation", "operation", operations),
        merging("donor", "donor", donors),
        coded("category", "category", categories),
        merging("item", "item", items),
        subtree("region", "region"),
        choices("stage", "stage", Stage),
        choices("qualifier", "qualifier", Qualifier),
        choices("unit", "unit", Unit),
        choices("mode", "mode", Mode),
        choices("movement", "movement", SpokenMovement),
        texts("source", "source"),
        days("published_on", "published_on"),
        numbers("quantity", "quantity"),
    )


class NeedFilter(ListFilter):
    parameters = (
        coded("operation", "assessment__operation", operations),
        subtree("region", "assessment__region"),
        coded("category", "category", categories),
        merging("item", "item", items),
        choices("unit", "unit", Unit),
        texts("source", "assessment__source"),
        days("assessed_on", "assessment__assessed_on"),
        missing("quantity", "quantity"),
    )
