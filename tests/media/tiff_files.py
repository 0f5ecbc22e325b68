"""TIFFs of kinds that Pillow does not write, byte by byte."""

import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

Tags = dict[int, tuple[int, bytes]]
"""What a TIFF's directory says: by tag, the number of the values' type and how they lie there."""


def tiff(
    levels: np.ndarray[Any, Any],
    photometric: int,
    *,
    order: str = "<",
    apart: bool = False,
    packed: bool = True,
    big: bool = False,
    tags: Tags | None = None,
    more: Sequence[tuple[Tags, list[bytes]]] = (),
) -> bytes:
    """A TIFF of `levels` (rows, columns, channels), of a kind that Pillow may not write.

    `photometric` as TIFF 6.0 numbers it, `order` of bytes as `struct` has it. The channels lie
    `apart` or pixel by pixel, `packed` by deflate or as they are. `tags` come on top, or instead;
    `more` pictures follow, each a directory and its strips.
    """
    rows, columns, channels = levels.shape
    raw = levels.astype(levels.dtype.newbyteorder("<" if order == "<" else ">"))
    planes = [raw[:, :, n].tobytes() for n in range(channels)] if apart else [raw.tobytes()]
    strips = [zlib.compress(plane) if packed else plane for plane in planes]
    numbers = {
        256: [columns],
        257: [rows],
        258: [levels.dtype.itemsize * 8] * channels,
        259: [8 if packed else 1],
        262: [photometric],
        277: [channels],
        278: [rows],
        284: [2 if apart else 1],
    }
    said = {tag: (4, struct.pack(f"{order}{len(n)}I", *n)) for tag, n in numbers.items()}
    return tiff_of([(said | (tags or {}), strips), *more], order, big)


def tiff_of(pictures: Sequence[tuple[Tags, list[bytes]]], order: str, big: bool) -> bytes:
    """A TIFF of pictures whose directories lack nothing but where their strips or tiles lie."""
    number, width = (order + "Q", 8) if big else (order + "I", 4)
    body = bytearray({"<": b"II", ">": b"MM"}[order])
    body += struct.pack(order + "HHHQ", 43, 8, 0, 0) if big else struct.pack(order + "HI", 42, 0)
    for tags, strips in pictures:
        link, starts = len(body) - width, []
        for strip in strips:
            starts.append(len(body))
            body += strip
        names = (324, 325) if 322 in tags else (273, 279)
        placed = {names[0]: starts, names[1]: [len(strip) for strip in strips]}
        kind = 16 if big else 4
        said = {t: (kind, b"".join(struct.pack(number, n) for n in v)) for t, v in placed.items()}
        listed = b""
        for tag, (kind, data) in sorted((said | tags).items()):
            count = len(data) // {3: 2, 4: 4, 5: 8, 16: 8}.get(kind, 1)
            listed += struct.pack(order + "HH", tag, kind) + struct.pack(number, count)
            fits = len(data) <= width
            listed += data.ljust(width, b"\0") if fits else struct.pack(number, len(body))
            body += b"" if fits else data
        struct.pack_into(number, body, link, len(body))
        body += struct.pack(order + ("Q" if big else "H"), len(said | tags)) + listed
        body += bytes(width)
    return bytes(body)


def lab16(lightness: float, a: float, b: float) -> bytes:
    """A TIFF of 60 x 40 pixels of one colour in 16 bits of L*, a* and b*."""
    pixel = (round(lightness * 655.35), round(a * 256) & 0xFFFF, round(b * 256) & 0xFFFF)
    return tiff(np.full((40, 60, 3), pixel, dtype=np.uint16), 8)
