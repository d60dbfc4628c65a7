"""Rows of packing lists: one shipment for all rows with the same reference or waybill."""

from collections.abc import Iterable, Sequence
from uuid import uuid5

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regions.rights import Role, rights_of
from shipments.imports.kinds.consignments import (
    ARRIVED,
    OF_SHIPMENT,
    Consignment,
    consignments,
    contents,
    draft_of,
    line_of,
    note_blanks,
    refusals,
)
from shipments.imports.kinds.loader import (
    SPACE,
    Fate,
    Loader,
    refused,
    require_values,
    row_key,
    unsound,
)
from shipments.imports.targets import ImportKind
from shipments.imports.values import Reading
from shipments.models import DeliveryEvent, Shipment
from shipments.models.imports import RowState
from shipments.models.ledger import EventKind, Source
from shipments.models.papers import DocumentKind
from shipments.models.reports import (
    DeliveryReport,
    DocumentDraft,
    LineReport,
    Movement,
    Reversal,
    ShipmentDraft,
)
from shipments.services import create_shipment, move_shipment, record_delivery, reverse_event

HEADER = (
    "operation",
    "donor",
    "consignor",
    "consignee",
    "origin",
    "destination",
    "mode",
    "vehicles",
    "planned_at",
    "expected_at",
    "remark",
)


class PackingLists(Loader):
    """Packing lists; what a kept-up list says of arrival is recorded with the shipment."""

    creates = ("shipments", "lines", "events")

    def require_right(self) -> None:
        if not rights_of(self.by).holds(Role.COORDINATOR):
            raise PermissionDenied(_("Only a coordinator may import packing lists."))

    def check(self, readings: Sequence[Reading]) -> list[Fate]:
        """This will create every shipment inside a transaction that is rolled back."""
        with transaction.atomic():
            fates = self.settle(readings)
            transaction.set_rollback(True)
        for fate in fates:
            if fate.state == RowState.APPLIED:
                fate.state = RowState.WARNING if fate.problems else RowState.READY
                fate.shipment_id = fate.event_id = None
        return fates

    def apply(self, readings: Sequence[Reading]) -> list[Fate]:
        return self.settle(readings)

    def settle(self, readings: Sequence[Reading]) -> list[Fate]:
        for reading in readings:
            require_values(reading, ImportKind.PACKING_LIST, OF_SHIPMENT)
        fates: dict[int, Fate] = {r.number: unsound(r) for r in readings if not r.is_sound}
        for consignment in consignments(readings):
            if any(row.number in fates for row in consignment.rows):
                fates |= self.held_back(consignment, fates)
                continue
            fates |= self.settle_one(consignment)
        return [fates[reading.number] for reading in readings]

    def held_back(self, consignment: Consignment, fates: dict[int, Fate]) -> dict[int, Fate]:
        """This will hold back the good rows of a shipment of which another row needs fixing."""
        held = {}
        for row in consignment.rows:
            if row.number not in fates:
                row.refuse(
                    "", "shipment_incomplete", _("Another row of its shipment needs fixing.")
                )
                held[row.number] = unsound(row)
        return held

    def settle_one(self, consignment: Consignment) -> dict[int, Fate]:
        there = self.find(consignment)
        if there is not None:
            same = contents(there) == sorted(line_of(row) for row in consignment.rows)
            state = RowState.ALREADY_HERE if same else RowState.CHANGED
            if not same:
                detail = _("%(reference)s has other lines here.") % {"reference": there.reference}
                for row in consignment.rows:
                    row.refuse("", "shipment_changed", detail)
            return self.fates(consignment, state, there)
        note_blanks(consignment)
        if not all(row.is_sound for row in consignment.rows):
            return refusals(consignment, ValidationError({}))
        try:
            with transaction.atomic():
                made = self.create(consignment)
        except (ValidationError, PermissionDenied) as error:
            return refusals(consignment, error)
        return self.fates(consignment, RowState.APPLIED, made)

    def fates(
        self, consignment: Consignment, state: RowState, shipment: Shipment
    ) -> dict[int, Fate]:
        return {
            row.number: Fate(
                row.number,
                state,
                key=row_key("packing_list", consignment.paper),
                shipment_id=shipment.pk,
                problems=[problem.as_json(row.number) for problem in row.problems],
            )
            for row in consignment.rows
        }

    def find(self, consignment: Consignment) -> Shipment | None:
        """This will find the shipment that a list was imported as before."""
        visible = Shipment.objects.visible_to(self.by).select_related("operation")
        reference = consignment.first("shipment")
        if reference:
            found: Shipment | None = visible.filter(reference=reference).first()
            return found
        return visible.filter(
            documents__kind=DocumentKind.WAYBILL,
            documents__number=consignment.paper,
            donor__code=consignment.first("donor"),
        ).first()

    def create(self, consignment: Consignment) -> Shipment:
        header = {name: consignment.first(name) for name in HEADER}
        waybill = consignment.first("waybill")
        donor = header["donor"]
        papers = [DocumentDraft(kind=DocumentKind.WAYBILL, number=waybill)] if waybill else []
        draft = ShipmentDraft(
            **{name: value for name, value in header.items() if value is not None},
            lines=tuple(
                draft_of(row, place, donor) for place, row in enumerate(consignment.rows, 1)
            ),
            documents=tuple(papers),
        )
        shipment = create_shipment(draft=draft, by=self.by)
        self.move(shipment, consignment)
        return shipment

    def move(self, shipment: Shipment, consignment: Consignment) -> None:
        """This will plan the shipment, and dispatch and receive it where the list says when."""
        left = consignment.first("dispatched_at")
        arrived = consignment.first("received_at")
        steps = [(EventKind.PLANNED, shipment.planned_at or left or self.at)]
        steps += [(EventKind.DISPATCHED, left or arrived)] if left or arrived else []
        for kind, moment in steps:
            movement = Movement(
                key=uuid5(SPACE, f"{shipment.reference}/{kind}"),
                shipment=shipment.reference,
                kind=kind,
                occurred_at=min(moment, self.at),
            )
            move_shipment(movement=movement, by=self.by, source=Source.IMPORT, at=self.at)
        lines = [
            LineReport(line=place, **{o: row.values[o] for o in ARRIVED if o in row.values})
            for place, row in enumerate(consignment.rows, 1)
            if any(row.values.get(o) for o in ARRIVED)
        ]
        if lines and arrived:
            report = DeliveryReport(
                key=uuid5(SPACE, f"{shipment.reference}/received"),
                shipment=shipment.reference,
                kind=EventKind.RECEIVED,
                occurred_at=arrived,
                lines=tuple(lines),
            )
            record_delivery(report=report, by=self.by, source=Source.IMPORT, at=self.at)

    def undo(self, fates: Iterable[Fate]) -> list[Fate]:
        """This will take back what the import recorded and cancel its shipments."""
        done: dict[int, Fate] = {}
        by_shipment: dict[int, list[Fate]] = {}
        for fate in fates:
            if fate.shipment_id is not None:
                by_shipment.setdefault(fate.shipment_id, []).append(fate)
        for shipment in Shipment.objects.filter(pk__in=by_shipment):
            rows = by_shipment[shipment.pk]
            try:
                with transaction.atomic():
                    self.take_back(shipment)
                for fate in rows:
                    fate.state = RowState.REJECTED
            except (ValidationError, PermissionDenied) as error:
                for fate in rows:
                    fate.state = RowState.KEPT
                    fate.problems = refused(Reading(fate.number), error).problems
            done |= {fate.number: fate for fate in rows}
        return list(done.values())

    def take_back(self, shipment: Shipment) -> None:
        imported = DeliveryEvent.objects.effective().filter(
            shipment=shipment, source=Source.IMPORT, recorded_by=self.by
        )
        for event in imported.exclude(kind=EventKind.PLANNED).order_by("-id"):
            reversal = Reversal(
                key=uuid5(event.key, "undo"), event=event.key, reason=_("The import was undone.")
            )
            reverse_event(reversal=reversal, by=self.by, source=Source.IMPORT, at=self.at)
        cancelled = Movement(
            key=uuid5(SPACE, f"{shipment.reference}/cancelled"),
            shipment=shipment.reference,
            kind=EventKind.CANCELLED,
            occurred_at=self.at,
            note=_("The import was undone."),
        )
        move_shipment(movement=cancelled, by=self.by, source=Source.IMPORT, at=self.at)
