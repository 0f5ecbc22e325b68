"""The geometry of a small bar chart, drawn on the server, in the drawing's own units."""

from collections.abc import Sequence
from dataclasses import dataclass

STEP = 40
WIDTH = 24
HEIGHT = 120


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its corner, height, and the middle under which its label stands."""

    x: int
    y: int
    height: int
    middle: int
    is_negative: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars between y = 0 and `height`, standing on (or hanging from) the line at `base`."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    base: int


def chart(values: Sequence[int]) -> Chart:
    """One bar per value, the largest and the smallest filling the height between them.

    A value that is not zero has a bar that can be seen.
    """
    top, bottom = max((0, *values)), min((0, *values))
    span = (top - bottom) or 1
    base = top * HEIGHT // span if values else HEIGHT
    bars = []
    for number, value in enumerate(values):
        height = max(abs(value) * HEIGHT // span, 2) if value else 0
        x = number * STEP + (STEP - WIDTH) // 2
        bars.append(Bar(x, base if value < 0 else base - height, height, x + WIDTH // 2, value < 0))
    return Chart(tuple(bars), len(values) * STEP, HEIGHT, base)
