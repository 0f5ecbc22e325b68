"""Pictures painted here to try the watermark on: bright, dark, busy, and a portrait. Pillow."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from media.adapters.watermark import Mark, marked

_LANDSCAPE, _UPRIGHT = (1024, 683), (683, 1024)
_QUALITY = 82


def printed(name: str, mark: Mark) -> bytes:
    """The sample of that name under `mark`, as a JPEG. Raises KeyError."""
    out = BytesIO()
    marked(_painted(name), mark).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


@cache
def _painted(name: str) -> Image.Image:
    return SAMPLES[name](Random(name))  # noqa: S311 (where leaves fall, no secret)


def _bright(dice: Random) -> Image.Image:
    """Snow below a pale sky."""
    picture = _sky(_LANDSCAPE, (214, 228, 240), (252, 250, 246))
    for depth, grey in ((0.5, 226), (0.66, 238), (0.82, 250)):
        _ridge(picture, dice, depth, (grey - 8, grey - 3, grey))
    return picture.filter(ImageFilter.GaussianBlur(1))


def _dark(dice: Random) -> Image.Image:
    """Hills at night."""
    picture = _sky(_LANDSCAPE, (4, 6, 18), (26, 30, 58))
    draw = ImageDraw.Draw(picture)
    for _ in range(260):
        x, y, grey = dice.randrange(1024), dice.randrange(420), dice.randrange(90, 230)
        draw.point((x, y), (grey, grey, grey))
    for depth, grey in ((0.58, 18), (0.7, 11), (0.84, 5)):
        _ridge(picture, dice, depth, (grey, grey + 2, grey + 8))
    return picture


def _busy(dice: Random) -> Image.Image:
    """Fallen leaves."""
    picture = Image.new("RGB", _LANDSCAPE, (70, 60, 40))
    draw = ImageDraw.Draw(picture)
    for _ in range(5000):
        x, y, size = dice.randrange(1024), dice.randrange(683), dice.randrange(4, 16)
        red, green = dice.randrange(40, 250), dice.randrange(30, 210)
        draw.ellipse((x, y, x + size, y + size // 2 + 2), fill=(red, green, dice.randrange(70)))
    return picture


def _portrait(dice: Random) -> Image.Image:
    """Somebody before a wall, upright."""
    picture = _sky(_UPRIGHT, (126, 132, 128), (88, 92, 92))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((90, 700, 593, 1300), fill=(52, 66, 92))
    draw.rounded_rectangle((285, 560, 398, 760), 40, fill=(176, 128, 104))
    draw.ellipse((205, 205, 478, 640), fill=(92, 62, 44))
    draw.ellipse((220, 270, 463, 640), fill=(204, 156, 128))
    for x in (275, 370):
        draw.ellipse((x, 432, x + 40, 452), fill=(70, 52, 44))
    draw.arc((290, 500, 392, 572), 20, 160, fill=(150, 84, 76), width=8)
    return picture.filter(ImageFilter.GaussianBlur(2 + dice.random()))


def _sky(
    size: tuple[int, int], top: tuple[int, int, int], bottom: tuple[int, int, int]
) -> Image.Image:
    """From one colour to another, downwards."""
    fade = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), fade)


def _ridge(picture: Image.Image, dice: Random, depth: float, colour: tuple[int, int, int]) -> None:
    """Hills from that part of the height down."""
    step, y = 64, picture.height * depth
    line = [(x, y + dice.uniform(-60, 60)) for x in range(-step, picture.width + 2 * step, step)]
    foot = [(picture.width + step, picture.height), (-step, picture.height)]
    ImageDraw.Draw(picture).polygon([*line, *foot], fill=colour)


SAMPLES: dict[str, Callable[[Random], Image.Image]] = {
    "bright": _bright,
    "dark": _dark,
    "busy": _busy,
    "portrait": _portrait,
}
