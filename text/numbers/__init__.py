"""Numbers as people write them, read by one parser, and as pages show them."""

from text.numbers.reading import (
    LARGEST,
    Separator,
    parse_decimal,
    parse_number_cell,
    parse_plain_decimal,
    split_unit,
)
from text.numbers.writing import KILOGRAMS_IN_A_TONNE, format_input, format_quantity, format_weight

__all__ = [
    "KILOGRAMS_IN_A_TONNE",
    "LARGEST",
    "Separator",
    "format_input",
    "format_quantity",
    "format_weight",
    "parse_decimal",
    "parse_number_cell",
    "parse_plain_decimal",
    "split_unit",
]
