"""Verbs: everything that changes what the tracker knows, each rule in one place."""

from shipments.models.reports import (
    DeliveryReport,
    DocumentDraft,
    LineDraft,
    LineReport,
    Movement,
    Reversal,
    ShipmentDraft,
    Weighing,
)
from shipments.services.deliveries import (
    Recorded,
    Refused,
    preview_warnings,
    record_deliveries,
    record_delivery,
    try_deliveries,
)
from shipments.services.drafts import (
    Created,
    create_shipment,
    create_shipment_once,
    edit_shipment,
    version_of,
)
from shipments.services.judging import may_record
from shipments.services.movements import move_shipment, weigh_shipment
from shipments.services.overdue import detect_overdue
from shipments.services.plausibility import warning_sentence
from shipments.services.refusals import refusal_status, said_by_database
from shipments.services.reversals import reverse_event, reverse_events, reverse_unless_doubted
from shipments.services.saving import (
    add_version,
    refuse_retired,
    rename_query,
    retire_query,
    save_query,
)
from shipments.services.snapshots import publish_snapshot
from shipments.services.totals import fold_totals
from shipments.services.verifying import answer_warnings, verify_event

__all__ = [
    "Created",
    "DeliveryReport",
    "DocumentDraft",
    "LineDraft",
    "LineReport",
    "Movement",
    "Recorded",
    "Refused",
    "Reversal",
    "ShipmentDraft",
    "Weighing",
    "add_version",
    "answer_warnings",
    "create_shipment",
    "create_shipment_once",
    "detect_overdue",
    "edit_shipment",
    "fold_totals",
    "may_record",
    "move_shipment",
    "preview_warnings",
    "publish_snapshot",
    "record_deliveries",
    "record_delivery",
    "refusal_status",
    "refuse_retired",
    "rename_query",
    "retire_query",
    "reverse_event",
    "reverse_events",
    "reverse_unless_doubted",
    "said_by_database",
    "save_query",
    "try_deliveries",
    "verify_event",
    "version_of",
    "warning_sentence",
    "weigh_shipment",
]
