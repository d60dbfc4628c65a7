"""Quantities and units."""

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

# The bound of the database's `quantity` domain.
LARGEST = Decimal("999999999999.999")


class QuantityField(models.DecimalField[Any, Any]):
    """A finite number of at most three decimals, in the database's own ``quantity`` domain.

    The domain refuses what numeric(15, 3) would round and what it would store as NaN.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"] = 15
        kwargs["decimal_places"] = 3
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs

    def db_type(self, connection: Any) -> str:  # noqa: ARG002
        return "quantity"

    def cast_db_type(self, connection: Any) -> str:  # noqa: ARG002
        return "quantity"

    @property
    def validators(self) -> list[Any]:
        return [*super().validators, MinValueValidator(-LARGEST), MaxValueValidator(LARGEST)]


class Unit(models.TextChoices):
    """The closed list of units a quantity can be counted or measured in."""

    PIECE = "piece", _("piece")
    SET = "set", _("set")
    KIT = "kit", _("kit")
    BED = "bed", _("bed")
    KILOGRAM = "kg", _("kg")
    TONNE = "t", _("t")
    METRE = "m", _("m")
    SQUARE_METRE = "m2", _("m²")
    CUBIC_METRE = "m3", _("m³")
    LITRE = "l", _("l")


COUNTED = (Unit.PIECE, Unit.SET, Unit.KIT, Unit.BED)
KILOGRAMS_IN = {Unit.KILOGRAM: Decimal(1), Unit.TONNE: Decimal(1000)}


def unit_decimals(unit: str) -> int:
    """This will tell how many decimals a quantity in the unit may have: 0 or 3."""
    return 0 if unit in COUNTED else 3


def unit_word(unit: str, quantity: Decimal | int) -> str:
    """This will name a unit as it stands after a number."""
    n = int(quantity) if quantity == int(quantity) else 2
    counted = {
        "piece": ngettext("piece", "pieces", n),
        "set": ngettext("set", "sets", n),
        "kit": ngettext("kit", "kits", n),
        "bed": ngettext("bed", "beds", n),
    }
    return counted.get(unit) or str(Unit(unit).label)
