"""Parse the query of an address."""

from regions.filters.places import DestinationFilter, PopulationFilter, RegionFilter

__all__ = ["DestinationFilter", "PopulationFilter", "RegionFilter"]
