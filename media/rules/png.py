"""The chunks of a PNG file: what describes the picture stays, everything else can go.

Source: W3C PNG specification, third edition, sections 5 and 11.
"""

from collections.abc import Iterator
from contextlib import suppress

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SHOWS = frozenset(
    {b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"pHYs"}
)
"""Ancillary chunks that say how to show the pixels."""


class NotPng(ValueError):
    """The bytes are no complete PNG file."""


def bare(data: bytes) -> bytes:
    """The same picture, chunk by chunk, without metadata and what follows its end.

    Raises NotPng if the file is damaged or incomplete.
    """
    kept = [
        data[start:end]
        for name, start, end in _chunks(data)
        if not name[0] & 0x20 or name in _SHOWS
    ]
    return _SIGNATURE + b"".join(kept)


def before_pixels(head: bytes, wanted: bytes) -> bytes:
    """What the chunk of this name holds, if it stands before the pixels; else nothing.

    `head` is the beginning of a file, whole or not. Never raises.
    """
    with suppress(NotPng):
        for name, start, end in _chunks(head):
            if name == wanted:
                return head[start + 8 : end - 4]
            if name == b"IDAT":
                break
    return b""


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk up to the last one."""
    if not data.startswith(_SIGNATURE):
        raise NotPng("no PNG begins so")
    at, name = len(_SIGNATURE), b""
    while name != b"IEND":
        name, end = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4], "big")
        if len(name) < 4 or end > len(data):
            raise NotPng(f"a chunk at byte {at} runs past the end")
        yield name, at, end
        at = end
