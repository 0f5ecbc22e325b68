"""Photographs opened, measured and scaled with Pillow. Runs in the sandbox's child."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.MpoImagePlugin import MpoImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from media.adapters import colour, embedded
from media.adapters.reading import reading
from media.adapters.watermark import Mark, marked
from media.rules import colours, thumbhash
from media.rules.colours import Rgb
from media.rules.formats import ANIMATED, RAW, Format, Unfit
from media.rules.limits import Limits, check_size
from media.rules.recipes import EXTENSIONS, RECIPES, fitted, recipes_for

_DECODERS = {
    Format.JPEG: [JpegImageFile.format, MpoImageFile.format],
    Format.PNG: [PngImageFile.format],
    Format.TIFF: [TiffImageFile.format],
    Format.WEBP: [WebPImageFile.format],
    Format.AVIF: [AvifImageFile.format],
}
# Our own limit stands in its place: it is checked before anything is decoded, and has words.
Image.MAX_IMAGE_PIXELS = None

_ORIENTATION, _SUBFILE_TYPE, _DNG_VERSION = 0x0112, 254, 50706
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
_JPEG_QUALITY, _WEBP_QUALITY, _WEBP_EFFORT = 82, 80, 2
_PALETTE, _PALETTE_SIDE, _HASH_SIDE = 12, 64, 32


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
    image = Image.open(path, formats=_DECODERS[format])
    check_size(*image.size, limits)
    if (
        image.format != MpoImageFile.format
        and format is not Format.TIFF
        and getattr(image, "n_frames", 1) > 1
    ):
        raise Unfit(ANIMATED)
    if format is Format.TIFF and _is_raw(image):
        raise Unfit(RAW)
    return image


def upright_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    return (height, width) if orientation_of(image) in _SIDEWAYS else (width, height)


def orientation_of(image: Image.Image) -> int:
    """The Exif orientation, 1 to 8; 1 when there is none that makes sense."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # Exif directories come broken in ways that Pillow does not foresee.
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def at_most(image: Image.Image, longest_side: int) -> Image.Image:
    """The picture decoded, `longest_side` pixels at most, upright, opaque, in sRGB."""
    profile = image.info.get("icc_profile")
    orientation = orientation_of(image)
    size = fitted(*image.size, longest_side)
    image.draft(None, size)
    scaled = resized(colour.scalable(_loaded(image)), size)
    picture = colour.to_srgb(scaled, profile)
    if orientation in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[orientation])
    # Pillow would write comments and profiles that it finds here into what it saves.
    picture.info.clear()
    return picture


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def print_all(base: Image.Image, longest: int, folder: str, mark: Mark) -> dict[str, Any]:
    """Every rendition of `base` (upright sRGB) as files in `folder`, each made from the larger.

    `longest` is the longest side of the original. Returns `files` (name, recipe, format, width,
    height) and what the colours of the picture are.
    """
    files = []
    picture = base
    for recipe in recipes_for(longest):
        picture = resized(picture, fitted(*picture.size, recipe.longest_side))
        shown = marked(picture, mark) if recipe.marked else picture
        for format, name in _saved(shown, Path(folder), recipe.name):
            files.append(
                {
                    "name": name,
                    "recipe": recipe.name,
                    "format": format,
                    "width": shown.width,
                    "height": shown.height,
                }
            )
    return {"files": files, **_colours(picture)}


def _saved(image: Image.Image, folder: Path, recipe: str) -> Iterator[tuple[str, str]]:
    for format, options in (
        ("jpeg", {"quality": _JPEG_QUALITY}),
        ("webp", {"quality": _WEBP_QUALITY, "method": _WEBP_EFFORT}),
    ):
        name = f"{recipe}.{EXTENSIONS[format]}"
        image.save(folder / name, format, **options)
        yield format, name


def _colours(image: Image.Image) -> dict[str, Any]:
    small = image.resize(fitted(*image.size, _PALETTE_SIDE), Image.Resampling.BOX)
    reduced = small.quantize(_PALETTE, Image.Quantize.MEDIANCUT, kmeans=2).convert("RGB")
    counted = cast("list[tuple[int, Rgb]]", reduced.getcolors(_PALETTE))
    hexes, names = colours.palette(counted)
    tiny = image.resize(fitted(*image.size, _HASH_SIDE), Image.Resampling.BOX)
    return {
        "colours": hexes,
        "colour_names": names,
        "thumbhash": thumbhash.encode(*tiny.size, tiny.tobytes()),
    }


def _loaded(image: Image.Image) -> Image.Image:
    image.load()
    return image


def _is_raw(image: Image.Image) -> bool:
    """Raw files are TIFFs too, whose first picture is a small preview."""
    tags = getattr(image, "tag_v2", {})
    return _DNG_VERSION in tags or bool(tags.get(_SUBFILE_TYPE, 0) & 1)
