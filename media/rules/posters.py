"""Which frame of a clip stands for it where it does not move."""

from collections.abc import Sequence
from dataclasses import dataclass

LOOKED_AT = (0.02, 0.1, 0.2, 0.3, 0.42, 0.55, 0.7, 0.85)
"""Where in a clip, as shares of its length, the frames are taken that may become its poster."""

_BLANK_CONTRAST, _BLACK, _WHITE = 3.0, 20.0, 235.0


@dataclass(frozen=True)
class Look:
    """What was measured on a frame's greys, 0 to 255.

    `sharpness` is the variance of the Laplacian, `brightness` the mean, `contrast` the standard
    deviation; `clipped` the share, 0 to 1, of greys that are black or white and nothing else.
    """

    sharpness: float
    brightness: float
    contrast: float
    clipped: float

    @property
    def is_blank(self) -> bool:
        """Black, white or of one colour throughout, as between two scenes."""
        flat = self.contrast < _BLANK_CONTRAST
        return flat or not _BLACK <= self.brightness <= _WHITE

    @property
    def exposure(self) -> float:
        """0 to 1: best in the middle of the range and with drawing in its lights and shadows."""
        middle = self.brightness / 255
        return 4 * middle * (1 - middle) * (1 - self.clipped)


def best(looks: Sequence[Look]) -> int:
    """The number of the sharpest well exposed frame, the earlier of equals.

    A blank one only if all are: night and fog have posters too.
    """
    return max(
        range(len(looks)),
        key=lambda number: (
            not looks[number].is_blank,
            looks[number].sharpness * looks[number].exposure,
            looks[number].contrast,
            -number,
        ),
    )
