"""The colours of a picture: a few hex values, and the names that buyers search by."""

import math
from collections.abc import Sequence
from typing import TypeAlias

Rgb: TypeAlias = tuple[int, int, int]

NAMES = (
    "red",
    "orange",
    "yellow",
    "green",
    "teal",
    "blue",
    "purple",
    "pink",
    "brown",
    "black",
    "grey",
    "white",
)

_MOST_HEX, _MOST_NAMES = 5, 4
_LEAST_SHARE = 0.08
# A vivid speck says more about a picture than its share of the pixels.
_WEIGHT_OF_CHROMA = 4.0

# Where each hue of OKLCH ends, in degrees.
_HUES = (
    (10.0, "pink"),
    (38.0, "red"),
    (76.0, "orange"),
    (112.0, "yellow"),
    (162.0, "green"),
    (212.0, "teal"),
    (284.0, "blue"),
    (322.0, "purple"),
    (360.0, "pink"),
)


def hex_of(rgb: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def name_of(rgb: Rgb) -> str:
    """The buyer's word for an sRGB colour. Source: thresholds in OKLCH, set by eye."""
    light, chroma, hue = oklch(rgb)
    if light < 0.24:
        return "black"
    if chroma < 0.04 and light > 0.90:
        return "white"
    if chroma < 0.025 or (chroma < 0.04 and light < 0.35):
        return "black" if light < 0.30 else "grey"
    if 25 <= hue < 98 and (_is_dim(light, chroma) or _is_earthen(light, chroma)):
        return "brown"
    if 98 <= hue < 112 and light < 0.65:
        return "green"
    return next(name for end, name in _HUES if hue <= end)


def _is_dim(light: float, chroma: float) -> bool:
    return light < 0.62 and chroma < 0.14


def _is_earthen(light: float, chroma: float) -> bool:
    return light < 0.88 and chroma < 0.07


def palette(counted: Sequence[tuple[int, Rgb]]) -> tuple[list[str], list[str]]:
    """Hex values and names of a picture's colours from (pixels, colour), most telling first.

    Names are those of at least 8 % of the weight; there is at least one of each.
    """
    whole = sum(count for count, _ in counted)
    if not whole:
        raise ValueError("a picture has pixels")
    weighed = sorted(
        ((count * (1 + _WEIGHT_OF_CHROMA * oklch(rgb)[1]), rgb) for count, rgb in counted),
        reverse=True,
    )
    named: dict[str, float] = {}
    for weight, rgb in weighed:
        named[name_of(rgb)] = named.get(name_of(rgb), 0.0) + weight
    total = sum(named.values())
    ranked = sorted(named, key=lambda name: -named[name])
    enough = [name for name in ranked if named[name] >= _LEAST_SHARE * total]
    hexes = list(dict.fromkeys(hex_of(rgb) for _, rgb in weighed))[:_MOST_HEX]
    return hexes, (enough or ranked)[:_MOST_NAMES]


def oklch(rgb: Rgb) -> tuple[float, float, float]:
    """Lightness 0 to 1, chroma 0 to about 0.32, hue in degrees. Source: Ottosson, Oklab, 2020."""
    r, g, b = (_linear(channel / 255) for channel in rgb)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    light = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return light, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
