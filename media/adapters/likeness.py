"""What a picture looks like, in few numbers: its colours, two hashes, how fine its detail is."""

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media.rules import colours, thumbhash
from media.rules.colours import Rgb
from media.rules.recipes import fitted

_PALETTE, _PALETTE_SIDE, _THUMB_SIDE = 12, 64, 32
_HASH_SIDE, _HASH_WAVES = 32, 8
_EVERY = 32
_SHARP = 18.0


def seen(image: Image.Image) -> dict[str, Any]:
    """The `colours` (hex, most first) with their `colour_names`, `thumbhash` and `look_hash`."""
    small = image.resize(fitted(*image.size, _PALETTE_SIDE), Image.Resampling.BOX)
    reduced = small.quantize(_PALETTE, Image.Quantize.MEDIANCUT, kmeans=0).convert("RGB")
    counted = cast("list[tuple[int, Rgb]]", reduced.getcolors(_PALETTE))
    hexes, names = colours.palette(counted)
    tiny = image.resize(fitted(*image.size, _THUMB_SIDE), Image.Resampling.BOX)
    return {
        "colours": hexes,
        "colour_names": names,
        "thumbhash": thumbhash.encode(*tiny.size, tiny.tobytes()),
        "look_hash": look_hash(image),
    }


def look_hash(image: Image.Image) -> int:
    """64 bits of which few differ between pictures that look alike, as a signed number.

    Each bit tells whether one of the 8 x 8 slowest waves of the grey picture is stronger than
    their median. Source: C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash
    Functions", 2010, 3.2.1 (DCT based).
    """
    grey = image.convert("L").resize((_HASH_SIDE, _HASH_SIDE), Image.Resampling.BOX)
    waves = _COSINES @ np.asarray(grey, dtype=np.float64) @ _COSINES.T
    bits = waves > np.median(waves)
    return int.from_bytes(np.packbits(bits).tobytes(), signed=True)


def is_sharp(image: Image.Image) -> bool:
    """Whether neighbouring pixels differ so much that a decoder's shortcuts would show.

    The root mean square of second differences along and across each 32nd row. Rows lie together
    in memory: columns would take five times as long to fetch.
    """
    rows = [_every_row(image, below) for below in range(3)]
    along = np.diff(rows[0], n=2, axis=1)
    across = rows[0] - 2 * rows[1] + rows[2]
    return _mean_square(along) + _mean_square(across) > _SHARP**2


def _every_row(image: Image.Image, below: int) -> NDArray[np.int16]:
    """Green of the middle row of each 32, or of the one so many `below` it."""
    count = max(1, (image.height - 2) // _EVERY)
    step = min(_EVERY, max(1, image.height - 2))
    below = min(below, image.height - step)
    box = (0, below, image.width, below + count * step)
    rows = image.resize((image.width, count), Image.Resampling.NEAREST, box=box)
    return np.asarray(rows if rows.mode == "L" else rows.getchannel(1), dtype=np.int16)


def _mean_square(values: NDArray[np.int16]) -> float:
    return float(np.mean(np.square(values, dtype=np.float32))) if values.size else 0.0


def _cosines(waves: int, samples: int) -> NDArray[np.float64]:
    """The first `waves` rows of the discrete cosine transform of `samples` values."""
    wave, sample = np.arange(waves)[:, None], np.arange(samples)[None, :]
    cosines: NDArray[np.float64] = np.cos(np.pi * wave * (2 * sample + 1) / (2 * samples))
    return cosines


_COSINES = _cosines(_HASH_WAVES, _HASH_SIDE)
