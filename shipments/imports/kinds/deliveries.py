"""Rows that report deliveries: one event a row, or one event for all rows that share a key."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from regions.rights import Role, rights_of
from shipments.imports.kinds.articles import by_outcome, find_line, lines_of
from shipments.imports.kinds.consignments import as_said
from shipments.imports.kinds.known import known_rows
from shipments.imports.kinds.loader import Fate, Loader, dry, refused, row_key, unsound
from shipments.imports.kinds.replacing import OUTCOMES, undo_events
from shipments.imports.kinds.revisions import Revisions
from shipments.imports.units import UnitMatch
from shipments.imports.values import Reading
from shipments.models import DeliveryEvent, ShipmentLine
from shipments.models.fields import unit_decimals
from shipments.models.imports import Decision, RowState
from shipments.models.ledger import EventKind, Outcome, Source
from shipments.models.reports import DeliveryReport, LineReport
from shipments.querysets import ImportRowQuerySet
from shipments.services import Recorded, record_deliveries, try_deliveries


class Deliveries(Loader):
    """Deliveries; a row says what became of one line of one shipment."""

    known: dict[int, Fate] = {}
    undone_at_once = 1000

    def require_right(self) -> None:
        if not rights_of(self.by).holds(Role.COORDINATOR):
            raise PermissionDenied(_("Only a coordinator may import deliveries."))

    def check(self, readings: Sequence[Reading]) -> list[Fate]:
        """This will try what is to be replaced first, as the import does, and take it back."""
        revisions, replaced = Revisions(self), {}
        if any(reading.decision == Decision.REPLACE for reading in readings):
            with transaction.atomic():
                replaced = revisions.replaced(readings)
                fates = self.tried([r for r in readings if r.number not in replaced]) | replaced
                transaction.set_rollback(True)
        else:
            # Without a transaction, which may not stand idle while thousands of rows are read.
            fates = self.tried(readings)
        revisions.explain(readings, fates)
        for fate in replaced.values():
            dry(fate)
        return [fates[reading.number] for reading in readings]

    def apply(self, readings: Sequence[Reading]) -> list[Fate]:
        replaced = Revisions(self).replaced(readings)
        recorded = self.recorded([r for r in readings if r.number not in replaced])
        fates = replaced | {fate.number: fate for fate in recorded}
        return [fates[reading.number] for reading in readings]

    def tried(self, readings: Sequence[Reading]) -> dict[int, Fate]:
        self.known = self.known_among(readings)
        reports = self.reports(readings)
        tried = try_deliveries(
            reports=[report for report, _rows in reports],
            by=self.by,
            source=Source.IMPORT,
            at=self.at,
        )
        fates = self.settled(reports, tried)
        return {
            r.number: self.known.get(r.number) or fates.get(r.number) or unsound(r)
            for r in readings
        }

    def recorded(self, readings: Sequence[Reading]) -> list[Fate]:
        self.known = self.known_among(readings)
        reports = self.reports(readings)
        recorded = record_deliveries(
            reports=[report for report, _rows in reports],
            by=self.by,
            source=Source.IMPORT,
            at=self.at,
        )
        fates = self.settled(reports, recorded)
        return [self.known.get(r.number) or fates.get(r.number) or unsound(r) for r in readings]

    def known_among(self, readings: Sequence[Reading]) -> dict[int, Fate]:
        for reading in readings:
            by_outcome(reading)
        return known_rows(readings, by=self.by)

    def settled(
        self, reports: "list[tuple[DeliveryReport, list[Reading]]]", outcomes: Sequence[Any]
    ) -> dict[int, Fate]:
        """This will say for each row what its report became."""
        fates: dict[int, Fate] = {}
        for (report, rows), outcome in zip(reports, outcomes, strict=True):
            for reading in rows:
                fates[reading.number] = fate_of(report, reading, outcome)
        return fates

    def reports(self, readings: Sequence[Reading]) -> "list[tuple[DeliveryReport, list[Reading]]]":
        """This will gather sound rows into reports, each with the rows that make it."""
        sound = [r for r in readings if r.is_sound and r.number not in self.known]
        named = {r.values["shipment"] for r in sound if r.values.get("shipment")}
        lines = lines_of(named, by=self.by)
        gathered: dict[UUID, tuple[dict[str, Any], list[LineReport], list[Reading]]] = {}
        for reading in sound:
            said = self.said(reading, lines)
            if said is None:
                continue
            key, event, line = said
            held = gathered.setdefault(key, (event, [], []))
            agree(held[0], reading, held[2])
            if reading.values.get("key") is None and held[2]:
                again_in_file(reading, held[2][0], same=held[1][0] == line)
                continue
            add_line(held[1], line)
            held[2].append(reading)
        return [
            (DeliveryReport(key=key, lines=tuple(said), **event), rows)
            for key, (event, said, rows) in gathered.items()
            if all_sound(rows)
        ]

    def said(
        self,
        reading: Reading,
        lines: dict[str, dict[int, ShipmentLine]],
    ) -> tuple[UUID, dict[str, Any], LineReport] | None:
        """This will turn a row into its key, its event and its line, or note what is missing."""
        values = reading.values
        line = find_line(reading, lines.get(values.get("shipment", ""), {}))
        quantities = {o: values[o] for o in OUTCOMES if values.get(o) is not None}
        if line is None or not quantities or "occurred_at" not in values:
            note_missing(reading, line, quantities)
            return None
        quantities = in_unit_of(line, reading, quantities)
        event = {
            "shipment": values["shipment"],
            "kind": values.get("kind") or kind_of(quantities),
            "occurred_at": values["occurred_at"],
            "place": values.get("place") or "",
            "received_by": values.get("received_by") or "",
            "note": values.get("note") or "",
            "surplus": bool(values.get("surplus")),
        }
        reported = LineReport(
            line=line.position,
            reason=values.get("reason") or "",
            **quantities,
        )
        return self.key_of(reading, event, reported), event, reported

    def key_of(self, reading: Reading, event: dict[str, Any], line: LineReport) -> UUID:
        """The key of a row: its own, else its goods-received number and line, else its words."""
        values = reading.values
        if values.get("key"):
            key: UUID = values["key"]
            return key
        if values.get("grn"):
            return row_key("grn", event["shipment"], values["grn"], line.line)
        return row_key(*(f"{v:f}" if isinstance(v, Decimal) else v for v in event.values()), line)

    def count_created(self, rows: ImportRowQuerySet) -> dict[str, int]:
        """This will count the events, with the reversals of those that rows replaced."""
        events = DeliveryEvent.objects.filter(import_rows__in=rows).distinct()
        return {"events": events.count() + events.exclude(replaces=None).count()}

    def undo(self, fates: Iterable[Fate]) -> list[Fate]:
        done = [fate for fate in fates if fate.event_id is not None]
        events = DeliveryEvent.objects.in_bulk({fate.event_id for fate in done})
        newest = [event for _pk, event in sorted(events.items(), reverse=True)]
        stay = undo_events(newest, by=self.by, at=self.at)
        for fate in done:
            fate.state = RowState.REJECTED
            if fate.event_id in stay:
                fate.state = RowState.KEPT
                fate.problems = refused(Reading(fate.number), stay[fate.event_id]).problems
        return done


def fate_of(report: DeliveryReport, reading: Reading, outcome: Any) -> Fate:
    """This will turn the verb's outcome into the fate of one row."""
    if isinstance(outcome, Recorded):
        state = RowState.ALREADY_HERE if outcome.replayed else RowState.APPLIED
        fate = Fate(reading.number, state, key=report.key, event_id=outcome.event.pk)
        fate.problems = [problem.as_json(reading.number) for problem in reading.problems]
        return fate
    if isinstance(outcome, list):
        for doubt in outcome:
            reading.refuse("", doubt["code"], doubt["detail"], severity="warning")
        state = RowState.WARNING if reading.problems else RowState.READY
        fate = Fate(reading.number, state, key=report.key)
        fate.problems = [problem.as_json(reading.number) for problem in reading.problems]
        return fate
    fate = refused(reading, outcome.error)
    if any(problem["code"] == "key_reused" for problem in fate.problems):
        fate.state = RowState.CHANGED
    fate.key = report.key
    return fate


def add_line(lines: list[LineReport], line: LineReport) -> None:
    """This will add a row to its event; rows of one line with other outcomes become one."""
    for place, there in enumerate(lines):
        if there.line == line.line and not counts(there) & counts(line):
            more = {outcome: getattr(line, outcome) for outcome in counts(line)}
            lines[place] = replace(there, reason=there.reason or line.reason, **more)
            return
    lines.append(line)


def agree(event: dict[str, Any], reading: Reading, rows: list[Reading]) -> None:
    """This will add to an event what a further row says of it, or note at its cell that it differs.

    A blank cell says nothing.
    """
    for name in event:
        said = reading.values.get(name)
        if said in (None, ""):
            continue
        first = next((row for row in rows if row.values.get(name) not in (None, "")), None)
        if first is None:
            event[name] = said
        elif first.values[name] != said:
            detail = _("Row %(row)s of the same delivery says “%(value)s” here.")
            shown = {"row": first.number, "value": as_said(first.values[name])}
            reading.refuse(name, "row_contradicts_row", detail % shown)


def all_sound(rows: list[Reading]) -> bool:
    """This will hold back the rows of a delivery of which one needs fixing, and say so of each."""
    if all(row.is_sound for row in rows):
        return True
    for row in rows:
        if row.is_sound:
            detail = _("Another row of its delivery needs fixing.")
            row.refuse("", "delivery_incomplete", detail)
    return False


def counts(line: LineReport) -> set[str]:
    return {outcome for outcome in OUTCOMES if getattr(line, outcome)}


def note_missing(
    reading: Reading, line: ShipmentLine | None, quantities: dict[str, Decimal]
) -> None:
    if not reading.values.get("shipment"):
        reading.refuse("shipment", "required", _("Enter the shipment's reference."))
    elif line is None:
        reading.refuse("line", "unknown_line", _("The shipment has no such line."))
    if not quantities:
        reading.refuse("received", "required", _("Enter how much arrived, or 0."))
    if "occurred_at" not in reading.values:
        reading.refuse("occurred_at", "required", _("Enter when it happened."))


def in_unit_of(
    line: ShipmentLine, reading: Reading, quantities: dict[str, Decimal]
) -> dict[str, Decimal]:
    """This will convert quantities into the unit of the line, or note that they are in another."""
    unit: UnitMatch | None = reading.values.get("unit")
    if unit is None:
        return quantities
    if unit.unit != line.unit:
        detail = _("The line is counted in %(unit)s.") % {"unit": line.get_unit_display()}
        reading.refuse("unit", "other_unit", detail)
    decimals = unit_decimals(line.unit)
    return {o: round(quantity * unit.factor, decimals or 3) for o, quantity in quantities.items()}


def kind_of(quantities: dict[str, Decimal]) -> str:
    """This will name the kind of event from what a row counts; received unless it says more."""
    counted = {outcome for outcome, quantity in quantities.items() if quantity}
    for outcome in (Outcome.DISTRIBUTED, Outcome.HANDED_OVER):
        if outcome in counted:
            return outcome.value
    if counted in ({Outcome.LOST}, {Outcome.RETURNED}):
        return str(counted.pop())
    return EventKind.RECEIVED


def again_in_file(reading: Reading, first: Reading, *, same: bool) -> None:
    """This will note a row that repeats another, or contradicts it under the same number."""
    detail = (
        _("This row says the same as row %(row)s and is counted once.")
        if same
        else _("This row has the same number as row %(row)s but says something else.")
    )
    code = "row_repeats_row" if same else "row_contradicts_row"
    reading.refuse("", code, detail % {"row": first.number})
