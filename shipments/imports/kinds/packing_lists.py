"""Rows of packing lists: one shipment for all rows with the same reference or waybill."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regions.rights import Role, rights_of
from shipments.imports.kinds.consignments import (
    OF_SHIPMENT,
    Consignment,
    consignments,
    draft_of,
    note_blanks,
    note_contradictions,
    refusals,
)
from shipments.imports.kinds.loader import (
    Fate,
    Loader,
    dry,
    refused,
    require_values,
    row_key,
    unsound,
)
from shipments.imports.kinds.relisting import differences, relist, take_back, with_differences
from shipments.imports.kinds.steps import made_by, take_steps
from shipments.imports.targets import ImportKind
from shipments.imports.values import Reading
from shipments.imports.words import target_name
from shipments.models import Shipment
from shipments.models.imports import Decision, RowState
from shipments.models.papers import DocumentKind
from shipments.models.reports import DocumentDraft, ShipmentDraft
from shipments.querysets import ImportRowQuerySet, ShipmentQuerySet
from shipments.services import create_shipment

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

    def require_right(self) -> None:
        if not rights_of(self.by).holds(Role.COORDINATOR):
            raise PermissionDenied(_("Only a coordinator may import packing lists."))

    def check(self, readings: Sequence[Reading]) -> list[Fate]:
        """This will create every shipment inside a transaction that is rolled back."""
        with transaction.atomic():
            fates = self.settle(readings)
            transaction.set_rollback(True)
        for fate in fates:
            dry(fate)
        return fates

    def apply(self, readings: Sequence[Reading]) -> list[Fate]:
        return self.settle(readings)

    def settle(self, readings: Sequence[Reading]) -> list[Fate]:
        for reading in readings:
            require_values(reading, ImportKind.PACKING_LIST, OF_SHIPMENT)
        gathered = consignments(readings)
        for consignment in gathered:
            note_contradictions(consignment)
        named = self.find_named(gathered)
        fates: dict[int, Fate] = {r.number: unsound(r) for r in readings if not r.is_sound}
        for consignment in gathered:
            if any(row.number in fates for row in consignment.rows):
                fates |= self.held_back(consignment, fates)
                continue
            fates |= self.settle_one(consignment, named)
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

    def settle_one(
        self, consignment: Consignment, named: Mapping[str, Shipment]
    ) -> dict[int, Fate]:
        there = self.find(consignment, named)
        if there is not None:
            return self.settle_known(consignment, there)
        note_blanks(consignment)
        if not all(row.is_sound for row in consignment.rows):
            return refusals(consignment, ValidationError({}))
        try:
            with transaction.atomic():
                made = self.create(consignment)
                events = take_steps(made, consignment, by=self.by, at=self.at)
        except (ValidationError, PermissionDenied) as error:
            return refusals(consignment, error)
        return self.fates(consignment, RowState.APPLIED, made, events)

    def settle_known(self, consignment: Consignment, there: Shipment) -> dict[int, Fate]:
        """This will compare a list with its shipment, and change that where it was decided."""
        found = differences(there, consignment, by=self.by)
        if not found:
            return self.fates(consignment, RowState.ALREADY_HERE, there)
        decision = consignment.rows[0].decision
        try:
            with transaction.atomic():
                events = relist(there, consignment, found, by=self.by, at=self.at)
                if decision != Decision.REPLACE:
                    transaction.set_rollback(True)
        except (ValidationError, PermissionDenied) as error:
            if decision == Decision.REPLACE:
                return with_differences(refusals(consignment, error), consignment, found)
            if not decision:
                self.note_changed(consignment, there, found, error)
        else:
            if decision == Decision.REPLACE:
                fates = self.fates(consignment, RowState.APPLIED, there, events)
                return with_differences(fates, consignment, found)
            if not decision:
                self.note_changed(consignment, there, found)
        fates = self.fates(consignment, RowState.CHANGED, there)
        return with_differences(fates, consignment, found)

    def note_changed(
        self,
        consignment: Consignment,
        there: Shipment,
        found: dict[int, list[dict[str, Any]]],
        error: ValidationError | PermissionDenied | None = None,
    ) -> None:
        """This will say that a shipment differs, and why the list cannot replace what is here."""
        names = dict.fromkeys(one["name"] for row in found.values() for one in row)
        what = {
            "reference": there.reference,
            "names": ", ".join(target_name(name) for name in names),
        }
        detail = _("%(reference)s has other values here: %(names)s.") % what
        if error is not None:
            said = error.messages if isinstance(error, ValidationError) else [str(error)]
            detail = f"{detail} {' '.join(said)}"
        code = "shipment_changed" if error is None else "not_replaceable"
        for row in consignment.rows:
            row.refuse("", code, detail)

    def fates(
        self,
        consignment: Consignment,
        state: RowState,
        shipment: Shipment,
        events: Mapping[int, int] = MappingProxyType({}),
    ) -> dict[int, Fate]:
        return {
            row.number: Fate(
                row.number,
                state,
                key=row_key("packing_list", consignment.paper),
                shipment_id=shipment.pk,
                event_id=events.get(row.number),
                problems=[problem.as_json(row.number) for problem in row.problems],
            )
            for row in consignment.rows
        }

    def find(self, consignment: Consignment, named: Mapping[str, Shipment]) -> Shipment | None:
        """This will find the shipment that a list was imported as before, ``named`` or not."""
        reference = consignment.first("shipment")
        if reference:
            return named.get(reference)
        found: Shipment | None = (
            self.visible()
            .filter(
                documents__kind=DocumentKind.WAYBILL,
                documents__number=consignment.paper,
                donor__code=consignment.first("donor"),
            )
            .first()
        )
        return found

    def find_named(self, gathered: Iterable[Consignment]) -> dict[str, Shipment]:
        """This will read the shipments whose references lists name, all at once."""
        references = {one.first("shipment") for one in gathered} - {None, ""}
        found = self.visible().filter(reference__in=references) if references else ()
        return {shipment.reference: shipment for shipment in found}

    def visible(self) -> ShipmentQuerySet:
        return Shipment.objects.visible_to(self.by).select_related(
            "operation", "donor", "origin", "destination"
        )

    def create(self, consignment: Consignment) -> Shipment:
        header = {name: consignment.first(name) for name in HEADER}
        header["remark"] = consignment.remark
        waybill = consignment.first("waybill")
        donor = header["donor"]
        papers = [DocumentDraft(kind=DocumentKind.WAYBILL, number=waybill)] if waybill else []
        received = dict.fromkeys(r.values["grn"] for r in consignment.rows if r.values.get("grn"))
        papers += [DocumentDraft(kind=DocumentKind.GRN, number=number) for number in received]
        draft = ShipmentDraft(
            **{name: value for name, value in header.items() if value is not None},
            lines=tuple(
                draft_of(row, place, donor) for place, row in enumerate(consignment.rows, 1)
            ),
            documents=tuple(papers),
        )
        return create_shipment(draft=draft, by=self.by)

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
                    take_back(shipment, rows, by=self.by, at=self.at)
                for fate in rows:
                    fate.state = RowState.REJECTED
            except (ValidationError, PermissionDenied) as error:
                for fate in rows:
                    fate.state = RowState.KEPT
                    fate.problems = refused(Reading(fate.number), error).problems
            done |= {fate.number: fate for fate in rows}
        return list(done.values())

    def count_created(self, rows: ImportRowQuerySet) -> dict[str, int]:
        new = rows.exclude(decision=Decision.REPLACE)
        return {
            "shipments": new.values("shipment").distinct().count(),
            "lines": new.count(),
            "events": made_by(rows).count(),
        }
