"""A picture in about 25 bytes, to stand in its place while it loads.

Source: Evan Wallace, ThumbHash (https://evanw.github.io/thumbhash/), for opaque pictures.
"""

import math
import struct
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

Channel: TypeAlias = tuple[float, list[float], float]

LARGEST_SIDE = 100


def encode(width: int, height: int, rgb: bytes) -> str:
    """The hash, in base64, of `width` x `height` pixels of 3 bytes; each side 1 to 100.

    32 pixels a side are plenty. Raises ValueError for other sizes.
    """
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise ValueError(f"1 to {LARGEST_SIDE} pixels a side, not {width} x {height}")
    if len(rgb) != width * height * 3:
        raise ValueError("3 bytes a pixel")
    red, green, blue = ([value / 255 for value in rgb[i::3]] for i in range(3))
    luma = [(r + g + b) / 3 for r, g, b in zip(red, green, blue, strict=True)]
    yellow = [(r + g) / 2 - b for r, g, b in zip(red, green, blue, strict=True)]
    warm = [r - g for r, g in zip(red, green, strict=True)]
    longest = max(width, height)
    across = max(1, round(7 * width / longest))
    down = max(1, round(7 * height / longest))
    l_dc, l_ac, l_scale = _transform(luma, width, height, max(3, across), max(3, down))
    p_dc, p_ac, p_scale = _transform(yellow, width, height, 3, 3)
    q_dc, q_ac, q_scale = _transform(warm, width, height, 3, 3)
    landscape = width > height
    head = (
        round(63 * l_dc)
        | round(31.5 + 31.5 * p_dc) << 6
        | round(31.5 + 31.5 * q_dc) << 12
        | round(31 * l_scale) << 18
    )
    tail = (down if landscape else across) | round(63 * p_scale) << 3
    tail |= round(63 * q_scale) << 9 | landscape << 15
    nibbles = [round(15 * value) for value in (*l_ac, *p_ac, *q_ac)]
    packed = bytes(a | b << 4 for a, b in zip(nibbles[::2], [*nibbles[1::2], 0], strict=False))
    return b64encode(head.to_bytes(3, "little") + tail.to_bytes(2, "little") + packed).decode()


@lru_cache(maxsize=4096)
def placeholder(hash: str, longest: int = 8) -> str:
    """A data: URI of a tiny PNG that a browser stretches into a blur. Raises ValueError."""
    width, height, rgb = decode(hash, longest)
    rows = b"".join(b"\x00" + rgb[y * width * 3 : (y + 1) * width * 3] for y in range(height))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data)
        for name, data in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(rows, 9)),
            (b"IEND", b""),
        )
    )
    return "data:image/png;base64," + b64encode(png).decode()


def decode(hash: str, longest: int) -> tuple[int, int, bytes]:
    """(width, height, 3 bytes a pixel) of what a hash shows, `longest` pixels at most a side."""
    data = b64decode(hash, validate=True)
    if len(data) < 5:
        raise ValueError("too short for a thumbhash")
    head, tail = int.from_bytes(data[:3], "little"), int.from_bytes(data[3:5], "little")
    landscape, short = bool(tail >> 15), tail & 7
    across, down = (7, short) if landscape else (short, 7)
    sizes = [(max(3, across), max(3, down)), (3, 3), (3, 3)]
    scales = [(head >> 18 & 31) / 31, (tail >> 3 & 63) / 63 * 1.25, (tail >> 9 & 63) / 63 * 1.25]
    flat = [
        (head & 63) / 63,
        (head >> 6 & 63) / 31.5 - 1,
        (head >> 12 & 63) / 31.5 - 1,
    ]
    width, height = (
        (longest, _scaled(longest, down)) if landscape else (_scaled(longest, across), longest)
    )
    nibbles = iter([half for byte in data[5:] for half in (byte & 15, byte >> 4)])
    planes = []
    for (nx, ny), scale, dc in zip(sizes, scales, flat, strict=True):
        levels = {wave: (_next(nibbles) / 7.5 - 1) * scale for wave in _waves(nx, ny)}
        planes.append(_inverse(dc, levels, width, height))
    return width, height, _rgb(planes)


def _next(nibbles: Iterator[int]) -> int:
    try:
        return next(nibbles)
    except StopIteration:
        raise ValueError("the thumbhash is cut off") from None


def _scaled(longest: int, coefficients: int) -> int:
    return max(1, round(longest * coefficients / 7))


def _waves(nx: int, ny: int) -> list[tuple[int, int]]:
    """The (x, y) frequencies that are kept, in the order in which they are stored."""
    return [(x, y) for y in range(ny) for x in range(nx) if (x or y) and x * ny < nx * (ny - y)]


def _cosines(frequencies: int, size: int) -> list[list[float]]:
    return [
        [math.cos(math.pi / size * f * (i + 0.5)) for i in range(size)] for f in range(frequencies)
    ]


def _transform(plane: Sequence[float], width: int, height: int, nx: int, ny: int) -> Channel:
    """The mean, the kept frequencies scaled to 0..1, and that scale."""
    across, down = _cosines(nx, width), _cosines(ny, height)
    rows = [plane[y * width : (y + 1) * width] for y in range(height)]
    by_row = [[math.fsum(map(float.__mul__, row, wave)) for wave in across] for row in rows]
    ac = [
        sum(by_row[y][fx] * down[fy][y] for y in range(height)) / (width * height)
        for fx, fy in _waves(nx, ny)
    ]
    scale = max(map(abs, ac), default=0.0)
    mean = sum(plane) / len(plane)
    return mean, [0.5 + 0.5 / scale * level if scale else 0.5 for level in ac], scale


def _inverse(
    mean: float, levels: dict[tuple[int, int], float], width: int, height: int
) -> list[float]:
    nx, ny = (max(axis) + 1 for axis in zip(*levels, strict=True))
    across, down = _cosines(nx, width), _cosines(ny, height)
    return [
        mean + 2 * sum(a * across[fx][x] * down[fy][y] for (fx, fy), a in levels.items())
        for y in range(height)
        for x in range(width)
    ]


def _rgb(planes: list[list[float]]) -> bytes:
    pixels = bytearray()
    for luma, yellow, warm in zip(*planes, strict=True):
        blue = luma - 2 / 3 * yellow
        red = (3 * luma - blue + warm) / 2
        pixels += bytes(max(0, min(255, round(255 * value))) for value in (red, red - warm, blue))
    return bytes(pixels)


def _chunk(name: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)
