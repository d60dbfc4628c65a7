"""Needs beside what was received, in words and as a list."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import F, Func, TextField, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions.exports.names import place_name, row_name
from regions.models.population import PopulationKind
from regions.rights import rights_of
from shipments.exports.beside import units_named
from shipments.exports.totals.links import lines_links
from shipments.filters import CoverageFilter
from shipments.models import Coverage
from shipments.models.fields import Unit, unit_word
from shipments.querysets.coverage import RELATED, Covered, cover
from text.dates import format_day
from text.listings import Column, Kind, Listing, Reader, Values
from text.numbers import format_quantity

ASKED = (
    Column("operation", "operation__code"),
    Column(
        "month",
        Func(F("month"), Value("YYYY-MM"), function="to_char", output_field=TextField()),
        help=gettext_lazy("Everything in the row is as of the last day of this month."),
    ),
    Column("region", "region__code"),
    Column("region_name", place_name("region", "region")),
    Column(
        "item",
        "item__code",
        help=gettext_lazy("The article needed. Without item and category: all goods together."),
    ),
    Column("item_name", row_name("item")),
    Column("category", "category__code"),
    Column("category_name", row_name("category")),
    Column("unit", choices=Unit),
    Column(
        "assessed_on",
        "need__assessment__assessed_on",
        Kind.DATE,
        gettext_lazy("The day of the need: of the newest assessment of these goods by then."),
    ),
    Column("source", "need__assessment__source"),
    Column("per_person", "need__per_person", Kind.QUANTITY),
    Column("standard", "need__standard"),
    Column("population_kind", choices=PopulationKind),
    Column(
        "people",
        "population__people",
        Kind.INTEGER,
        gettext_lazy("The newest count of these people in the region by then, where one is used."),
    ),
    Column("counted_on", "population__counted_on", Kind.DATE),
    Column("people_source", "population__source"),
    Column("caution", "population__caution"),
)
# Computed for a page of rows at once; until then each holds the row number.
COMPUTED = (
    Column(
        "needed",
        F("pk"),
        Kind.AMOUNT,
        gettext_lazy("The quantity assessed, else per_person times people; empty: not known."),
    ),
    Column(
        "received",
        F("pk"),
        Kind.AMOUNT,
        gettext_lazy("What arrived good in the region and below by then, in the unit of the row."),
    ),
    Column("coverage", F("pk"), Kind.AMOUNT, gettext_lazy("Received by needed, as a share.")),
    Column("gap", F("pk"), Kind.AMOUNT, gettext_lazy("Needed less received; below zero: more.")),
    Column(
        "kg_per_person",
        F("pk"),
        Kind.AMOUNT,
        gettext_lazy("All goods: kilograms received for each displaced person."),
    ),
    Column(
        "received_onward",
        F("pk"),
        Kind.AMOUNT,
        gettext_lazy("What came by onward movement; never added to received."),
    ),
    Column(
        "below",
        F("pk"),
        Kind.WORDS,
        gettext_lazy("Regions below with figures of their own, which are part of this row."),
    ),
    Column("notes", F("pk"), Kind.WORDS, gettext_lazy("What to know of the row.")),
    Column(
        "links",
        F("pk"),
        Kind.NAMES,
        gettext_lazy("lines: the ledger lines that make received."),
    ),
)


def set_beside(rows: Sequence[Values], reader: Reader) -> list[Values]:
    """This will put what was received in place of the row numbers."""
    first = len(ASKED)
    numbers = [row[first] for row in rows]
    needs = Coverage.objects.select_related(*RELATED).in_bulk(numbers)
    found = cover([needs[number] for number in numbers], reader.user)
    return [
        (*row[:first], *columns_of(covered, reader), *row[first + len(COMPUTED) :])
        for row, covered in zip(rows, found, strict=True)
    ]


def columns_of(covered: Covered, reader: Reader) -> Values:
    return (
        covered.need,
        covered.received,
        covered.coverage,
        covered.gap,
        covered.kg_per_person,
        covered.onward,
        list(covered.below),
        [*notes_on(covered), *limits_of(reader.user)],
        lines_links(covered.lines),
    )


def notes_on(covered: Covered) -> Iterator[str]:
    """This will say what to know of a row before it is quoted."""
    kind = PopulationKind(covered.row.population_kind).label
    if covered.by_person and covered.people is None:
        yield _("No count of %(people)s is known here by %(day)s, so the need is not known.") % {
            "people": kind,
            "day": format_day(covered.row.until),
        }
    if covered.people is not None and covered.row.population.caution:
        yield covered.row.population.caution
    if covered.received is None:
        yield _("No weight is known of what was received.")
    elif covered.without_weight:
        yield _("Some of what was received has no known weight and is left out.")
    if covered.other_units:
        yield _("More is counted in other units, which are never added: %(units)s.") % {
            "units": units_named(covered.other_units)
        }
    if covered.onward:
        yield _("%(amount)s %(unit)s more came by onward movement and are not counted again.") % {
            "amount": format_quantity(covered.onward, 3),
            "unit": unit_word(covered.row.unit, covered.onward),
        }
    if covered.below:
        yield _(
            "Regions below have figures of their own: %(regions)s. Do not add them to this."
        ) % {"regions": ", ".join(covered.below)}


def limits_of(user: Any) -> Iterator[str]:
    """This will say what a reader of a part must know of every row."""
    if rights_of(user).sees_part:
        yield _("Received counts only what you may see.")


COVERAGE = Listing(
    name="coverage",
    columns=(*ASKED, *COMPUTED),
    rows=lambda reader: Coverage.objects.visible_to(reader.user),
    order=("-id",),
    filters=CoverageFilter,
    key="",
    summary=gettext_lazy(
        "Needs and what was received, by region and month: coverage, gap, and kilograms for each "
        "displaced person, each with the figures it rests on."
    ),
    complete=set_beside,
)
