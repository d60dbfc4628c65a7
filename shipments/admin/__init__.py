"""The admin pages of operations, goods, shipments and the ledger."""

from shipments.admin import catalogue, ledger, papers, statements

__all__ = ["catalogue", "ledger", "papers", "statements"]
