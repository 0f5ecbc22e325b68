"""Photographs opened, measured and scaled with Pillow. Runs in the sandbox's child."""

from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from pi_heif import HeifImageFile, register_heif_opener
from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.MpoImagePlugin import MpoImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from media.adapters import colour, embedded, likeness, tiffs
from media.adapters.reading import reading
from media.adapters.scaling import Box, scaled
from media.adapters.watermark import Mark, overlaid
from media.rules import boxes, codepoints, jpeg
from media.rules.codepoints import Codes
from media.rules.formats import ANIMATED, Format, Unfit
from media.rules.limits import Limits, check_size
from media.rules.recipes import EXTENSIONS, RECIPES, fitted, recipes_for

_DECODERS = {
    Format.JPEG: [JpegImageFile.format, MpoImageFile.format],
    Format.PNG: [PngImageFile.format],
    Format.WEBP: [WebPImageFile.format],
    Format.AVIF: [AvifImageFile.format],
    Format.HEIC: [HeifImageFile.format],
}
_ALBUMS = {MpoImageFile.format, TiffImageFile.format, HeifImageFile.format}
"""Formats that hold several pictures without moving: views, layers, bursts. The first counts."""

register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
# Our own limit stands in its place: it is checked before anything is decoded, and has words.
Image.MAX_IMAGE_PIXELS = None

_TOO_MANY_SCANS = (
    "This JPEG is made of more passes than a camera or a program makes. Export it again, and "
    "resend it."
)
_BYTES_A_PIXEL = 6
"""What a decoder may ask for at once: the coefficients of a progressive JPEG in full colour."""

_CROPPED = (
    "This AVIF is cropped in a way that cannot be read here. "
    "Export it again with the crop applied, or as JPEG."
)
"""Pillow shows, and we would sell, what was cut away."""

_ORIENTATION = 0x0112
_SIDEWAYS = {5, 6, 7, 8}
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SAVED_AS: dict[str, dict[str, int]] = {
    "jpeg": {"quality": 82},
    "webp": {"quality": 80, "method": 2},
}
"""How Pillow writes a public picture, by format."""


def develop(*, path: str, format: str, folder: str, limits: Limits, mark: Mark) -> dict[str, Any]:
    """Make every rendition of a photograph in `folder`, and say what was seen.

    Returns width and height (upright), the file's `facts`, and all of `print_all`.
    Raises Unfit when the file cannot become a work.
    """
    with reading():
        image = opened(path, Format(format), limits)
        width, height = upright_size(image)
        facts = embedded.facts_of(image, path, Format(format))
        base = at_most(image, RECIPES[0].longest_side)
    return {
        "width": width,
        "height": height,
        "facts": facts,
        **print_all(base, max(width, height), folder, mark),
    }


def opened(path: str, format: Format, limits: Limits) -> Image.Image:
    """The picture with nothing but its header read. Raises Unfit when it is not taken."""
    if format is Format.JPEG and _scans(path) > jpeg.MOST_SCANS:
        raise Unfit(_TOO_MANY_SCANS)
    is_tiff = format is Format.TIFF
    image = tiffs.opened(path) if is_tiff else Image.open(path, formats=_DECODERS[format])
    check_size(*image.size, limits)
    if image.format not in _ALBUMS and getattr(image, "n_frames", 1) > 1:
        raise Unfit(ANIMATED)
    head = _head(path) if format in {Format.AVIF, Format.PNG} else b""
    if format is Format.AVIF and boxes.is_cropped(head):
        raise Unfit(_CROPPED)
    if codes := _codes_of(image, head, format):
        image.info[colour.CODE_POINTS] = codes
    return image


def _scans(path: str) -> int:
    """Of the file where it lies: a copy, once freed, would be kept for smaller things."""
    with Path(path).open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        return jpeg.scans(data)


def _head(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(codepoints.HEAD)


def _codes_of(image: Image.Image, head: bytes, format: Format) -> Codes | None:
    """The code points that name the colours of a picture, if there are any."""
    if format is Format.HEIC and (nclx := image.info.get("nclx_profile")):
        return Codes(nclx["color_primaries"], nclx["transfer_characteristics"])
    return codepoints.read(head, format) if head else None


def upright_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    return (height, width) if turn_of(image) in _SIDEWAYS else (width, height)


def orientation_of(image: Image.Image) -> int:
    """The Exif orientation, 1 to 8; 1 when there is none that makes sense."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # Exif directories come broken in ways that Pillow does not foresee.
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def turn_of(image: Image.Image) -> int:
    """The orientation that is left to us to set right: Pillow turns TIFFs itself."""
    return 1 if image.format == TiffImageFile.format else orientation_of(image)


def upright(picture: Image.Image, turn: int) -> Image.Image:
    """The pixels of a file whose `turn_of` is `turn`, as they are meant to be seen."""
    return picture.transpose(_UPRIGHT[turn]) if turn in _UPRIGHT else picture


def at_most(image: Image.Image, longest_side: int, *, exact: bool = False) -> Image.Image:
    """The picture decoded, `longest_side` pixels at most, upright, opaque, in sRGB.

    Unless `exact`, a JPEG is decoded at the smallest scale that is large enough, if no fine detail
    of it would suffer visibly (decision 30). Of `image` itself nothing is to be expected after.
    """
    source = colour.source_of(image)
    turn = turn_of(image)
    size = fitted(*image.size, longest_side)
    decoded, box = _decoded(image, None if exact else size)
    picture = scaled(colour.scalable(decoded, source), size, box)
    picture = upright(colour.to_srgb(picture, source), turn)
    # Pillow would write comments and profiles that it finds here into what it saves.
    picture.info.clear()
    return picture


def _decoded(image: Image.Image, size: tuple[int, int] | None) -> tuple[Image.Image, Box]:
    """The pixels of a picture, at least `size` of them, and which of them show all of it.

    A JPEG at half scale has one column more than half of an odd number: a part of the last one.
    """
    whole = whole_of(image)
    drafted = image.draft(None, size) if size else None
    decoded = loaded(image, whole)
    if drafted is None or size is None or drafted[1] == whole:
        return decoded, whole
    if likeness.is_sharp(decoded):
        decoded.close()  # or the memory of both is needed at once
        again = Image.open(image.filename, formats=[str(image.format)])  # type: ignore[attr-defined]
        return _decoded_twice_as_large(again, size)
    return decoded, drafted[1]


def _decoded_twice_as_large(image: Image.Image, size: tuple[int, int]) -> tuple[Image.Image, Box]:
    whole = whole_of(image)
    drafted = image.draft(None, (size[0] * 2, size[1] * 2))
    return loaded(image, whole), drafted[1] if drafted else whole


def whole_of(image: Image.Image) -> Box:
    return 0.0, 0.0, float(image.width), float(image.height)


def print_all(base: Image.Image, longest: int, folder: str, mark: Mark) -> dict[str, Any]:
    """Every rendition of `base` (upright sRGB) as files in `folder`, each made from the larger.

    `base` is marked in its place: no copy of it is needed. `longest` is the longest side of the
    original. Returns `files` (name, recipe, format, width, height) and what `likeness.seen` sees.
    """
    files = []
    recipes = recipes_for(longest)
    picture = scaled(base, fitted(*base.size, recipes[0].longest_side))
    for recipe, after in zip(recipes, [*recipes[1:], None], strict=True):
        shown = picture
        if after is not None:
            picture = scaled(picture, fitted(*picture.size, after.longest_side))
        if recipe.marked:
            shown = overlaid(shown, mark)
        for format in recipe.formats:
            name = f"{recipe.name}.{EXTENSIONS[format]}"
            shown.save(Path(folder) / name, format, **SAVED_AS[format])
            files.append(
                {
                    "name": name,
                    "recipe": recipe.name,
                    "format": format,
                    "width": shown.width,
                    "height": shown.height,
                }
            )
    return {"files": files, **likeness.seen(picture)}


def loaded(image: Image.Image, whole: Box) -> Image.Image:
    """The picture decoded, of a file that holds the `whole`.

    Raises MemoryError where that may be the reason that it could not be: decoders that get no more
    memory call it a damaged file.
    """
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:
        if not _has_room(int(_BYTES_A_PIXEL * whole[2] * whole[3])):
            raise MemoryError from error
        raise
    return image


def _has_room(count: int) -> bool:
    """Whether this process may have so many more bytes."""
    try:
        mmap(-1, max(1, count)).close()
    except OSError:
        return False
    return True
