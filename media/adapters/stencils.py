"""What the watermark is cut from: letters, or the co-op's own logo. Pillow and resvg."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import resvg_py
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError
from PIL.PngImagePlugin import PngImageFile

_LOGO_HEIGHT = 512
_LARGEST_FILE = 1024 * 1024
_LARGEST_SIDE = 4096
_SEE_THROUGH, _COVERS = 64, 192
_LONGEST_LOGO = 20
_INCLUDES = re.compile(r"<(?:[\w.-]+:)?image\b|<!ENTITY")
_ROOT = re.compile(r"<(?:[\w.-]+:)?svg\b[^>]*>")
_NUMBER = r"([+-]?[\d.]+(?:[eE][+-]?\d+)?)"
_VIEW = re.compile(rf"""\bviewBox\s*=\s*["'][^"']*?{_NUMBER}[\s,]+{_NUMBER}\s*["']""")
_WIDTH = re.compile(rf"""\swidth\s*=\s*["']\s*{_NUMBER}""")
_HEIGHT = re.compile(rf"""\sheight\s*=\s*["']\s*{_NUMBER}""")


class Unusable(Exception):
    """The file cannot be a watermark; the message is a sentence for who set it."""


def letters(text: str, height: int) -> Image.Image:
    """`text` in letters of that height: an L picture, 255 where they are."""
    font = _font(text, height)
    left, top, right, bottom = font.getbbox(text)
    shape = Image.new("L", (max(1, round(right - left)), max(1, round(bottom - top))))
    ImageDraw.Draw(shape).text((-left, -top), text, fill=255, font=font)
    return shape


@cache
def logo(path: Path) -> bytes:
    """The shape of a PNG or SVG as a PNG of kind L. Raises Unusable.

    Its colours do not count: what is not transparent becomes the mark.
    """
    try:
        size = path.stat().st_size
        if size > _LARGEST_FILE:
            raise Unusable(f"{path} is larger than a megabyte. Save a simpler logo.")
        data = path.read_bytes()
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}.") from None
    cover = _opened(data if data.startswith(b"\x89PNG") else _rasterised(data, path), path)
    lowest, highest = cover.getextrema()
    if lowest > _SEE_THROUGH or highest < _COVERS:  # type: ignore[operator]  # of one channel
        raise Unusable(f"{path} has no shape: save it on a transparent ground, its parts opaque.")
    out = BytesIO()
    cover.crop(cover.getbbox()).save(out, "PNG")
    return out.getvalue()


def _rasterised(data: bytes, path: Path) -> bytes:
    """resvg draws; it runs no scripts and asks no network. Files it would include are not given."""
    try:
        text = data.decode()
        if _INCLUDES.search(text):
            raise Unusable(f"{path} includes other files. Save it as plain shapes.")
        if _proportions(text) > _LONGEST_LOGO:
            raise Unusable(f"{path} is more than {_LONGEST_LOGO} times as long as it is high.")
        return bytes(resvg_py.svg_to_bytes(text, height=_LOGO_HEIGHT, skip_system_fonts=True))
    except (ValueError, ZeroDivisionError):
        raise Unusable(f"{path} is neither a PNG nor an SVG that can be drawn.") from None


def _proportions(text: str) -> float:
    """How many times as long as it is high a drawing says it is; it is drawn as long as that."""
    root = _ROOT.search(text)
    tag = root[0] if root else ""
    view, width, height = (told.search(tag) for told in (_VIEW, _WIDTH, _HEIGHT))
    longest = 1.0
    if view:
        longest = max(longest, float(view[1]) / float(view[2]))
    if width and height:
        longest = max(longest, float(width[1]) / float(height[1]))
    return longest


def _opened(data: bytes, path: Path) -> Image.Image:
    """How much of each pixel is covered, 512 pixels high at most."""
    try:
        image = PngImageFile(BytesIO(data))
        if max(image.size) > _LARGEST_SIDE:
            raise Unusable(f"{path} is more than {_LARGEST_SIDE} pixels long. Save it smaller.")
        cover = image.convert("RGBA").getchannel("A")
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError):
        raise Unusable(f"{path} is no PNG that can be read.") from None
    if cover.height > _LOGO_HEIGHT:
        width = max(1, round(cover.width * _LOGO_HEIGHT / cover.height))
        cover = cover.resize((width, _LOGO_HEIGHT), Image.Resampling.LANCZOS)
    return cover


def _font(text: str, height: int) -> ImageFont.FreeTypeFont:
    """Pillow's own font, or the first of Noto's that has a letter for each character of `text`."""
    own = ImageFont.load_default(height)
    assert isinstance(own, ImageFont.FreeTypeFont)
    return next((font for font in _fonts(own, height) if _has_letters(font, text)), own)


def _fonts(own: ImageFont.FreeTypeFont, height: int) -> Iterator[ImageFont.FreeTypeFont]:
    yield own
    for package in ("noto_cjk_sans_otc", "manimgx_fonts"):
        for path in sorted(Path(str(files(package))).glob("*.tt[cf]")):
            yield ImageFont.truetype(path, height)


def _has_letters(font: ImageFont.FreeTypeFont, text: str) -> bool:
    """Whether none of the characters is drawn as the box that stands for what is missing."""
    box = bytes(font.getmask("\uffff"))
    return all(bytes(font.getmask(letter)) != box for letter in text if not letter.isspace())
