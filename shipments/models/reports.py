"""What people report, parsed but not yet judged: the arguments of the verbs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class LineReport:
    """What became of one shipment line; quantities in the line's unit."""

    line: int
    received: Decimal = NOTHING
    damaged: Decimal = NOTHING
    lost: Decimal = NOTHING
    returned: Decimal = NOTHING
    handed_over: Decimal = NOTHING
    distributed: Decimal = NOTHING
    reason: str = ""
    scale_kg: Decimal | None = None

    def quantity(self, outcome: str) -> Decimal:
        """This will return the quantity reported for an outcome."""
        value: Decimal = getattr(self, outcome)
        return value


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """A delivery as somebody reports it; ``key`` is made by the sender."""

    key: UUID
    shipment: str
    kind: str
    occurred_at: datetime
    place: str = ""
    received_by: str = ""
    note: str = ""
    surplus: bool = False
    lines: tuple[LineReport, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Movement:
    """A step of a shipment that counts nothing, or counts it whole: plan, inspect, dispatch ..."""

    key: UUID
    shipment: str
    kind: str
    occurred_at: datetime
    place: str = ""
    note: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """Weights learned after dispatch: line number to kilograms of the whole line."""

    key: UUID
    shipment: str
    occurred_at: datetime
    place: str = ""
    note: str = ""
    weights: Mapping[int, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reversal:
    """That an event did not happen as recorded, why, and what happened instead."""

    key: UUID
    event: UUID
    reason: str
    replacement: DeliveryReport | None = None


@dataclass(frozen=True, kw_only=True)
class LineDraft:
    """One article of a shipment being planned; ``from_line`` is written KA20-1042-3/1."""

    item: str
    quantity: Decimal
    unit: str
    line: int | None = None
    donor: str = ""
    from_line: str = ""
    description: str = ""
    packages: int | None = None
    package_kind: str = ""
    weight_kg: Decimal | None = None
    weight_basis: str = ""
    batch: str = ""
    expires_on: date | None = None
    unit_value: Decimal | None = None
    currency: str = ""
    equipment: bool | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentDraft:
    """A paper that comes with a shipment."""

    kind: str
    number: str


@dataclass(frozen=True, kw_only=True)
class ShipmentDraft:
    """A shipment being planned; donors, places, items and the operation by their codes.

    ``lines`` and ``documents`` of None leave those of an existing shipment as they are.
    """

    operation: str
    donor: str
    origin: str
    destination: str
    mode: str
    consignor: str = ""
    consignee: str = ""
    vehicles: int | None = None
    planned_at: datetime | None = None
    expected_at: datetime | None = None
    remark: str = ""
    reference: str = ""
    lines: tuple[LineDraft, ...] | None = ()
    documents: tuple[DocumentDraft, ...] | None = ()
