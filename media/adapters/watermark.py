"""The co-op's mark over a picture: tiled, translucent, light or dark as the ground asks. Pillow."""

from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from media.adapters import stencils, tracing
from media.rules import watermark
from media.rules.recipes import RECIPES
from media.rules.watermark import Strength, Tone, spots

_ANGLE = 30
_STRIPS = 5
_GROUND = 128
_MEASURED_AT = 64
_CALM, _BUSY = 0.0, 128.0

Ground = NDArray[np.uint8]


@dataclass(frozen=True)
class Mark:
    """`text`, or the shape of `logo` (a PNG of `stencils.logo`), and how much it covers.

    `opacity` is in percent; `seed` tells works apart, so that each has its marks elsewhere. `trace`
    is the seed of a mark that nobody sees (`media.adapters.tracing`), if there is one.
    """

    text: str
    opacity: int
    logo: bytes = b""
    seed: str = ""
    trace: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Piece:
    """A part of a mark that is not empty: where in it, its colours, how much they cover."""

    at: tuple[int, int]
    colours: Image.Image
    cover: Image.Image


def marked(image: Image.Image, mark: Mark) -> Image.Image:
    """A copy of an RGB picture under the mark, the seen and the unseen one."""
    return overlaid(image.copy(), mark)


def overlaid(image: Image.Image, mark: Mark) -> Image.Image:
    """As `marked`, for a picture that is not needed without the mark: it is overwritten."""
    height = _height(image.size, mark)
    shape, _ = _shapes(mark.text, mark.logo, height)
    ground = _ground(image)
    for x, y in spots(image.size, shape.size, mark.seed):
        level, spread = _seen(ground, (x, y), shape.size, max(image.size))
        strength = watermark.strength(mark.opacity, spread)
        for piece in _pieces(mark.text, mark.logo, height, watermark.tone(level), strength):
            image.paste(piece.colours, (x + piece.at[0], y + piece.at[1]), piece.cover)
    return tracing.embedded(image, mark.trace) if mark.trace else image


def warm(mark: Mark) -> None:
    """Cut the mark for the sizes in which most pictures are made, so that it lies ready."""
    for recipe in RECIPES:
        if recipe.marked:
            height = _height((recipe.longest_side, recipe.longest_side * 2 // 3), mark)
            for tone, spread in product(Tone, (_CALM, _BUSY)):
                strength = watermark.strength(mark.opacity, spread)
                _pieces(mark.text, mark.logo, height, tone, strength)


def layer(size: tuple[int, int], mark: Mark) -> Image.Image:
    """The mark alone, on a transparent RGBA picture of `size`, to lay over frames of a clip.

    What is below changes all the time, so it is light letters with a dark rim.
    """
    height = _height(size, mark)
    shape, _ = _shapes(mark.text, mark.logo, height)
    empty = Image.new("RGBA", size, (255, 255, 255, 0))
    strength = watermark.strength(mark.opacity, _CALM)
    for x, y in spots(size, shape.size, mark.seed):
        for piece in _pieces(mark.text, mark.logo, height, Tone.LIGHT, strength):
            cell = piece.colours.convert("RGBA")
            cell.putalpha(piece.cover)
            empty.paste(cell, (x + piece.at[0], y + piece.at[1]))
    return empty


def _height(size: tuple[int, int], mark: Mark) -> int:
    shape, _ = _shapes(mark.text, mark.logo, _MEASURED_AT)
    return watermark.height(size, (shape.width / _MEASURED_AT, shape.height / _MEASURED_AT))


def _ground(image: Image.Image) -> Ground:
    """The picture in grey, a few points of it: enough to tell light from dark, calm from busy."""
    share = _GROUND / max(image.size)
    size = max(1, round(image.width * share)), max(1, round(image.height * share))
    return np.asarray(image.resize(size, Image.Resampling.NEAREST).convert("L"))


def _seen(
    ground: Ground, at: tuple[int, int], size: tuple[int, int], longest: int
) -> tuple[float, float]:
    """The mean and the standard deviation of what lies below a mark, as far as there is some."""
    share = _GROUND / longest
    left, top = (max(0, int(place * share)) for place in at)
    right, bottom = (
        max(0, int((place + side) * share) + 1) for place, side in zip(at, size, strict=True)
    )
    seen = ground[top:bottom, left:right]
    if not seen.size:
        return 0.0, _CALM
    level = int(seen.sum()) / seen.size
    square = int(np.square(seen, dtype=np.uint32).sum()) / seen.size
    return level, max(0.0, square - level * level) ** 0.5


@lru_cache(maxsize=64)
def _pieces(text: str, logo: bytes, height: int, tone: Tone, strength: Strength) -> list[Piece]:
    """One mark in upright strips without what is empty around them: most of a turned mark."""
    shape, around = _shapes(text, logo, height)
    letters = shape if tone is Tone.LIGHT else ImageChops.invert(shape)
    colours = Image.merge("RGB", (letters, letters, letters))
    cover = Image.composite(
        around.point([round(level * strength.letters) for level in range(256)]),
        around.point([round(level * strength.rim) for level in range(256)]),
        shape,
    )
    pieces = []
    width = -(-shape.width // _STRIPS)
    for left in range(0, shape.width, width):
        strip = (left, 0, min(left + width, shape.width), shape.height)
        box = cover.crop(strip).getbbox()
        if box is not None:
            inner = (left + box[0], box[1], left + box[2], box[3])
            pieces.append(Piece(inner[:2], colours.crop(inner), cover.crop(inner)))
    return pieces


@lru_cache(maxsize=16)
def _shapes(text: str, logo: bytes, height: int) -> tuple[Image.Image, Image.Image]:
    """One turned mark, and the same with its rim: L pictures, 255 where they are."""
    rim = max(1, height // 14)
    plain = _of_logo(logo, height * 2) if logo else stencils.letters(text, height)
    roomy = Image.new("L", (plain.width + 4 * rim, plain.height + 4 * rim))
    roomy.paste(plain, (2 * rim, 2 * rim))
    turned = roomy if logo else roomy.rotate(_ANGLE, Image.Resampling.BICUBIC, expand=True)
    soft = turned.filter(ImageFilter.GaussianBlur(rim))
    return turned, ImageChops.lighter(turned, soft.point([min(255, 4 * n) for n in range(256)]))


def _of_logo(logo: bytes, height: int) -> Image.Image:
    image = Image.open(BytesIO(logo), formats=["PNG"])
    return image.resize((max(1, round(image.width * height / image.height)), height))
