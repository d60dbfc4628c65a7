"""The page of the ledger that a verb works on: shipments and balances, locked and in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from accounts.models import User
from regions.models import Destination, Region
from regions.rights import reader_within, rights_of
from shipments.models import DeliveryEvent, Operation, Shipment, ShipmentLine
from shipments.models.ledger import ACCOUNTED, Outcome
from shipments.models.shipments import WeightBasis
from shipments.services.statements import Columns
from text.statements import run

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

    def place_for(self, said: Destination | None, end: Destination) -> Destination:
        """This will return the place that was said, or the end of the shipment that is meant."""
        return said or self.places.get(end.code, end)


SHIPMENT, OPERATION, LINE = Columns(Shipment), Columns(Operation), Columns(ShipmentLine)
PLACE, REGION = Columns(Destination), Columns(Region)
AT_OPERATION = SHIPMENT.width
AT_ORIGIN = AT_OPERATION + OPERATION.width
AT_DESTINATION = AT_ORIGIN + PLACE.width + REGION.width
SHIPMENTS = f"""
SELECT {SHIPMENT.of("s")}, {OPERATION.of("o")}, {PLACE.of("f")}, {REGION.of("fr")},
    {PLACE.of("t")}, {REGION.of("tr")}
FROM shipments_shipment AS s
JOIN shipments_operation AS o ON o.id = s.operation_id
JOIN regions_destination AS f ON f.id = s.origin_id
JOIN regions_region AS fr ON fr.id = f.region_id
JOIN regions_destination AS t ON t.id = s.destination_id
JOIN regions_region AS tr ON tr.id = t.region_id
WHERE s.reference = ANY (%s)"""  # noqa: S608 - only names of columns
# What a line carries on is on the page too: sending it counts against that one.
BALANCES = f"""
SELECT (SELECT array_agg(key) FROM shipments_deliveryevent WHERE key = ANY (%s)),
    {", ".join(f"b.{o}" for o in Outcome.values)}, {", ".join(f"b.{o}_kg" for o in Outcome.values)},
    b.onward, {LINE.of("l")}
FROM shipments_linebalance AS b JOIN shipments_shipmentline AS l ON l.id = b.line_id
WHERE b.line_id = ANY (ARRAY(
    SELECT id FROM shipments_shipmentline WHERE shipment_id = ANY (%s)
    UNION
    SELECT from_line_id FROM shipments_shipmentline
    WHERE shipment_id = ANY (%s) AND from_line_id IS NOT NULL))
ORDER BY b.line_id"""  # noqa: S608 - only names of columns


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
    crosswise. Keys are looked up after the shipments' locks, so a retry sees what its first try
    wrote. A dry run does not lock.
    """
    shipments = read_shipments(sorted(set(references)), by=by, lock=lock)
    ends = [end for s in shipments.values() for end in (s.origin, s.destination)]
    merged = [end.code for end in ends if end.merged_into_id]
    book = Book(by=by, shipments=shipments, balances={}, places=places_by_code([*places, *merged]))
    read_balances(book, list(keys), lock=lock)
    return book


def read_shipments(references: list[str], *, by: User, lock: bool) -> dict[str, Shipment]:
    seen, params = seen_by(by, references)
    sql = f"{SHIPMENTS}{seen} ORDER BY s.id" + (" FOR NO KEY UPDATE OF s" if lock else "")
    operations: dict[int, Operation] = {}
    places: dict[int, Destination] = {}
    found: dict[str, Shipment] = {}
    for row in run(sql, [references, *params]):
        shipment: Shipment = SHIPMENT.made(row)
        # Most shipments of a batch have them in common: each is made once.
        if shipment.operation_id not in operations:
            operations[shipment.operation_id] = OPERATION.made(row, AT_OPERATION)
        for pk, at in ((shipment.origin_id, AT_ORIGIN), (shipment.destination_id, AT_DESTINATION)):
            if pk not in places:
                places[pk] = PLACE.made(row, at)
                places[pk].region = REGION.made(row, at + PLACE.width)
        shipment.operation = operations[shipment.operation_id]
        shipment.origin = places[shipment.origin_id]
        shipment.destination = places[shipment.destination_id]
        found[shipment.reference] = shipment
    return found


def seen_by(by: User, references: list[str]) -> tuple[str, tuple[Any, ...]]:
    """This will write the condition that a shipment is visible to a person, and its values."""
    rights = rights_of(by)
    if rights.reads_everywhere:
        return "", ()
    if rights.is_known:
        return seen_within(rights.reading_paths)
    # What the public sees is too much for one look under locks, and nobody records with it.
    visible = Shipment.objects.visible_to(by).filter(reference__in=references)
    return " AND s.id = ANY (%s)", (list(visible.order_by().values_list("pk", flat=True)),)


@lru_cache(maxsize=1000)
def seen_within(paths: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    # Of all that a step or a delivery does in Python, writing this took a fifth.
    visible = Shipment.objects.visible_to(reader_within(paths)).order_by().values("pk")
    sql, params = visible.query.sql_with_params()
    return f" AND s.id IN ({sql})", params


def read_balances(book: Book, keys: list[UUID], *, lock: bool) -> None:
    """This will read the balances onto the page, and in the same look which keys were used."""
    ids = [shipment.pk for shipment in book.shipments.values()]
    book.balances = {pk: {} for pk in ids}
    outcomes = Outcome.values
    weights = 1 + len(outcomes)
    onward = weights + len(outcomes)
    sql = BALANCES + (" FOR NO KEY UPDATE OF b" if lock else "")
    rows = run(sql, [keys, ids, ids]) if ids else []
    for row in rows:
        line = LINE.made(row, onward + 1)
        book.balances.setdefault(line.shipment_id, {})[line.position] = Balance(
            line=line,
            counted=dict(zip(outcomes, row[1:weights], strict=True)),
            weighed=dict(zip(outcomes, row[weights:onward], strict=True)),
            onward=row[onward],
        )
    look_up_keys(book, (rows[0][0] or []) if rows else keys)


def places_by_code(codes: Iterable[str]) -> dict[str, Destination]:
    """This will find the places of codes; one that was merged stands for what it became."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    found = Destination.objects.filter(code__in=wanted)
    found = found.select_related("region", "merged_into__region")
    return {place.code: place.merged_into or place for place in found}


def look_up_keys(book: Book, keys: list[UUID]) -> None:
    if not keys:
        return
    events = DeliveryEvent.objects.filter(key__in=keys)
    book.used_keys = {e.key: e for e in events.select_related("answer", "shipment")}
    if book.used_keys:
        book.seen_keys = set(
            DeliveryEvent.objects.visible_to(book.by)
            .filter(key__in=book.used_keys)
            .values_list("key", flat=True)
        )
