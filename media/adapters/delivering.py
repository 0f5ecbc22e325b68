"""The file that a buyer gets, made from a photograph. Runs in the sandbox's child."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from media.adapters import colour, embedded, inscribing, tiff_copies, tracing
from media.adapters.photos import (
    at_most,
    loaded,
    opened,
    orientation_of,
    turn_of,
    upright,
    upright_size,
    whole_of,
)
from media.adapters.reading import reading
from media.adapters.scaling import scaled
from media.rules import jpeg, png, webp
from media.rules.codepoints import Codes
from media.rules.formats import Format
from media.rules.limits import Limits
from media.rules.metadata import Facts
from media.rules.recipes import fitted
from media.rules.wishes import Colours, FileKind, Wish, is_exchange

# Not "optimize": it keeps all coefficients in memory, and noise does not fit into Pillow's buffer.
_OPTIONS: dict[FileKind, dict[str, Any]] = {
    FileKind.JPEG: {"quality": 95, "subsampling": 0},
    FileKind.TIFF: {"compression": "tiff_lzw", "tiffinfo": {317: 2}},
    FileKind.PNG: {"compress_level": 3},
}
_MODES = {
    FileKind.JPEG: {"L", "RGB", "CMYK"},
    FileKind.TIFF: {"L", "LA", "RGB", "RGBA", "CMYK", "LAB", "I;16"},
    FileKind.PNG: {"L", "LA", "RGB", "RGBA", "I;16"},
}
"""What each kind holds of what Pillow opens; a picture of another mode becomes sRGB."""

_LIKE_SENT = {Format.JPEG: FileKind.JPEG, Format.TIFF: FileKind.TIFF}
_BARE = {Format.JPEG: jpeg.bare, Format.PNG: png.bare, Format.WEBP: webp.bare}

_REMADE = {True: ["c2pa.transcoded"], False: ["c2pa.resized", "c2pa.transcoded"]}
"""What C2PA calls the making of another file, of the whole original or smaller."""


def cut(
    *,
    path: str,
    format: str,
    target: str,
    longest_side: int | None,
    wish: Wish,
    facts: Facts,
    limits: Limits,
    trace: bytes = b"",
) -> dict[str, Any]:
    """Write a photograph to `target` as wished, with `facts` as its only metadata.

    `longest_side` in pixels; None, or more than there are, means the original's, whose picture is
    then copied, never compressed anew, where it is what is wished for. What is made anew in RGB
    carries `trace` unseen, if there is one (`media.adapters.tracing`). Returns width, height,
    format, and the actions of C2PA that were done.
    """
    sent = Format(format)
    with reading():
        image = opened(path, sent, limits)
        width, height = upright_size(image)
        facts = _with_source(facts, embedded.facts_of(image, path, sent))
        whole = longest_side is None or longest_side >= max(width, height)
        if whole and is_exchange(wish, sent, in_srgb=colour.is_srgb(image)):
            if _exchange(image, Path(path), Path(target), sent, facts):
                return _done((width, height), sent.value, "c2pa.edited.metadata")
            wish = _nearest(wish, sent)
        picture, profile = _drawn(image, longest_side or max(width, height), wish)
    # A large picture fits into the memory of a child twice, not three times.
    if picture is not image:
        image.close()
    if trace and picture.mode == "RGB":
        picture = tracing.embedded(picture, trace)
    size = _written(picture, target, wish.kind, profile)
    inscribing.inscribe(Path(target), facts)
    return _done(size, wish.kind.value, *_REMADE[whole])


def _written(
    picture: Image.Image, target: str, kind: FileKind, profile: bytes | None
) -> tuple[int, int]:
    """The size of a picture that was saved, and let go of."""
    size = picture.size
    picture.save(target, kind.name, icc_profile=profile, **_OPTIONS[kind])
    picture.close()
    return size


def _with_source(facts: Facts, said: dict[str, Any]) -> Facts:
    """`facts` with what the original says of its digital source, if it does."""
    return replace(facts, source_type=str(said["source_type"]))


def _done(size: tuple[int, int], format: str, *actions: str) -> dict[str, Any]:
    return {"width": size[0], "height": size[1], "format": format, "actions": actions}


def _nearest(wish: Wish, sent: Format) -> Wish:
    """What comes closest to an original that is too oddly built for its metadata to be changed."""
    if wish.kind is not FileKind.SENT:
        return wish
    return Wish(_LIKE_SENT.get(sent, FileKind.PNG), Colours.KEPT)


def _exchange(image: Image.Image, path: Path, target: Path, sent: Format, facts: Facts) -> bool:
    """Make `target` the file with other metadata; False if it is too oddly built for that."""
    orientation = orientation_of(image)
    try:
        if isinstance(image, TiffImageFile):
            tiff_copies.copy(image, path, target, facts, orientation=orientation)
        else:
            target.write_bytes(_BARE[sent](path.read_bytes()))
            inscribing.inscribe(target, facts, orientation=orientation)
    except (ValueError, MemoryError):
        return False
    return True


def _drawn(image: Image.Image, longest_side: int, wish: Wish) -> tuple[Image.Image, bytes | None]:
    """The picture upright, decoded and scaled, and its colour profile."""
    source = colour.source_of(image)
    # No profile is written for colours that are named by code points only.
    if wish.colours is Colours.KEPT and not isinstance(source, Codes):
        kept = _as_it_is(image, longest_side)
        if wish.kind is FileKind.JPEG:
            kept = colour.opaque(kept)
        if kept.mode in _MODES[wish.kind]:
            return kept, colour.sound_profile(source, kept.mode)
    return at_most(image, longest_side, exact=True), colour.srgb_profile()


def _as_it_is(image: Image.Image, longest_side: int) -> Image.Image:
    """The picture with its colours and its 16 bits, where Pillow has read those."""
    turn = turn_of(image)
    loaded(image, whole_of(image))
    picture = colour.deep(image) or colour.scalable(image, colour.source_of(image))
    picture = upright(scaled(picture, fitted(*picture.size, longest_side)), turn)
    if picture is image:
        picture = image.copy()
    # Pillow would write comments and profiles that it finds here into what it saves.
    picture.info.clear()
    return picture
