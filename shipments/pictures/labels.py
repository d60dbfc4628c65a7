"""Finds places for names on a map, so that none covers a circle or another name."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shipments.pictures.svg import LINE

Box = tuple[float, float, float, float]

LETTER = 6.3
# How far from its circle a name may stand, with a line that leads to it.
DISTANCES = (16.0, 28.0, 42.0, 58.0)
DIRECTIONS = 16


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands: its box, which side is aligned, whether a line leads."""

    box: Box
    anchor: str
    led: bool

    @property
    def x(self) -> float:
        left, _, right, _ = self.box
        return {"start": left, "end": right, "middle": (left + right) / 2}[self.anchor]

    @property
    def end(self) -> tuple[float, float]:
        """Where the line that leads to the name ends."""
        _, top, _, bottom = self.box
        return self.x, (top + bottom) / 2


def circle_box(x: float, y: float, r: float) -> Box:
    return (x - r, y - r, x + r, y + r)


def free_place(
    x: float,
    y: float,
    r: float,
    lines: Sequence[str],
    room: tuple[float, float],
    taken: Sequence[Box],
) -> Place | None:
    """Return the nearest free place beside a circle for these lines of text, if there is one."""
    wide, tall = max(map(len, lines)) * LETTER, len(lines) * LINE
    own = circle_box(x, y, r)
    others = [box for box in taken if box != own]
    for place in (*beside(x, y, r, wide, tall), *farther(x, y, r, wide, tall)):
        blocked = within(place.box, room) and (place.box, *leader(place, x, y, r))
        if blocked and not any(meet(box, other) for box in blocked for other in (own, *others)):
            return place
    return None


def leader(place: Place, x: float, y: float, r: float) -> list[Box]:
    """Return the line from a circle to its name as small boxes, nothing where none is needed."""
    if not place.led:
        return []
    length = max(math.dist((x, y), place.end), 1.0)
    # The line begins at the rim; the box round the circle reaches further at its corners.
    begin = (r * math.sqrt(2) + 1) / length
    shares = [begin + (1 - begin) * step / 6 for step in range(6)] if begin < 1 else []
    return [
        circle_box(x + (place.end[0] - x) * share, y + (place.end[1] - y) * share, 0.5)
        for share in shares
    ]


def beside(x: float, y: float, r: float, wide: float, tall: float) -> Iterator[Place]:
    middle = y - tall / 2
    yield placed(x + r + 3, middle, (wide, tall), "start")
    yield placed(x - r - 3 - wide, middle, (wide, tall), "end")
    yield placed(x - wide / 2, y + r + 1, (wide, tall), "middle")
    yield placed(x - wide / 2, y - r - tall - 1, (wide, tall), "middle")
    for lift in (-1, 1):
        top = middle + lift * (r * 0.8 + tall * 0.4)
        yield placed(x + r * 0.8 + 2, top, (wide, tall), "start")
        yield placed(x - r * 0.8 - 2 - wide, top, (wide, tall), "end")


def farther(x: float, y: float, r: float, wide: float, tall: float) -> Iterator[Place]:
    for away in DISTANCES:
        for turn in range(DIRECTIONS):
            angle = 2 * math.pi * turn / DIRECTIONS
            to_x = x + (r + away) * math.cos(angle)
            to_y = y + (r + away) * math.sin(angle)
            right = math.cos(angle) >= 0
            left = to_x if right else to_x - wide
            yield placed(left, to_y - tall / 2, (wide, tall), "start" if right else "end", led=True)


def placed(
    left: float, top: float, size: tuple[float, float], anchor: str, *, led: bool = False
) -> Place:
    return Place((left, top, left + size[0], top + size[1]), anchor, led)


def within(box: Box, room: tuple[float, float]) -> bool:
    return box[0] > 1 and box[1] > 1 and box[2] < room[0] - 1 and box[3] < room[1] - 1


def meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
