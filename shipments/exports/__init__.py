"""Files out: which columns each list has, and how they are written."""

from regions.exports import DESTINATIONS, POPULATIONS, REGIONS
from shipments.exports.consignments import DETAIL, SHIPMENTS
from shipments.exports.coverage import COVERAGE
from shipments.exports.ledger import DELIVERIES, LINES
from shipments.exports.reference import (
    CATEGORIES,
    DONORS,
    ITEMS,
    NEEDS,
    OPERATIONS,
    REPORTED_FIGURES,
)

# The lists that a worker can write into a file, by the name in their address.
LISTINGS = {
    listing.name: listing
    for listing in (
        OPERATIONS,
        DONORS,
        CATEGORIES,
        ITEMS,
        REGIONS,
        DESTINATIONS,
        POPULATIONS,
        SHIPMENTS,
        DELIVERIES,
        LINES,
        REPORTED_FIGURES,
        NEEDS,
        COVERAGE,
    )
}

__all__ = ["DETAIL", "LISTINGS"]
