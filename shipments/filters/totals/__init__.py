"""Parse the query of totals, and the part of it that the list of ledger lines shares."""

from shipments.filters.totals.lines import in_scope, scope_lookups
from shipments.filters.totals.question import parse_totals, read_question, totals_parameters
from shipments.filters.totals.scope import parse_scope, scope_parameters

__all__ = [
    "in_scope",
    "parse_scope",
    "parse_totals",
    "read_question",
    "scope_lookups",
    "scope_parameters",
    "totals_parameters",
]
