"""What happened and where a shipment stands, said in words."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from shipments.models import DeliveryEvent, ShipmentLine
from shipments.models.fields import COUNTED, unit_decimals, unit_word
from shipments.views.balances import LineShown
from shipments.views.naming import PlaceNames, named
from text.numbers import format_quantity

Amounts = Mapping[str, Decimal]

# What each kind of delivery says of one line, of one line with damage, and of several lines.
DELIVERED = {
    "received": (
        gettext_noop("%(item)s: %(done)s received at %(place)s."),
        gettext_noop("%(item)s: %(done)s received at %(place)s, %(damaged)s damaged."),
        gettext_noop("%(goods)s received at %(place)s."),
    ),
    "handed_over": (
        gettext_noop("%(item)s: %(done)s handed over at %(place)s."),
        gettext_noop("%(item)s: %(done)s handed over at %(place)s, %(damaged)s damaged."),
        gettext_noop("%(goods)s handed over at %(place)s."),
    ),
    "distributed": (
        gettext_noop("%(item)s: %(done)s distributed at %(place)s."),
        gettext_noop("%(item)s: %(done)s distributed at %(place)s, %(damaged)s damaged."),
        gettext_noop("%(goods)s distributed at %(place)s."),
    ),
    "returned": (
        gettext_noop("%(item)s: %(done)s returned from %(place)s."),
        gettext_noop("%(item)s: %(done)s returned from %(place)s."),
        gettext_noop("%(goods)s returned from %(place)s."),
    ),
    "lost": (
        gettext_noop("%(item)s: %(done)s declared lost at %(place)s."),
        gettext_noop("%(item)s: %(done)s declared lost at %(place)s."),
        gettext_noop("%(goods)s declared lost at %(place)s."),
    ),
}
MOVED = {
    "planned": gettext_noop("Planned."),
    "inspected": gettext_noop("Inspected at %(place)s."),
    "dispatched": gettext_noop("Dispatched from %(place)s."),
    "departed": gettext_noop("Departed from %(place)s."),
    "arrived": gettext_noop("Arrived at %(place)s."),
    "weighed": gettext_noop("Weights added."),
    "closed": gettext_noop("Closed."),
    "cancelled": gettext_noop("Cancelled."),
    "reversed": gettext_noop("An entry was taken back."),
}


def event_sentence(event: DeliveryEvent, places: PlaceNames) -> str:
    """This will say an event: "Blankets: 380 of 400 received at Goris, 20 damaged."

    Names of items are not bent into the sentence, which no language would bear. The event's
    lines, with their items, are expected to be fetched.
    """
    place = event.place or (
        event.shipment.origin
        if event.kind in ("dispatched", "departed", "inspected")
        else event.shipment.destination
    )
    if event.kind not in DELIVERED:
        return _(MOVED[event.kind]) % {"place": places.name(place)}
    amounts = amounts_by_line(event)
    alone = len(amounts) == 1
    plain, with_damage, several = DELIVERED[event.kind]
    first, kinds = next(iter(amounts.items()))
    done = {line: found.get(event.kind, Decimal(0)) for line, found in amounts.items()}
    words = {
        "item": named(first.item),
        "done": of_whole(done[first], first),
        "damaged": figure(kinds.get("damaged", Decimal(0)), first),
        "goods": goods(done, of_whole),
        "place": places.name(place),
    }
    said_damage = alone and "damaged" in kinds
    sentence = _((with_damage if said_damage else plain) if alone else several) % words
    return " ".join([sentence, *others(event.kind, amounts, said_damage=said_damage)])


def amounts_by_line(event: DeliveryEvent) -> dict[ShipmentLine, dict[str, Decimal]]:
    amounts: dict[ShipmentLine, dict[str, Decimal]] = {}
    for row in event.lines.all():
        amounts.setdefault(row.line, {})[row.outcome] = abs(row.quantity)
    return amounts


def others(kind: str, amounts: Mapping[ShipmentLine, Amounts], *, said_damage: bool) -> list[str]:
    """This will add what was damaged, lost or returned in the same event."""
    said = []
    for outcome, sentence in (
        ("damaged", _("Damaged: %(goods)s.")),
        ("lost", _("Lost: %(goods)s.")),
        ("returned", _("Returned: %(goods)s.")),
    ):
        found = {line: kinds[outcome] for line, kinds in amounts.items() if outcome in kinds}
        if found and outcome != kind and not (outcome == "damaged" and said_damage):
            said.append(sentence % {"goods": goods(found, figure)})
    return said


def goods(
    amounts: Mapping[ShipmentLine, Decimal], write: Callable[[Decimal, ShipmentLine], str]
) -> str:
    """This will name goods: "Blankets (380 of 400) and 2 other items"."""
    (line, quantity), *rest = amounts.items()
    first = _("%(item)s (%(quantity)s)") % {
        "item": named(line.item),
        "quantity": write(quantity, line),
    }
    if not rest:
        return first
    return ngettext(
        "%(goods)s and %(count)d other item", "%(goods)s and %(count)d other items", len(rest)
    ) % {"goods": first, "count": len(rest)}


def of_whole(quantity: Decimal, line: ShipmentLine) -> str:
    """This will write "380 of 400", with the unit where things are measured, not counted."""
    return _("%(done)s of %(whole)s") % {
        "done": format_quantity(quantity, unit_decimals(line.unit)),
        "whole": figure(line.quantity, line),
    }


def figure(quantity: Decimal, line: ShipmentLine) -> str:
    written = format_quantity(quantity, unit_decimals(line.unit))
    return written if line.unit in COUNTED else f"{written}\u00a0{unit_word(line.unit, quantity)}"


# What befell a part of a shipment: said as a quantity where all lines have one unit, else by line.
BEFALLEN = {
    "damaged": (
        gettext_noop("%(quantity)s damaged."),
        gettext_noop("Damage in %(count)s of %(all)s lines."),
    ),
    "lost": (
        gettext_noop("%(quantity)s lost."),
        gettext_noop("Losses in %(count)s of %(all)s lines."),
    ),
    "returned": (
        gettext_noop("%(quantity)s returned."),
        gettext_noop("Returns in %(count)s of %(all)s lines."),
    ),
    "surplus": (
        gettext_noop("%(quantity)s more than sent."),
        gettext_noop("More than sent in %(count)s of %(all)s lines."),
    ),
    "handed_over": (
        gettext_noop("%(quantity)s handed over."),
        gettext_noop("Handed over from %(count)s of %(all)s lines."),
    ),
    "distributed": (
        gettext_noop("%(quantity)s distributed."),
        gettext_noop("Distributed from %(count)s of %(all)s lines."),
    ),
}


def shipment_sentence(status: str, lines: Sequence[LineShown]) -> str:
    """This will say where a shipment stands: "400 of 420 pieces received. 20 damaged."""
    if not lines:
        return _("Nothing is listed yet.")
    if status == "cancelled":
        return _("Cancelled before it was dispatched.")
    units = {line.unit for line in lines}
    if status in ("draft", "planned"):
        return not_sent(lines, units)
    return " ".join([arrived(lines, units), *befallen(lines, alone=len(units) == 1)])


def befallen(lines: Sequence[LineShown], *, alone: bool) -> list[str]:
    said = []
    for outcome, (quantity, by_line) in BEFALLEN.items():
        values = [getattr(line, outcome) for line in lines]
        words = {
            "quantity": format_quantity(sum(values), unit_decimals(lines[0].unit)),
            "count": sum(1 for value in values if value),
            "all": len(lines),
        }
        if any(values):
            said.append(_(quantity if alone else by_line) % words)
    return said


def not_sent(lines: Sequence[LineShown], units: set[str]) -> str:
    if len(units) > 1:
        return ngettext(
            "%(count)d line is planned, nothing is sent yet.",
            "%(count)d lines are planned, nothing is sent yet.",
            len(lines),
        ) % {"count": len(lines)}
    total = sum(line.quantity for line in lines)
    return _("%(quantity)s %(unit)s planned, nothing is sent yet.") % {
        "quantity": format_quantity(total, unit_decimals(lines[0].unit)),
        "unit": unit_word(lines[0].unit, total),
    }


def arrived(lines: Sequence[LineShown], units: set[str]) -> str:
    if len(units) > 1:
        return lines_complete(lines)
    decimals = unit_decimals(lines[0].unit)
    sent = sum(line.sent for line in lines)
    here = sum(line.received + line.damaged for line in lines)
    words = {
        "arrived": format_quantity(here, decimals),
        "sent": format_quantity(sent, decimals),
        "unit": unit_word(lines[0].unit, sent),
    }
    if not here:
        return _("%(sent)s %(unit)s sent, nothing has arrived yet.") % words
    return _("%(arrived)s of %(sent)s %(unit)s received.") % words


def lines_complete(lines: Sequence[LineShown]) -> str:
    """This will say how far several units have come, which cannot be added up."""
    complete = sum(1 for line in lines if not line.outstanding)
    partly = sum(1 for line in lines if line.outstanding and line.accounted)
    words = {"complete": complete, "partly": partly, "all": len(lines)}
    if not complete and not partly:
        return _("%(all)s lines sent, nothing has arrived yet.") % words
    if complete == len(lines):
        return _("All %(all)s lines are accounted for.") % words
    return _("%(complete)s of %(all)s lines are complete, %(partly)s arrived in part.") % words


def left_of(quantity: Decimal, unit: str) -> str:
    """This will write a quantity with its unit as a word: "36 pieces"."""
    return f"{format_quantity(quantity, unit_decimals(unit))}\u00a0{unit_word(unit, quantity)}"
