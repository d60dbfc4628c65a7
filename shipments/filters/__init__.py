"""Parse the query of an address."""

from shipments.filters.coverage import CoverageFilter
from shipments.filters.ledger import DeliveryFilter, LineFilter
from shipments.filters.reference import (
    CategoryFilter,
    DonorFilter,
    ItemFilter,
    NeedFilter,
    OperationFilter,
    ReportedFigureFilter,
)
from shipments.filters.shipments import ShipmentFilter

__all__ = [
    "CategoryFilter",
    "CoverageFilter",
    "DeliveryFilter",
    "DonorFilter",
    "ItemFilter",
    "LineFilter",
    "NeedFilter",
    "OperationFilter",
    "ReportedFigureFilter",
    "ShipmentFilter",
]
