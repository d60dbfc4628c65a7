"""Rows of a packing list gathered by shipment, and what they say of its lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from shipments.imports.kinds.loader import Fate, require_values, unsound
from shipments.imports.targets import ImportKind
from shipments.imports.units import UnitMatch
from shipments.imports.values import Reading
from shipments.models import Shipment
from shipments.models.fields import unit_decimals
from shipments.models.reports import LineDraft
from text.dates import format_day, format_moment

ARRIVED = ("received", "damaged", "lost")
OF_SHIPMENT = frozenset(("operation", "donor", "origin", "destination", "mode"))
# What a waybill has once, so that its rows have to agree on it.
ONCE = (
    "shipment",
    "waybill",
    "operation",
    "consignor",
    "consignee",
    "origin",
    "destination",
    "mode",
    "vehicles",
    "planned_at",
    "dispatched_at",
    "expected_at",
)


@dataclass
class Consignment:
    """The rows of one shipment."""

    paper: str
    rows: list[Reading] = field(default_factory=list)

    def first(self, name: str) -> Any:
        """This will return the first value that one of the rows gives for the whole shipment."""
        return next((r.values[name] for r in self.rows if r.values.get(name) is not None), None)

    @property
    def remark(self) -> str | None:
        """Every remark of its rows, each once: they may be about single lines."""
        said = dict.fromkeys(r.values["remark"] for r in self.rows if r.values.get("remark"))
        return "\n".join(said) or None


def consignments(readings: Sequence[Reading]) -> list[Consignment]:
    """This will gather rows by the reference or waybill they name."""
    gathered: dict[str, Consignment] = {}
    for reading in readings:
        paper = reading.values.get("shipment") or reading.values.get("waybill")
        if not paper:
            continue
        gathered.setdefault(str(paper), Consignment(str(paper))).rows.append(reading)
    return list(gathered.values())


def note_contradictions(consignment: Consignment) -> None:
    """This will note at its cell what a row says of the shipment unlike a row before it."""
    for name in ONCE:
        first: Reading | None = None
        for row in consignment.rows:
            said = row.values.get(name)
            if said is None:
                continue
            if first is None:
                first = row
            elif said != first.values[name]:
                detail = _("Row %(row)s of the same shipment says “%(value)s” here.")
                shown = {"row": first.number, "value": as_said(first.values[name])}
                row.refuse(name, "row_contradicts_row", detail % shown)


def as_said(value: Any) -> str:
    if isinstance(value, datetime):
        return format_moment(value)
    return format_day(value) if isinstance(value, date) else str(value)


def note_blanks(consignment: Consignment) -> None:
    """This will note what no row says of a new shipment, and arrivals without their day."""
    first = consignment.rows[0]
    given = frozenset(name for name in OF_SHIPMENT if consignment.first(name))
    require_values(first, ImportKind.PACKING_LIST, given)
    for row in consignment.rows:
        arrived = next((o for o in ARRIVED if row.values.get(o)), "")
        if arrived and not consignment.first("received_at"):
            detail = _("Say when it arrived, or leave the column out.")
            row.refuse(arrived, "required", detail)


def draft_of(reading: Reading, place: int, donor: str = "") -> LineDraft:
    """This will draft a line; it names its donor where that is not the shipment's."""
    values = reading.values
    own = values.get("donor") or ""
    unit: UnitMatch = values["unit"]
    names = ("description", "packages", "package_kind", "weight_kg", "weight_basis", "batch",
             "expires_on", "unit_value", "currency", "equipment")  # fmt: skip
    return LineDraft(
        line=place,
        donor=own if donor and own != donor else "",
        item=values.get("item") or values.get("item_code") or "",
        quantity=round(values["quantity"] * unit.factor, unit_decimals(unit.unit) or 3),
        unit=unit.unit,
        **{name: values[name] for name in names if values.get(name) is not None},
    )


def line_of(reading: Reading) -> tuple[str, str, str]:
    draft = draft_of(reading, 1)
    return (draft.item, f"{draft.quantity.normalize():f}", draft.unit)


def contents(shipment: Shipment) -> list[tuple[str, str, str]]:
    """This will list a shipment's lines for comparison with a packing list."""
    lines = shipment.lines.values_list("item__code", "quantity", "unit")
    return sorted((item, f"{quantity.normalize():f}", unit) for item, quantity, unit in lines)


def refusals(
    consignment: Consignment, error: ValidationError | PermissionDenied
) -> dict[int, Fate]:
    """This will put each refusal at its own row, and those of the whole shipment at the first."""
    if isinstance(error, ValidationError):
        for name, errors in error.error_dict.items():
            parts = name.split("/")
            at_line = len(parts) == 3 and parts[0] == "lines" and parts[1].isdecimal()
            row = consignment.rows[int(parts[1]) if at_line else 0]
            for one in errors:
                row.refuse(parts[-1], one.code or "refused", " ".join(one.messages))
    else:
        consignment.rows[0].refuse("", "not_allowed", str(error))
    for row in consignment.rows:
        if row.is_sound:
            row.refuse("", "shipment_incomplete", _("Another row of its shipment needs fixing."))
    return {row.number: unsound(row) for row in consignment.rows}
