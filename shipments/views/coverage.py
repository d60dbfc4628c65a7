"""What is needed beside what was received, by region and month."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regions.models.population import PopulationKind
from shipments.exports.coverage import limits_of, notes_on
from shipments.exports.totals.links import lines_query
from shipments.forms.filters import CoverageFilterForm
from shipments.models.fields import unit_word
from shipments.querysets.coverage import RELATED, Covered, cover
from shipments.views.data import offered
from shipments.views.lists import answer_list, narrowed
from shipments.views.naming import PlaceNames, named
from shipments.views.pages import asked, page_of
from shipments.views.readers import Reader
from text.dates import format_day
from text.numbers import format_quantity


@dataclass(frozen=True)
class Row:
    """A need in words, with every figure beside what it rests on."""

    month: Any
    region: str
    goods: str
    needed: str
    basis: tuple[str, ...]
    received: str
    href: str
    share: str
    gap: str
    notes: tuple[str, ...]


@require_safe
def coverage_page(request: HttpRequest) -> HttpResponse:
    reader, query = Reader.of(request), asked(request)
    rows, refused = narrowed(request, "coverage", query)
    page = page_of(rows.select_related(*RELATED), query, request.GET)
    places = PlaceNames.on_page([row.region for row in page.rows], reduced=reader.reduced)
    shown = [row_of(covered, places) for covered in cover(page.rows, reader.user)]
    limits = list(limits_of(reader.user))
    return answer_list(
        request,
        "shipments/coverage.html",
        page,
        query,
        refused,
        rows=shown,
        limits=limits,
        form=CoverageFilterForm(query, offered(request, "region", "category", "item", "operation")),
        filtered=bool(query),
    )


def row_of(covered: Covered, places: PlaceNames) -> Row:
    row, query = covered.row, lines_query(covered.lines)
    goods = row.item or row.category

    def written(value: Decimal | None) -> str:
        return "" if value is None else f"{amount(value)}\u00a0{unit_word(row.unit, value)}"

    return Row(
        month=row.month,
        region=places.name(row.region),
        goods=_("All goods") if goods is None else named(goods),
        needed=written(covered.need),
        basis=tuple(basis_of(covered)),
        received=written(covered.received),
        href=f"{reverse('line-list')}?{query}" if query else "",
        share=share_of(covered),
        gap=written(covered.gap),
        notes=tuple(notes_on(covered)),
    )


def amount(value: Decimal) -> str:
    return format_quantity(value, 1 if value % 1 else 0)


def share_of(covered: Covered) -> str:
    if covered.kg_per_person is not None:
        return _("%(number)s kg a person") % {"number": format_quantity(covered.kg_per_person, 2)}
    if covered.coverage is None:
        return ""
    return f"{format_quantity(covered.coverage * 100, 1)}\u00a0%"


def basis_of(covered: Covered) -> Iterator[str]:
    """This will name the figures a rate rests on: how much or how many, of which day, by whom."""
    row = covered.row
    if row.need is not None:
        assessment = row.need.assessment
        yield _("Assessed %(day)s: %(source)s") % {
            "day": format_day(assessment.assessed_on),
            "source": assessment.source,
        }
    if covered.by_person:
        yield _("%(amount)s a person: %(standard)s") % {
            "amount": format_quantity(row.need.per_person, 3),
            "standard": row.need.standard or "–",
        }
    if covered.people is not None:
        yield _("%(number)s %(people)s, %(day)s: %(source)s") % {
            "number": format_quantity(covered.people, 0),
            "people": PopulationKind(row.population_kind).label,
            "day": format_day(row.population.counted_on),
            "source": row.population.source,
        }
