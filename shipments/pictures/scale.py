"""Round numbers for axes and legends."""

from collections.abc import Sequence
from math import ceil, floor, log10

ONE_TWO_FIVE = (1, 2, 5)


def step_for(span: float, lines: int = 4) -> float:
    """Return the 1, 2 or 5 times a power of ten that cuts a span into at most so many parts."""
    if span <= 0:
        return 1.0
    power = 10.0 ** floor(log10(span / lines))
    return next(power * factor for factor in (*ONE_TWO_FIVE, 10) if power * factor * lines >= span)


def ticks(low: float, high: float) -> list[float]:
    """Return round numbers from at most `low` to at least `high`; zero is always one of them."""
    low, high = min(low, 0.0), max(high, 0.0)
    step = step_for(high - low)
    first, last = floor(low / step), ceil(high / step)
    return [index * step for index in range(first, max(last, first + 1) + 1)]


def bounds(values: Sequence[float], classes: int = 5) -> list[float]:
    """Return the upper bounds of size classes, round and rising, that hold the largest value.

    They rise by 1-2-5, or by tens where the values spread further than that can show.
    """
    positive = [value for value in values if value > 0] or [1.0]
    near = rising(max(positive), ONE_TWO_FIVE, classes)
    return near if min(positive) >= near[0] / 20 else rising(max(positive), (1,), classes)


def rising(top: float, factors: Sequence[int], classes: int) -> list[float]:
    power = floor(log10(top)) + 1
    ladder = [
        factor * 10.0**exponent
        for exponent in range(power - classes, power + 1)
        for factor in factors
    ]
    last = next(index for index, bound in enumerate(ladder) if bound >= top)
    return ladder[max(0, last - classes + 1) : last + 1]
