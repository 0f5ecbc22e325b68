"""Colours by the numbers of H.273, and how those of a usual screen come of them.

Sources: ITU-T H.273 (the numbers of primaries and transfers), IEC 61966-2-1 (sRGB), ITU-R BT.2100
(PQ, HLG), BT.2408 (203 cd/m² is the white of paper), BT.2087 (BT.2020), SMPTE EG 432-1 (P3).
"""

import math
from collections.abc import Callable, Iterator

from media.rules.codepoints import Codes

_BT2020, _P3, _GAMMA_22, _LINEAR, _PQ, _HLG = 9, 12, 4, 8, 16, 18
_POINTS = 33
_PAPER, _PQ_PEAK, _HLG_PEAK = 203.0, 10_000.0, 1_000.0
SCENE_GAIN, SCENE_POWER = _HLG_PEAK / _PAPER, 0.2
"""By how much of the scene's luminance HLG is brighter on a screen than it was there."""
_KNEE = 0.75
"""Of the screen's white: what is darker stays as it is, what is brighter is rolled off."""
BRIGHTEST = 2.0
"""From here on all is white: 255 of 255, rounded."""

Rgb = tuple[float, float, float]
Matrix = tuple[Rgb, Rgb, Rgb]

_AS_IT_IS: Matrix = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
_TO_709: dict[int, Matrix] = {
    _BT2020: (
        (1.6605, -0.5876, -0.0728),
        (-0.1246, 1.1329, -0.0083),
        (-0.0182, -0.1006, 1.1187),
    ),
    _P3: (
        (1.22494, -0.22494, 0.0),
        (-0.04206, 1.04206, 0.0),
        (-0.01964, -0.07864, 1.09828),
    ),
}
_LUMINANCE: dict[int, Rgb] = {_BT2020: (0.2627, 0.6780, 0.0593), _P3: (0.2290, 0.6917, 0.0793)}
_LUMINANCE_709 = (0.2126, 0.7152, 0.0722)


def cube(transfer: int) -> Iterator[str]:
    """The lines of a table from BT.2020 with this transfer (H.273) to BT.709, red fastest.

    As FFmpeg's filters read it (.cube).
    """
    yield f"LUT_3D_SIZE {_POINTS}"
    steps = [number / (_POINTS - 1) for number in range(_POINTS)]
    for blue in steps:
        for green in steps:
            for red in steps:
                yield "{:.5f} {:.5f} {:.5f}".format(*shown((red, green, blue), transfer))


def shown(coded: Rgb, transfer: int) -> Rgb:
    """One colour, 0 to 1 as it is stored, as a screen of usual brightness is told to show it."""
    levels = [_LIGHT[transfer](value) for value in coded]
    if transfer == _HLG:
        levels = _brightened(levels)
    narrow = [
        max(0.0, sum(a * b for a, b in zip(row, levels, strict=True))) for row in _TO_709[_BT2020]
    ]
    highest = max(narrow)
    share = _rolled_off(highest) / highest if highest > 0 else 1.0
    red, green, blue = (min(1.0, (value * share)) ** (1 / 2.4) for value in narrow)
    return red, green, blue


def is_srgb(codes: Codes) -> bool:
    """Whether they name sRGB, or what is shown like it: BT.709, or nothing that is known here."""
    return codes.primaries not in _TO_709 and codes.transfer not in _LIGHT


def is_of_scene(codes: Codes) -> bool:
    """Whether `light` is of the scene, and to be brightened by its luminance: HLG."""
    return codes.transfer == _HLG


def light(stored: float, codes: Codes) -> float:
    """That of a channel, 0 to 1 as it is stored; 1 is white, of the scene what would be."""
    return _LIGHT.get(codes.transfer, _from_srgb)(stored)


def to_709(codes: Codes) -> Matrix:
    """From their primaries to those of sRGB, which are BT.709's."""
    return _TO_709.get(codes.primaries, _AS_IT_IS)


def luminance(codes: Codes) -> Rgb:
    """What red, green and blue add to it."""
    return _LUMINANCE.get(codes.primaries, _LUMINANCE_709)


def seen(light: float, codes: Codes) -> float:
    """What sRGB stores, 0 to 1, for the light of a channel in BT.709, from 0 to BRIGHTEST.

    Each channel is rolled off by itself, unlike in `shown`: nearly white clouds, five times as
    bright as paper, become white instead of what colour they have.
    """
    if codes.transfer in {_PQ, _HLG}:
        light = _rolled_off(light)
    if light <= 0.0031308:
        return light * 12.92
    coded: float = 1.055 * min(1.0, light) ** (1 / 2.4) - 0.055
    return coded


def _from_srgb(value: float) -> float:
    light: float = ((value + 0.055) / 1.055) ** 2.4
    return value / 12.92 if value <= 0.04045 else light


def _from_gamma_22(value: float) -> float:
    light: float = value**2.2
    return light


def _from_linear(value: float) -> float:
    return value


def _from_pq(value: float) -> float:
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    power: float = value ** (1 / m2)
    light: float = (max(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1) * _PQ_PEAK / _PAPER
    return light


def _from_hlg(value: float) -> float:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return value * value / 3 if value <= 0.5 else (math.exp((value - c) / a) + b) / 12


def _brightened(scene: list[float]) -> list[float]:
    bright = sum(k * value for k, value in zip(_LUMINANCE[_BT2020], scene, strict=True))
    gain = SCENE_GAIN * bright**SCENE_POWER
    return [value * gain for value in scene]


_LIGHT: dict[int, Callable[[float], float]] = {
    _GAMMA_22: _from_gamma_22,
    _LINEAR: _from_linear,
    _PQ: _from_pq,
    _HLG: _from_hlg,
}
"""From what is stored to light, by transfer; of any other as sRGB."""


def _rolled_off(light: float) -> float:
    if light <= _KNEE:
        return light
    room = 1 - _KNEE
    return _KNEE + room * (1 - math.exp(-(light - _KNEE) / room))
