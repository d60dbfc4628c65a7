"""What: operations, donors, items, shipments, delivery events and statements."""

from shipments.models.balances import LineBalance
from shipments.models.catalogue import Category, Donor, Item, ItemUnit
from shipments.models.exports import ExportFile
from shipments.models.imports import ImportRow, ImportRun, NamedMapping, RememberedChoice
from shipments.models.ledger import DeliveryEvent, DeliveryLine
from shipments.models.needs import Coverage, NeedLine, NeedsAssessment
from shipments.models.operations import Operation
from shipments.models.papers import Attachment, Leg, OverdueNotice, TransportDocument
from shipments.models.reported import ReportedFigure
from shipments.models.saved import SavedQuery, SavedQueryVersion
from shipments.models.shipments import Shipment, ShipmentLine
from shipments.models.snapshots import Snapshot
from shipments.models.testimony import (
    EventText,
    PlausibilityWarning,
    StoredAnswer,
    Verification,
    WarningAnswer,
)

__all__ = [
    "Attachment",
    "Category",
    "Coverage",
    "DeliveryEvent",
    "DeliveryLine",
    "Donor",
    "EventText",
    "ExportFile",
    "ImportRow",
    "ImportRun",
    "Item",
    "ItemUnit",
    "Leg",
    "LineBalance",
    "NamedMapping",
    "NeedLine",
    "NeedsAssessment",
    "Operation",
    "OverdueNotice",
    "PlausibilityWarning",
    "RememberedChoice",
    "ReportedFigure",
    "SavedQuery",
    "SavedQueryVersion",
    "Shipment",
    "ShipmentLine",
    "Snapshot",
    "StoredAnswer",
    "TransportDocument",
    "Verification",
    "WarningAnswer",
]
