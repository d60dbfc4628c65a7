"""Bars that lie side by side under their names: one for each donor, item or mode."""

from collections.abc import Callable, Sequence

from shipments.pictures.bars import FILLS
from shipments.pictures.svg import (
    LINE,
    Number,
    drawing,
    element,
    shortened,
    small_print,
    words,
    wrapped,
)

MOST_ROWS = 12
WIDTH, ROW, BAR = 360.0, 30.0, 12.0
LETTERS = 44


def draw_ranked_bars(
    rows: Sequence[tuple[str, Number]],
    *,
    title: str,
    description: str,
    other: str,
    number: Callable[[float], str],
    note: str = "",
    key: str = "bars",
) -> str:
    """Return one bar a name, the largest first, the thirteenth and further as `other`.

    The values are zero or more; `number` writes one with its unit.
    """
    shown = most_and_rest(rows, other)
    longest = max((value for _, value in shown), default=0.0) or 1.0
    parts = [
        bar(name, value, value / longest, ROW * place, number)
        for place, (name, value) in enumerate(shown)
    ]
    notes = wrapped(note, 78)
    bottom = ROW * len(shown)
    parts.append(small_print(notes, bottom + LINE / 2))
    return drawing(
        parts,
        key=key,
        kind="chart",
        width=WIDTH,
        height=bottom + LINE * (len(notes) + (1 if notes else 0)),
        title=title,
        description=description,
    )


def most_and_rest(rows: Sequence[tuple[str, Number]], other: str) -> list[tuple[str, float]]:
    """Return the largest, largest first, and one row that adds up the rest; nothing of zero."""
    ranked = sorted(((n, float(v)) for n, v in rows if v), key=lambda row: -row[1])
    if len(ranked) <= MOST_ROWS + 1:
        return ranked
    rest = sum(value for _, value in ranked[MOST_ROWS:])
    return [*ranked[:MOST_ROWS], (other, rest)]


def bar(name: str, value: float, share: float, top: float, number: Callable[[float], str]) -> str:
    return (
        written(shortened(name, LETTERS), 0.0, top + 10, "start")
        + written(number(value), WIDTH, top + 10, "end")
        + element(
            "rect",
            x="0",
            y=top + 14,
            width=max(WIDTH * share, 1.0),
            height=BAR,
            class_="s1",
            fill=FILLS[0],
            stroke="currentColor",
            stroke_width=".4",
        )
    )


def written(text: str, x: float, y: float, anchor: str) -> str:
    return element(
        "text", words(text), x=x, y=y, font_size="10", text_anchor=anchor, fill="currentColor"
    )
