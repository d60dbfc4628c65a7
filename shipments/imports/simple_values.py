"""Cells that need nothing but themselves to be read: counts, degrees, yes or no, keys."""

import re
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shipments.imports.reading.cells import Cell
from shipments.imports.units import UnitMatch
from text.numbers import parse_number_cell

GUARDED = re.compile(r"'\s*[=+\-@＝＋－＠]")
HOW_MANY = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,3})?")
YES, NO = {"1", "true", "yes", "y", "да", "oui", "hə", "այո", "نعم", "x", "✓"}, {
    "0", "false", "no", "n", "нет", "non", "yox", "ոչ", "لا",
}  # fmt: skip


def unguarded(text: str) -> str:
    """This will drop the apostrophe that keeps a spreadsheet program from running a text."""
    return text[1:] if GUARDED.match(text) else text


def count_of(cell: Cell) -> int:
    return int(parse_number_cell(cell.value, decimals=0, maximum=2**31 - 1))


def coordinate_of(cell: Cell, bound: int) -> Decimal:
    found = parse_number_cell(
        cell.value, decimals=12, minimum=-bound, maximum=bound, decimal_separator="."
    )
    return round(found, 5)


def kilograms(number: Decimal, unit: UnitMatch) -> Decimal:
    in_kg = {"kg": Decimal(1), "t": Decimal(1000)}.get(unit.unit)
    if in_kg is None:
        raise ValidationError(
            _("A weight is in kilograms or tonnes, not in %(unit)s."),
            code="not_a_weight",
            params={"unit": unit.written},
        )
    return number * unit.factor * in_kg


def yes_or_no(cell: Cell) -> bool:
    if isinstance(cell.value, bool):
        return cell.value
    word = cell.text.strip().casefold()
    if HOW_MANY.fullmatch(word):
        return Decimal(word) != 0
    if word not in YES | NO:
        raise ValidationError(_("Write yes or no."), code="not_yes_or_no")
    return word in YES


def key_of(cell: Cell) -> UUID:
    try:
        return UUID(cell.text.strip())
    except ValueError as error:
        raise ValidationError(
            _("“%(value)s” is not a key. Keys come from our own files; leave the cell empty."),
            code="not_a_key",
            params={"value": cell.text[:60]},
        ) from error
