"""Where: regions, destinations, their names, population, and who may act where."""

from regions.models.grants import Grant
from regions.models.places import Destination, PlaceName, Region
from regions.models.population import Population

__all__ = [
    "Destination",
    "Grant",
    "PlaceName",
    "Population",
    "Region",
]
