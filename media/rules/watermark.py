"""Where the watermark stands on a picture, and how it is told from what is below."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

_GAP_ACROSS, _GAP_DOWN = 1.25, 1.6
"""The room of one mark, in widths and heights of a mark; it stands anywhere in there."""

_TEXT_PER_SIDE = 26
"""The longest side of a picture is so many times as long as its watermark is high."""
_MOST_OF_A_SIDE = 0.4
_LOWEST = 12

_LIGHT_GROUND = 140
_BUSY_GROUND = 32.0
_MORE_WHERE_BUSY = 1.5
_RIM = 0.55


class Tone(StrEnum):
    """How the letters are; their rim is the other way."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Strength:
    """How much letters and rim cover of what is below, in parts of 1."""

    letters: float
    rim: float


def tone(level: float) -> Tone:
    """What reads on a ground of that mean level, 0 (black) to 255."""
    return Tone.DARK if level >= _LIGHT_GROUND else Tone.LIGHT


def strength(opacity: int, spread: float) -> Strength:
    """For an `opacity` in percent, on a ground whose levels have that standard deviation."""
    share = opacity / 100
    if spread > _BUSY_GROUND:
        share = min(1.0, share * _MORE_WHERE_BUSY)
    return Strength(letters=share, rim=share * _RIM)


def height(picture: tuple[int, int], proportions: tuple[float, float]) -> int:
    """How high the letters are, in pixels, so that whole marks fit on the picture.

    `proportions` are width and height of the turned mark, in heights of its letters.
    """
    wished = max(picture) / _TEXT_PER_SIDE
    fitting = _MOST_OF_A_SIDE * min(picture) / max(proportions)
    return max(_LOWEST, int(min(wished, fitting)))


def spots(picture: tuple[int, int], cell: tuple[int, int], seed: str) -> Iterator[tuple[int, int]]:
    """The upper left corners, in pixels, of marks that cover a picture to its edges.

    No two touch. Each stands by chance in a room of its own, and each row of rooms begins by
    chance: works whose seeds differ have nothing in common that their mean would show. The same
    seed gives the same places in each size of a picture. Marks may begin above or left of it.
    """
    dice = Random(seed)  # noqa: S311 (places, no secret)
    across, down = cell[0] * _GAP_ACROSS, cell[1] * _GAP_DOWN
    top = -dice.random() * down
    while top < picture[1]:
        left = -dice.random() * across
        while left < picture[0]:
            x = left + dice.random() * (across - cell[0])
            y = top + dice.random() * (down - cell[1])
            yield round(x), round(y)
            left += across
        top += down
