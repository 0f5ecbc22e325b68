"""The first picture of a TIFF in a file of its own, with other metadata. Runs in the child.

Exiv2 cannot write BigTIFF and takes a large file into memory several times. So it writes the
metadata into an empty TIFF, and they are laid beside the pixels here.

Source: TIFF 6.0 sections 2 and 15; libtiff's BigTIFF design.
"""

import struct
from collections.abc import Sequence
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import IO, Any

from PIL import TiffTags
from PIL.TiffImagePlugin import ImageFileDirectory_v2, TiffImageFile

from media.adapters import colour, inscribing, tiffs
from media.rules.metadata import Facts

_STRIPS, _TILES = (273, 279), (324, 325)
"""Where a directory says its pixels lie, and how many bytes each piece has."""

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _CHANNELS = 256, 257, 258, 259, 262, 277
_ORIENTATION, _XMP, _PROFILE = 274, 700, 34675
_MEANINGS = (
    *(_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, 266, _CHANNELS, 278, 282, 283, 284, 292),
    *(293, 296, 301, 317, 318, 319, 320, 322, 323, 332, 336, 338, 339, 347, 529, 530, 531, 532),
)
"""What says how a TIFF's pixels are to be read and shown, up to their colour profile."""

_METADATA = (_ORIENTATION, _XMP, tiffs.IIM)
_YCBCR = 6
"""Colours that may be fewer than the pixels."""

_TABLES_ELSEWHERE = 6
"""A compression, long out of use, that keeps addresses of other parts of the file."""

_MOST = 2**32 - 1
_AT_ONCE = 1024 * 1024


def copy(
    image: TiffImageFile, path: Path, target: Path, facts: Facts, *, orientation: int = 1
) -> None:
    """Write the first picture of `image`, which lies at `path`, with `facts` as its only metadata.

    Its compressed pixels are copied byte by byte into a classic TIFF in the same order of bytes.
    Raises ValueError if it is too oddly built for that, or too large.
    """
    tags = image.tag_v2
    names = _TILES if _TILES[0] in tags else _STRIPS
    places, lengths = tags.get(names[0], ()), _lengths(tags, names)
    if tags.get(_COMPRESSION) == _TABLES_ELSEWHERE or not _are_sound(lengths, path):
        raise ValueError("this TIFF does not say plainly where its pixels lie")
    entries = _meaning(image) | _metadata(tags.prefix, facts, orientation)
    try:
        directory = _directory(tags.prefix, entries)
        _place(directory, names, lengths)
    except struct.error as error:
        raise ValueError("this TIFF says what cannot be said in its tags") from error
    with path.open("rb") as source, target.open("wb") as file:
        directory.save(file)
        for place, length in zip(places, lengths, strict=True):
            source.seek(place)
            _pour(source, file, length)


def _lengths(tags: ImageFileDirectory_v2, names: tuple[int, int]) -> Sequence[int]:
    """The bytes of each piece; those of an only strip are often told wrongly, but known."""
    lengths: Sequence[int] = tags.get(names[1], ())
    is_raw = tags.get(_COMPRESSION, 1) == 1 and tags.get(_PHOTOMETRIC) != _YCBCR
    if names != _STRIPS or len(tags.get(names[0], ())) != 1 or not is_raw:
        return lengths
    bits = tags.get(_BITS, (1,))
    channels = 1 if len(bits) > 1 else tags.get(_CHANNELS, 1)
    return (((tags[_WIDTH] * sum(bits) * channels + 7) // 8) * tags[_HEIGHT],)


def _meaning(image: TiffImageFile) -> dict[int, tuple[int, Any]]:
    """Type and value of each tag that belongs to the picture; classic TIFFs have no LONG8."""
    tags, kinds = image.tag_v2, {TiffTags.LONG8: TiffTags.LONG}
    kept = {
        tag: (kinds.get(tags.tagtype[tag], tags.tagtype[tag]), tags[tag])
        for tag in _MEANINGS
        if _is_plain(tags.get(tag))
    }
    profile = colour.sound_profile(image.info.get("icc_profile"))
    return kept | ({_PROFILE: (TiffTags.UNDEFINED, profile)} if profile else {})


def _is_plain(value: Any) -> bool:
    """Whether it is of numbers or bytes; Pillow reads a fraction over 0, but writes none."""
    values = value if isinstance(value, tuple) else (value,)
    return all(isinstance(v, bytes) or getattr(v, "denominator", 0) for v in values)


def _metadata(prefix: bytes, facts: Facts, orientation: int) -> dict[int, tuple[int, Any]]:
    """Type and value of each tag that Exiv2 writes."""
    empty = BytesIO()
    _directory(prefix, {_WIDTH: (TiffTags.LONG, 1)}).save(empty)
    written = BytesIO(inscribing.inscribed(empty.getvalue(), facts, orientation=orientation))
    tags = ImageFileDirectory_v2(written.read(8))
    written.seek(tags.next)
    tags.load(written)
    return {tag: (tags.tagtype[tag], tags[tag]) for tag in _METADATA if tag in tags}


def _directory(prefix: bytes, entries: dict[int, tuple[int, Any]]) -> ImageFileDirectory_v2:
    directory = ImageFileDirectory_v2(prefix=prefix)
    for tag, (kind, value) in entries.items():
        directory.tagtype[tag] = kind
        directory[tag] = value
    return directory


def _are_sound(lengths: Sequence[int], path: Path) -> bool:
    """Whether no piece is empty, and none is meant to be had twice."""
    return bool(lengths) and min(lengths) > 0 and sum(lengths) <= path.stat().st_size


def _place(
    directory: ImageFileDirectory_v2, names: tuple[int, int], lengths: Sequence[int]
) -> None:
    """Say in `directory` that the pieces follow it. Raises ValueError if they are too long."""
    directory.tagtype.update(dict.fromkeys(names, TiffTags.LONG))
    directory[names[0]], directory[names[1]] = lengths, lengths
    start = directory.save(BytesIO())
    if start + sum(lengths) > _MOST:
        raise ValueError("classic TIFFs have 4 gigabytes at most")
    # Pillow adds the length of the directory itself, but only for strips.
    directory[names[0]] = tuple(accumulate(lengths[:-1], initial=0 if names == _STRIPS else start))


def _pour(source: IO[bytes], target: IO[bytes], length: int) -> None:
    while length:
        some = source.read(min(length, _AT_ONCE))
        if not some:
            raise ValueError("this TIFF is cut off")
        target.write(some)
        length -= len(some)
