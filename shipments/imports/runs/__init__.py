"""The seven steps of an import: what a person asks for, and what a worker does next."""

from shipments.imports.runs.remembering import saved_mappings
from shipments.imports.runs.steps import take_step
from shipments.imports.runs.verbs import (
    cancel_import,
    change_import,
    confirm_import,
    fix_cells,
    may_undo,
    seen_before,
    start_corrected,
    start_import,
    undo_import,
)

__all__ = [
    "cancel_import",
    "change_import",
    "confirm_import",
    "fix_cells",
    "may_undo",
    "saved_mappings",
    "seen_before",
    "start_corrected",
    "start_import",
    "take_step",
    "undo_import",
]
