"""One clip: an evening swell that moves, frame by frame from the sea's scene.

The waves come round after four seconds, so half the frames are painted and shown twice.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from demo.adapters.film import h264
from demo.adapters.raster import Pixels, enlarge
from demo.painter.colour import Hand, develop
from demo.painter.field import Plate
from demo.painter.scenes.sea import ocean

RATE = 24
ROUND = 4
SIZE = (720, 1280)
_HAND = Hand(contrast=1.08, saturation=1.05, bloom=0.08, grain=0.006)
_SKY = ("ffb27a", "d98a86", "7f7aa0", "33507f")


def frames(count: int, plate: Plate, size: tuple[int, int]) -> Iterator[Pixels]:
    """The first `count` frames, of `size` (rows, columns), computed on `plate`."""
    for number in range(count):
        picture = ocean(
            plate,
            np.random.default_rng(64),
            sky=_SKY,
            water="0c2a38",
            sun=(-0.22, 0.17, 1.0),
            chop=0.55,
            glitter=0.8,
            phase=number / (RATE * ROUND),
            steps=360,
            swell=256,
        )
        yield enlarge(develop(plate, picture, _HAND, np.random.default_rng(number)), *size)


def waves(path: Path) -> None:
    """Write the clip to `path`: eight seconds of 1280 x 720 at 24 frames a second."""
    plate = Plate(SIZE[0] // 2, SIZE[1] // 2)
    once = list(frames(ROUND * RATE, plate, SIZE))
    h264(path, [*once, *once], rate=RATE, title="Slow swell, evening")
