"""Packing lists that come again with something else: compared, taken over, taken back."""

from dataclasses import asdict, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from shipments.imports.kinds.consignments import (
    ARRIVED,
    Consignment,
    contents,
    draft_of,
    line_of,
)
from shipments.imports.kinds.known import about_then
from shipments.imports.kinds.loader import Fate, difference, row_key
from shipments.imports.kinds.steps import cancel, counted_of, reverse_steps, take_steps
from shipments.imports.kinds.updating import plain
from shipments.models import Shipment
from shipments.models.ledger import EventKind
from shipments.models.reports import LineDraft
from shipments.services import edit_shipment
from shipments.services.judging import BEFORE_DISPATCH
from shipments.services.refusals import refusal
from shipments.services.standing import as_draft

COMPARED = ("donor", "consignor", "consignee", "origin", "destination", "mode", "vehicles",
            "planned_at", "expected_at", "remark")  # fmt: skip


def differences(
    shipment: Shipment, consignment: Consignment, *, by: User
) -> dict[int, list[dict[str, Any]]]:
    """This will list by row what a list says otherwise; of the whole shipment at its first row.

    Blank cells say nothing.
    """
    first = consignment.rows[0]
    found = [
        difference(first, name, here, said) for name, here, said in header_of(shipment, consignment)
    ]
    if contents(shipment) != sorted(line_of(row) for row in consignment.rows):
        lines = as_draft(shipment, by=by).lines or ()
        found.append(difference(first, "lines", kept(lines), kept(drafts(consignment, lines))))
    left = consignment.first("dispatched_at")
    if left and shipment.status in BEFORE_DISPATCH:
        found.append(difference(first, "dispatched_at", "", plain(left)))
    by_row = {first.number: found} if found else {}
    counted = counted_of(shipment)
    for place, row in enumerate(consignment.rows, 1):
        for name, here in zip(ARRIVED, counted.get(place, (0, 0, 0)), strict=True):
            if row.values.get(name) and row.values[name] != here:
                said = difference(row, name, f"{here:f}" if here else "0", plain(row.values[name]))
                by_row.setdefault(row.number, []).append(said)
    return by_row


def header_of(shipment: Shipment, consignment: Consignment) -> list[tuple[str, Any, Any]]:
    """This will list what the whole shipment has otherwise: name, here, in the list."""
    found = []
    for name in COMPARED:
        here = getattr(shipment, name)
        said = consignment.remark if name == "remark" else consignment.first(name)
        if name == "donor" and len({row.values.get(name) for row in consignment.rows}) > 1:
            continue
        same = plain(here) == said
        if isinstance(here, datetime) and isinstance(said, datetime):
            same = about_then(said, here)
        if said not in (None, "") and not same:
            found.append((name, plain(here), plain(said)))
    return found


def drafts(consignment: Consignment, standing: tuple[LineDraft, ...]) -> tuple[LineDraft, ...]:
    """This will draft the lines of a list, keeping of each what the list does not say."""
    known = {line.line: line for line in standing}
    result = []
    for place, row in enumerate(consignment.rows, 1):
        new = draft_of(row, place, consignment.first("donor") or "")
        old = known.get(place)
        if old is not None and old.item == new.item:
            said = {name: value for name, value in vars(new).items() if value not in (None, "")}
            if "weight_kg" not in said and old.quantity != new.quantity:
                old = replace(old, weight_kg=None, weight_basis="")
            new = replace(old, **said)
        result.append(new)
    return tuple(result)


def relist(
    shipment: Shipment,
    consignment: Consignment,
    found: dict[int, list[dict[str, Any]]],
    *,
    by: User,
    at: datetime,
) -> dict[int, int]:
    """This will make a shipment what its list says now, and take the steps it says were taken.

    Answers as ``take_steps`` does. Raises what ``edit_shipment`` refuses, such as other lines
    after dispatch, and ``arrivals_differ`` for what was recorded already.
    """
    standing = as_draft(shipment, by=by)
    names = {one["name"] for row in found.values() for one in row} & {*COMPARED, "lines"}
    if names:
        header: dict[str, Any] = {
            name: consignment.remark if name == "remark" else consignment.first(name)
            for name in names - {"lines"}
        }
        lines = drafts(consignment, standing.lines or ()) if "lines" in names else None
        draft = replace(standing, lines=lines, documents=None, **header)
        edit_shipment(reference=shipment.reference, draft=draft, by=by)
    if any(one["name"] in ARRIVED and one["here"] != "0" for row in found.values() for one in row):
        sentence = _("What arrived is recorded otherwise. Correct it at the shipment.")
        raise refusal("received", "arrivals_differ", sentence)
    shipment.refresh_from_db()
    return take_steps(shipment, consignment, by=by, at=at)


def take_back(shipment: Shipment, rows: list[Fate], *, by: User, at: datetime) -> None:
    """This will take back what the rows of a shipment recorded; a new one is cancelled.

    One that was changed gets what it had before, unless somebody changed it since.
    """
    found = [one for row in rows for one in row.differences]
    if not found:
        reverse_steps(shipment, rows, EventKind.DISPATCHED, by=by, at=at)
        cancel(shipment, by=by, at=at)
        return
    names = {one["name"] for one in found}
    kinds = [EventKind.DISPATCHED] if "dispatched_at" in names else []
    reverse_steps(shipment, rows, *kinds, by=by, at=at)
    changed = {one["name"]: one for one in found if one["name"] in {*COMPARED, "lines"}}
    if not changed:
        return
    standing = as_draft(shipment, by=by)
    for name, one in changed.items():
        now = kept(standing.lines or ()) if name == "lines" else plain(getattr(shipment, name))
        if now != one["file"]:
            sentence = _("%(record)s stays: somebody changed it after this import.")
            raise refusal("shipment", "changed_meanwhile", sentence, record=shipment.reference)
    header = {n: former(n, one["here"]) for n, one in changed.items() if n != "lines"}
    lines = tuple(map(line_from, changed["lines"]["here"])) if "lines" in changed else None
    draft = replace(standing, lines=lines, documents=None, **header)
    edit_shipment(reference=shipment.reference, draft=draft, by=by)


def former(name: str, here: Any) -> Any:
    if name.endswith("_at"):
        return here and datetime.fromisoformat(here)
    return here


def kept(lines: "tuple[LineDraft, ...]") -> list[dict[str, Any]]:
    """This will keep lines in the form that JSON has, with what they say."""
    return [
        {
            name: plain(value)
            for name, value in asdict(line).items()
            # The basis of an estimate follows from the item and is not said by anybody.
            if value not in (None, "") and (name != "weight_basis" or line.weight_kg is not None)
        }
        for line in lines
    ]


def line_from(said: dict[str, Any]) -> LineDraft:
    """This will read a kept line back."""
    values = dict(said)
    for name in ("quantity", "weight_kg", "unit_value"):
        if name in values:
            values[name] = Decimal(values[name])
    if "expires_on" in values:
        values["expires_on"] = date.fromisoformat(values["expires_on"])
    return LineDraft(**values)


def with_differences(
    fates: dict[int, Fate], consignment: Consignment, found: dict[int, list[dict[str, Any]]]
) -> dict[int, Fate]:
    """This will put what differs with its rows; the first row always says what it is about."""
    for row in consignment.rows:
        fate = fates[row.number]
        fate.key = row_key("packing_list", consignment.paper)
        fate.differences = found.get(row.number, [])
    return fates
