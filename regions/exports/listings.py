"""Regions, destinations and population figures as lists."""

from typing import Any

from django.db.models import Case, F, Q, When

from regions.exports.names import other_names, place_name
from regions.exports.shapes import outline_of, point_of
from regions.filters import DestinationFilter, PopulationFilter, RegionFilter
from regions.models import Destination, Population, Region
from regions.models.places import DestinationKind, Script
from regions.models.population import PopulationKind
from regions.querysets import under
from text.listings import EVERY_LIST, Column, Kind, Listing, Reader

NAMES = (
    Column("text"),
    Column("language"),
    Column("script", choices=Script),
    Column("authority"),
)


def where_seen(field: str) -> Any:
    """This will give a coordinate to those who work there, and to all where it is published."""

    def source(reader: Reader) -> Case:
        seen = Q(publish_exact=True) | under("region__path", reader.paths)
        return Case(When(seen, then=F(field)), default=None)

    return source


REGIONS = Listing(
    name="regions",
    columns=(
        Column("code"),
        Column("name", place_name("region")),
        Column("level", kind=Kind.INTEGER),
        Column("parent", "parent__code"),
        Column("pcode"),
        Column("pcode_source"),
        Column("valid_from", kind=Kind.DATE),
        Column("valid_to", kind=Kind.DATE),
        Column("boundary"),
        Column("names", other_names("region"), Kind.ROWS, rows=NAMES),
    ),
    rows=lambda reader: Region.objects.visible_to(reader.user),
    order=("code",),
    filters=RegionFilter,
    formats=(*EVERY_LIST, "geojson"),
    geometry=outline_of,
)

DESTINATIONS = Listing(
    name="destinations",
    columns=(
        Column("code"),
        Column("name", place_name("destination")),
        Column("kind", choices=DestinationKind),
        Column("region", "region__code"),
        Column("region_name", place_name("region", "region")),
        Column("latitude", where_seen("latitude"), Kind.DEGREES),
        Column("longitude", where_seen("longitude"), Kind.DEGREES),
        Column("publish_exact", kind=Kind.FLAG),
        Column("merged_into", "merged_into__code"),
        Column("names", other_names("destination"), Kind.ROWS, rows=NAMES),
    ),
    rows=lambda reader: Destination.objects.visible_to(reader.user),
    order=("code",),
    filters=DestinationFilter,
    formats=(*EVERY_LIST, "geojson"),
    geometry=point_of,
)

POPULATIONS = Listing(
    name="populations",
    columns=(
        Column("region", "region__code"),
        Column("region_name", place_name("region", "region")),
        Column("counted_on", kind=Kind.DATE),
        Column("kind", choices=PopulationKind),
        Column("people", kind=Kind.INTEGER),
        Column("households", kind=Kind.INTEGER),
        Column("source"),
        Column("url"),
        Column("caution"),
    ),
    rows=lambda reader: Population.objects.visible_to(reader.user),
    order=("-counted_on", "id"),
    filters=PopulationFilter,
    key="",
)
