"""The mark that nobody sees: which of our files a picture was made from. NumPy and Pillow.

A seed (`media.rules.tracing`) gives a square of chips, each up or down by the toss of a coin. Laid
over the picture, one chip is a patch a 128th of its longest side, lighter or darker by half a level
to two, of 256. `media.adapters.reading_traces` finds it again, with the original at hand.
"""

from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

CHIPS = 128
"""The longest side of a picture is so many chips long."""

_BAND = 256
_GREY = 128
_FINE = 32
"""So many steps make one level, until the levels are rounded."""
_WEAKEST, _STRONGEST = 0.5, 2.0
_BUSY = 8.0
"""Where neighbours differ by so many levels, the mark is one level stronger."""

Chips = NDArray[np.float32]


def chips_of(seed: bytes) -> Chips:
    """A square of -1 and 1, as random as the seed is secret."""
    bits = np.unpackbits(np.frombuffer(shake_256(seed).digest(CHIPS * CHIPS // 8), np.uint8))
    return (bits.astype(np.float32) * 2 - 1).reshape(CHIPS, CHIPS)


def embedded(image: Image.Image, seed: bytes) -> Image.Image:
    """An RGB picture, overwritten, that carries the mark. Equal ones and seeds give equal ones.

    Bands of it are marked one after the other, so that a large one takes no more memory.
    """
    layer, grain = _layer(image, seed), _grain(image.width, seed)
    levels = [round((step - _GREY) / _FINE) + _GREY for step in range(256)]
    chip = max(image.size) / CHIPS
    for top in range(0, image.height, _BAND):
        bottom = min(top + _BAND, image.height)
        size = (image.width, bottom - top)
        box = (0, top / chip, image.width / chip, bottom / chip)
        soft = layer.resize(size, Image.Resampling.BICUBIC, box=box)
        band = ImageChops.add(soft, grain.crop((0, 0, *size)), 1, -_FINE // 2).point(levels)
        below = image.crop((0, top, image.width, bottom))
        grey = Image.merge("RGB", (band, band, band))
        image.paste(ImageChops.add(below, grey, 1, -_GREY), (0, top))
    return image


def _layer(image: Image.Image, seed: bytes) -> Image.Image:
    """The chips as grey levels around the middle, in steps, stronger where the picture is busy."""
    steps = chips_of(seed) * strength(image) * _FINE + _GREY
    return Image.fromarray(np.clip(np.rint(steps), 0, 255).astype(np.uint8))


def _grain(width: int, seed: bytes) -> Image.Image:
    """By chance less than one level up, for a band: half a level becomes one in half the pixels."""
    size = width, _BAND
    tile = Image.frombytes("L", (_BAND, _BAND), shake_256(b"grain" + seed).digest(_BAND * _BAND))
    grain = Image.new("L", size)
    for left in range(0, width, _BAND):
        grain.paste(tile, (left, 0))
    return grain.point([step * _FINE // 256 for step in range(256)])


def strength(image: Image.Image) -> Chips:
    """By how many levels each chip of the square may change a picture without being seen."""
    chip = max(image.size) / CHIPS
    rows, columns = (max(1, round(side / chip)) for side in (image.height, image.width))
    # Four points a chip are enough to tell busy from calm, and cost nothing.
    points = image.resize((columns * 2, rows * 2), Image.Resampling.NEAREST).convert("L")
    soft = points.filter(ImageFilter.BoxBlur(1))
    busy = ImageChops.difference(points, soft).filter(ImageFilter.BoxBlur(2))
    levels = np.asarray(busy.resize((columns, rows), Image.Resampling.BOX), np.float32) / _BUSY
    square = np.full((CHIPS, CHIPS), _WEAKEST, np.float32)
    square[:rows, :columns] = np.clip(_WEAKEST + levels, _WEAKEST, _STRONGEST)
    return square
