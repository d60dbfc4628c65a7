"""Rows of items, donors and destinations."""

import re
from typing import Any

from django.utils.translation import gettext as _

from regions.models import Destination, PlaceName, Region
from shipments.imports.kinds.records import Records
from shipments.imports.kinds.spelling import CODE_LENGTH, as_code, is_code, script_of
from shipments.imports.targets import ImportKind
from shipments.imports.values import Reading
from shipments.models import Category, Donor, Item
from text.languages import LANGUAGE_CODES


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
    creates = "items"
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
    creates = "donors"
    plain = ("name", "kind", "country", "iati_id")


class Destinations(Records):
    """Destinations; their other names become place names."""

    model = Destination
    kind = ImportKind.DESTINATIONS
    creates = "destinations"
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
