"""Public statements beside what is itemised for the same scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from shipments.exports.beside import RELATED, notes_beside
from shipments.exports.totals.links import lines_query
from shipments.models import ReportedFigure
from shipments.models.fields import unit_decimals, unit_word
from shipments.querysets.beside import WEIGHED_IN, Beside, beside_itemised
from shipments.views.lists import answer_list, narrowed
from shipments.views.naming import PlaceNames, named
from shipments.views.pages import asked, page_of
from shipments.views.readers import Reader
from text.numbers import format_quantity

MOST_STATEMENTS = 8


@dataclass(frozen=True)
class Statement:
    """A public figure beside what is itemised for the same scope."""

    figure: ReportedFigure
    scope: tuple[str, ...]
    said: str
    itemised: str
    difference: str
    less: bool
    notes: tuple[str, ...]
    href: str


def first_statements(reader: Reader) -> list[ReportedFigure]:
    """This will read public statements, those of weight first and then in order of time."""
    figures = ReportedFigure.objects.visible_to(reader.user).select_related(*RELATED)
    first = Case(When(unit__in=tuple(WEIGHED_IN), then=Value(0)), default=Value(1))
    return list(figures.order_by(first, "published_on", "pk")[:MOST_STATEMENTS])


def set_out(
    figures: Sequence[ReportedFigure], reader: Reader, places: PlaceNames
) -> list[Statement]:
    """This will set statements beside the itemised totals; their regions are on the page."""
    return [statement(beside, places) for beside in beside_itemised(figures, reader.user)]


def statement(beside: Beside, places: PlaceNames) -> Statement:
    figure, difference = beside.figure, beside.difference
    query = lines_query(beside.lines)

    def written(value: Decimal | None) -> str:
        if value is None:
            return ""
        number = format_quantity(value, unit_decimals(figure.unit))
        return f"{number}\u00a0{unit_word(figure.unit, value)}"

    return Statement(
        figure=figure,
        scope=tuple(scope_words(figure, places)),
        said=written(figure.quantity),
        itemised=written(beside.itemised),
        difference=written(difference),
        less=difference is not None and difference < 0,
        notes=tuple(notes_beside(beside)),
        href=f"{reverse('line-list')}?{query}" if query else "",
    )


def scope_words(figure: Any, places: PlaceNames) -> list[str]:
    """This will say what a statement speaks of, as far as it is narrowed."""
    words = [named(row) for row in (figure.item, figure.category, figure.donor) if row is not None]
    if figure.region is not None:
        words.append(places.name(figure.region))
    if figure.mode:
        words.append(figure.get_mode_display())
    if figure.movement != "first":
        words.append(figure.get_movement_display())
    return words


@require_safe
def statement_list(request: HttpRequest) -> HttpResponse:
    """All public statements, the last entered first, each beside what is itemised."""
    reader, query = Reader.of(request), asked(request)
    rows, refused = narrowed(request, "reported-figures", query)
    page = page_of(rows.select_related(*RELATED), query, request.GET)
    places = PlaceNames.on_page([row.region for row in page.rows], reduced=reader.reduced)
    shown = set_out(page.rows, reader, places)
    context = {"statements": shown, "sees_part": reader.sees_part}
    return answer_list(request, "shipments/statements.html", page, query, refused, **context)
