"""Rows of reference records: items, destinations, donors."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from regions.models import Destination, PlaceName, Region
from regions.rights import rights_of
from shipments.imports.kinds.loader import Fate, Loader, require_values, row_key, unsound
from shipments.imports.kinds.spelling import CODE_LENGTH, as_code, is_code, script_of
from shipments.imports.targets import ImportKind
from shipments.imports.values import Reading
from shipments.models import Category, Donor, Item
from shipments.models.imports import RowState
from text.languages import LANGUAGE_CODES


class Records(Loader):
    """Reference records, known by their code; without one, a code is made from the name."""

    model: type[models.Model]
    kind: ImportKind
    foreign: dict[str, type[models.Model]] = {}
    plain: tuple[str, ...] = ()

    def __init__(self, by: User, at: datetime) -> None:
        super().__init__(by, at)
        self.records: dict[Any, Any] = {}

    def require_right(self) -> None:
        if not rights_of(self.by).manages:
            raise PermissionDenied(_("Only an admin may import reference records."))

    def check(self, readings: Sequence[Reading]) -> list[Fate]:
        """This will compare and validate every row, and save none."""
        fates, _new = self.compare(readings)
        for fate in fates:
            if fate.state == RowState.APPLIED:
                fate.state = RowState.WARNING if fate.problems else RowState.READY
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
            fate.state = self.compared(reading, code, there[code], wanted)
        else:
            row = self.made(code, wanted)
            try:
                row.clean_fields()
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

    def compared(self, reading: Reading, code: str, row: Any, wanted: dict[str, Any]) -> RowState:
        changed = [name for name, value in wanted.items() if not self.says(row, name, value)]
        if not changed:
            return RowState.ALREADY_HERE
        detail = _("The record %(code)s has other values here: %(names)s.")
        names = ", ".join(changed)
        reading.refuse("code", "record_changed", detail % {"code": code, "names": names})
        return RowState.CHANGED

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

    def undo(self, fates: Iterable[Fate]) -> list[Fate]:
        """Records stay: others may build on them already. Each row says so."""
        done = []
        for fate in fates:
            detail = _("%(code)s stays: records are merged or renamed, not removed.")
            reading = Reading(fate.number)
            reading.refuse("", "record_stays", detail % {"code": fate.record}, severity="warning")
            fate.state = RowState.KEPT
            fate.problems = [problem.as_json(fate.number) for problem in reading.problems]
            done.append(fate)
        return done


def names_of(reading: Reading) -> dict[str, str]:
    return {
        code: reading.values[f"name_{code}"]
        for code in LANGUAGE_CODES
        if reading.values.get(f"name_{code}")
    }


class Named(Records):
    """Records that keep their names in other languages in a column of their own."""

    def columns_of(self, reading: Reading) -> dict[str, Any]:
        wanted = super().columns_of(reading)
        names = names_of(reading)
        aliases = [
            word.strip()
            for cell in reading.values.get("aliases", [])
            for word in cell.split(";" if ";" in cell else ",")
            if word.strip()
        ]
        return (
            wanted | ({"names": names} if names else {}) | ({"aliases": aliases} if aliases else {})
        )

    def says(self, row: Any, name: str, value: Any) -> bool:
        match name:
            case "aliases":
                # A name may hold the comma that parts names in a list.
                parts = {part.strip() for alias in row.aliases for part in alias.split(",")}
                return set(value) <= {*row.aliases, *parts}
            case "names":
                return bool(value.items() <= row.names.items())
            case "name":
                return bool(value == row.name or value in row.names.values())
            case _:
                return super().says(row, name, value)


class Items(Named):
    """Items of the catalogue; a weight of 0 in a list means that it is unknown."""

    model = Item
    kind = ImportKind.ITEMS
    creates = ("items",)
    plain = ("name", "unit_weight_source", "catalogue_code", "equipment")
    foreign = {"category": Category}

    def columns_of(self, reading: Reading) -> dict[str, Any]:
        wanted = super().columns_of(reading)
        wanted["base_unit"] = reading.values["unit"].unit
        given = str(reading.values.get("code") or "")
        if given and not is_code(given) and "catalogue_code" not in wanted:
            # A code in another spelling than ours is that of a catalogue.
            wanted["catalogue_code"] = given
        weight = reading.values.get("unit_weight_kg")
        if weight:
            wanted["unit_weight_kg"] = weight
        elif weight is not None:
            detail = _("A weight of 0 is kept as unknown.")
            reading.refuse("unit_weight_kg", "zero_is_unknown", detail, severity="warning")
        return wanted


class Donors(Named):
    """Donors."""

    model = Donor
    kind = ImportKind.DONORS
    creates = ("donors",)
    plain = ("name", "kind", "country", "iati_id")


class Destinations(Records):
    """Destinations; their other names become place names."""

    model = Destination
    kind = ImportKind.DESTINATIONS
    creates = ("destinations",)
    plain = ("name", "kind", "latitude", "longitude", "publish_exact")
    foreign = {"region": Region}

    def code_of(self, reading: Reading) -> str:
        given = str(reading.values.get("code") or "").upper()
        if re.fullmatch(r"[A-Z0-9][A-Z0-9_-]*", given) and len(given) <= CODE_LENGTH:
            return given
        return as_code(given or reading.values["name"]).upper()

    def says(self, row: Any, name: str, value: Any) -> bool:
        if super().says(row, name, value):
            return True
        return name == "name" and PlaceName.objects.filter(destination=row, text=value).exists()

    def name(self, row: Any, reading: Reading) -> None:
        PlaceName.objects.bulk_create(
            PlaceName(destination=row, text=text, language=language, script=script_of(text))
            for language, text in names_of(reading).items()
        )


def wrong_columns(reading: Reading, error: ValidationError) -> Fate:
    """This will put what a model refuses at the cells it came from."""
    for name, errors in error.error_dict.items():
        target = {"base_unit": "unit"}.get(name, name) if name != NON_FIELD_ERRORS else ""
        for one in errors:
            reading.refuse(target, one.code or "refused", " ".join(one.messages))
    return unsound(reading)
