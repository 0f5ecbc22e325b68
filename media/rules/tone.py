"""High dynamic range brought to that of usual screens, as a table that filters read (.cube).

Sources: ITU-R BT.2100 (PQ, HLG), BT.2408 (203 cd/m² is the white of paper), BT.2087 (primaries).
"""

import math
from collections.abc import Iterator

_PQ = 16
_POINTS = 33
_PAPER, _PQ_PEAK, _HLG_PEAK = 203.0, 10_000.0, 1_000.0
_KNEE = 0.75
"""Of the screen's white: what is darker stays as it is, what is brighter is rolled off."""

_TO_709 = (
    (1.6605, -0.5876, -0.0728),
    (-0.1246, 1.1329, -0.0083),
    (-0.0182, -0.1006, 1.1187),
)
_TO_LUMINANCE = (0.2627, 0.6780, 0.0593)

Rgb = tuple[float, float, float]


def cube(transfer: int) -> Iterator[str]:
    """The lines of a table from BT.2020 with this transfer (H.273) to BT.709, red fastest."""
    yield f"LUT_3D_SIZE {_POINTS}"
    steps = [number / (_POINTS - 1) for number in range(_POINTS)]
    for blue in steps:
        for green in steps:
            for red in steps:
                yield "{:.5f} {:.5f} {:.5f}".format(*shown((red, green, blue), transfer))


def shown(coded: Rgb, transfer: int) -> Rgb:
    """One colour, 0 to 1 as it is stored, as a screen of usual brightness is told to show it."""
    light = _from_pq(coded) if transfer == _PQ else _from_hlg(coded)
    narrow = [max(0.0, sum(a * b for a, b in zip(row, light, strict=True))) for row in _TO_709]
    highest = max(narrow)
    share = _rolled_off(highest) / highest if highest > 0 else 1.0
    red, green, blue = (min(1.0, (value * share)) ** (1 / 2.4) for value in narrow)
    return red, green, blue


def _from_pq(coded: Rgb) -> Rgb:
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    powers = [value ** (1 / m2) for value in coded]
    red, green, blue = (
        (max(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1) * _PQ_PEAK / _PAPER for power in powers
    )
    return red, green, blue


def _from_hlg(coded: Rgb) -> Rgb:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = [v * v / 3 if v <= 0.5 else (math.exp((v - c) / a) + b) / 12 for v in coded]
    luminance = sum(k * value for k, value in zip(_TO_LUMINANCE, scene, strict=True))
    gain = luminance**0.2 * _HLG_PEAK / _PAPER
    red, green, blue = (value * gain for value in scene)
    return red, green, blue


def _rolled_off(light: float) -> float:
    if light <= _KNEE:
        return light
    room = 1 - _KNEE
    return _KNEE + room * (1 - math.exp(-(light - _KNEE) / room))
