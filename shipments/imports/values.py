"""The cells of a row to typed values, each by the parser that forms and the API use."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shipments.imports.reading.cells import Cell, CellKind, cell_of
from shipments.imports.reading.references import column_index
from shipments.imports.simple_values import (
    coordinate_of,
    count_of,
    key_of,
    kilograms,
    unguarded,
    yes_or_no,
)
from shipments.imports.targets import TARGETS, ImportKind, Target, ValueType
from shipments.imports.units import UnitMatch, match_unit
from shipments.imports.vocabulary import Vocabulary
from text.dates import parse_date_cell, parse_expiry, parse_moment_cell
from text.folding import fold
from text.numbers import Separator, parse_number_cell, split_unit

NOON = time(12)
YEAR = re.compile(r"(?:19|20)[0-9]{2}")
FAR_EXPIRY = date(2100, 1, 1)
LOOKED_UP = {
    ValueType.DONOR,
    ValueType.ITEM,
    ValueType.CATEGORY,
    ValueType.PLACE,
    ValueType.REGION,
    ValueType.SHIPMENT,
    ValueType.CHOICE,
}
DATED = {ValueType.DATE, ValueType.MOMENT, ValueType.EXPIRY}
# What many rows of a column say alike, and the most of it that is kept in memory.
REPEATED = LOOKED_UP | DATED | {ValueType.UNIT, ValueType.YES_NO, ValueType.COUNT}
MOST_KNOWN = 20_000
LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell, or with a row (no column); a warning does not stop the row."""

    code: str
    detail: str
    column: str = ""
    value: str = ""
    severity: str = "error"

    def as_json(self, row: int) -> dict[str, Any]:
        cell = f"{self.column}{row}" if self.column else ""
        return {
            "row": row,
            "column": self.column,
            "cell": cell,
            "value": self.value,
            "code": self.code,
            "detail": self.detail,
            "severity": self.severity,
        }


@dataclass
class Reading:
    """A row as understood: its values by target, its problems, the words nobody knows yet."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unknown: list[tuple[str, str, str, str]] = field(default_factory=list)
    # What its person decided, should it say something else than what is there.
    decision: str = ""
    reason: str = ""

    @property
    def is_sound(self) -> bool:
        return not any(problem.severity == "error" for problem in self.problems)

    def refuse(self, target: str, code: str, detail: str, *, severity: str = "error") -> None:
        """This will note a problem at the cell that a target came from."""
        self.problems.append(
            Problem(code, detail, column=self.columns.get(target, ""), severity=severity)
        )


class RowReader:
    """Reads the rows of one import by its mapping, constants and the order of its dates."""

    def __init__(
        self,
        *,
        kind: ImportKind,
        mapping: Mapping[str, str],
        constants: Mapping[str, str],
        vocabulary: Vocabulary,
        zone: str,
        today: date,
        date_order: str = "",
        header_units: Mapping[str, UnitMatch] | None = None,
        separators: Mapping[str, Separator] | None = None,
        reason: str = "",
    ) -> None:
        self.reason = reason
        self.targets = {target.name: target for target in TARGETS[kind]}
        self.columns = [
            (letter, column_index(letter), self.targets[name])
            for letter, name in mapping.items()
            if name in self.targets
        ]
        # A figure is read knowing the unit that stands beside it.
        self.columns.sort(key=lambda column: column[2].type is not ValueType.UNIT)
        self.constants = {n: v for n, v in constants.items() if n in self.targets and v != ""}
        self.vocabulary, self.today = vocabulary, today
        self.zone = ZoneInfo(zone)
        self.order: Any = date_order or None
        self.header_units = header_units or {}
        self.separators = separators or {}
        self.letters: dict[str, str] = {}
        for letter, _index, target in self.columns:
            self.letters.setdefault(target.name, letter)
        self.known: dict[tuple[str, str, str], Any] = {}

    def read(
        self, number: int, raw: Sequence[Any], fixes: Mapping[str, str], decision: str = ""
    ) -> Reading:
        """This will read one row; every cell that cannot be read is a problem of its own."""
        reading = Reading(number, columns=dict(self.letters), decision=decision, reason=self.reason)
        for letter, index, target in self.columns:
            said = raw[index] if index < len(raw) else None
            if letter in fixes:
                said = fixes[letter]
            if said is not None and said != "":
                self.read_cell(reading, target, said, letter)
        for name, text in self.constants.items():
            if reading.values.get(name) in (None, ""):
                self.read_cell(reading, self.targets[name], text, "")
        return reading

    def read_all(self, said: Iterable[Sequence[Any]]) -> list[Reading]:
        """This will read rows, given as ``read`` takes them; shipments are looked up together."""
        rows = list(said)
        named = [at for _letter, at, target in self.columns if target.type is ValueType.SHIPMENT]
        cells = [row[1][at] for row in rows for at in named if at < len(row[1])]
        self.vocabulary.learn_shipments({str(cell).strip() for cell in cells if cell})
        return [self.read(*row) for row in rows]

    def read_cell(self, reading: Reading, target: Target, raw: Any, letter: str) -> None:
        """This will read a cell, once for each thing that the cells of a column say.

        A column repeats its places, days, units and figures.
        """
        said = (target.name, letter, raw) if type(raw) is str else None
        if said in self.known:
            value = self.known[said]
        else:
            noted = len(reading.problems)
            cell = cell_of(raw)
            value = self.understood(reading, target, cell, letter)
            # What came with a remark is read again, so that every row has its own.
            silent = len(reading.problems) == noted and len(self.known) < MOST_KNOWN
            if said and silent and self.means_the_same(target, cell, letter):
                self.known[said] = value
        if value is None:
            return
        if target.repeatable:
            reading.values.setdefault(target.name, []).append(value)
        else:
            reading.values[target.name] = value

    def means_the_same(self, target: Target, cell: Cell, letter: str) -> bool:
        """This will tell whether a cell means the same in every row: some figures have a unit."""
        if target.type is not ValueType.NUMBER:
            return target.type in REPEATED
        elsewhere = letter in self.header_units or target.name.endswith("_kg")
        return not elsewhere and not LETTER.search(cell.text)

    def understood(self, reading: Reading, target: Target, cell: Cell, letter: str) -> Any:
        """This will read a cell, or note why it cannot be read."""
        if cell.kind is CellKind.BLANK:
            return None
        if cell.kind is CellKind.ERROR:
            detail = _("The spreadsheet could not compute this cell. Enter the value.")
            reading.problems.append(Problem("spreadsheet_error", detail, letter, cell.text))
            return None
        try:
            return self.value_of(reading, target, cell, letter)
        except ValidationError as error:
            code, detail = error.code or "not_readable", " ".join(error.messages)
            reading.problems.append(Problem(code, detail, letter, cell.text[:200]))
            return None

    def value_of(self, reading: Reading, target: Target, cell: Cell, letter: str) -> Any:
        if target.type in LOOKED_UP or target.name == "operation":
            return self.looked_up(reading, target, cell.text.strip(), letter)
        match target.type:
            case ValueType.NUMBER:
                return self.number(reading, target, cell, letter)
            case ValueType.UNIT:
                return self.unit(reading, target, cell, letter)
            case kind if kind in DATED:
                return self.dated(reading, target, cell, letter)
            case ValueType.COUNT:
                return count_of(cell)
            case ValueType.COORDINATE:
                return coordinate_of(cell, 90 if target.name == "latitude" else 180)
            case ValueType.YES_NO:
                return yes_or_no(cell)
            case ValueType.KEY:
                return key_of(cell)
            case ValueType.CURRENCY | ValueType.COUNTRY:
                return cell.text.strip().upper()
            case _:
                return unguarded(cell.text.strip())

    def dated(self, reading: Reading, target: Target, cell: Cell, letter: str) -> Any:
        """This will read a day, a moment or a date of expiry in the file's own order."""
        if target.name == "counted_on" and YEAR.fullmatch(cell.text.strip()):
            return self.end_of_year(reading, cell, letter)
        if target.type is ValueType.MOMENT:
            return parse_moment_cell(
                cell.value, self.zone, today=self.today, order=self.order, time_if_absent=NOON
            )
        if target.type is ValueType.EXPIRY and not isinstance(cell.value, date):
            return parse_expiry(cell.text, today=self.today, order=self.order)
        latest = FAR_EXPIRY if target.type is ValueType.EXPIRY else None
        return parse_date_cell(cell.value, today=self.today, order=self.order, latest=latest)

    def end_of_year(self, reading: Reading, cell: Cell, letter: str) -> date:
        """This will take a figure of a year as one of its last day, and say so."""
        day = date(int(cell.text), 12, 31)
        if day > self.today:
            raise ValidationError(_("The year is not over yet. Enter a day."), code="in_the_future")
        detail = _("A figure of a year is kept as one of its last day.")
        reading.problems.append(Problem("year_only", detail, letter, cell.text, "warning"))
        return day

    def looked_up(self, reading: Reading, target: Target, text: str, letter: str) -> str | None:
        """This will return the code a word stands for, or note that nobody knows it yet."""
        meaning = self.vocabulary.meaning(target.name, target.type, text)
        if meaning.code is None and meaning.reason != "chosen":
            reading.unknown.append((target.name, text, meaning.suggestion, meaning.reason))
            detail = _("“%(value)s” is not known here. Choose what it stands for.") % {
                "value": text[:100]
            }
            what = "operation" if target.name == "operation" else target.type
            reading.problems.append(Problem(f"unknown_{what}", detail, letter, text[:200]))
        return meaning.code

    def number(self, reading: Reading, target: Target, cell: Cell, letter: str) -> Decimal | None:
        value = cell.value
        unit = self.header_units.get(letter)
        if target.name.endswith("_kg"):
            unit = reading.values.get("weight_unit") or unit
        if isinstance(value, str):
            value, written = split_unit(value)
            own = match_unit(written) if written else None
            if written and own is None:
                raise ValidationError(
                    _("“%(unit)s” is not a unit that is known here."),
                    code="unknown_unit",
                    params={"unit": written},
                )
            unit = own or unit
        # A reversal in our own files takes back what an event counted.
        taken_back = target.name in ("quantity", "weight_kg") and "reverses" in self.targets
        below = -(10**12) if taken_back else 0
        found = parse_number_cell(
            value, decimals=9, decimal_separator=self.separators.get(letter), minimum=below
        )
        if unit and target.name.endswith("_kg"):
            found = kilograms(found, unit)
        elif unit and "unit" not in reading.values and "unit" in self.targets:
            reading.values["unit"] = unit
        return self.exact(reading, target, found, letter)

    def exact(
        self, reading: Reading, target: Target, number: Decimal, letter: str
    ) -> Decimal | None:
        """This will hold a number to three decimals: weights are rounded and it is said."""
        rounded = round(number, 3)
        if rounded == number or not target.name.endswith("_kg"):
            return number
        detail = _("%(number)s kg is kept as %(rounded)s kg.") % {
            "number": f"{number.normalize():f}",
            "rounded": f"{rounded.normalize():f}" if rounded else "–",
        }
        reading.problems.append(
            Problem("rounded", detail, letter, f"{number:f}", severity="warning")
        )
        return rounded or None

    def unit(self, reading: Reading, target: Target, cell: Cell, letter: str) -> UnitMatch | None:
        text = cell.text.strip()
        chosen = self.vocabulary.chosen.get(target.name, {}).get(fold(text))
        unit = match_unit(chosen or text)
        if unit is None:
            reading.unknown.append((target.name, text, "", ""))
            detail = _("“%(unit)s” is not a unit that is known here. Choose what it stands for.")
            reading.problems.append(
                Problem("unknown_unit", detail % {"unit": text[:40]}, letter, text[:200])
            )
        return unit
