"""Noticing shipments that are late."""

from datetime import datetime

from shipments.models import OverdueNotice, Shipment


def detect_overdue(*, at: datetime) -> int:
    """This will note each late shipment once for each date it was expected on; the new ones count.

    Running it again, or twice at once, notes nothing twice.
    """
    late = Shipment.objects.overdue(at=at).values_list("pk", "expected_at")
    before = OverdueNotice.objects.count()
    OverdueNotice.objects.bulk_create(
        (OverdueNotice(shipment_id=pk, expected_at=expected) for pk, expected in late),
        ignore_conflicts=True,
    )
    return OverdueNotice.objects.count() - before
