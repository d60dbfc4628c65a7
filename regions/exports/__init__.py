"""The lists of places as files and JSON: which columns they have."""

from regions.exports.listings import DESTINATIONS, POPULATIONS, REGIONS

__all__ = ["DESTINATIONS", "POPULATIONS", "REGIONS"]
