"""IPTC-IIM, the older of the two standards, as a stream of datasets.

Source: IPTC-NAA Information Interchange Model 4.2; Photoshop image resource blocks.
"""

from collections.abc import Iterator

from media.rules.metadata import Facts

_UTF8 = b"\x1b%G"
_CHARSET = (1, 90)
_TITLE, _KEYWORD = (2, 5), (2, 25)
_CREATOR, _HEADLINE, _CREDIT, _RIGHTS, _CAPTION = (2, 80), (2, 105), (2, 110), (2, 116), (2, 120)
_MOST_DATASETS = 20_000
_RESOURCE_OF_IIM = 0x0404
PHOTOSHOP = b"Photoshop 3.0\x00"


def decode(stream: bytes) -> Facts:
    """What an IIM stream says. Damage ends the reading, what came before it counts."""
    found: dict[tuple[int, int], list[bytes]] = {}
    for tag, value in _datasets(stream):
        found.setdefault(tag, []).append(value)
    utf8 = _UTF8 in found.get(_CHARSET, [])

    def first(*tags: tuple[int, int]) -> str:
        return next((_text(value, utf8) for tag in tags for value in found.get(tag, [])), "")

    return Facts(
        title=first(_TITLE, _HEADLINE),
        description=first(_CAPTION),
        keywords=tuple(_text(word, utf8) for word in found.get(_KEYWORD, [])),
        creator=", ".join(_text(name, utf8) for name in found.get(_CREATOR, [])[:8]),
        credit=first(_CREDIT),
        rights=first(_RIGHTS),
    )


def from_resources(block: bytes) -> bytes:
    """The IIM stream among Photoshop resources; empty when there is none or they are damaged."""
    at = 0
    while block[at : at + 4] == b"8BIM" and at + 12 <= len(block):
        kind = int.from_bytes(block[at + 4 : at + 6], "big")
        name = block[at + 6] + 1
        size_at = at + 6 + name + name % 2
        start = size_at + 4
        size = int.from_bytes(block[size_at:start], "big")
        if kind == _RESOURCE_OF_IIM:
            return block[start : start + size]
        at = start + size + size % 2
    return b""


def _datasets(stream: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    at = 0
    for _ in range(_MOST_DATASETS):
        if stream[at : at + 1] != b"\x1c" or at + 5 > len(stream):
            return
        tag = stream[at + 1], stream[at + 2]
        size, start = int.from_bytes(stream[at + 3 : at + 5], "big"), at + 5
        if size & 0x8000:
            width = size & 0x7FFF
            size, start = int.from_bytes(stream[start : start + width], "big"), start + width
        if start + size > len(stream):
            return
        yield tag, stream[start : start + size]
        at = start + size


def _text(value: bytes, utf8: bool) -> str:
    """Declared UTF-8, or text that happens to be valid UTF-8, else Western European."""
    if utf8:
        return value.decode(errors="replace")
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("cp1252", errors="replace")
