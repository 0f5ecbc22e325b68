"""Colour and tone: ramps through OkLab, haze, bloom, the film curve, vignette and grain."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from demo.adapters.raster import Field, Pixels
from demo.painter.field import Dice, Plate, blur

RGB = tuple[float, float, float]
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def light(colour: str) -> Field:
    """The linear light (3,) of an sRGB colour written "rrggbb"."""
    coded = np.array([int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)])
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    return linear.astype(np.float32)


def ramp(colours: Sequence[str], at: Field, knots: Sequence[float] | None = None) -> Field:
    """Linear light (rows, columns, 3) of `at` (0..1) along sRGB `colours`, even in OkLab."""
    lights = np.array([light(colour) for colour in colours], dtype=np.float64)
    lab = np.cbrt(lights @ _TO_LMS.T) @ _TO_LAB.T
    where = np.linspace(0, 1, len(colours)) if knots is None else np.asarray(knots)
    fine = np.linspace(0, 1, 2048)
    mixed = np.stack([np.interp(fine, where, lab[:, i]) for i in range(3)], axis=1)
    lms = (mixed @ np.linalg.inv(_TO_LAB).T) ** 3
    table = np.maximum(lms @ np.linalg.inv(_TO_LMS).T, 0).astype(np.float32)
    index = np.clip(at * 2047 + 0.5, 0, 2047).astype(np.int16)
    return np.asarray(table[index], dtype=np.float32)


def mix(under: Field, over: Field, amount: Field | float) -> Field:
    """`under` towards `over` by `amount` (a number, or a field (rows, columns))."""
    part = amount[..., None] if isinstance(amount, np.ndarray) else np.float32(amount)
    return np.asarray(under + (over - under) * part, dtype=np.float32)


def luma(picture: Field) -> Field:
    """The luminance (rows, columns) of linear light."""
    return np.asarray(picture @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32))


@dataclass(frozen=True)
class Hand:
    """How an artist finishes a plate: the part of the look that stays from work to work."""

    exposure: float = 1.0
    contrast: float = 1.0
    saturation: float = 1.0
    bloom: float = 0.08
    vignette: float = 0.25
    grain: float = 0.02
    shadows: RGB = (1.0, 1.0, 1.0)
    highlights: RGB = (1.0, 1.0, 1.0)
    fade: float = 0.0
    mono: bool = False


def _film_table() -> Field:
    """A film's shoulder and toe (Narkowicz's fit of ACES), coded for display.

    4096 entries over the square root of light, 0..4.
    """
    value = np.linspace(0, 4, 4096) ** 2
    curve = (value * (2.51 * value + 0.03)) / (value * (2.43 * value + 0.59) + 0.14)
    coded: Field = (np.clip(curve, 0, 1) ** (1 / 2.2)).astype(np.float32)
    return coded


_FILM = _film_table()


def _glow(picture: Field, amount: float) -> Field:
    if amount <= 0:
        return picture
    radius = picture.shape[1] / 45
    halo = np.stack(
        [blur(blur(np.minimum(picture[..., i], 6), radius), radius * 2) for i in range(3)], axis=-1
    )
    return picture + (halo - picture * 0.5) * np.float32(amount)


def _dim(plate: Plate, picture: Field, amount: float) -> Field:
    x, y = plate.axes()
    radius = ((x / plate.aspect - 0.5) ** 2 + (y - 0.5) ** 2) * 2
    return picture * (1 - amount * radius**1.3)[..., None].astype(np.float32)


def _tone(coded: Field, hand: Hand) -> Field:
    """Contrast, split toning, saturation and lifted blacks on display-coded values."""
    middle = np.float32(0.46)
    coded = middle + (coded - middle) * np.float32(hand.contrast)
    grey = (coded @ np.array([0.3, 0.59, 0.11], dtype=np.float32))[..., None]
    coded = grey + (coded - grey) * np.float32(0.0 if hand.mono else hand.saturation)
    low, high = np.array(hand.shadows), np.array(hand.highlights)
    coded *= (low + (high - low) * np.clip(grey, 0, 1)).astype(np.float32)
    return coded * np.float32(1 - hand.fade) + np.float32(hand.fade)


def develop(plate: Plate, picture: Field, hand: Hand, dice: Dice) -> Pixels:
    """8-bit sRGB pixels of scene-linear `picture` (rows, columns, 3), finished by `hand`."""
    picture = _glow(picture, hand.bloom)
    picture = _dim(plate, picture, hand.vignette) * np.float32(hand.exposure)
    index = (np.sqrt(np.clip(picture, 0, 15.99)) * np.float32(4095 / 4)).astype(np.int16)
    coded = _tone(_FILM[index], hand)
    grain = dice.standard_normal((plate.height, plate.width), dtype=np.float32)
    coded += (grain * np.float32(hand.grain))[..., None]
    return np.asarray(np.clip(coded * 255 + 0.5, 0, 255), dtype=np.uint8)


def refine(pixels: Pixels, dice: Dice, grain: float) -> Pixels:
    """Full-resolution grain: a repeated block of fine noise added in place of lost sharpness."""
    rows, columns, _ = pixels.shape
    block = dice.standard_normal((512, 640), dtype=np.float32) * np.float32(grain * 255)
    block = np.clip(np.rint(block), -40, 40).astype(np.int16)
    tiled = np.tile(block, (rows // 512 + 1, columns // 640 + 1))[:rows, :columns]
    rough = pixels.astype(np.int16)
    rough += tiled[..., None]
    return np.clip(rough, 0, 255).astype(np.uint8)
