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

    The root mean square of second differences along each 32nd row and column.
    """
    width, height = image.size
    rows = image.resize((width, max(1, height // _EVERY)), Image.Resampling.NEAREST)
    columns = image.resize((max(1, width // _EVERY), height), Image.Resampling.NEAREST)
    return _unrest(rows, axis=1) + _unrest(columns, axis=0) > _SHARP**2


def _unrest(image: Image.Image, axis: int) -> float:
    band = image if image.mode == "L" else image.getchannel(1)
    second = np.diff(np.asarray(band, dtype=np.int16), n=2, axis=axis)
    return float(np.mean(np.square(second, dtype=np.float32))) if second.size else 0.0


def _cosines(waves: int, samples: int) -> NDArray[np.float64]:
    """The first `waves` rows of the discrete cosine transform of `samples` values."""
    wave, sample = np.arange(waves)[:, None], np.arange(samples)[None, :]
    cosines: NDArray[np.float64] = np.cos(np.pi * wave * (2 * sample + 1) / (2 * samples))
    return cosines


_COSINES = _cosines(_HASH_WAVES, _HASH_SIDE)
