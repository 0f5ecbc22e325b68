"""TIFFs that Pillow would refuse, or show as noise or as a negative. Importing this changes Pillow.

Whoever opens TIFFs takes what they open through `lab` and `positive`.
"""

from PIL import Image, ImageChops, TiffImagePlugin, TiffTags

IIM = 33723
_PHOTOMETRIC, _WHITE_IS_ZERO, _CIELAB = 262, 0, 8
_ROWS_AT_ONCE = 256
_ORDERS = ((b"II", "L"), (b"MM", "B"))

# Pillow's own reader mistakes channels that lie one after another where they have 16 bits.
TiffImagePlugin.READ_LIBTIFF = True

# Pillow has no Lab of 16 bits, and mistakes that of 8 where the channels lie one after another.
# Both are read as if they were red, green and blue, and `is_lab` knows them again.
for _mark, _order in _ORDERS:
    for _bits, _packed in ((8, "RGB"), (16, f"RGB;16{_order}")):
        _key = (_mark, _CIELAB, (1,), 1, (_bits,) * 3, ())
        TiffImagePlugin.OPEN_INFO[_key] = ("RGB", _packed)
TiffImagePlugin.OPEN_INFO[b"MM", _WHITE_IS_ZERO, (1,), 1, (16,), ()] = ("I;16B", "I;16B")

# Pillow expects one value, and of the numbers as which IIM is often declared keeps the first.
TiffTags.TAGS_V2[IIM] = TiffTags.TagInfo(IIM, "IptcNaaInfo", TiffTags.UNDEFINED, None)


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
