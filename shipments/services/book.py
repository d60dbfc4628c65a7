"""The page of the ledger that a verb works on: shipments and balances, locked and in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from regions.models import Destination
from shipments.models import DeliveryEvent, LineBalance, Shipment, ShipmentLine
from shipments.models.ledger import ACCOUNTED, Outcome
from shipments.models.shipments import WeightBasis

GRAM = Decimal("0.001")


@dataclass
class LedgerRow:
    """One ledger line about to be written."""

    line: ShipmentLine
    outcome: str
    quantity: Decimal
    weight_kg: Decimal | None
    weight_basis: str
    surplus: Decimal = Decimal(0)
    scale_kg: Decimal | None = None


@dataclass
class Balance:
    """The running balance of one line, kept up in memory while a batch is judged."""

    line: ShipmentLine
    counted: dict[str, Decimal]
    weighed: dict[str, Decimal]
    onward: Decimal

    @classmethod
    def of(cls, row: LineBalance) -> "Balance":
        return cls(
            line=row.line,
            counted={o: getattr(row, o) for o in Outcome.values},
            weighed={o: getattr(row, f"{o}_kg") for o in Outcome.values},
            onward=row.onward,
        )

    @property
    def accounted(self) -> Decimal:
        return sum((self.counted[o] for o in ACCOUNTED), Decimal(0))

    @property
    def outstanding(self) -> Decimal:
        return max(self.counted[Outcome.SENT] - self.accounted, Decimal(0))

    @property
    def surplus(self) -> Decimal:
        return max(self.accounted - self.counted[Outcome.SENT], Decimal(0))

    @property
    def total_kg(self) -> Decimal | None:
        """The weight of the whole line as the ledger knows it; None is unknown, never zero."""
        return self.weighed[Outcome.SENT] or None

    @property
    def weight_basis(self) -> str:
        if self.total_kg is None:
            return WeightBasis.UNKNOWN
        # A line that left without a weight and has one now was put on a scale later.
        return self.line.weight_basis if self.line.weight_kg else WeightBasis.WEIGHED

    def weight_upto(self, quantity: Decimal) -> Decimal | None:
        """This will return the weight of the line's first ``quantity`` units."""
        if self.total_kg is None:
            return None
        share: Decimal = self.total_kg * quantity / self.line.quantity
        return share.quantize(GRAM, ROUND_HALF_UP)

    def next_weight(self, outcome: str, quantity: Decimal) -> Decimal | None:
        """This will return the weight of a further part.

        Taken from the running total, so that the parts of a complete line sum exactly to it.
        """
        accounted = outcome in ACCOUNTED
        before = self.accounted if accounted else self.counted[outcome]
        given = (
            sum((self.weighed[o] for o in ACCOUNTED), Decimal(0))
            if accounted
            else self.weighed[outcome]
        )
        upto = self.weight_upto(before + quantity)
        # After reversals of parts that weighed nothing, more may be given out than this comes to.
        return None if upto is None else max(upto - given, Decimal(0))

    def take(self, outcome: str, quantity: Decimal, **extra: Decimal | None) -> LedgerRow:
        """This will account for a part of the line and return its ledger row."""
        beyond = extra.get("surplus") or Decimal(0)
        row = LedgerRow(
            line=self.line,
            outcome=outcome,
            quantity=quantity,
            weight_kg=self.next_weight(outcome, quantity),
            weight_basis=self.weight_basis,
            surplus=beyond,
            scale_kg=extra.get("scale_kg"),
        )
        self.add(row)
        return row

    def add(self, row: LedgerRow) -> None:
        self.counted[row.outcome] += row.quantity
        self.weighed[row.outcome] += row.weight_kg or Decimal(0)

    def copy(self) -> "Balance":
        return Balance(self.line, dict(self.counted), dict(self.weighed), self.onward)


@dataclass
class Book:
    """What a batch of reports speaks of: shipments and lines are locked, the rest is read."""

    by: User
    shipments: dict[str, Shipment]
    balances: dict[int, dict[int, Balance]]
    places: dict[str, Destination]
    used_keys: dict[UUID, DeliveryEvent] = field(default_factory=dict)
    seen_keys: set[UUID] = field(default_factory=set)

    def lines_of(self, shipment: Shipment) -> dict[int, Balance]:
        """This will return the balances of a shipment by line number."""
        return self.balances.get(shipment.pk, {})


def open_book(
    *,
    by: User,
    references: Iterable[str],
    keys: Iterable[UUID],
    places: Iterable[str],
    lock: bool = True,
) -> Book:
    """This will lock the shipments and lines that are spoken of, and read what belongs to them.

    Shipments first, then counters, each in the order of their rows: two batches never meet
    crosswise. Keys are looked up after the locks, so a retry sees what its first try wrote.
    A dry run does not lock.
    """
    found = (
        Shipment.objects.visible_to(by)
        .filter(reference__in=set(references))
        .select_related("operation", "donor", "origin__region", "destination__region")
        .order_by("pk")
    )
    shipments = {s.reference: s for s in locked(found, lock=lock)}
    book = Book(
        by=by,
        shipments=shipments,
        balances=read_balances([s.pk for s in shipments.values()], lock=lock),
        places=places_by_code(places),
    )
    look_up_keys(book, list(keys))
    return book


def locked(rows: QuerySet[Any], *, lock: bool) -> QuerySet[Any]:
    return rows.select_for_update(of=("self",), no_key=True) if lock else rows


def read_balances(shipment_ids: list[int], *, lock: bool) -> dict[int, dict[int, Balance]]:
    balances: dict[int, dict[int, Balance]] = {pk: {} for pk in shipment_ids}
    continued = ShipmentLine.objects.filter(
        shipment__in=shipment_ids, from_line__isnull=False
    ).values("from_line")
    rows = (
        LineBalance.objects.filter(Q(line__shipment__in=shipment_ids) | Q(line__in=continued))
        .select_related("line__item", "line__donor")
        .order_by("line_id")
    )
    for row in locked(rows, lock=lock):
        held = balances.setdefault(row.line.shipment_id, {})
        held[row.line.position] = Balance.of(row)
    return balances


def places_by_code(codes: Iterable[str]) -> dict[str, Destination]:
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    found = Destination.objects.filter(code__in=wanted).select_related("region")
    return {place.code: place for place in found}


def look_up_keys(book: Book, keys: list[UUID]) -> None:
    events = DeliveryEvent.objects.filter(key__in=keys)
    book.used_keys = {e.key: e for e in events.select_related("answer", "shipment")}
    if book.used_keys:
        book.seen_keys = set(
            DeliveryEvent.objects.visible_to(book.by)
            .filter(key__in=book.used_keys)
            .values_list("key", flat=True)
        )
