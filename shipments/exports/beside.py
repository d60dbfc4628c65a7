"""Statements beside facts, in words and as columns of the list of reported figures."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shipments.exports.totals.links import lines_links
from shipments.models import ReportedFigure
from shipments.models.fields import KILOGRAMS_IN, Unit
from shipments.querysets.beside import Beside, beside_itemised
from shipments.services.plausibility import Doubt, overload, warning_sentence
from text.dates import format_day
from text.listings import Column, Kind, Reader, Values

RELATED = ("operation", "donor", "region", "category", "item")
# Computed for a page of rows at once; until then each holds the row number.
BESIDE = (
    Column(
        "itemised",
        F("pk"),
        Kind.AMOUNT,
        gettext_lazy(
            "What the ledger holds of the same scope and stage up to the last day the statement "
            "speaks of, in its unit. Empty where nothing is comparable; see notes."
        ),
    ),
    Column(
        "difference",
        F("pk"),
        Kind.AMOUNT,
        gettext_lazy("Itemised less stated: below zero where details are missing."),
    ),
    Column(
        "notes",
        F("pk"),
        Kind.WORDS,
        gettext_lazy("What to know of the comparison, or why there is none."),
    ),
    Column(
        "warnings",
        F("pk"),
        Kind.WORDS,
        gettext_lazy("Codes of doubts about the statement itself."),
    ),
    Column(
        "links",
        F("pk"),
        Kind.NAMES,
        gettext_lazy("lines: the ledger lines that make the itemised figure."),
    ),
)


def set_beside(first: int, rows: Sequence[Values], reader: Reader) -> list[Values]:
    """This will put in place of the row numbers, from column ``first``, what is itemised."""
    numbers = [row[first] for row in rows]
    figures = ReportedFigure.objects.select_related(*RELATED).in_bulk(numbers)
    found = beside_itemised([figures[number] for number in numbers], reader.user)
    return [
        (*row[:first], *columns_of(beside), *row[first + len(BESIDE) :])
        for row, beside in zip(rows, found, strict=True)
    ]


def columns_of(beside: Beside) -> Values:
    doubt = doubt_about(beside)
    return (
        beside.itemised,
        beside.difference,
        list(notes_beside(beside)),
        [doubt.code] if doubt else [],
        lines_links(beside.lines),
    )


def doubt_about(beside: Beside) -> Doubt | None:
    """This will doubt a statement of more weight than its vehicles carry."""
    figure = beside.figure
    if not beside.weighs:
        return None
    kg = Decimal(figure.quantity) * KILOGRAMS_IN[Unit(figure.unit)]
    return overload(kg=kg, vehicles=figure.vehicles, mode=figure.mode)


def notes_beside(beside: Beside) -> Iterator[str]:
    """This will say what to know of a comparison, or why there is none."""
    doubt = doubt_about(beside)
    if doubt:
        yield warning_sentence(doubt.code, doubt.compared)
    if beside.itemised is None:
        yield why_not(beside)
    elif beside.other_units:
        yield _("More is counted in other units, which are never added: %(units)s.") % {
            "units": units_named(beside.other_units)
        }
    if beside.itemised is not None and beside.without_weight:
        yield ngettext(
            "%(count)d line has no known weight and is left out.",
            "%(count)d lines have no known weight and are left out.",
            beside.without_weight,
        ) % {"count": beside.without_weight}
    if beside.itemised is not None and beside.figure.stage == "announced":
        yield _("Announced goods are lines of shipments and not yet of the ledger.")


def why_not(beside: Beside) -> str:
    """This will say why nothing is comparable with a statement."""
    last = format_day(beside.last_day)
    if beside.other_units:
        return _("Not comparable: what is itemised is counted in %(units)s, not in %(unit)s.") % {
            "units": units_named(beside.other_units),
            "unit": units_named((beside.figure.unit,)),
        }
    if beside.by_unit:
        return _("Not comparable: no weight is known of what is itemised up to %(day)s.") % {
            "day": last
        }
    return _("Nothing is itemised for this scope and stage up to %(day)s.") % {"day": last}


def units_named(units: Sequence[str]) -> str:
    return ", ".join(str(Unit(unit).label) for unit in units)
