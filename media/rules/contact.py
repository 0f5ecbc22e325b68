"""The contact sheet of a clip: small frames in one picture, shown while somebody scrubs."""

import math
from dataclasses import dataclass

from media.rules.recipes import fitted

CONTACT = "s160"
"""Its recipe. What `sheet_of` answers belongs to it: another layout needs another name."""

_LONGEST_SIDE, _COLUMNS, _MOST = 160, 10, 100
_LEAST_SECONDS = 0.5


@dataclass(frozen=True)
class Sheet:
    """`count` frames of `width` x `height` pixels in rows of `columns`, one each `every` seconds.

    The first is the frame at 0.
    """

    width: int
    height: int
    columns: int
    count: int
    every: float

    @property
    def size(self) -> tuple[int, int]:
        """Of the whole sheet, in pixels."""
        rows = math.ceil(self.count / self.columns)
        return self.width * self.columns, self.height * rows

    def corner(self, number: int) -> tuple[int, int]:
        """The upper left corner of frame `number` (from 0), in pixels."""
        return number % self.columns * self.width, number // self.columns * self.height


def sheet_of(width: int, height: int, duration: float) -> Sheet:
    """The sheet of a clip of `width` x `height` pixels, upright, that lasts `duration` seconds.

    A frame each half second; of a long clip a hundred frames at equal distances.
    """
    every = max(_LEAST_SECONDS, duration / _MOST)
    count = min(_MOST, max(1, math.ceil(duration / every - 1e-9)))
    tile = fitted(width, height, _LONGEST_SIDE)
    return Sheet(*tile, columns=min(_COLUMNS, count), count=count, every=every)
