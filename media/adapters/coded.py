"""Pictures whose colours are named by code points, to sRGB. Pillow and NumPy.

Computed, not looked up in a cube: Pillow goes straight between its points, and high dynamic range
came out up to 7 levels wrong in greys and far more in strong colours (decision 45).
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media.rules import tone
from media.rules.codepoints import Codes

Plane = NDArray[np.float32]

_ROWS = 64
"""How many are changed at once: two large pictures do not fit beside each other everywhere."""
_FINE = 1 << 14
"""Steps of light up to white; the darkest levels of sRGB lie five apart."""


def to_srgb(image: Image.Image, codes: Codes) -> Image.Image:
    """An RGB picture of these colours as sRGB, in its place."""
    for top in range(0, image.height, _ROWS):
        box = (0, top, image.width, min(top + _ROWS, image.height))
        stored = [np.asarray(band) for band in image.crop(box).split()]
        shown = [Image.fromarray(plane) for plane in _shown(stored, codes)]
        image.paste(Image.merge("RGB", shown), box)
    return image


def _shown(stored: list[NDArray[np.uint8]], codes: Codes) -> list[NDArray[np.uint8]]:
    light = [_levels(codes)[plane] for plane in stored]
    if tone.is_of_scene(codes):
        gain = tone.SCENE_GAIN * _mixed(tone.luminance(codes), light) ** tone.SCENE_POWER
        light = [plane * gain for plane in light]
    narrow = [_mixed(row, light).clip(0, tone.BRIGHTEST) for row in tone.to_709(codes)]
    return [_seen(codes)[(plane * _FINE + 0.5).astype(np.uint16)] for plane in narrow]


def _mixed(parts: tone.Rgb, light: list[Plane]) -> Plane:
    """So much of each; not by BLAS, which would start threads."""
    red, green, blue = (np.float32(part) * plane for part, plane in zip(parts, light, strict=True))
    mixed: Plane = red + green + blue
    return mixed


@cache
def _levels(codes: Codes) -> Plane:
    return np.array([tone.light(level / 255, codes) for level in range(256)], dtype=np.float32)


@cache
def _seen(codes: Codes) -> NDArray[np.uint8]:
    steps = range(round(tone.BRIGHTEST * _FINE) + 1)
    seen = [round(tone.seen(step / _FINE, codes) * 255) for step in steps]
    return np.array(seen, dtype=np.uint8)
