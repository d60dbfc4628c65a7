"""Rows of reference records: items, destinations, donors, population figures."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from regions.models import Destination, PlaceName, Population, Region
from regions.models.places import Script
from regions.rights import rights_of
from shipments.imports.kinds.loader import Fate, Loader, row_key, unsound
from shipments.imports.values import Reading
from shipments.models import Category, Donor, Item
from shipments.models.imports import RowState
from text.folding import fold
from text.languages import LANGUAGE_CODES

KINDS_OF_PEOPLE = ("displaced", "returned", "in_need", "resident")
CODE_LENGTH = 40


class Records(Loader):
    """Reference records, known by their code; without one, a code is made from the name."""

    model: type[models.Model]
    foreign: dict[str, type[models.Model]] = {}
    plain: tuple[str, ...] = ()

    def require_right(self) -> None:
        if not rights_of(self.by).manages:
            raise PermissionDenied(_("Only an admin may import reference records."))

    def check(self, readings: Sequence[Reading]) -> list[Fate]:
        with transaction.atomic():
            fates = self.apply(readings)
            transaction.set_rollback(True)
        for fate in fates:
            if fate.state == RowState.APPLIED:
                fate.state = RowState.WARNING if fate.problems else RowState.READY
        return fates

    def apply(self, readings: Sequence[Reading]) -> list[Fate]:
        seen: dict[str, int] = {}
        return [self.settle(reading, seen) for reading in readings]

    def settle(self, reading: Reading, seen: dict[str, int]) -> Fate:
        if not reading.is_sound:
            return unsound(reading)
        code = self.code_of(reading)
        if code in seen:
            detail = _("Row %(row)s has the same code.") % {"row": seen[code]}
            reading.refuse("code", "row_contradicts_row", detail)
            return unsound(reading)
        seen[code] = reading.number
        return self.settle_record(reading, code)

    def settle_record(self, reading: Reading, code: str) -> Fate:
        row = self.model._default_manager.filter(code=code).first()
        wanted = self.columns_of(reading)
        fate = Fate(
            reading.number, RowState.APPLIED, key=row_key(self.model.__name__, code), record=code
        )
        if row is not None:
            same = all(getattr(row, name) == value for name, value in wanted.items())
            fate.state = RowState.ALREADY_HERE if same else RowState.CHANGED
            if not same:
                changed = ", ".join(n for n, v in wanted.items() if getattr(row, n) != v)
                detail = _("The record %(code)s has other values here: %(names)s.")
                reading.refuse("code", "record_changed", detail % {"code": code, "names": changed})
        else:
            try:
                with transaction.atomic():
                    self.create(code, wanted, reading)
            except ValidationError as error:
                return wrong_columns(reading, error)
        fate.problems = [problem.as_json(reading.number) for problem in reading.problems]
        return fate

    def create(self, code: str, wanted: dict[str, Any], reading: Reading) -> None:  # noqa: ARG002
        made = self.model(code=code, **wanted)
        made.full_clean()
        made.save()

    def code_of(self, reading: Reading) -> str:
        given = str(reading.values.get("code") or "")
        return given or fold(reading.values["name"]).replace(" ", "-")[:CODE_LENGTH].strip("-")

    def columns_of(self, reading: Reading) -> dict[str, Any]:
        """This will list the columns that the row gives, by the model's names."""
        values = reading.values
        wanted = {name: values[name] for name in self.plain if values.get(name) is not None}
        for name, model in self.foreign.items():
            if values.get(name):
                wanted[name] = model._default_manager.get(code=values[name])
        return wanted

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
            for word in cell.split(",")
            if word.strip()
        ]
        return (
            wanted | ({"names": names} if names else {}) | ({"aliases": aliases} if aliases else {})
        )


class Items(Named):
    """Items of the catalogue; a weight of 0 in a list means that it is unknown."""

    model = Item
    creates = ("items",)
    plain = ("name", "unit_weight_source", "catalogue_code", "equipment")
    foreign = {"category": Category}

    def columns_of(self, reading: Reading) -> dict[str, Any]:
        wanted = super().columns_of(reading)
        wanted["base_unit"] = reading.values["unit"].unit
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
    creates = ("donors",)
    plain = ("name", "kind", "country", "iati_id")


class Destinations(Records):
    """Destinations; their other names become place names."""

    model = Destination
    creates = ("destinations",)
    plain = ("name", "kind", "latitude", "longitude", "publish_exact")
    foreign = {"region": Region}

    def code_of(self, reading: Reading) -> str:
        return super().code_of(reading).upper()

    def create(self, code: str, wanted: dict[str, Any], reading: Reading) -> None:
        super().create(code, wanted, reading)
        place = Destination.objects.get(code=code)
        for language, text in names_of(reading).items():
            PlaceName.objects.create(
                destination=place, text=text, language=language, script=script_of(text)
            )


class Populations(Records):
    """Population figures; a sheet may have one column for each kind of people."""

    model = Population
    creates = ("populations",)
    plain = ("counted_on", "households", "source", "url", "caution")
    foreign = {"region": Region}

    def code_of(self, reading: Reading) -> str:
        values = reading.values
        kinds = "+".join(sorted(self.figures(reading)))
        return f"{values['region']}|{values['counted_on']}|{kinds}|{values['source']}"

    def figures(self, reading: Reading) -> dict[str, int]:
        """This will list the kinds of people that the row counts."""
        values = reading.values
        figures = {kind: values[kind] for kind in KINDS_OF_PEOPLE if values.get(kind) is not None}
        if values.get("people") is not None:
            figures[values.get("kind") or "in_need"] = values["people"]
        return figures

    def settle_record(self, reading: Reading, code: str) -> Fate:
        wanted = self.columns_of(reading)
        fate = Fate(reading.number, RowState.ALREADY_HERE, key=row_key("Population", code))
        known = ("region", "counted_on", "source")
        for kind, people in self.figures(reading).items():
            row = Population.objects.filter(kind=kind, **{n: wanted[n] for n in known}).first()
            if row is None:
                figure = Population(kind=kind, people=people, **wanted)
                try:
                    figure.full_clean()
                except ValidationError as error:
                    return wrong_columns(reading, error)
                figure.save()
                fate.state = RowState.APPLIED
            elif row.people != people:
                detail = _("This source has %(people)s here for that day.")
                reading.refuse(kind, "record_changed", detail % {"people": row.people})
                fate.state = RowState.CHANGED
        fate.problems = [problem.as_json(reading.number) for problem in reading.problems]
        return fate


def wrong_columns(reading: Reading, error: ValidationError) -> Fate:
    """This will put what a model refuses at the cells it came from."""
    for name, errors in error.error_dict.items():
        target = {"base_unit": "unit"}.get(name, name) if name != NON_FIELD_ERRORS else ""
        for one in errors:
            reading.refuse(target, one.code or "refused", " ".join(one.messages))
    return unsound(reading)


def script_of(text: str) -> str:
    """This will tell the writing system of a name by its first letter."""
    letter = next((c for c in text if c.isalpha()), "a")
    ranges = {
        Script.CYRILLIC: (0x0400, 0x052F),
        Script.ARMENIAN: (0x0530, 0x058F),
        Script.ARABIC: (0x0600, 0x06FF),
        Script.GEORGIAN: (0x10A0, 0x10FF),
    }
    found = [script for script, (first, last) in ranges.items() if first <= ord(letter) <= last]
    return found[0] if found else Script.LATIN
