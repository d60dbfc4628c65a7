"""A map of where aid went: circles in five sizes on thin borders.

Circles and not fills, because amounts are not densities: a fill lets the largest district shout
and hides a town of two by five kilometres, which is where most goods arrive. Five sizes and not a
continuous scale, because an eye can match a circle with one of five, in grey print too.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from regions.boundaries import DISPUTED, Shape
from shipments.pictures.labels import Box, Place, circle_box, free_place, leader
from shipments.pictures.mesh import TENTHS, View, borders, path
from shipments.pictures.scale import bounds
from shipments.pictures.svg import (
    LINE,
    Number,
    drawing,
    element,
    linked,
    short,
    shortened,
    small_print,
    words,
    wrapped,
)

WIDTH = 360.0
HEIGHTS = (220.0, 360.0)
# Areas grow about as the classes do: each bound is 2 to 2.5 times the one before.
RADII = (4.0, 5.8, 8.4, 12.2, 17.7)
# The circles together cover at most this share of the map; with many, all of them shrink.
MOST_COVERED = 0.16
ROW = 46.0


@dataclass(frozen=True, slots=True)
class Spot:
    """What one region received: its outline's code, its name, the value and the words for it."""

    code: str
    name: str
    value: Number | None
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The five sizes of circles: the upper bound of each, and how much all of them shrink."""

    limits: Sequence[float]
    share: float = 1.0

    @classmethod
    def fitting(cls, values: Sequence[Number | None], view: View) -> "Sizes":
        """Return the sizes for these values, smaller where full ones would cover the map."""
        full = cls(bounds([float(value) for value in values if value is not None]))
        covered = sum(math.pi * full.radius(value) ** 2 for value in values)
        room = MOST_COVERED * view.width * view.height
        return cls(full.limits, min(1.0, math.sqrt(room / covered)))

    def radius(self, value: Number | None) -> float:
        """Return the radius for a value; an unknown one gets a size of its own."""
        if value is None:
            return RADII[1] * self.share
        size = next(index for index, limit in enumerate(self.limits) if float(value) <= limit)
        return RADII[size] * self.share


def without_outline(shapes: Mapping[str, Shape], spots: Iterable[Spot]) -> list[Spot]:
    """Return the spots that the map cannot show, to be listed below it."""
    return [spot for spot in spots if spot.code not in shapes]


def draw_map(
    shapes: Mapping[str, Shape],
    spots: Sequence[Spot],
    *,
    title: str,
    description: str,
    note: str,
    up_to: Callable[[float], str],
    disputed: Collection[frozenset[str]] = DISPUTED,
    key: str = "map",
) -> str:
    """Return the map of the regions that have an outline, or "" when none has.

    `up_to` writes the legend of a size class from its upper bound ("up to 50 t"); `note` is the
    neutral sentence about borders and stays in the picture wherever it goes. An unknown value is
    a hollow circle, never a small one.
    """
    shown = [spot for spot in spots if spot.code in shapes]
    if not shown:
        return ""
    view = View.around([shapes[spot.code] for spot in shown], WIDTH, HEIGHTS)
    seen = [shape for shape in shapes.values() if view.shows(shape)]
    sizes = Sizes.fitting([spot.value for spot in shown], view)
    notes = wrapped(note, 78)
    parts = [
        ground(seen, {spot.code for spot in shown}, view, disputed, key),
        circles(shown, shapes, view, sizes),
        legend(sizes, view.height, up_to),
        small_print(notes, view.height + ROW + LINE),
    ]
    return drawing(
        parts,
        key=key,
        kind="map",
        width=WIDTH,
        height=view.height + ROW + LINE * (len(notes) + 1),
        title=title,
        description=description,
    )


def ground(
    seen: Sequence[Shape],
    touched: Collection[str],
    view: View,
    disputed: Collection[frozenset[str]],
    key: str,
) -> str:
    lines = borders(seen, view, disputed)
    fills = "".join(
        element("path", d=path(view.ring(ring) for polygon in shape.polygons for ring in polygon))
        for shape in seen
        if shape.code in touched
    )
    window = element("rect", width=short(view.width * TENTHS), height=short(view.height * TENTHS))
    drawn = (
        element("path", class_="land", d=path(lines.outer), fill="#f3f5f6", stroke="none")
        + element("g", fills, class_="touched", fill="#d9e8ef", stroke="none")
        + stroked(path(lines.inner), width=".5", opacity=".45")
        + stroked(path(lines.outer), width=".9", opacity=".7")
        + stroked(path(lines.disputed), width=".9", opacity=".7", dashes="4 3")
    )
    return element("clipPath", window, id=f"{key}-window") + element(
        "g",
        drawn,
        transform=f"scale({short(1 / TENTHS)})",
        clip_path=f"url(#{key}-window)",
        fill="none",
        fill_rule="evenodd",
        stroke="currentColor",
        stroke_linejoin="round",
    )


def stroked(line: str, *, width: str, opacity: str, dashes: str | None = None) -> str:
    if not line:
        return ""
    return element(
        "path",
        d=line,
        stroke_width=width,
        stroke_opacity=opacity,
        stroke_dasharray=dashes,
        vector_effect="non-scaling-stroke",
    )


def circles(spots: Sequence[Spot], shapes: Mapping[str, Shape], view: View, sizes: "Sizes") -> str:
    """Return the circles, large ones first so that small ones stay on top, and their names."""
    ranked = sorted(spots, key=lambda spot: -float(spot.value or 0))
    centres = {spot.code: view.place(shapes[spot.code].centre) for spot in ranked}
    taken = [circle_box(*centres[spot.code], sizes.radius(spot.value)) for spot in ranked]
    drawn = []
    for spot in ranked:
        x, y = centres[spot.code]
        r = sizes.radius(spot.value)
        said = f"{spot.name}: {spot.text}"
        mark = element("circle", element("title", words(said)), cx=x, cy=y, r=r, **look(spot))
        name = named(spot, x, y, r, (view.width, view.height), taken)
        drawn.append(linked(mark + name, spot.href, said))
    return "".join(drawn)


def look(spot: Spot) -> dict[str, str]:
    if spot.value is None:
        return {"fill": "none", "stroke": "currentColor", "stroke_dasharray": "2 1.5"}
    return {"class_": "spot", "fill": "#0b4f6c", "fill_opacity": ".82", "stroke": "#fff"}


def named(
    spot: Spot, x: float, y: float, r: float, room: tuple[float, float], taken: list[Box]
) -> str:
    """Return the name and value beside the circle, or "" where there is no free place for them."""
    for letters in (26, 15):
        name = wrapped(shortened(spot.name, 26), letters)
        lines = [*name, spot.text]
        place = free_place(x, y, r, lines, room, taken)
        if place:
            taken += (place.box, *leader(place, x, y, r))
            return lead(place, x, y, r) + written(lines, place)
    return ""


def lead(place: Place, x: float, y: float, r: float) -> str:
    if not place.led:
        return ""
    to_x, to_y = place.end
    share = r / max(math.dist((x, y), place.end), r)
    start = f"M{short(x + (to_x - x) * share)} {short(y + (to_y - y) * share)}"
    line = f"{start}L{short(to_x)} {short(to_y)}"
    return element("path", d=line, stroke="currentColor", stroke_width=".7")


def written(lines: Sequence[str], place: Place) -> str:
    """Return the lines of a label; all but the last, which is the value, in bold."""
    spans = "".join(
        element(
            "tspan",
            words(line),
            x=place.x,
            dy=LINE if index else None,
            font_weight="600" if index < len(lines) - 1 else None,
        )
        for index, line in enumerate(lines)
    )
    return element(
        "text",
        spans,
        class_="halo",
        y=place.box[1] + LINE - 2.5,
        font_size="10.5",
        text_anchor=place.anchor,
        fill="currentColor",
        stroke="#fff",
        stroke_width="2.5",
        stroke_linejoin="round",
        paint_order="stroke",
    )


def legend(sizes: "Sizes", top: float, up_to: Callable[[float], str]) -> str:
    wide = WIDTH / len(sizes.limits)
    return "".join(
        element(
            "circle",
            class_="spot",
            cx=wide * (index + 0.5),
            cy=top + ROW / 2 - 2,
            r=sizes.radius(limit),
            fill="#0b4f6c",
            fill_opacity=".82",
            stroke="#fff",
        )
        + element(
            "text",
            words(up_to(limit)),
            x=wide * (index + 0.5),
            y=top + ROW + 2,
            class_="small",
            font_size="9",
            text_anchor="middle",
            fill="currentColor",
        )
        for index, limit in enumerate(sizes.limits)
    )
