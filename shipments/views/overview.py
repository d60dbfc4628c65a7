"""The first page: what was sent, what arrived, where and when, and what was said about it."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import BooleanField, Count, ExpressionWrapper, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regions.boundaries import all_shapes
from regions.models import Region
from shipments.filters.shipments import overdue
from shipments.models import DeliveryEvent, DeliveryLine, Operation, ReportedFigure, Shipment
from shipments.pictures import Series, Spot, draw_map, draw_stacked_bars, without_outline
from shipments.querysets.overview import WEIGHED_IN, beside_itemised
from shipments.querysets.totals import Answer, TotalsQuery, answer
from shipments.views.naming import PlaceNames, named, other_language
from shipments.views.readers import Reader
from shipments.views.sentences import DELIVERED, event_sentence, unit_word
from text.numbers import format_quantity, format_weight

MOST_EVENTS = 6
MOST_STATEMENTS = 8
# The lines that totals count unless asked otherwise: no onward movement, no equipment.
USUAL = {"movement": "first", "equipment": "exclude"}
NOTHING = Decimal(0)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    reader = Reader.of(request)
    language = other_language()
    operations = list(
        Operation.objects.visible_to(request.user).in_language_order(get_language() or "en")
    )
    by_region = answer(
        TotalsQuery(
            by=("region",),
            measures=("received_kg", "damaged_kg", "lost_kg", "lines_without_weight"),
            order=("-received_kg",),
            lang=language,
        ),
        request.user,
    )
    by_month = answer(
        TotalsQuery(by=("month", "category"), measures=("received_kg",), lang=language),
        request.user,
    )
    events = latest_events(reader)
    places = PlaceNames.on_page([event.place for event in events], reduced=reader.reduced)
    context = {
        "heading": heading(operations),
        "figures": figures(by_region, reader),
        "unweighed": without_weight(by_region.total),
        "map": map_shown(by_region),
        "months": months_shown(by_month),
        "events": [(event, event_sentence(event, places)) for event in events],
        "statements": statements(reader),
        "inside": not reader.reduced,
        "records": reader.records,
        "demo": any(operation.illustrative for operation in operations),
        "empty": not operations,
    }
    return render(request, "shipments/overview.html", context)


def heading(operations: list[Operation]) -> str:
    if len(operations) == 1:
        return named(operations[0])
    return ngettext("%(count)d operation", "%(count)d operations", len(operations)) % {
        "count": len(operations)
    }


def lines_address(**asked: str) -> str:
    return f"{reverse('line-list')}?{urlencode({**asked, **USUAL})}"


def figures(totals: Answer, reader: Reader) -> list[dict[str, Any]]:
    """This will make the four figures, each with the address of the rows behind it."""
    visible = Shipment.objects.visible_to(reader.user).as_seen_by(reader.user)
    late = ExpressionWrapper(overdue(), output_field=BooleanField())
    count = visible.annotate(late=late).aggregate(
        all=Count("pk"), overdue=Count("pk", filter=Q(late=True))
    )
    shipments = reverse("shipment-list")
    total = totals.total
    gone = (total["damaged_kg"] or NOTHING) + (total["lost_kg"] or NOTHING)
    return [
        {
            "number": format_quantity(count["all"], 0),
            "words": ngettext("shipment", "shipments", count["all"]),
            "href": shipments,
        },
        {
            "number": format_weight(total["received_kg"] or NOTHING, decimals=0),
            "words": _("delivered"),
            "href": lines_address(outcome="received"),
        },
        {
            "number": format_weight(gone, decimals=1),
            "words": _("damaged or lost"),
            "href": lines_address(outcome="damaged,lost"),
        },
        {
            "number": format_quantity(count["overdue"], 0),
            "words": _("overdue"),
            "href": f"{shipments}?overdue=true",
            "attention": bool(count["overdue"]),
        },
    ]


def without_weight(total: dict[str, Any]) -> str:
    """This will say how many lines the weights leave out, since unknown is not zero."""
    count = total["lines_without_weight"]
    if not count:
        return ""
    return ngettext(
        "%(count)d line has no known weight and is left out.",
        "%(count)d lines have no known weight and are left out.",
        count,
    ) % {"count": count}


def map_shown(totals: Answer) -> dict[str, Any]:
    """This will draw where aid went, with the same figures as a table."""
    codes = [row["region"] for row in totals.rows if row["received_kg"] != 0]
    outlines = {r.code: r.boundary or r.code for r in Region.objects.filter(code__in=codes)}
    rows = [
        {
            "name": row["region_name"] or row["region"],
            "kg": row["received_kg"],
            "code": outlines.get(row["region"], row["region"]),
            "href": lines_address(outcome="received", region=row["region"]),
        }
        for row in totals.rows
        if row["region"] in outlines
    ]
    spots = [
        Spot(row["code"], row["name"], row["kg"], weight_words(row["kg"]), row["href"])
        for row in rows
    ]
    shapes = all_shapes()
    # Drawn by our own code, which escapes the names it is given.
    picture = draw_map(
        shapes,
        spots,
        title=_("Where aid went"),
        description=_("Weight received in good condition, by region."),
        note=_(
            "Boundaries and names are used to show where aid went. "
            "They express no opinion on the status of any area or its borders."
        ),
        up_to=lambda kg: _("up to %(weight)s") % {"weight": format_weight(round(kg), decimals=1)},
    )
    return {
        "picture": mark_safe(picture),  # noqa: S308
        "rows": rows,
        "elsewhere": without_outline(shapes, spots),
    }


def weight_words(kg: Decimal | None) -> str:
    return _("weight unknown") if kg is None else format_weight(kg, decimals=1)


def months_shown(totals: Answer) -> dict[str, Any]:
    """This will draw what arrived per month, stacked by category, with the figures as a table."""
    months = sorted({row["month"] for row in totals.rows})
    categories = {row["category"]: row["category_name"] for row in totals.rows}
    values = {(row["month"], row["category"]): row["received_kg"] for row in totals.rows}
    series = [
        Series(name or code, [tonnes(values.get((month, code))) for month in months])
        for code, name in categories.items()
    ]
    table = [
        {
            "month": month_name(month, "F Y"),
            "kg": sum((values.get((month, code)) or NOTHING for code in categories), NOTHING),
            "href": month_address(month),
        }
        for month in months
    ]
    picture = draw_stacked_bars(
        [month_name(month, "M Y" if len(months) < 7 else "M") for month in months],
        [one for one in series if one.total],
        title=_("Received per month"),
        description=_("Tonnes received in good condition, by month and category."),
        other=_("Other"),
        number=tonnes_words,
        hrefs=[str(row["href"]) for row in table],
    )
    return {"picture": mark_safe(picture) if months else "", "rows": table}  # noqa: S308


def tonnes_words(value: float) -> str:
    """This will write tonnes on a scale or a bar, always in the same unit."""
    return f"{format_quantity(Decimal(str(round(value, 1))), 1)}\u00a0{unit_word('t', 1)}"


def tonnes(kg: Decimal | None) -> Decimal | None:
    return None if kg is None else kg / 1000


def month_name(month: str, pattern: str) -> str:
    return date_format(first_day(month), pattern)


def first_day(month: str) -> date:
    return datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007


def month_address(month: str) -> str:
    first = first_day(month)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return lines_address(
        outcome="received", occurred_on__gte=first.isoformat(), occurred_on__lte=last.isoformat()
    )


def latest_events(reader: Reader) -> list[DeliveryEvent]:
    """This will read the newest deliveries, with what a sentence about them needs."""
    lines = DeliveryLine.objects.select_related("line__item").order_by("line__position", "pk")
    events = (
        DeliveryEvent.objects.visible_to(reader.user)
        .effective()
        .filter(kind__in=tuple(DELIVERED))
        .select_related("place__region", "shipment__operation", "shipment__destination__region")
        .prefetch_related(Prefetch("lines", lines))
    )
    return list(events.order_by("-occurred_at", "-pk")[:MOST_EVENTS])


@dataclass(frozen=True)
class Statement:
    """A public figure beside what is itemised for the same scope."""

    figure: ReportedFigure
    said: str
    itemised: str
    difference: str
    less: bool
    href: str


def statements(reader: Reader) -> list[Statement]:
    """This will set public statements, those of weight first, beside the itemised totals."""
    figures = ReportedFigure.objects.visible_to(reader.user).select_related(
        "operation", "donor", "region", "category", "item"
    )
    found = beside_itemised(figures, reader.user).order_by("in_weight", "published_on", "pk")
    return [statement(figure) for figure in found[:MOST_STATEMENTS]]


def statement(figure: Any) -> Statement:
    in_kg = figure.unit in WEIGHED_IN
    factor = Decimal(1000) if figure.unit == "t" else Decimal(1)
    itemised = figure.itemised_kg / factor if in_kg and figure.itemised_kg is not None else None
    if not in_kg:
        itemised = figure.itemised
    decimals = 1 if in_kg else 0
    difference = None if itemised is None else itemised - figure.quantity

    def written(value: Decimal | None) -> str:
        if value is None:
            return ""
        number = format_quantity(value, decimals)
        return f"{number}\u00a0{unit_word(figure.unit, value)}"

    return Statement(
        figure=figure,
        said=written(figure.quantity),
        itemised=written(itemised),
        difference=written(difference),
        less=difference is not None and difference < 0,
        href=statement_address(figure),
    )


OUTCOMES = {"dispatched": "sent", "arrived": "received,damaged", "distributed": "distributed"}


def statement_address(figure: ReportedFigure) -> str:
    """This will name the ledger lines that are comparable with a statement."""
    if figure.stage not in OUTCOMES:
        return ""
    asked: dict[str, str] = {
        "operation": figure.operation.code,
        "outcome": OUTCOMES[figure.stage],
        "occurred_on__lte": (figure.period_to or figure.published_on).isoformat(),
    }
    if figure.period_from:
        asked["occurred_on__gte"] = figure.period_from.isoformat()
    named_records: Iterable[tuple[str, Any]] = (
        ("donor", figure.donor),
        ("region", figure.region),
        ("category", figure.category),
        ("item", figure.item),
    )
    asked |= {name: record.code for name, record in named_records if record is not None}
    if figure.mode:
        asked["mode"] = figure.mode
    if figure.unit not in WEIGHED_IN:
        asked["unit"] = figure.unit
    return lines_address(**asked)
