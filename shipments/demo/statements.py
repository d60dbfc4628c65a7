"""What was said in public: reported figures, population figures and assessed needs."""

from datetime import date
from decimal import Decimal

from regions.models import Population, Region
from regions.models.population import PopulationKind
from shipments.demo.catalogue import OPERATION
from shipments.demo.tables import day, number, rows
from shipments.models import (
    Category,
    Donor,
    Item,
    NeedLine,
    NeedsAssessment,
    Operation,
    ReportedFigure,
)
from shipments.models.reported import SpokenMovement


def load_statements() -> None:
    """This will add the reported figures, populations and needs of the operation."""
    operation = Operation.objects.get(code=OPERATION)
    regions = {region.code: region for region in Region.objects.all()}
    load_populations(regions)
    load_reported_figures(operation, regions)
    load_needs(operation, regions)


def load_populations(regions: dict[str, Region]) -> None:
    Population.objects.bulk_create(
        (
            Population(
                region=regions[row["region"]],
                counted_on=date.fromisoformat(row["counted_on"]),
                kind=row["kind"],
                people=int(row["people"]),
                source=row["source"],
                url=row["url"],
                caution=row["caution"],
            )
            for row in rows("populations")
        ),
        ignore_conflicts=True,
    )


def load_reported_figures(operation: Operation, regions: dict[str, Region]) -> None:
    donors = {donor.code: donor for donor in Donor.objects.all()}
    categories = {category.code: category for category in Category.objects.all()}
    items = {item.code: item for item in Item.objects.all()}
    ReportedFigure.objects.bulk_create(
        ReportedFigure(
            operation=operation,
            source=row["source"],
            published_on=date.fromisoformat(row["published_on"]),
            quote=row["quote"],
            stage=row["stage"],
            qualifier=row["qualifier"],
            quantity=Decimal(row["quantity"]),
            unit=row["unit"],
            donor=donors.get(row["donor"]),
            region=regions.get(row["region"]),
            category=categories.get(row["category"]),
            item=items.get(row["item"]),
            mode=row["mode"],
            movement=row["movement"] or SpokenMovement.FIRST,
            vehicles=int(row["vehicles"]) if row["vehicles"] else None,
            period_from=day(row["period_from"]),
            period_to=day(row["period_to"]),
        )
        for row in rows("reported")
    )


def load_needs(operation: Operation, regions: dict[str, Region]) -> None:
    items = {item.code: item for item in Item.objects.all()}
    assessments: dict[tuple[str, str], NeedsAssessment] = {}
    for row in rows("needs"):
        place = (row["region"], row["assessed_on"])
        if place not in assessments:
            assessments[place] = NeedsAssessment.objects.create(
                operation=operation,
                region=regions[row["region"]],
                assessed_on=date.fromisoformat(row["assessed_on"]),
                source=row["source"],
                remark=row["remark"],
            )
        NeedLine.objects.create(
            assessment=assessments[place],
            item=items[row["item"]],
            quantity=number(row["quantity"]),
            unit=row["unit"],
            per_person=number(row["per_person"]),
            population_kind=row["population_kind"] or PopulationKind.DISPLACED,
            standard=row["standard"],
        )
