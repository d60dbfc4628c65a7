"""One bar that shows what became of what was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from shipments.pictures.svg import Number, drawing, element, short, words

FILLS = {"good": "#1d6b42", "bad": "#a4202a", "warn": "#b27300"}


@dataclass(frozen=True, slots=True)
class Part:
    """A share of the bar: its colour, its value and the words for it ("380 received")."""

    kind: Literal["good", "warn", "bad"]
    value: Number
    label: str


def draw_progress(
    parts: Sequence[Part],
    *,
    whole: Number,
    title: str,
    description: str = "",
    key: str = "progress",
) -> str:
    """Return a bar of the parts, in order, against the whole; a surplus widens the whole."""
    values = [max(float(part.value), 0.0) for part in parts]
    full = max(float(whole), sum(values)) or 1.0
    drawn = [element("rect", class_="rest", width="100", height="4", fill="#d5dbe0")]
    at = 0.0
    for part, value in zip(parts, values, strict=True):
        wide = 100 * value / full
        if wide:
            drawn.append(
                element(
                    "rect",
                    element("title", words(part.label)),
                    class_=part.kind,
                    x=short(at, 3),
                    width=short(wide, 3),
                    height="4",
                    fill=FILLS[part.kind],
                )
            )
        at += wide
    picture = drawing(
        drawn,
        key=key,
        kind="progress",
        width=100,
        height=4,
        title=title,
        description=description or ", ".join(part.label for part in parts),
    )
    return picture.replace('role="group"', 'role="img" preserveAspectRatio="none"', 1)
