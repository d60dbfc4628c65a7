"""Units as spreadsheets write them, brought to the closed list, the original kept."""

import csv
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from text.folding import fold

_FOLDER = Path(__file__).parent / "synonyms"
_LANGUAGES = ("en", "ru", "hy", "az", "fr", "ar")
_POWERS = str.maketrans({"²": "2", "³": "3"})
_HEADER_UNIT = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]\s*$|[,/:]\s*([^,/:\s][^,/:]{0,15})$")


@dataclass(frozen=True)
class UnitMatch:
    """A unit of the closed list, what one of the original is in it, and the original."""

    unit: str
    factor: Decimal
    written: str

    @property
    def converted(self) -> bool:
        """Tell whether a quantity changes on its way: 5 lb become 2.267962 kg, rounded later."""
        return self.factor != 1


def match_unit(text: str) -> UnitMatch | None:
    """Recognise a unit in any of six languages, or return None for a person to decide."""
    found = _units().get(_plain(text)) or _folded_units().get(fold(text))
    if found is None:
        return None
    unit, factor = found
    return UnitMatch(unit, factor, text.strip())


def match_package(text: str) -> str | None:
    """Recognise a kind of package: a carton is no unit, and how much it holds is unknown."""
    return _packages().get(_plain(text)) or _folded_packages().get(fold(text))


def unit_in_header(header: str) -> tuple[str, UnitMatch | None]:
    """Part "Weight (kg)", "Вес, кг" or "weight kg" into the title and the unit it names."""
    found = _HEADER_UNIT.search(header)
    written = (found[1] or found[2]) if found else ""
    if found and (unit := match_unit(written)):
        return header[: found.start()].strip(), unit
    title, _, last = header.strip().rpartition(" ")
    if title and (unit := match_unit(last)) and unit.unit not in ("piece", "set", "kit", "bed"):
        return title.strip(), unit
    return header, None


def _plain(text: str) -> str:
    """Lower case without points and spaces; the letters stay, since кг and kq are no fold."""
    lowered = unicodedata.normalize("NFC", text).translate(_POWERS).lower()
    return re.sub(r"[\s.\u200e\u200f\u0640]+", "", lowered)


@cache
def _units() -> dict[str, tuple[str, Decimal]]:
    units: dict[str, tuple[str, Decimal]] = {}
    for row in _rows("units.csv"):
        for synonym in _synonyms(row):
            units.setdefault(_plain(synonym), (row["unit"], Decimal(row["factor"])))
        units.setdefault(row["unit"], (row["unit"], Decimal(1)))
    return units


@cache
def _folded_units() -> dict[str, tuple[str, Decimal]]:
    """Longer words only: in a fold, short ones of several scripts become one another."""
    folded: dict[str, tuple[str, Decimal]] = {}
    for row in _rows("units.csv"):
        for synonym in _synonyms(row):
            if len(fold(synonym)) > 3:
                folded.setdefault(fold(synonym), (row["unit"], Decimal(row["factor"])))
    return folded


@cache
def _packages() -> dict[str, str]:
    return {_plain(synonym): row["package"] for row in _rows("packages.csv")
            for synonym in _synonyms(row)}  # fmt: skip


@cache
def _folded_packages() -> dict[str, str]:
    return {fold(synonym): row["package"] for row in _rows("packages.csv")
            for synonym in _synonyms(row) if len(fold(synonym)) > 3}  # fmt: skip


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _synonyms(row: dict[str, str]) -> list[str]:
    return [word for language in _LANGUAGES for word in row[language].split("|") if word]
