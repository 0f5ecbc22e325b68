"""What the boxes of a HEIC or AVIF say of its picture, before anything is decoded.

Sources: ISO/IEC 14496-12 (boxes), 23008-12 (items and their properties), 23000-22 (colr).
"""

from collections.abc import Iterator
from io import BytesIO

Box = tuple[bytes, bytes]
"""Its type and what it holds."""


def properties(head: bytes) -> list[Box]:
    """Those of the primary item, in the order in which they are told.

    `head` is the beginning of a file; what is damaged, or lies behind it, is as if not there.
    """
    meta = _named(_boxes(_first(_boxes(head), b"meta")[4:]))
    item = _primary(meta.get(b"pitm", b""))
    inside = list(_boxes(meta.get(b"iprp", b"")))
    kept = list(_boxes(_first(inside, b"ipco")))
    return [
        kept[number - 1]
        for name, told in inside
        if name == b"ipma"
        for number in _numbers(told, item)
        if 1 <= number <= len(kept)
    ]


def is_cropped(head: bytes) -> bool:
    """Whether only a part of what is stored of the picture is meant to be seen."""
    named = _named(properties(head))
    clap, ispe = named.get(b"clap"), named.get(b"ispe", b"")
    if clap is None:
        return False
    width, per_width, height, per_height = (_number(clap[at : at + 4]) for at in (0, 4, 8, 12))
    stored = _number(ispe[4:8]), _number(ispe[8:12])
    return (width, height) != (stored[0] * per_width, stored[1] * per_height)


def _boxes(data: bytes) -> Iterator[Box]:
    """One after another, the last as far as it goes; each is 8 bytes at least, so it ends."""
    at = 0
    while at + 8 <= len(data):
        size, start = _number(data[at : at + 4]), at + 8
        if size == 1:
            size, start = _number(data[at + 8 : at + 16]), at + 16
        end = at + size if size else len(data)
        if end < start:
            return
        yield data[at + 4 : at + 8], data[start:end]
        at = end


def _first(boxes: Iterator[Box] | list[Box], name: bytes) -> bytes:
    return next((held for found, held in boxes if found == name), b"")


def _named(boxes: Iterator[Box] | list[Box]) -> dict[bytes, bytes]:
    """What each holds by its type, the first of a type."""
    return dict(reversed(list(boxes)))


def _primary(pitm: bytes) -> int:
    return _number(pitm[4:8] if pitm[:1] > b"\x00" else pitm[4:6])


def _numbers(ipma: bytes, item: int) -> list[int]:
    """Which properties, counted from 1, belong to the item by this list."""
    if len(ipma) < 8:
        return []
    of_item, each = (4 if ipma[0] else 2), (2 if ipma[3] & 1 else 1)
    bits = 0x7FFF if each == 2 else 0x7F  # the highest says whether it is essential
    stream = BytesIO(ipma[8:])
    for _ in range(_number(ipma[4:8])):
        entry = stream.read(of_item + 1)
        if len(entry) <= of_item:
            break
        told = stream.read(entry[-1] * each)
        if _number(entry[:-1]) == item:
            return [_number(told[at : at + each]) & bits for at in range(0, len(told), each)]
    return []


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")
