"""TIFFs that Pillow would refuse, or show as noise or as a negative. Importing this changes Pillow.

Whoever opens TIFFs takes what they open through `lab` and `positive`.
"""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageChops, TiffImagePlugin, TiffTags, UnidentifiedImageError
from PIL.TiffImagePlugin import ImageFileDirectory_v2, TiffImageFile

from media.rules.formats import EXTRA_CHANNELS, FLOATING, PREVIEW_FIRST, RAW, Unfit

IIM = 33723
_SUBFILE_TYPE, _BITS, _PHOTOMETRIC, _CHANNELS = 254, 258, 262, 277
_INNER, _SAMPLE_FORMAT, _DNG_VERSION = 330, 339, 50706
_IS_PREVIEW, _IS_FLOATING = 1, 3
_WHITE_IS_ZERO, _CIELAB, _COLOUR_FILTERS, _LINEAR_RAW = 0, 8, 32803, 34892
_OWN_CHANNELS = {_WHITE_IS_ZERO: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, _CIELAB: 3}
"""By photometric interpretation, of those that are read."""

_MOST_DIRECTORIES = 32
_ROWS_AT_ONCE = 256
_ORDERS = ((b"II", "L"), (b"MM", "B"))

# Pillow's own reader mistakes channels that lie one after another where they have 16 bits.
TiffImagePlugin.READ_LIBTIFF = True

# Pillow has no Lab of 16 bits, and mistakes that of 8 where the channels lie one after another.
# Both are read as if they were red, green and blue, and `is_lab` knows them again. A fourth
# channel of no stated meaning, such as a saved selection, is left out as Pillow does it in RGB.
for _mark, _order in _ORDERS:
    for _bits, _depth in ((8, ""), (16, f";16{_order}")):
        _lab = _mark, _CIELAB, (1,), 1
        TiffImagePlugin.OPEN_INFO[*_lab, (_bits,) * 3, ()] = ("RGB", f"RGB{_depth}")
        TiffImagePlugin.OPEN_INFO[*_lab, (_bits,) * 4, (0,)] = ("RGB", f"RGBX{_depth}")
TiffImagePlugin.OPEN_INFO[b"MM", _WHITE_IS_ZERO, (1,), 1, (16,), ()] = ("I;16B", "I;16B")

# Pillow expects one value, and of the numbers as which IIM is often declared keeps the first.
TiffTags.TAGS_V2[IIM] = TiffTags.TagInfo(IIM, "IptcNaaInfo", TiffTags.UNDEFINED, None)


def opened(path: str) -> Image.Image:
    """The first picture, with nothing but its header read. Raises Unfit when it is not taken."""
    try:
        image = Image.open(path, formats=[TiffImageFile.format])
    except UnidentifiedImageError:
        if refusal := _refusal(path):
            raise Unfit(refusal) from None
        raise
    assert isinstance(image, TiffImageFile)
    if _is_raw(image.tag_v2) or _is_preview(image.tag_v2):
        raise Unfit(_refusal(path) or RAW)
    return image


def _refusal(path: str) -> str | None:
    """Why a TIFF is not taken, if its directories tell."""
    first: ImageFileDirectory_v2 | None = None
    for directory in _directories(path):
        if _is_raw(directory):
            return RAW
        first = directory if first is None else first
    if first is None:
        return None
    if _is_preview(first):
        return PREVIEW_FIRST
    if _IS_FLOATING in first.get(_SAMPLE_FORMAT, ()) or max(first.get(_BITS, (1,))) >= 32:
        return FLOATING
    channels = first.get(_CHANNELS, 1)
    own = _OWN_CHANNELS.get(first.get(_PHOTOMETRIC, _WHITE_IS_ZERO), channels)
    return EXTRA_CHANNELS if channels > own else None


def _directories(path: str) -> Iterator[ImageFileDirectory_v2]:
    """Those of the pictures one after another, and of pictures within them, a number at most."""
    with Path(path).open("rb") as file:
        head = file.read(8)
        head += file.read(8) if head[2] == 43 else b""
        places, seen = [ImageFileDirectory_v2(head).next], {0}
        while places and len(seen) <= _MOST_DIRECTORIES:
            place = places.pop(0)
            if place in seen:
                continue
            seen.add(place)
            file.seek(place)
            directory = ImageFileDirectory_v2(head)
            directory.load(file)
            yield directory
            inner = directory.get(_INNER, ())
            places += [*(inner if isinstance(inner, tuple) else (inner,)), directory.next]


def _is_raw(tags: ImageFileDirectory_v2) -> bool:
    """Raw files are TIFFs too, often with a preview as their first picture."""
    return _DNG_VERSION in tags or tags.get(_PHOTOMETRIC) in {_COLOUR_FILTERS, _LINEAR_RAW}


def _is_preview(tags: ImageFileDirectory_v2) -> bool:
    return bool(tags.get(_SUBFILE_TYPE, 0) & _IS_PREVIEW)


def _photometric(image: Image.Image) -> int | None:
    tags = getattr(image, "tag_v2", {})
    return tags.get(_PHOTOMETRIC)


def is_lab(image: Image.Image) -> bool:
    """Whether what looks like RGB are the channels of Lab, as they lie in the file."""
    return image.mode == "RGB" and _photometric(image) == _CIELAB


def lab(image: Image.Image) -> Image.Image:
    """What `is_lab` as Lab, strip by strip: whole copies would take twice the memory."""
    made = Image.new("LAB", image.size)
    for top in range(0, image.height, _ROWS_AT_ONCE):
        strip = image.crop((0, top, image.width, min(top + _ROWS_AT_ONCE, image.height)))
        made.paste(Image.frombytes("LAB", strip.size, strip.tobytes()), (0, top))
    return made


def positive(grey: Image.Image, image: Image.Image) -> Image.Image:
    """`grey` made from an `image` of 16 bits, turned round if its zero is white.

    Pillow turns those of 8 bits itself.
    """
    return ImageChops.invert(grey) if _photometric(image) == _WHITE_IS_ZERO else grey
