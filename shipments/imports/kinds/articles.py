"""Which shipment line a row of deliveries speaks of, and what it counts."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from shipments.imports.kinds.replacing import OUTCOMES
from shipments.imports.values import Reading
from shipments.models import ShipmentLine
from shipments.models.ledger import Outcome


def lines_of(references: set[str], *, by: User) -> dict[str, dict[int, Any]]:
    """This will read the lines of the shipments that the person may see, by line number.

    Each has its position, its unit and, as ``article``, the code of its item.
    """
    lines: dict[str, dict[int, Any]] = {}
    found = ShipmentLine.objects.visible_to(by).filter(shipment__reference__in=references)
    # Hundreds of shipments of a file have dozens of lines each; a row needs little of its line.
    rows = found.annotate(reference=F("shipment__reference"), article=F("item__code"))
    for line in rows.only("position", "unit"):
        lines.setdefault(line.reference, {})[line.position] = line
    return lines


def by_outcome(reading: Reading) -> None:
    """This will put the quantity of a row with an outcome of its own where others have it."""
    values = reading.values
    quantity = values.get("quantity")
    if quantity is None:
        return
    if quantity < 0 and not values.get("key"):
        reading.refuse("quantity", "negative", _("A quantity is 0 or more."))
        return
    kind = values.get("kind")
    named = values.get("outcome") or (kind if kind in OUTCOMES else Outcome.RECEIVED)
    values.setdefault(str(named), quantity)


def find_line(reading: Reading, lines: dict[int, Any]) -> Any:
    """This will find the shipment line of a row: by its number, else by its item, if just one."""
    number = reading.values.get("line")
    if number is not None:
        return lines.get(number)
    code = reading.values.get("item") or reading.values.get("item_code")
    found = [line for line in lines.values() if line.article == code]
    return found[0] if len(found) == 1 else None
