"""Quantities and weights as pages show them."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shipments.models.fields import unit_decimals
from text.numbers import KILOGRAMS_IN_A_TONNE, format_quantity, format_weight

register = template.Library()


@register.filter
def quantity(value: Decimal | int | None, unit: str = "kg") -> str:
    """This will write a quantity in the reader's language; an unknown one is an en dash."""
    return "–" if value is None else format_quantity(value, unit_decimals(unit))


@register.filter
def weight(kg: Decimal | int | None) -> SafeString | str:
    """This will write kilograms as kg or t; an unknown weight is an en dash.

    It is set apart, so that on a page from right to left the unit follows its number.
    """
    return "–" if kg is None else format_html("<bdi>{}</bdi>", format_weight(kg))


@register.filter
def tonnes(kg: Decimal | int | None) -> SafeString | str:
    """This will write kilograms as a number of tonnes, for a column whose header names the unit.

    Below a tonne kilograms are written, with their unit: what is small is not rounded to nothing.
    """
    if kg is None or (kg and -KILOGRAMS_IN_A_TONNE < kg < KILOGRAMS_IN_A_TONNE):
        return weight(kg)
    return format_quantity(Decimal(kg).scaleb(-3), 1)
