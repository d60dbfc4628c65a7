"""Operations, donors, categories, items, statements and needs as lists."""

from functools import partial

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from regions.exports.names import place_name, row_name
from regions.models import Region
from regions.models.population import PopulationKind
from shipments.exports.beside import BESIDE, set_beside
from shipments.exports.following import followed, followed_name
from shipments.filters import (
    CategoryFilter,
    DonorFilter,
    ItemFilter,
    NeedFilter,
    OperationFilter,
    ReportedFigureFilter,
)
from shipments.models import Category, Donor, Item, NeedLine, Operation, ReportedFigure
from shipments.models.catalogue import DonorKind
from shipments.models.fields import Unit
from shipments.models.reported import Qualifier, SpokenMovement, Stage
from shipments.models.shipments import Mode
from text.listings import Column, Kind, Listing

OPERATIONS = Listing(
    name="operations",
    columns=(
        Column("code"),
        Column("name", row_name()),
        Column("names", kind=Kind.NAMES),
        Column("contact"),
        Column("starts_on", kind=Kind.DATE),
        Column("ends_on", kind=Kind.DATE),
        Column("time_zone"),
        Column("name_order", kind=Kind.WORDS),
        Column(
            "regions",
            ArraySubquery(
                Region.objects.filter(operations=OuterRef("pk")).order_by("code").values("code")
            ),
            Kind.WORDS,
        ),
        Column("public", kind=Kind.FLAG),
        Column("embargo_hours", kind=Kind.INTEGER),
        Column("illustrative", kind=Kind.FLAG),
    ),
    rows=lambda reader: Operation.objects.visible_to(reader.user),
    order=("code",),
    filters=OperationFilter,
)

DONORS = Listing(
    name="donors",
    columns=(
        Column("code"),
        Column("name", row_name()),
        Column("names", kind=Kind.NAMES),
        Column("aliases", kind=Kind.WORDS),
        Column("kind", choices=DonorKind),
        Column("country"),
        Column("iati_id"),
        Column("merged_into", "merged_into__code"),
    ),
    rows=lambda reader: Donor.objects.visible_to(reader.user),
    order=("code",),
    filters=DonorFilter,
)

CATEGORIES = Listing(
    name="categories",
    columns=(
        Column("code"),
        Column("name", row_name()),
        Column("names", kind=Kind.NAMES),
        Column("parent", "parent__code"),
    ),
    rows=lambda reader: Category.objects.visible_to(reader.user),
    order=("code",),
    filters=CategoryFilter,
)

ITEMS = Listing(
    name="items",
    columns=(
        Column("code"),
        Column("name", row_name()),
        Column("names", kind=Kind.NAMES),
        Column("aliases", kind=Kind.WORDS),
        Column("category", "category__code"),
        Column("category_name", row_name("category")),
        Column("base_unit", choices=Unit),
        Column("unit_weight_kg", kind=Kind.WEIGHT),
        Column("unit_weight_source"),
        Column("catalogue_code"),
        Column("equipment", kind=Kind.FLAG),
        Column("merged_into", "merged_into__code"),
    ),
    rows=lambda reader: Item.objects.visible_to(reader.user),
    order=("code",),
    filters=ItemFilter,
)

SAID = (
    Column("operation", "operation__code"),
    Column("source"),
    Column("published_on", kind=Kind.DATE),
    Column("stage", choices=Stage),
    Column("qualifier", choices=Qualifier),
    Column("quantity", kind=Kind.QUANTITY),
    Column("unit", choices=Unit),
    Column("donor", followed("donor")),
    Column("donor_name", followed_name("donor")),
    Column("region", "region__code"),
    Column("region_name", place_name("region", "region")),
    Column("category", "category__code"),
    Column("item", followed("item")),
    Column("mode", choices=Mode),
    Column("vehicles", kind=Kind.INTEGER),
    Column("period_from", kind=Kind.DATE),
    Column("period_to", kind=Kind.DATE),
    Column("movement", choices=SpokenMovement),
    Column("quote"),
    Column("url"),
)
REPORTED_FIGURES = Listing(
    name="reported-figures",
    columns=(*SAID, *BESIDE),
    rows=lambda reader: ReportedFigure.objects.visible_to(reader.user),
    order=("-published_on", "id"),
    filters=ReportedFigureFilter,
    key="",
    complete=partial(set_beside, len(SAID)),
)

NEEDS = Listing(
    name="needs",
    columns=(
        Column("operation", "assessment__operation__code"),
        Column("region", "assessment__region__code"),
        Column("region_name", place_name("region", "assessment__region")),
        Column("assessed_on", "assessment__assessed_on", Kind.DATE),
        Column("item", followed("item")),
        Column("item_name", followed_name("item")),
        Column("category", "category__code"),
        Column("quantity", kind=Kind.QUANTITY),
        Column("unit", choices=Unit),
        Column("per_person", kind=Kind.QUANTITY),
        Column("population_kind", choices=PopulationKind),
        Column("standard"),
        Column("source", "assessment__source"),
        Column("url", "assessment__url"),
        Column("remark", "assessment__remark", published=False),
    ),
    rows=lambda reader: NeedLine.objects.visible_to(reader.user),
    order=("-assessment__assessed_on", "id"),
    filters=NeedFilter,
    key="",
)
