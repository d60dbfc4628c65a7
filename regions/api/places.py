"""Regions, destinations and population figures."""

from regions.api.described import DAY, DEGREES, FLAG, WHOLE, Members, record, text, word
from regions.api.records import ReferenceList, ReferenceRecord
from regions.exports import DESTINATIONS, POPULATIONS, REGIONS
from regions.filters.parameters import all_destinations, all_regions
from regions.models import Destination, Population, Region
from regions.models.places import DestinationKind
from regions.models.population import PopulationKind

REGION = Members(
    code=text(20),
    name=text(150),
    parent=record(all_regions),
    pcode=text(20),
    pcode_source=text(200),
    valid_from=DAY,
    valid_to=DAY,
    boundary=text(40),
)
DESTINATION = Members(
    code=text(40),
    name=text(150),
    kind=word(DestinationKind),
    region=record(all_regions),
    latitude=DEGREES,
    longitude=DEGREES,
    publish_exact=FLAG,
    merged_into=record(all_destinations),
)
POPULATION = Members(
    region=record(all_regions),
    counted_on=DAY,
    kind=word(PopulationKind),
    people=WHOLE,
    households=WHOLE,
    source=text(200),
    url=text(500),
    caution=text(300),
)


class Regions(ReferenceList):
    listing, model, fill = REGIONS, Region, REGION


class OneRegion(ReferenceRecord):
    listing, model, fill = REGIONS, Region, REGION


class Destinations(ReferenceList):
    listing, model, fill = DESTINATIONS, Destination, DESTINATION


class OneDestination(ReferenceRecord):
    listing, model, fill = DESTINATIONS, Destination, DESTINATION


class Populations(ReferenceList):
    listing, model, fill = POPULATIONS, Population, POPULATION
