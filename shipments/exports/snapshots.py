"""Published totals as a list, and what was corrected since, with the ledger lines that did it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shipments.exports.totals.links import BASE, spelled
from shipments.models import Snapshot
from shipments.models.snapshots import Standpoint
from shipments.querysets.errata import Errata, Erratum
from shipments.querysets.snapshots import maker
from shipments.querysets.totals.question import address_of
from text.listings import Column, Kind, Listing, plain_quantity

SNAPSHOTS = Listing(
    name="snapshots",
    columns=(
        Column("code"),
        Column("title"),
        Column("operation", "operation__code"),
        Column("query"),
        Column("as_of", kind=Kind.MOMENT),
        Column("standpoint", choices=Standpoint),
        Column("regions", kind=Kind.WORDS),
        Column("sha256"),
        Column("made_by", lambda reader: maker(reader.user, "made_by__username"), published=False),
        Column("made_at", kind=Kind.MOMENT),
    ),
    rows=lambda reader: Snapshot.objects.visible_to(reader.user),
    order=("-id",),
)


def lines_since(erratum: Erratum, as_of: datetime) -> str:
    """This will write the query of the ledger lines that changed a figure since."""
    # What was recorded at that very moment was counted.
    return address_of(
        [*spelled(replace(erratum.scope, as_of=None)), ("recorded_at__gt", as_of.isoformat())]
    )


def errata_document(snapshot: Snapshot, errata: Errata, site: str) -> dict[str, Any]:
    """This will write errata as JSON: one entry for each figure that is another now."""
    return {
        "code": snapshot.code,
        "as_of": snapshot.as_of.astimezone(UTC),
        "compared_at": errata.compared_at,
        "as_published": errata.as_published,
        "errata": [
            {
                "row": cell.row,
                "measure": cell.measure,
                "was": cell.was,
                "now": cell.now,
                "difference": plain_quantity(cell.difference),
                "links": {"lines": f"{site}{BASE}/lines?{lines_since(cell, snapshot.as_of)}"},
            }
            for cell in errata.cells
        ],
    }
