"""Colours by the numbers of ITU-T H.273, where a picture names them so instead of by a profile."""

from typing import NamedTuple

from media.rules import boxes, png
from media.rules.formats import Format

HEAD = 1024 * 1024
"""How many bytes of a file are looked at: what describes a picture stands before its pixels."""


class Codes(NamedTuple):
    """`primaries` and `transfer` as H.273 numbers them; what they mean `media.rules.tone` knows."""

    primaries: int
    transfer: int


def read(head: bytes, format: Format) -> Codes | None:
    """What the beginning of a file says; None where it says nothing, or nothing that makes sense.

    In a PNG the chunk cICP, in a HEIC or AVIF the box `colr` of the primary item. Never raises.
    """
    if format is Format.PNG:
        return _in_chunk(png.before_pixels(head, b"cICP"))
    told = (held for name, held in boxes.properties(head) if name == b"colr")
    return next((_in_box(held) for held in told if held[:4] == b"nclx" and len(held) >= 11), None)


def _in_box(colr: bytes) -> Codes:
    return Codes(int.from_bytes(colr[4:6], "big"), int.from_bytes(colr[6:8], "big"))


def _in_chunk(cicp: bytes) -> Codes | None:
    """One for RGB, as a PNG always is: its third number, the matrix, is 0."""
    return Codes(cicp[0], cicp[1]) if len(cicp) == 4 and cicp[2] == 0 else None
