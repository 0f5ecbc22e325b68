"""The chunks of a WebP file: metadata taken out, pixels left as they are.

Source: RFC 9649, sections 2.3 to 2.7.
"""

from collections.abc import Iterator

_PROFILE_AND_ALPHA = 0x30
_SHOWS = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP"})


class NotWebp(ValueError):
    """The bytes are no complete WebP file."""


def bare(data: bytes) -> bytes:
    """The same pixels without metadata, and without what follows them. Raises NotWebp."""
    body = b"".join(_chunk(name, _tidy(name, load)) for name, load in _chunks(data))
    if not body:
        raise NotWebp("there is no picture in it")
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def _tidy(name: bytes, payload: bytes) -> bytes:
    """The header of an extended file no longer announces what is taken out."""
    if name == b"VP8X" and payload:
        return bytes((payload[0] & _PROFILE_AND_ALPHA,)) + payload[1:]
    return payload


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk that says how to show the picture."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise NotWebp("no WebP begins so")
    at, last = 12, 8 + int.from_bytes(data[4:8], "little")
    if last > len(data):
        raise NotWebp("the file is cut off")
    while at + 8 <= last:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > last:
            raise NotWebp(f"a chunk at byte {at} runs past the end")
        if data[at : at + 4] in _SHOWS:
            yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + len(payload).to_bytes(4, "little") + payload + b"\x00" * (len(payload) % 2)
