"""An answer about totals as a picture that stands alone: a map or bars."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from regions.boundaries import NOTE, all_shapes
from regions.models import Region
from shipments.forms.data import DIMENSION_NAMES, measure_name
from shipments.models.fields import Unit
from shipments.pictures.bars import Series, draw_stacked_bars
from shipments.pictures.map import Spot, draw_map, without_outline
from shipments.pictures.ranked import draw_ranked_bars
from shipments.pictures.svg import LINE, drawing, small_print, wrapped
from shipments.querysets.totals import (
    DIMENSIONS,
    MEASURES,
    PERIODS,
    Answer,
    drawn_as,
    drawn_measure,
)
from text.numbers import format_quantity, format_weight

UNNAMED = "–"
WIDTH = 360.0


def draw_totals(answer: Answer, notes: Sequence[str]) -> str:
    """Return the picture of an answer that `drawn_as` says can be drawn, with its notes below."""
    measure = drawn_measure(answer)
    draw = {"map": map_of, "bars": bars_of, "ranked": ranked_of}[drawn_as(answer.query)]
    return draw(answer, measure, notes)


def ranked_of(answer: Answer, measure: str, notes: Sequence[str]) -> str:
    """Return one bar for each donor, item or whatever the answer tells apart."""
    (dimension,) = answer.query.by
    return draw_ranked_bars(
        [
            (name_of(row, codes, dimension), scaled(measure, row[measure]) or 0)
            for row, codes in zip(answer.rows, answer.codes, strict=True)
        ],
        title=title_of(answer, measure),
        description=" ".join([_("By %(what)s.") % {"what": said(answer)}, *notes]),
        other=_("Other"),
        number=lambda value: f"{plain(value)}{unit_of(answer, measure)}",
        note=" ".join(notes),
    )


def bars_of(answer: Answer, measure: str, notes: Sequence[str]) -> str:
    """Return one bar a period, stacked by the other dimension where there is one."""
    (period,) = [name for name in answer.query.by if name in PERIODS]
    other = next((name for name in answer.query.by if name not in PERIODS), "")
    values: dict[tuple[str, str], Decimal | int | None] = {}
    names: dict[str, str] = {}
    for row, codes in zip(answer.rows, answer.codes, strict=True):
        part = str(codes[other] or "") if other else ""
        names[part] = name_of(row, codes, other) if other else measure_name(measure)
        values[str(codes[period] or UNNAMED), part] = scaled(measure, row[measure])
    periods = sorted({when for when, _part in values})
    series = [
        Series(name, [values.get((p, part)) for p in periods]) for part, name in names.items()
    ]
    return draw_stacked_bars(
        periods,
        [one for one in series if one.total],
        title=title_of(answer, measure),
        description=" ".join([_("By %(what)s.") % {"what": said(answer)}, *notes]),
        other=_("Other"),
        number=lambda value: f"{plain(value)}{unit_of(answer, measure)}",
        note=" ".join(notes),
    )


def map_of(answer: Answer, measure: str, notes: Sequence[str]) -> str:
    """Return a circle for each region; those without an outline are named below."""
    rows = list(zip(answer.rows, answer.codes, strict=True))
    codes = [row["region"] for _row, row in rows]
    outlines = {r.code: r.boundary or r.code for r in Region.objects.filter(code__in=codes)}
    write = words_for(answer, measure)
    spots = [
        Spot(
            outlines.get(code["region"], ""),
            name_of(row, code, "region"),
            row[measure],
            _("unknown") if row[measure] is None else write(row[measure]),
        )
        for row, code in rows
        if row[measure] is None or row[measure] != 0
    ]
    shapes = all_shapes()
    left = [f"{spot.name} {spot.text}" for spot in without_outline(shapes, spots)]
    below = [*notes, str(NOTE)]
    if left:
        below.insert(0, _("Not on the map: %(regions)s.") % {"regions": ", ".join(left)})
    title = title_of(answer, measure)
    picture = draw_map(
        shapes,
        spots,
        title=title,
        description=" ".join([_("By %(what)s.") % {"what": said(answer)}, *notes]),
        note=" ".join(below),
        up_to=lambda value: _("up to %(weight)s") % {"weight": write(round(value))},
    )
    return picture or nothing_shown(title, below)


def nothing_shown(title: str, below: Sequence[str]) -> str:
    """Return a picture of words alone, for an answer without a region that has an outline."""
    lines = wrapped(" ".join([_("No region here has an outline."), *below]), 78)
    return drawing(
        [small_print(lines, LINE)],
        key="map",
        kind="map",
        width=WIDTH,
        height=LINE * (len(lines) + 2),
        title=title,
        description=" ".join(below),
    )


def title_of(answer: Answer, measure: str) -> str:
    name = measure_name(measure.removesuffix("_kg"))
    day = answer.as_of.date().isoformat()
    return _("%(measure)s, as known on %(day)s") % {"measure": name, "day": day}


def said(answer: Answer) -> str:
    return ", ".join(str(DIMENSION_NAMES[name]) for name in answer.query.by)


def name_of(row: dict[str, Any], codes: dict[str, Any], dimension: str) -> str:
    named = row.get(f"{dimension}_name") if DIMENSIONS[dimension].has_label else None
    return str(named or codes[dimension] or UNNAMED)


def scaled(measure: str, value: Any) -> Any:
    """Return tonnes for kilograms, other values as they are."""
    return value / 1000 if MEASURES[measure].kind == "weight" and value is not None else value


def plain(value: float) -> str:
    return format_quantity(Decimal(str(round(value, 1))), 1)


def unit_of(answer: Answer, measure: str) -> str:
    """Return what stands behind a number of the measure, with its space before it."""
    kind = MEASURES[measure].kind
    if kind == "weight":
        return "\u00a0t"
    return f"\u00a0{Unit(answer.units[0]).label}" if kind == "quantity" and answer.units else ""


def words_for(answer: Answer, measure: str) -> Callable[[Any], str]:
    if MEASURES[measure].kind == "weight":
        return lambda value: format_weight(value, decimals=1)
    return lambda value: f"{format_quantity(value)}{unit_of(answer, measure)}"
