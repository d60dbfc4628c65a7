"""Simplifies areas that share borders, so that neighbours still fit afterwards."""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

Point = tuple[float, float]
Line = tuple[Point, ...]
Polygon = tuple[Line, ...]

PRECISION = 4


def simplified(
    areas: Mapping[str, Sequence[Sequence[Sequence[Sequence[float]]]]], *, tolerance: float
) -> dict[str, list[Polygon]]:
    """Return the areas with fewer points, each shared border simplified once for both sides.

    `areas` holds GeoJSON polygons by key; `tolerance` is the area of the smallest triangle kept,
    in square degrees at the equator. Rings come back closed, exteriors counter-clockwise and
    holes clockwise (RFC 7946), coordinates with four decimals.
    """
    rounded = {
        key: [tuple(open_ring(ring) for ring in polygon) for polygon in polygons]
        for key, polygons in areas.items()
    }
    rings = [ring for polygons in rounded.values() for polygon in polygons for ring in polygon]
    junctions = points_where_lines_meet(rings)
    thinned: dict[Line, Line] = {}
    return {
        key: [
            tuple(
                wound(thin_ring(ring, junctions, thinned, tolerance), exterior=index == 0)
                for index, ring in enumerate(polygon)
            )
            for polygon in polygons
        ]
        for key, polygons in rounded.items()
    }


def open_ring(ring: Iterable[Sequence[float]]) -> Line:
    """Return the ring rounded, without repeated points and without the closing one."""
    points: list[Point] = []
    for longitude, latitude, *_ in ring:
        point = (round(longitude, PRECISION), round(latitude, PRECISION))
        if not points or points[-1] != point:
            points.append(point)
    if points[0] == points[-1]:
        points.pop()
    return tuple(points)


def points_where_lines_meet(rings: Iterable[Line]) -> frozenset[Point]:
    """Return the points where three or more borders meet: these stay where they are."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for one, other in zip(ring, (*ring[1:], ring[0]), strict=True):
            neighbours[one].add(other)
            neighbours[other].add(one)
    return frozenset(point for point, others in neighbours.items() if len(others) > 2)


def thin_ring(
    ring: Line, junctions: frozenset[Point], thinned: dict[Line, Line], tolerance: float
) -> Line:
    meetings = [index for index, point in enumerate(ring) if point in junctions]
    # An island or an enclave meets nothing: start at its smallest point, from both sides the same.
    start = meetings[0] if meetings else ring.index(min(ring))
    turned = ring[start:] + ring[:start]
    cuts = [index for index, point in enumerate(turned) if point in junctions] or [0]
    points: list[Point] = []
    for begin, end in zip(cuts, [*cuts[1:], len(turned)], strict=True):
        arc = (*turned[begin:end], turned[end % len(turned)])
        points.extend(thin_arc(arc, thinned, tolerance)[:-1])
    return tuple(points)


def thin_arc(arc: Line, thinned: dict[Line, Line], tolerance: float) -> Line:
    """Return the arc thinned; the neighbour that walks it the other way gets the same points."""
    backwards = arc[::-1]
    forward = arc <= backwards
    key = arc if forward else backwards
    if key not in thinned:
        thinned[key] = visvalingam(key, tolerance, keep=4 if key[0] == key[-1] else 3)
    return thinned[key] if forward else thinned[key][::-1]


def visvalingam(line: Line, tolerance: float, *, keep: int) -> Line:
    """Return the line without the points that matter least, ends and `keep` points kept.

    Source: Visvalingam and Whyatt, 1993, "Line generalisation by repeated elimination of points".
    """
    points = list(line)
    while len(points) > keep:
        areas = [triangle(*points[index : index + 3]) for index in range(len(points) - 2)]
        smallest = min(range(len(areas)), key=areas.__getitem__)
        if areas[smallest] >= tolerance:
            break
        del points[smallest + 1]
    return tuple(points)


def triangle(a: Point, b: Point, c: Point) -> float:
    """Return the area of a triangle, with degrees of longitude as short as they are there."""
    twice = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
    return abs(twice) / 2 * math.cos(math.radians(b[1]))


def signed_area(ring: Line) -> float:
    """Return the area of a ring in square degrees, above zero when counter-clockwise."""
    return (
        sum(
            one[0] * other[1] - other[0] * one[1]
            for one, other in zip(ring, (*ring[1:], ring[0]), strict=True)
        )
        / 2
    )


def wound(ring: Line, *, exterior: bool) -> Line:
    right = (signed_area(ring) > 0) == exterior
    turned = ring if right else ring[::-1]
    return (*turned, turned[0])


def roomiest_point(polygon: Polygon, *, steps: int = 40) -> Point:
    """Return a point well inside the polygon, far from its borders and holes."""
    exterior = polygon[0]
    west, east = min(x for x, _ in exterior), max(x for x, _ in exterior)
    south, north = min(y for _, y in exterior), max(y for _, y in exterior)
    grid = [
        (west + (east - west) * column / steps, south + (north - south) * row / steps)
        for column in range(1, steps)
        for row in range(1, steps)
    ]
    inside = [point for point in grid if contains(polygon, point)]
    best = max(inside, key=lambda point: room(polygon, point), default=exterior[0])
    return (round(best[0], PRECISION), round(best[1], PRECISION))


def contains(polygon: Polygon, point: Point) -> bool:
    """Tell whether a point lies in a polygon and in none of its holes."""
    x, y = point
    crossings = 0
    for ring in polygon:
        for (ax, ay), (bx, by) in itertools.pairwise(ring):
            if (ay > y) != (by > y) and x < ax + (bx - ax) * (y - ay) / (by - ay):
                crossings += 1
    return crossings % 2 == 1


def room(polygon: Polygon, point: Point) -> float:
    """Return the distance from a point to the nearest border, in degrees of latitude."""
    wide = math.cos(math.radians(point[1]))
    return min(
        distance(point, one, other, wide)
        for ring in polygon
        for one, other in itertools.pairwise(ring)
    )


def distance(point: Point, one: Point, other: Point, wide: float) -> float:
    px, py = (point[0] - one[0]) * wide, point[1] - one[1]
    dx, dy = (other[0] - one[0]) * wide, other[1] - one[1]
    length = dx * dx + dy * dy
    share = max(0.0, min(1.0, (px * dx + py * dy) / length)) if length else 0.0
    return math.hypot(px - share * dx, py - share * dy)
