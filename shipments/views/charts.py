"""The map and the bars of the first page, each with the same figures as a table."""

import calendar
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from regions.boundaries import NOTE, all_shapes
from regions.models import Region
from shipments.models.fields import unit_word
from shipments.pictures import Series, Spot, draw_map, draw_stacked_bars, without_outline
from shipments.querysets.totals import Sums
from shipments.views.pages import lines_address
from text.numbers import format_quantity, format_weight

NOTHING = Decimal(0)


def map_shown(totals: Sums) -> dict[str, Any]:
    """This will draw where aid went, with the same figures as a table."""
    rows = rows_by_region(totals)
    spots = [
        Spot(row["code"], row["name"], row["kg"], weight_words(row["kg"]), row["href"])
        for row in rows
    ]
    shapes = all_shapes()
    picture = draw_map(
        shapes,
        spots,
        title=_("Where aid went"),
        description=_("Weight received in good condition, by region."),
        note=str(NOTE),
        up_to=lambda kg: _("up to %(weight)s") % {"weight": format_weight(round(kg), decimals=1)},
    )
    # Drawn by our own code, which escapes the names it is given.
    return {
        "picture": mark_safe(picture),  # noqa: S308
        "rows": rows,
        "elsewhere": without_outline(shapes, spots),
    }


def rows_by_region(totals: Sums) -> list[dict[str, Any]]:
    """This will list the regions that received something, most first, with outline and rows."""
    codes = [row["region"] for row in totals.rows if row["received_kg"] != 0]
    outlines = {r.code: r.boundary or r.code for r in Region.objects.filter(code__in=codes)}
    rows = [
        {
            "name": row["region_name"] or row["region"],
            "kg": row["received_kg"],
            "code": outlines[row["region"]],
            "href": lines_address(outcome="received", region=row["region"]),
        }
        for row in totals.rows
        if row["region"] in outlines
    ]
    return sorted(rows, key=lambda row: (row["kg"] is None, -(row["kg"] or NOTHING), row["code"]))


def weight_words(kg: Decimal | None) -> str:
    return _("weight unknown") if kg is None else format_weight(kg, decimals=1)


def months_shown(totals: Sums) -> dict[str, Any]:
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
