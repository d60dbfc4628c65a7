"""Answers about totals as JSON documents and as tables for files."""

from shipments.exports.totals.document import totals_document
from shipments.exports.totals.offers import TOTALS_FORMATS
from shipments.exports.totals.table import totals_table

__all__ = ["TOTALS_FORMATS", "totals_document", "totals_table"]
