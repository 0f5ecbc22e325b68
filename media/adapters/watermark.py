"""The co-op's name over a picture, tiled and translucent. Pillow."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from media.rules.recipes import RECIPES
from media.rules.watermark import positions

_ANGLE = 30
_TEXT_PER_SIDE = 26
"""The longest side of a picture is so many times as long as its watermark is high."""


@dataclass(frozen=True)
class Mark:
    """`text` and how much it covers, `opacity` in percent."""

    text: str
    opacity: int


def marked(image: Image.Image, mark: Mark) -> Image.Image:
    """A copy of an RGB picture under the mark."""
    colours, cover = _cell(mark, max(12, max(image.size) // _TEXT_PER_SIDE))
    copy = image.copy()
    for position in positions(image.size, colours.size):
        copy.paste(colours, position, cover)
    return copy


def warm(mark: Mark) -> None:
    """Cut the mark for the sizes in which most pictures are made, so that it lies ready."""
    for recipe in RECIPES:
        if recipe.marked:
            _cell(mark, recipe.longest_side // _TEXT_PER_SIDE)


def layer(size: tuple[int, int], mark: Mark) -> Image.Image:
    """The mark alone, on a transparent RGBA picture of `size`, to lay over frames of a clip."""
    colours, cover = _cell(mark, max(12, max(size) // _TEXT_PER_SIDE))
    cell = colours.convert("RGBA")
    cell.putalpha(cover)
    empty = Image.new("RGBA", size, (255, 255, 255, 0))
    for position in positions(size, cell.size):
        empty.paste(cell, position)
    return empty


@lru_cache(maxsize=16)
def _cell(mark: Mark, height: int) -> tuple[Image.Image, Image.Image]:
    """One turned wordmark: its colours, and how much of them covers what is below.

    White letters with a dark rim read on light and on dark ground alike.
    """
    font = _font(mark.text, height)
    rim = max(1, height // 14)
    left, top, right, bottom = font.getbbox(mark.text, stroke_width=rim)
    size = int(right - left) + 2 * rim, int(bottom - top) + 2 * rim
    origin = rim - left, rim - top
    whole, inner = Image.new("L", size), Image.new("L", size)
    ImageDraw.Draw(whole).text(origin, mark.text, fill=255, font=font, stroke_width=rim)
    ImageDraw.Draw(inner).text(origin, mark.text, fill=255, font=font)
    whole, inner = (
        layer.rotate(_ANGLE, Image.Resampling.BICUBIC, expand=True) for layer in (whole, inner)
    )
    colours = Image.merge("RGB", (inner, inner, inner))
    share = mark.opacity / 100
    cover = Image.composite(
        whole.point(lambda level: level * share),
        whole.point(lambda level: level * share * 0.55),
        inner,
    )
    return colours, cover


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
