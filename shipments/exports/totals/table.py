"""An answer about totals as a table, for files."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from regions.exports.shapes import outline_of
from regions.models import Region
from shipments.exports.totals.document import moment
from shipments.exports.totals.hashtags import tags_of
from shipments.exports.totals.notes import notes_of
from shipments.exports.totals.offers import refuse_unfit
from shipments.exports.writing import Table
from shipments.querysets.totals import MEASURES, Answer
from text.listings import Column, Kind

KINDS = {
    "quantity": Kind.QUANTITY,
    "weight": Kind.WEIGHT,
    "count": Kind.INTEGER,
    "shares": Kind.AMOUNT,
}


def totals_table(
    answer: Answer, params: Mapping[str, Any], site: str, file_format: str = "csv"
) -> Table:
    """This will make the rows of an answer ready for a file; the total is not among them.

    Raises QueryRefused for a format that the answer cannot be had in.
    """
    refuse_unfit(answer, file_format)
    columns, rows = answer.columns, answer.rows
    if file_format == "geojson" and "region" not in columns:
        # A feature is known by its region's code, whatever labels= shows.
        columns = ("region", *columns)
        rows = [codes | row for codes, row in zip(answer.codes, answer.rows, strict=True)]
    notes = notes_of(answer)
    regions = regions_of(answer) if file_format in ("geojson", "hxl.csv") else {}
    return Table(
        name="totals",
        columns=tuple(column_for(answer, name) for name in columns),
        rows=[tuple(row[name] for name in columns) for row in rows],
        count=len(answer.rows),
        about={
            _("List"): "totals",
            _("Asked for"): answer.query.canonical(),
            _("As known on"): moment(answer.as_of),
            _("Source"): site,
            **{f"{_('Note')} {n}": note for n, note in enumerate(notes, start=1)},
        },
        facts={
            "list": "totals",
            "query": answer.query.canonical(),
            "source": site,
            "as_of": answer.as_of,
            "generated_at": answer.generated_at,
            "notes": notes,
        },
        key="region",
        tags=tags_of(answer, {r.level for r in regions.values()}) if is_hxl(file_format) else (),
        geometry=outlines(regions),
        bom=params.get("bom") == "1",
    )


def is_hxl(file_format: str) -> bool:
    return file_format == "hxl.csv"


def regions_of(answer: Answer) -> dict[str, Region]:
    """This will find the regions of the rows by their codes."""
    codes = {row.get("region") for row in answer.codes} - {None}
    return {region.code: region for region in Region.objects.filter(code__in=codes)}


def outlines(regions: Mapping[str, Region]) -> Callable[[dict[str, Any]], Any]:
    """This will make what finds the outline of a row's region, None where there is none."""

    def outline(row: dict[str, Any]) -> Any:
        region = regions.get(row["region"])
        return region and outline_of({"boundary": region.boundary, "code": region.code})

    return outline


def column_for(answer: Answer, name: str) -> Column:
    measure = answer.measure_of(name)
    if measure is None:
        return Column(name)
    return Column(name, kind=KINDS[measure.kind], help=str(MEASURES[measure.name].description))
