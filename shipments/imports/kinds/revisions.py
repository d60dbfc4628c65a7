"""Rows of deliveries that differ from the ledger: explained, and replaced where decided."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shipments.imports.kinds.articles import by_outcome, find_line, lines_of
from shipments.imports.kinds.loader import Fate, refused
from shipments.imports.kinds.replacing import (
    Change,
    overlaid,
    replace_event,
    report_of,
    standing,
)
from shipments.imports.values import Reading
from shipments.imports.words import target_name
from shipments.models import ShipmentLine
from shipments.models.imports import Decision, RowState
from shipments.models.reports import DeliveryReport

if TYPE_CHECKING:
    from shipments.imports.kinds.deliveries import Deliveries


TAKEN_BACK = _("It was taken back here. To replace it is to record it again.")


def cannot_replace(change: Change) -> str:
    """This will say why what a row says cannot take the place of an event."""
    detail = gettext("“%(kind)s” is no delivery, so a sheet cannot replace it.")
    return detail % {"kind": change.event.get_kind_display()}


class Revisions:
    """What the rows of one chunk say otherwise than the ledger does."""

    def __init__(self, deliveries: "Deliveries") -> None:
        self.deliveries = deliveries
        self.lines: dict[str, dict[int, ShipmentLine]] = {}

    def replaced(self, readings: Sequence[Reading]) -> dict[int, Fate]:
        """This will replace the events of the rows decided so, each in a savepoint of its own."""
        asked = [r for r in readings if r.decision == Decision.REPLACE and r.is_sound]
        fates: dict[int, Fate] = {}
        by_key: dict[UUID, list[tuple[Reading, Change]]] = {}
        for reading, key, change in self.changes(asked):
            if change.differences(reading) or change.is_taken_back:
                by_key.setdefault(key, []).append((reading, change))
        for key, rows in by_key.items():
            fates |= self.replace(key, rows)
        return fates

    def replace(self, key: UUID, rows: list[tuple[Reading, Change]]) -> dict[int, Fate]:
        """This will replace one event by all that its rows say of it together."""
        first, change = rows[0]
        said = change.said
        for reading, other in rows[1:]:
            said = overlaid(said, reading, other.line)
        fates = {}
        try:
            if not change.is_report:
                raise ValidationError(
                    {"key": ValidationError(cannot_replace(change), code="not_replaceable")}
                )
            with transaction.atomic():
                event = replace_event(
                    change, said, by=self.deliveries.by, reason=first.reason, at=self.deliveries.at
                )
        except (ValidationError, PermissionDenied) as error:
            fates = {reading.number: refused(reading, error) for reading, _change in rows}
        else:
            fates = {
                r.number: Fate(r.number, RowState.APPLIED, event_id=event.pk) for r, _c in rows
            }
        for reading, other in rows:
            fates[reading.number].key = key
            fates[reading.number].differences = other.differences(reading)
        return fates

    def explain(self, readings: Sequence[Reading], fates: dict[int, Fate]) -> None:
        """This will say of changed rows what is here; one that says as much is already here."""
        rows = [r for r in readings if fates[r.number].state == RowState.CHANGED]
        for reading, _key, change in self.changes(rows):
            fate = fates[reading.number]
            fate.event_id = change.event.pk
            fate.differences = change.differences(reading)
            if not fate.differences and not change.is_taken_back:
                fate.state, fate.problems = RowState.ALREADY_HERE, []
            elif reading.decision:
                fate.problems = []
            else:
                code, detail = self.said_of(change, fate)
                reading.refuse("", code, detail)
                fate.problems = [reading.problems[-1].as_json(reading.number)]

    def said_of(self, change: Change, fate: Fate) -> tuple[str, str]:
        """This will say in words that an event differs, or why a row cannot take its place."""
        if not change.is_report:
            return "not_replaceable", cannot_replace(change)
        if change.is_taken_back:
            return "taken_back", str(TAKEN_BACK)
        names = ", ".join(target_name(one["name"]) for one in fate.differences)
        detail = gettext("The delivery %(code)s has other values here: %(names)s.")
        return "delivery_changed", detail % {"code": change.event.code, "names": names}

    def changes(self, readings: Sequence[Reading]) -> list[tuple[Reading, UUID, Change]]:
        """This will find the event of each row by its key, with what the row says of it."""
        said = [(reading, *found) for reading in readings if (found := self.said(reading))]
        keys = [key for _reading, key, _line, _report in said]
        events = standing(keys, by=self.deliveries.by)
        changes = []
        for reading, key, line, report in said:
            event = events.get(key)
            if event is None:
                continue
            here = report_of(event)
            if not line and len(here.lines) == 1:
                line = here.lines[0].line
            new = report or overlaid(here, reading, line)
            if not new.place:
                new = DeliveryReport(**{**vars(new), "place": here.place})
            changes.append((reading, key, Change(event, here, new, line)))
        return changes

    def lines_of(self, reference: str) -> dict[int, ShipmentLine]:
        if reference not in self.lines:
            found = lines_of({reference}, by=self.deliveries.by)
            self.lines[reference] = found.get(reference, {})
        return self.lines[reference]

    def said(self, reading: Reading) -> "tuple[UUID, int, DeliveryReport | None] | None":
        """This will give a row's key and line, and its report; a row of ours is laid over one."""
        values = reading.values
        by_outcome(reading)
        lines = self.lines_of(values.get("shipment") or "")
        if values.get("key"):
            line = find_line(reading, lines)
            return values["key"], line.position if line else values.get("line") or 0, None
        said = self.deliveries.said(reading, {values.get("shipment", ""): lines})
        if said is None:
            return None
        key, event, reported = said
        return key, reported.line, DeliveryReport(key=key, lines=(reported,), **event)
