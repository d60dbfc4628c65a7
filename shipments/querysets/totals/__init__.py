"""Totals: questions about how much, and their answers from the ledger."""

from shipments.querysets.totals.answers import Answer, answer
from shipments.querysets.totals.dimensions import DIMENSIONS, MOST_DIMENSIONS, PERIODS
from shipments.querysets.totals.fields import FIELDS, OUTCOME
from shipments.querysets.totals.layouts import drawn_as, drawn_measure, is_row_a_region
from shipments.querysets.totals.lookups import check_codes
from shipments.querysets.totals.measures import MEASURES
from shipments.querysets.totals.question import Condition, Scope, TotalsQuery
from shipments.querysets.totals.several import Sums, answer_several
from shipments.querysets.totals.sources import ledger_lines
from shipments.querysets.totals.writing import kind_of, written

__all__ = [
    "DIMENSIONS",
    "FIELDS",
    "MEASURES",
    "MOST_DIMENSIONS",
    "OUTCOME",
    "PERIODS",
    "Answer",
    "Condition",
    "Scope",
    "Sums",
    "TotalsQuery",
    "answer",
    "answer_several",
    "check_codes",
    "drawn_as",
    "drawn_measure",
    "is_row_a_region",
    "kind_of",
    "ledger_lines",
    "written",
]
