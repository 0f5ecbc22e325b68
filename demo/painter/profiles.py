"""Colour profiles by their numbers: matrix and curve, as an ICC version 2 file.

sRGB, a wide gamut with the primaries of Adobe RGB (1998), and Display P3.
"""

import struct
from dataclasses import dataclass

import numpy as np

from demo.adapters.raster import Field, Pixels

_SRGB = ((0.4360747, 0.3850649, 0.1430804), (0.2225045, 0.7168786, 0.0606169),
         (0.0139322, 0.0971045, 0.7141733))  # fmt: skip
_ADOBE = ((0.6097559, 0.2052401, 0.1492240), (0.3111242, 0.6256560, 0.0632197),
          (0.0194811, 0.0608902, 0.7448387))  # fmt: skip
_P3 = ((0.5151187, 0.2919778, 0.1571035), (0.2411892, 0.6922441, 0.0665668),
       (-0.0010505, 0.0418791, 0.7840713))  # fmt: skip


@dataclass(frozen=True)
class Space:
    """An RGB space: its name, its matrix to D50 XYZ (rows X, Y, Z), its decoding curve."""

    name: str
    matrix: tuple[tuple[float, float, float], ...]
    gamma: float | None

    def decode(self, coded: Field) -> Field:
        """Linear light of coded values 0..1."""
        if self.gamma is not None:
            return np.asarray(coded**self.gamma, dtype=np.float32)
        low = coded / 12.92
        return np.where(coded <= 0.04045, low, ((coded + 0.055) / 1.055) ** 2.4).astype(np.float32)

    def icc(self) -> bytes:
        """The profile as the bytes that a picture file carries."""
        curve = self.decode(np.linspace(0, 1, 1024, dtype=np.float32))
        entries = np.rint(curve * 65535).astype(">u2").tobytes()
        tone = struct.pack(">4s4xI", b"curv", 1024) + entries
        title = self.name.encode() + b"\0"
        text = struct.pack(">4s4xI", b"desc", len(title)) + title + bytes(78)
        tags = [(b"desc", text), (b"cprt", b"text" + bytes(4) + b"Public domain\0")]
        tags.append((b"wtpt", _xyz(0.9642, 1.0, 0.8249)))
        for index, letter in enumerate(b"rgb"):
            column = [row[index] for row in self.matrix]
            tags.append((bytes([letter]) + b"XYZ", _xyz(*column)))
            tags.append((bytes([letter]) + b"TRC", tone))
        return _file(tags)


def _xyz(*values: float) -> bytes:
    return struct.pack(">4s4x3i", b"XYZ ", *(round(value * 65536) for value in values))


def _file(tags: list[tuple[bytes, bytes]]) -> bytes:
    """An ICC 2.1 display profile of `tags`; equal tags are stored once."""
    table, body, places = b"", b"", dict[bytes, int]()
    start = 128 + 4 + 12 * len(tags)
    for signature, content in tags:
        if content not in places:
            places[content] = start + len(body)
            body += content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", signature, places[content], len(content))
    head = struct.pack(">I4sI4s4s4s6H4s4sIII12s3i4s44x", start + len(body), bytes(4), 0x02100000,
                       b"mntr", b"RGB ", b"XYZ ", 2026, 1, 1, 0, 0, 0, b"acsp", bytes(4), 0, 0, 0,
                       bytes(12), 63190, 65536, 54061, bytes(4))  # fmt: skip
    return head + struct.pack(">I", len(tags)) + table + body


SPACES = {
    "srgb": Space("sRGB, computed", _SRGB, None),
    "wide": Space("Wide gamut (1998 primaries)", _ADOBE, 2.19921875),
    "p3": Space("Display P3, computed", _P3, None),
}


def convert(pixels: Pixels, space: Space) -> Pixels:
    """sRGB `pixels` coded for `space` so that they look the same there."""
    if space is SPACES["srgb"]:
        return pixels
    lights = SPACES["srgb"].decode(np.arange(256, dtype=np.float32) / np.float32(255))[pixels]
    into = np.linalg.inv(np.array(space.matrix)) @ np.array(_SRGB)
    linear = np.clip(lights @ into.T.astype(np.float32), 0, 1)
    steps = np.linspace(0, 1, 4096, dtype=np.float32)
    root = np.interp(steps**2, space.decode(steps), steps)
    index = (np.sqrt(linear) * 4095 + 0.5).astype(np.int16)
    return np.asarray(np.rint(root[index] * 255), dtype=np.uint8)
