"""Operations, donors, categories, items, statements and needs."""

from typing import Any

from regions.api.described import (
    DAY,
    DECIMAL,
    FLAG,
    NAMES,
    WHOLE,
    Members,
    record,
    text,
    texts,
    word,
)
from regions.api.records import ReferenceList, ReferenceRecord
from regions.filters.parameters import all_regions
from regions.models import Region
from regions.models.population import PopulationKind
from shipments.exports import LISTINGS
from shipments.filters.codes import categories, donors, items, operations
from shipments.models import (
    Category,
    Donor,
    Item,
    NeedLine,
    NeedsAssessment,
    Operation,
    ReportedFigure,
)
from shipments.models.catalogue import DonorKind
from shipments.models.fields import Unit
from shipments.models.reported import Qualifier, SpokenMovement, Stage
from shipments.models.shipments import Mode
from text.bodies import Body
from text.listings import Reader
from text.refusals import unknown

DONOR = Members(
    code=text(40),
    name=text(150),
    names=NAMES,
    aliases=texts(150),
    kind=word(DonorKind),
    country=text(2),
    iati_id=text(100),
    merged_into=record(donors),
)
CATEGORY = Members(code=text(40), name=text(150), names=NAMES, parent=record(categories))
ITEM = Members(
    code=text(40),
    name=text(150),
    names=NAMES,
    aliases=texts(150),
    category=record(categories),
    base_unit=word(Unit),
    unit_weight_kg=DECIMAL,
    unit_weight_source=text(200),
    catalogue_code=text(40),
    equipment=FLAG,
    merged_into=record(items),
)
REPORTED_FIGURE = Members(
    operation=record(operations),
    source=text(200),
    published_on=DAY,
    url=text(500),
    quote=text(1000),
    stage=word(Stage),
    qualifier=word(Qualifier),
    quantity=DECIMAL,
    unit=word(Unit),
    donor=record(donors),
    region=record(all_regions),
    category=record(categories),
    item=record(items),
    mode=word(Mode),
    movement=word(SpokenMovement),
    vehicles=WHOLE,
    period_from=DAY,
    period_to=DAY,
)


class OperationMembers(Members):
    """An operation; its regions are set once the row is saved."""

    def __call__(self, body: Body, row: Any, reader: Reader) -> None:
        super().__call__(body, row, reader)
        body.known.add("regions")
        if body.has("regions"):
            row.filled_later = {"regions": regions_named(body)}


def regions_named(body: Body) -> list[Region]:
    codes = body.texts("regions", longest=20)
    found = list(Region.objects.filter(code__in=codes))
    missing = sorted(set(codes) - {region.code for region in found})
    if missing:
        known = Region.objects.order_by("code").values_list("code", flat=True)[:60]
        body.refuse("regions", unknown(missing[0], known, code="unknown_value"))
    return found


OPERATION = OperationMembers(
    code=text(8),
    name=text(150),
    names=NAMES,
    contact=text(254),
    starts_on=DAY,
    ends_on=DAY,
    time_zone=text(64),
    name_order=texts(8),
    public=FLAG,
    embargo_hours=WHOLE,
    illustrative=FLAG,
)


class NeedMembers(Members):
    """A need; the assessment it belongs to is found by region, day and source, or made."""

    def __call__(self, body: Body, row: Any, reader: Reader) -> None:
        super().__call__(body, row, reader)
        assessment = NeedsAssessment()
        ASSESSMENT(body, assessment, reader)
        body.finish()
        assessment.full_clean()
        same = {
            name: getattr(assessment, name)
            for name in ("operation", "region", "assessed_on", "source")
        }
        known = NeedsAssessment.objects.filter(**same).first()
        if known is None:
            assessment.save()
        row.assessment = known or assessment


ASSESSMENT = Members(
    operation=record(operations),
    region=record(all_regions),
    assessed_on=DAY,
    source=text(200),
    url=text(500),
    remark=text(1000),
)
NEED = NeedMembers(
    item=record(items),
    category=record(categories),
    quantity=DECIMAL,
    unit=word(Unit),
    per_person=DECIMAL,
    population_kind=word(PopulationKind),
    standard=text(200),
)


class Operations(ReferenceList):
    listing, model, fill = LISTINGS["operations"], Operation, OPERATION


class OneOperation(ReferenceRecord):
    listing, model, fill = LISTINGS["operations"], Operation, OPERATION


class Donors(ReferenceList):
    listing, model, fill = LISTINGS["donors"], Donor, DONOR


class OneDonor(ReferenceRecord):
    listing, model, fill = LISTINGS["donors"], Donor, DONOR


class Categories(ReferenceList):
    listing, model, fill = LISTINGS["categories"], Category, CATEGORY


class OneCategory(ReferenceRecord):
    listing, model, fill = LISTINGS["categories"], Category, CATEGORY


class Items(ReferenceList):
    listing, model, fill = LISTINGS["items"], Item, ITEM


class OneItem(ReferenceRecord):
    listing, model, fill = LISTINGS["items"], Item, ITEM


class ReportedFigures(ReferenceList):
    listing, model, fill = LISTINGS["reported-figures"], ReportedFigure, REPORTED_FIGURE


class Needs(ReferenceList):
    listing, model, fill = LISTINGS["needs"], NeedLine, NEED
