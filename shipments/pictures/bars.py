"""Stacked bars: one bar a period, at most five series and the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shipments.pictures.scale import ticks
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

MOST_SERIES = 5
MOST_TITLES = 90
# From dark to pale, each lighter than the one before, so that grey print keeps them apart.
FILLS = ("#0b3c5d", "#2f7396", "#c9762b", "#8fb8a8", "#f0cd84", "#eceff1")

WIDTH = 360.0
LEFT, RIGHT, TOP, PLOT = 44.0, 2.0, 18.0, 160.0
BELOW, ROW = 20.0, 18.0


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of the stack: a value for each period, None where it is not known."""

    name: str
    values: Sequence[Number | None]

    @property
    def total(self) -> float:
        return sum(float(value) for value in self.values if value is not None)


def draw_stacked_bars(
    periods: Sequence[str],
    series: Sequence[Series],
    *,
    title: str,
    description: str,
    other: str,
    number: Callable[[float], str],
    hrefs: Sequence[str] = (),
    note: str = "",
    key: str = "bars",
) -> str:
    """Return one bar a period, the largest series lowest, the sixth and further as `other`.

    `number` writes a value with its unit; `hrefs` holds the address behind each bar. Bars start at
    zero, values below it hang under the line.
    """
    shown = most_and_rest(series, other)
    heights = [stack(shown, index) for index in range(len(periods))]
    levels = ticks(
        min((below for _, _, below in heights), default=0.0),
        max((above for _, above, _ in heights), default=0.0),
    )
    scale = PLOT / (levels[-1] - levels[0])
    zero = TOP + levels[-1] * scale
    step = (WIDTH - LEFT - RIGHT) / max(len(periods), 1)
    parts = [grid(levels, scale, zero, number)]
    parts += layers(shown, periods, heights, step, scale, zero, number)
    parts += labels(periods, heights, step, scale, zero, number, hrefs)
    parts += legend(shown, number)
    notes = wrapped(note, 78)
    bottom = TOP + PLOT + BELOW + ROW * len(shown) + 4
    parts.append(small_print(notes, bottom + LINE / 2))
    return drawing(
        parts,
        key=key,
        kind="chart",
        width=WIDTH,
        height=bottom + LINE * len(notes),
        title=title,
        description=description,
    )


def most_and_rest(series: Sequence[Series], other: str) -> list[Series]:
    """Return the five largest series, largest first, and one that adds up the rest."""
    ranked = sorted(series, key=lambda one: abs(one.total), reverse=True)
    kept, rest = ranked[:MOST_SERIES], ranked[MOST_SERIES:]
    if not rest:
        return kept
    columns = zip(*(one.values for one in rest), strict=True)
    sums = [
        sum(float(value) for value in column if value is not None) or None for column in columns
    ]
    return [*kept, Series(other, sums)]


Stack = tuple[list[tuple[int, float, float]], float, float]


def stack(series: Sequence[Series], period: int) -> Stack:
    """Return (series, from, to) for one bar, and how far it reaches above and below zero."""
    above = below = 0.0
    pieces = []
    for index, one in enumerate(series):
        value = float(one.values[period] or 0)
        if value > 0:
            pieces.append((index, above, above + value))
            above += value
        elif value < 0:
            pieces.append((index, below + value, below))
            below += value
    return pieces, above, below


def grid(levels: Sequence[float], scale: float, zero: float, number: Callable[[float], str]) -> str:
    lines = "".join(
        element(
            "path",
            d=f"M{short(LEFT)} {short(zero - level * scale)}H{short(WIDTH)}",
            stroke="currentColor",
            stroke_opacity=".2" if level else ".8",
            stroke_width=".6",
        )
        + element(
            "text",
            words(number(level)),
            x=LEFT - 4,
            y=zero - level * scale + 3,
            class_="small",
            font_size="9",
            text_anchor="end",
            fill="currentColor",
        )
        for level in levels
    )
    return element("g", lines)


def layers(
    series: Sequence[Series],
    periods: Sequence[str],
    heights: Sequence[Stack],
    step: float,
    scale: float,
    zero: float,
    number: Callable[[float], str],
) -> list[str]:
    # With many bars the words for each piece would weigh more than the picture.
    titled = len(periods) * len(series) <= MOST_TITLES
    drawn: list[list[str]] = [[] for _ in series]
    for column, (pieces, _, _) in enumerate(heights):
        for index, low, high in pieces:
            said = f"{periods[column]}, {series[index].name}: {number(high - low)}"
            drawn[index].append(
                element(
                    "rect",
                    element("title", words(said)) if titled else "",
                    x=LEFT + step * (column + 0.14),
                    y=short(zero - high * scale, 2),
                    width=step * 0.72,
                    height=short((high - low) * scale, 2),
                )
            )
    return [
        element(
            "g",
            "".join(rects),
            class_=f"s{index + 1}",
            fill=FILLS[index],
            stroke="currentColor",
            stroke_width=".4",
        )
        for index, rects in enumerate(drawn)
        if rects
    ]


def labels(
    periods: Sequence[str],
    heights: Sequence[Stack],
    step: float,
    scale: float,
    zero: float,
    number: Callable[[float], str],
    hrefs: Sequence[str],
) -> list[str]:
    longest = max((len(name) for name in periods), default=1) * 6.2 + 6
    every = max(1, -(-int(longest) // max(int(step), 1)))
    with_totals = step >= 30
    drawn = []
    for column, (_, above, below) in enumerate(heights):
        middle = LEFT + step * (column + 0.5)
        texts = ""
        if column % every == 0:
            texts += text(periods[column], middle, TOP + PLOT + 13, size="10")
        if with_totals and (above or below):
            texts += text(number(above + below), middle, zero - above * scale - 4, size="9")
        said = f"{periods[column]}: {number(above + below)}"
        drawn.append(linked(texts, hrefs[column] if hrefs else "", said) if texts else "")
    return drawn


def text(content: str, x: float, y: float, *, size: str) -> str:
    return element(
        "text",
        words(content),
        x=x,
        y=y,
        font_size=size,
        class_="small" if size == "9" else None,
        text_anchor="middle",
        fill="currentColor",
    )


def legend(series: Sequence[Series], number: Callable[[float], str]) -> list[str]:
    """Return the names in the order of the stack, topmost first, each with its sum."""
    drawn = []
    for row, index in enumerate(reversed(range(len(series)))):
        y = TOP + PLOT + BELOW + ROW * row + 12
        drawn.append(
            element(
                "rect",
                x=LEFT,
                y=y - 9,
                width="11",
                height="11",
                class_=f"s{index + 1}",
                fill=FILLS[index],
                stroke="currentColor",
                stroke_width=".4",
            )
            + element(
                "text",
                words(shortened(series[index].name, 40)),
                x=LEFT + 17,
                y=y,
                font_size="10",
                fill="currentColor",
            )
            + element(
                "text",
                words(number(series[index].total)),
                x=WIDTH - RIGHT,
                y=y,
                font_size="10",
                text_anchor="end",
                fill="currentColor",
            )
        )
    return drawn
