"""Rows of reference records: items, destinations, donors."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from regions.rights import rights_of
from shipments.imports.kinds.loader import (
    Fate,
    Loader,
    difference,
    dry,
    require_values,
    row_key,
    unsound,
)
from shipments.imports.kinds.spelling import as_code, is_code
from shipments.imports.kinds.updating import (
    found_wrong,
    joined,
    plain,
    restore_columns,
    save_columns,
)
from shipments.imports.targets import ImportKind
from shipments.imports.values import Reading
from shipments.imports.words import target_name
from shipments.models.imports import Decision, RowState
from shipments.querysets import ImportRowQuerySet
from shipments.services.refusals import refusal

STAYS = gettext_lazy("%(record)s stays: records are merged or renamed, not removed.")


class Records(Loader):
    """Reference records, known by their code; without one, a code is made from the name."""

    model: type[models.Model]
    kind: ImportKind
    # The noun for what rows create.
    creates = ""
    foreign: dict[str, type[models.Model]] = {}
    plain: tuple[str, ...] = ()

    def __init__(self, by: User, at: datetime) -> None:
        super().__init__(by, at)
        self.records: dict[Any, Any] = {}

    def require_right(self) -> None:
        if not rights_of(self.by).manages:
            raise PermissionDenied(_("Only an admin may import reference records."))

    def check(self, readings: Sequence[Reading]) -> list[Fate]:
        """This will compare and validate every row; what it replaces, it takes back."""
        with transaction.atomic():
            fates, _new = self.compare(readings)
            transaction.set_rollback(True)
        for fate in fates:
            dry(fate)
        return fates

    def apply(self, readings: Sequence[Reading]) -> list[Fate]:
        fates, new = self.compare(readings)
        self.create([row for row, _reading in new])
        for row, reading in new:
            self.name(row, reading)
        return fates

    def compare(
        self, readings: Sequence[Reading]
    ) -> "tuple[list[Fate], list[tuple[Any, Reading]]]":
        """This will say what becomes of each row, and give the new records, valid and unsaved."""
        for reading in readings:
            require_values(reading, self.kind)
        sound = {r.number: self.code_of(r) for r in readings if r.is_sound}
        there = self.there(list(sound.values()))
        seen: dict[str, tuple[int, dict[str, Any]]] = {}
        fates, new = [], []
        for reading in readings:
            code = sound.get(reading.number)
            if code is None:
                fates.append(unsound(reading))
                continue
            fate, row = self.settle(reading, code, there, seen)
            fates.append(fate)
            if row is not None:
                new.append((row, reading))
        return fates, new

    def there(self, codes: list[str]) -> dict[str, Any]:
        """This will find the records that the rows name, by their code."""
        found: Any = self.model._default_manager.filter(code__in=codes)
        return {row.code: row for row in found}

    def settle(
        self,
        reading: Reading,
        code: str,
        there: dict[str, Any],
        seen: dict[str, tuple[int, dict[str, Any]]],
    ) -> "tuple[Fate, Any]":
        wanted = self.columns_of(reading)
        if code in seen:
            return self.repeated(reading, code, wanted, *seen[code]), None
        key = row_key(self.model.__name__, code)
        fate = Fate(reading.number, RowState.APPLIED, key=key, record=code[:80])
        row = None
        if code in there:
            self.compared(reading, fate, there[code], wanted)
        else:
            row = self.made(code, wanted)
            try:
                # What was looked up is there; to validate it would ask again for every row.
                row.clean_fields(exclude=self.foreign.keys() & wanted.keys())
            except ValidationError as error:
                return wrong_columns(reading, error), None
        seen[code] = reading.number, wanted
        fate.problems = [problem.as_json(reading.number) for problem in reading.problems]
        return fate, row

    def repeated(
        self, reading: Reading, code: str, wanted: dict[str, Any], first: int, said: dict[str, Any]
    ) -> Fate:
        """This will count a record once that two rows spell out alike, and refuse two versions."""
        if wanted != said:
            detail = _("Row %(row)s has the same code and says something else.") % {"row": first}
            reading.refuse("code", "row_contradicts_row", detail)
            return unsound(reading)
        detail = _("This row says the same as row %(row)s and is counted once.") % {"row": first}
        reading.refuse("", "row_repeats_row", detail, severity="warning")
        fate = Fate(reading.number, RowState.ALREADY_HERE, record=code[:80])
        fate.key = row_key(self.model.__name__, code)
        fate.problems = [problem.as_json(reading.number) for problem in reading.problems]
        return fate

    def compared(self, reading: Reading, fate: Fate, row: Any, wanted: dict[str, Any]) -> None:
        """This will note what a record has otherwise, and change it where that was decided."""
        changed = {
            name: joined(getattr(row, name), value)
            for name, value in wanted.items()
            if not self.says(row, name, value)
        }
        if not changed:
            fate.state = RowState.ALREADY_HERE
            return
        fate.differences += [
            difference(reading, name, plain(getattr(row, name)), plain(value))
            for name, value in changed.items()
        ]
        if reading.decision == Decision.REPLACE:
            self.replace(reading, fate, row, changed)
            return
        fate.state = RowState.CHANGED
        if not reading.decision:
            detail = _("The record %(code)s has other values here: %(names)s.")
            names = ", ".join(target_name(name) for name in changed)
            where = fate.differences[0]["name"]
            reading.refuse(where, "record_changed", detail % {"code": str(row), "names": names})

    def replace(self, reading: Reading, fate: Fate, row: Any, changed: dict[str, Any]) -> None:
        try:
            save_columns(row, changed)
        except ValidationError as error:
            fate.state = RowState.ERROR
            for target, code, detail in found_wrong(error):
                reading.refuse("" if target == NON_FIELD_ERRORS else target, code, detail)
        else:
            fate.state = RowState.APPLIED

    def says(self, row: Any, name: str, value: Any) -> bool:
        """This will tell whether a record holds a value, or has it among its names."""
        return bool(getattr(row, name) == value)

    def made(self, code: str, wanted: dict[str, Any]) -> Any:
        return self.model(code=code, **wanted)

    def create(self, rows: list[Any]) -> None:
        self.model._default_manager.bulk_create(rows)

    def name(self, row: Any, reading: Reading) -> None:
        """This will keep further names of a new record, where they stand in rows of their own."""

    def code_of(self, reading: Reading) -> str:
        """This will return the row's code in our spelling, or make one from its name."""
        given = str(reading.values.get("code") or reading.values["name"])
        return given if is_code(given) else as_code(given)

    def columns_of(self, reading: Reading) -> dict[str, Any]:
        """This will list the columns that the row gives, by the model's names."""
        values = reading.values
        wanted = {name: values[name] for name in self.plain if values.get(name) is not None}
        for name, model in self.foreign.items():
            if values.get(name):
                wanted[name] = self.record(model, values[name])
        return wanted

    def record(self, model: type[models.Model], code: str) -> Any:
        """This will look up a record that many rows name, once."""
        if (model, code) not in self.records:
            self.records[model, code] = model._default_manager.get(code=code)
        return self.records[model, code]

    def count_created(self, rows: ImportRowQuerySet) -> dict[str, int]:
        return {self.creates: rows.filter(differences=[]).count()}

    def undo(self, fates: Iterable[Fate]) -> list[Fate]:
        """What rows changed gets its former values. New records stay: others may build on them."""
        done = []
        for fate in fates:
            reading = Reading(fate.number)
            try:
                if not fate.differences:
                    raise refusal("code", "record_stays", STAYS, record=fate.record)
                self.restore(fate)
                fate.state = RowState.REJECTED
            except ValidationError as error:
                for _name, code, detail in found_wrong(error):
                    reading.refuse("", code, detail, severity="warning")
                fate.state = RowState.KEPT
            fate.problems = [problem.as_json(fate.number) for problem in reading.problems]
            done.append(fate)
        return done

    def restore(self, fate: Fate) -> None:
        restore_columns(self.model._default_manager.get(code=fate.record), fate.differences)


def wrong_columns(reading: Reading, error: ValidationError) -> Fate:
    """This will put what a model refuses at the cells it came from."""
    for target, code, detail in found_wrong(error):
        reading.refuse("" if target == NON_FIELD_ERRORS else target, code, detail)
    return unsound(reading)
