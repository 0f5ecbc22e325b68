"""The segments of a JPEG file: metadata read and taken out, pixels left as they are.

Source: ITU-T T.81 annex B; Exif 2.32; XMP specification part 3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

from media.rules import iptc, xmp
from media.rules.metadata import Facts

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP2, _APP13, _APP14, _COMMENT = 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_PROFILE = b"ICC_PROFILE\x00"


MOST_SCANS = 200
"""Cameras and programs make up to about a dozen; each is read through the whole picture."""


class NotJpeg(ValueError):
    """The bytes are no complete JPEG file."""


@dataclass(frozen=True)
class Segment:
    """One marker segment; `payload` is without marker and length."""

    marker: int
    payload: bytes
    start: int
    end: int


def segments(data: bytes | mmap) -> Iterator[Segment]:
    """The segments before the first scan. Raises NotJpeg where they are damaged."""
    if data[:2] != b"\xff\xd8":
        raise NotJpeg("no JPEG begins so")
    at = 2
    while True:
        # What stands between segments counts for nothing, as libjpeg has it.
        at = start = data.find(b"\xff", at)
        while data[at : at + 2] == b"\xff\xff":
            at = start = at + 1
        if at < 0 or at + 4 > len(data) or data[at + 1] == 0:
            raise NotJpeg("a marker is missing")
        marker = data[at + 1]
        if marker == _SCAN:
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise NotJpeg(f"a segment at byte {at} runs past the end")
        yield Segment(marker, data[at + 4 : end], start, end)
        at = end


def scans(data: bytes | mmap) -> int:
    """How many scans the picture of a file has; 0 where it is damaged before the first.

    Within a scan no byte 255 stands before one that could be taken for a marker.
    """
    at = 2
    try:
        for segment in segments(data):
            at = segment.end
    except NotJpeg:
        return 0
    end, count = data.find(bytes((0xFF, _END)), at), 0
    while (at := data.find(bytes((0xFF, _SCAN)), at, end if end >= 0 else len(data))) >= 0:
        count, at = count + 1, at + 2
    return count


def facts_of(data: bytes) -> tuple[Facts, Facts]:
    """What the file's XMP says and what its IIM says; damage reads as silence."""
    packet, resources = b"", b""
    try:
        for segment in segments(data):
            if segment.marker == _APP1 and segment.payload.startswith(_XMP):
                packet = packet or segment.payload[len(_XMP) :]
            elif segment.marker == _APP13 and segment.payload.startswith(iptc.PHOTOSHOP):
                resources += segment.payload[len(iptc.PHOTOSHOP) :]
    except NotJpeg:
        pass
    return xmp.decode(packet), iptc.decode(iptc.from_resources(resources))


def bare(data: bytes) -> bytes:
    """The same pixels without metadata.

    JFIF, colour profile and Adobe's colour transform stay, since they say how to show the pixels;
    what follows the end of the image goes. Raises NotJpeg if the file is damaged or incomplete.
    """
    head, tail_at = [], 2
    for segment in segments(data):
        if not _is_metadata(segment):
            head.append(data[segment.start : segment.end])
        tail_at = segment.end
    return b"\xff\xd8" + b"".join(head) + data[tail_at : _end_of_image(data, tail_at)]


def _is_metadata(segment: Segment) -> bool:
    if segment.marker == _COMMENT:
        return True
    if not _APP0 <= segment.marker <= 0xEF:
        return False
    if segment.marker == _APP2:
        return not segment.payload.startswith(_PROFILE)
    if segment.marker == _APP0:
        return not segment.payload.startswith(b"JFIF\x00")
    return not (segment.marker == _APP14 and segment.payload.startswith(b"Adobe"))


def _end_of_image(data: bytes, at: int) -> int:
    """Where the image that begins its scans at `at` ends, its end marker included."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise NotJpeg("the image has no end")
        marker = data[at + 1]
        if marker == _END:
            return at + 2
        if marker == 0xFF:
            at += 1
        elif marker == 0x00 or 0xD0 <= marker <= 0xD7:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
