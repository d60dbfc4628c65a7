"""Turns areas that share borders into lines, each border once."""

import itertools
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from regions.boundaries import Shape

Spot = tuple[int, int]
Edge = tuple[Spot, Spot]

# Drawn coordinates are whole tenths of a unit: short to write, fine enough for a phone.
TENTHS = 10


@dataclass(frozen=True, slots=True)
class View:
    """A window on the map: degrees in, tenths of a unit out, north up."""

    west: float
    north: float
    scale: float
    narrow: float
    width: float
    height: float

    @classmethod
    def around(
        cls, shapes: Collection[Shape], width: float, heights: tuple[float, float]
    ) -> "View":
        """Return the window that shows all the shapes, with room around them."""
        points = [point for shape in shapes for ring in exteriors(shape) for point in ring]
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, north = min(y for _, y in points), max(y for _, y in points)
        narrow = math.cos(math.radians((south + north) / 2))
        # Never closer than about 100 km across, or one district would fill the picture.
        wide = max((east - west) * narrow, 1.0) * 1.16
        tall = max(north - south, 0.7) * 1.16
        scale = min(width / wide, heights[1] / tall)
        height = min(max(tall * scale, heights[0]), heights[1])
        return cls(
            west=(west + east) / 2 - width / scale / 2 / narrow,
            north=(south + north) / 2 + height / scale / 2,
            scale=scale,
            narrow=narrow,
            width=width,
            height=height,
        )

    def place(self, point: Sequence[float]) -> tuple[float, float]:
        """Return where a point (longitude, latitude) lies, in units."""
        return (
            (point[0] - self.west) * self.narrow * self.scale,
            (self.north - point[1]) * self.scale,
        )

    def ring(self, points: Iterable[Sequence[float]]) -> list[Spot]:
        """Return a closed ring in tenths, without points that fall on the one before."""
        drawn: list[Spot] = []
        for point in points:
            x, y = self.place(point)
            spot = (round(x * TENTHS), round(y * TENTHS))
            if not drawn or drawn[-1] != spot:
                drawn.append(spot)
        return drawn

    def shows(self, shape: Shape) -> bool:
        """Tell whether any part of a shape's box lies in the window."""
        corners = [self.place(point) for ring in exteriors(shape) for point in ring]
        return (
            min(x for x, _ in corners) < self.width
            and max(x for x, _ in corners) > 0
            and min(y for _, y in corners) < self.height
            and max(y for _, y in corners) > 0
        )


@dataclass(frozen=True, slots=True)
class Borders:
    """Lines of a map: the outer edge, borders inside a country, and those not agreed."""

    outer: list[list[Spot]]
    inner: list[list[Spot]]
    disputed: list[list[Spot]]


def exteriors(shape: Shape) -> Iterable[Sequence[tuple[float, float]]]:
    return (polygon[0] for polygon in shape.polygons)


def borders(shapes: Iterable[Shape], view: View, disputed: Collection[frozenset[str]]) -> Borders:
    """Return each border between the shapes once, by what it parts."""
    countries: dict[Edge, list[str]] = defaultdict(list)
    for shape in shapes:
        for polygon in shape.polygons:
            for ring in polygon:
                drawn = view.ring(ring)
                for one, other in itertools.pairwise(drawn):
                    countries[min((one, other), (other, one))].append(shape.country)
    outer: list[Edge] = []
    inner: list[Edge] = []
    contested: list[Edge] = []
    for edge, owners in countries.items():
        # An even number of rings on one line and one country: its two sides.
        if len(set(owners)) > 1:
            (contested if frozenset(owners) in disputed else inner).append(edge)
        elif len(owners) % 2:
            outer.append(edge)
        else:
            inner.append(edge)
    return Borders(chained(outer), chained(inner), chained(contested))


def chained(edges: Iterable[Edge]) -> list[list[Spot]]:
    """Return the edges joined to as long lines as they make, each edge once."""
    neighbours: dict[Spot, list[Spot]] = defaultdict(list)
    for one, other in edges:
        neighbours[one].append(other)
        neighbours[other].append(one)
    # Open lines start at their ends; what is left afterwards are closed ones.
    starts = sorted(neighbours, key=lambda spot: len(neighbours[spot]) % 2 == 0)
    lines = []
    for start in starts:
        while neighbours[start]:
            lines.append(walk(start, neighbours))
    return lines


def walk(start: Spot, neighbours: dict[Spot, list[Spot]]) -> list[Spot]:
    line = [start]
    while neighbours[line[-1]]:
        following = neighbours[line[-1]].pop()
        neighbours[following].remove(line[-1])
        line.append(following)
    return line


def path(lines: Iterable[Sequence[Spot]]) -> str:
    """Return SVG path data for the lines, in relative steps of whole tenths."""
    written = []
    for line in lines:
        (x, y), rest = line[0], line[1:]
        steps = []
        for next_x, next_y in rest:
            steps.append(f"{next_x - x:d}{next_y - y:+d}".replace("+", " "))
            x, y = next_x, next_y
        written.append(f"M{line[0][0]} {line[0][1]}l" + spaced(steps))
    return "".join(written)


def spaced(steps: Iterable[str]) -> str:
    """Return numbers in a row; a minus sign parts them as well as a space does."""
    return "".join(
        step if index == 0 or step.startswith("-") else f" {step}"
        for index, step in enumerate(steps)
    )
