"""XMP put into a WebP file, pixels left as they are.

Source: RFC 9649, sections 2.3 to 2.7.
"""

from collections.abc import Iterator

from media.rules import xmp
from media.rules.metadata import Facts

_XMP_FLAG, _METADATA_FLAGS = 0x04, 0x2C


class NotWebp(ValueError):
    """The bytes are no WebP file of ours."""


def with_facts(data: bytes, facts: Facts, *, width: int, height: int) -> bytes:
    """The same pixels, `width` x `height`, with `facts` as the only metadata. Raises NotWebp."""
    flags, image = 0, b""
    for name, payload in _chunks(data):
        if name == b"VP8X":
            flags = payload[0] & ~_METADATA_FLAGS
        elif name not in {b"EXIF", b"XMP ", b"ICCP"}:
            image += _chunk(name, payload)
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = (
        _chunk(b"VP8X", bytes((flags | _XMP_FLAG, 0, 0, 0)) + canvas)
        + image
        + _chunk(b"XMP ", xmp.encode(facts))
    )
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise NotWebp("no WebP begins so")
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            raise NotWebp(f"a chunk at byte {at} runs past the end")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + len(payload).to_bytes(4, "little") + payload + b"\x00" * (len(payload) % 2)
