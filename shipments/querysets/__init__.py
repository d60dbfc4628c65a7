"""Questions about what was sent, what arrived and what was said."""

from shipments.querysets.catalogue import (
    CategoryQuerySet,
    DonorQuerySet,
    ItemQuerySet,
    OperationQuerySet,
)
from shipments.querysets.coverage import CoverageQuerySet
from shipments.querysets.exports import ExportFileQuerySet
from shipments.querysets.imports import ImportRowQuerySet, ImportRunQuerySet
from shipments.querysets.ledger import (
    DeliveryEventQuerySet,
    DeliveryLineQuerySet,
    WarningQuerySet,
)
from shipments.querysets.saved import SavedQueryQuerySet
from shipments.querysets.shipments import (
    OverdueNoticeQuerySet,
    ShipmentLineQuerySet,
    ShipmentQuerySet,
)
from shipments.querysets.snapshots import SnapshotQuerySet
from shipments.querysets.statements import NeedLineQuerySet, ReportedFigureQuerySet

__all__ = [
    "CategoryQuerySet",
    "CoverageQuerySet",
    "DeliveryEventQuerySet",
    "DeliveryLineQuerySet",
    "DonorQuerySet",
    "ExportFileQuerySet",
    "ImportRowQuerySet",
    "ImportRunQuerySet",
    "ItemQuerySet",
    "NeedLineQuerySet",
    "OperationQuerySet",
    "OverdueNoticeQuerySet",
    "ReportedFigureQuerySet",
    "SavedQueryQuerySet",
    "ShipmentLineQuerySet",
    "ShipmentQuerySet",
    "SnapshotQuerySet",
    "WarningQuerySet",
]
