"""Deliveries that stand in the ledger already, beside which a new one looks like a double."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from accounts.models import User
from regions.rights import rights_of
from shipments.models import Shipment, ShipmentLine
from shipments.services.book import seen_by
from shipments.services.plausibility import Doubt
from text.statements import run

if TYPE_CHECKING:
    from regions.models import Destination
    from shipments.services.book import LedgerRow

ALIKE = Decimal("0.05")
# Asked for pair by pair: a batch may name many places and days that do not belong together.
# Of those that brought the same the first answers for all: a large import is a hub's whole day.
# One pipe without joins of what was summed: nobody knows beforehand how much that is.
EARLIER = """
SELECT DISTINCT ON (place_id, donor_id, occurred_on, kind, brought)
    id, code, reference, place_id, donor_id, occurred_on, kind, brought
FROM (
    SELECT id, code, reference, place_id, donor_id, occurred_on, kind,
        string_agg(item_id || ' ' || unit || ' ' || total, ',' ORDER BY item_id, unit) AS brought
    FROM (
        SELECT e.id, e.code, s.reference, e.place_id, s.donor_id, e.occurred_on, e.kind,
            l.item_id, l.unit, sum(d.quantity) AS total
        FROM unnest(%s::bigint[], %s::bigint[], %s::date[]) AS asked (place, donor, day)
        JOIN shipments_deliveryevent AS e ON e.place_id = asked.place AND e.occurred_on = asked.day
        JOIN shipments_shipment AS s ON s.id = e.shipment_id AND s.donor_id = asked.donor
        JOIN shipments_deliveryline AS d
            ON d.event_id = e.id AND d.outcome IN ('received', 'damaged')
        JOIN shipments_shipmentline AS l ON l.id = d.line_id
        WHERE e.kind IN ('received', 'handed_over', 'distributed') AND NOT EXISTS (
            SELECT FROM shipments_deliveryevent AS r WHERE r.reverses_id = e.id){seen}
        GROUP BY e.id, s.reference, s.donor_id, l.item_id, l.unit
    ) AS part
    GROUP BY id, code, reference, place_id, donor_id, occurred_on, kind
) AS whole
ORDER BY place_id, donor_id, occurred_on, kind, brought, id
"""
# Which shipments the sender sees is asked once for each, and not for each of their lines.
OF_SEEN = """
            AND s.id = ANY (ARRAY(
                SELECT s.id FROM shipments_shipment AS s WHERE s.id IN (
                    SELECT e.shipment_id FROM unnest(%s::bigint[], %s::date[]) AS asked (place, day)
                    JOIN shipments_deliveryevent AS e
                        ON e.place_id = asked.place AND e.occurred_on = asked.day){seen}))"""

Goods = frozenset[tuple[int, str]]
Amounts = dict[tuple[int, str], Decimal]


@dataclass
class Earlier:
    """A delivery that stands in the ledger: what it is called, and what it brought."""

    code: str
    shipment: str
    amounts: Amounts

    def is_like(self, mine: Amounts) -> bool:
        """This will say whether these goods came in about the same quantities, within 5 %."""
        theirs = self.amounts
        return all(abs(mine[k] - theirs[k]) <= ALIKE * max(mine[k], theirs[k]) for k in mine)


class EarlierDeliveries:
    """Deliveries of the same donors at the same places that the sender may see.

    They are read once for a whole batch, as sums and not as rows of ours: a hub may have had
    hundreds on one day.
    """

    def __init__(self, wanted: Iterable[tuple[Shipment, "Destination", date]], *, by: User) -> None:
        asked = {(place.pk, shipment.donor_id, day) for shipment, place, day in wanted}
        # By place, donor, day and kind, then by what was brought, whatever the quantities.
        self.found: dict[tuple[int, int, date, str], dict[Goods, list[Earlier]]] = {}
        if not asked or not rights_of(by).is_known:
            return
        seen, params = seen_by(by, [])
        places, donors, days = (list(column) for column in zip(*asked, strict=True))
        if seen:
            seen, params = OF_SEEN.format(seen=seen), (places, days, *params)
        rows = run(EARLIER.format(seen=seen), [places, donors, days, *params])
        for _id, code, shipment, place, donor, day, kind, brought in sorted(rows):
            earlier = Earlier(code, shipment, read_amounts(brought))
            known = self.found.setdefault((place, donor, day, kind), {})
            known.setdefault(frozenset(earlier.amounts), []).append(earlier)

    def alike(self, key: tuple[int, int, date, str], rows: "list[LedgerRow]") -> Doubt | None:
        """This will doubt a delivery that another one of the day resembles."""
        mine = amounts((row.line, row.outcome, row.quantity) for row in rows)
        for earlier in self.found.get(key, {}).get(frozenset(mine), ()):
            if earlier.is_like(mine):
                other = {"event": earlier.code, "shipment": earlier.shipment}
                return Doubt("near_duplicate", {}, other=other)
        return None


def read_amounts(brought: str) -> Amounts:
    """This will read what an event brought, as ``EARLIER`` writes it."""
    parts = (part.split(" ") for part in brought.split(","))
    return {(int(item), unit): Decimal(total) for item, unit, total in parts}


def amounts(
    rows: Iterable[tuple[ShipmentLine, str, Decimal]],
) -> Amounts:
    """This will sum what was delivered by item and unit, whatever its condition."""
    sums: Amounts = {}
    for line, outcome, quantity in rows:
        if outcome in ("received", "damaged"):
            key = (line.item_id, line.unit)
            sums[key] = sums.get(key, Decimal(0)) + quantity
    return sums
