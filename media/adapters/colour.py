"""Any colour space that photographs come in, to opaque sRGB. Pillow and LittleCMS."""

from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import cast

from PIL import Image, ImageChops, ImageCms
from PIL.PngImagePlugin import PngImageFile

from media.adapters import coded, tiffs
from media.rules import tone
from media.rules.codepoints import Codes
from media.rules.formats import FLOATING, Unfit

CODE_POINTS = "code_points"
"""Where `photos.opened` puts `Codes` into a picture's `info`, if its file has any."""

Source = bytes | Codes | None
"""What says which colours are meant: a profile, code points, or nothing, which stands for sRGB."""

_SRGB = ImageCms.createProfile("sRGB")
_LAB = ImageCms.createProfile("LAB")
_KEEPS_BLACK = ImageCms.Flags.BLACKPOINTCOMPENSATION
_SPACES = {
    "RGB": "RGB",
    "RGBA": "RGB",
    "CMYK": "CMYK",
    "L": "GRAY",
    "LA": "GRAY",
    "I;16": "GRAY",
    "LAB": "Lab",
}
"""What a profile has to be of for a picture of each mode."""
_ALL_COLOURS = Image.frombytes(
    "RGB",
    (64, 8),
    bytes(int(n // 8**place % 8 * 255 / 7) for n in range(512) for place in (2, 1, 0)),
)
_UNSEEN = 2
_KNOWN_SRGB = frozenset(
    {
        "2b3aa1645779a9e634744faf9b01e9102b0c9b88fd6deced7934df86b949af7e",
        "a8e4d0dcd76a6ca2dff3aa8dbd251d465bc826836807ec0dbb3e790ff3d54fbf",
    }
)
"""SHA-256 of the two files of "sRGB IEC61966-2.1" that most cameras and programs embed."""
_WITHOUT_ALPHA = {
    "RGB": "RGB",
    "RGBA": "RGB",
    "P": "RGB",
    "PA": "RGB",
    "L": "L",
    "LA": "L",
    "1": "L",
    "I;16": "L",
    "I;16B": "L",
}
_MADE_AT = slice(24, 36)
_NEW_YEAR_2000 = b"".join(n.to_bytes(2, "big") for n in (2000, 1, 1, 0, 0, 0))


def source_of(image: Image.Image) -> Source:
    """What counts for the colours of a picture: in a PNG its code points, elsewhere its profile."""
    profile = image.info.get("icc_profile")
    codes = image.info.get(CODE_POINTS)
    if codes is None or (profile and image.format != PngImageFile.format):
        return profile
    return None if tone.is_srgb(codes) else codes


def scalable(image: Image.Image, source: Source) -> Image.Image:
    """The picture in a mode that can be resized: grey, RGB, CMYK or Lab, alpha kept.

    16 bits a channel become 8 by their upper halves. Grey that Pillow has opened as colour is grey
    again where its profile is of grey. Raises Unfit for floating point.
    """
    if image.mode.startswith("I;16"):
        order = "L;16B" if image.mode.endswith("B") else "L;16"
        grey = Image.frombytes("L", image.size, image.tobytes(), "raw", order)
        return tiffs.positive(grey, image)
    if image.mode in {"I", "F"}:
        raise Unfit(FLOATING)
    if tiffs.is_lab(image):
        return tiffs.lab(image)
    if "transparency" in image.info or image.mode == "PA":
        return image.convert("LA" if image.mode in {"1", "L"} else "RGBA")
    if _is_grey(image.mode, source):
        return image.convert("LA")
    if image.mode in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def deep(image: Image.Image) -> Image.Image | None:
    """The picture with 16 bits a channel, in the order of this machine; None if it has none.

    Pillow reads 16 bits of grey only; of colour it has kept 8.
    """
    if not image.mode.startswith("I;16"):
        return None
    grey = image
    if image.mode != "I;16":
        grey = Image.frombytes("I;16", image.size, image.tobytes(), "raw", image.mode)
    return tiffs.positive(grey, image)


def is_srgb(image: Image.Image) -> bool:
    """Whether a reader that knows no profiles shows the colours as they are meant."""
    source = source_of(image)
    if isinstance(source, Codes):
        return False
    mode = "L" if _is_grey(image.mode, source) else _WITHOUT_ALPHA.get(image.mode)
    return mode is not None and not tiffs.is_lab(image) and _transform(mode, source) is None


def _is_grey(mode: str, source: Source) -> bool:
    """Whether Pillow has opened grey with alpha as colour, as it does with 16 bits."""
    return mode == "RGBA" and not isinstance(source, Codes) and _sound(source, "LA") is not None


@cache
def srgb_profile() -> bytes:
    """sRGB as a profile to embed; LittleCMS would write the time of its making into it."""
    made = bytearray(ImageCms.ImageCmsProfile(_SRGB).tobytes())
    made[_MADE_AT] = _NEW_YEAR_2000
    return bytes(made)


def sound_profile(data: bytes | None, mode: str | None = None) -> bytes | None:
    """A profile without what follows its end; None for a damaged one, or one of other colours.

    Without a `mode` it may be of the colours of any.
    """
    data = data or b""
    length = int.from_bytes(data[:4], "big")
    if not 128 <= length <= len(data):
        return None
    return bytes(data[:length]) if _sound(data[:length], mode) else None


def opaque(image: Image.Image) -> Image.Image:
    """A `scalable` picture in its own colours, transparent parts on white."""
    if image.mode not in {"LA", "RGBA"}:
        return image
    return _on_white(image.convert("L" if image.mode == "LA" else "RGB"), image.getchannel("A"))


def to_srgb(image: Image.Image, source: Source) -> Image.Image:
    """A `scalable` picture as opaque sRGB, transparent parts on white; it may be overwritten.

    A profile that is damaged or of another colour space than the picture is not applied.
    """
    if image.mode not in {"LA", "RGBA"}:
        return _transformed(image, source)
    alpha = image.getchannel("A")
    colours = image.convert("L" if image.mode == "LA" else "RGB")
    return _on_white(_transformed(colours, source), alpha)


def _on_white(colours: Image.Image, alpha: Image.Image) -> Image.Image:
    """`colours`, overwritten: two large pictures at once are enough."""
    colours.paste("white", None, ImageChops.invert(alpha))
    return colours


def _transformed(image: Image.Image, source: Source) -> Image.Image:
    if isinstance(source, Codes):
        return coded.to_srgb(image if image.mode == "RGB" else image.convert("RGB"), source)
    transform = _transform(image.mode, source)
    if transform is None:
        return image if image.mode == "RGB" else image.convert("RGB")
    try:
        # In its place where that goes; then there is no other.
        return ImageCms.applyTransform(image, transform, inPlace=image.mode == "RGB") or image
    except ImageCms.PyCMSError:
        return image.convert("RGB")


def _transform(mode: str, profile: bytes | None) -> ImageCms.ImageCmsTransform | None:
    """From the profile to sRGB; None when it is sRGB under any name, or cannot be applied."""
    source = _profile(mode, profile)
    if source is None:
        return None
    try:
        transform = ImageCms.buildTransform(
            source, _SRGB, mode, "RGB", ImageCms.Intent.PERCEPTUAL, _KEEPS_BLACK
        )
        return None if mode == "RGB" and _changes_little(transform) else transform
    except ImageCms.PyCMSError:
        return None


def _changes_little(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether it leaves colours as they are, as that of sRGB under any of its names does."""
    changed = ImageCms.applyTransform(_ALL_COLOURS.copy(), transform)
    difference = ImageChops.difference(_ALL_COLOURS, changed or _ALL_COLOURS)
    return all(
        most <= _UNSEEN for _, most in cast("list[tuple[int, int]]", difference.getextrema())
    )


def _profile(mode: str, data: bytes | None) -> ImageCms.ImageCmsProfile | None:
    """The profile to convert from; None for sRGB, or when none is told that makes sense."""
    if mode == "LAB" and not data:
        return ImageCms.ImageCmsProfile(_LAB)
    if not data or sha256(data).hexdigest() in _KNOWN_SRGB:
        return None
    return _sound(data, mode)


def _sound(data: bytes | None, mode: str | None) -> ImageCms.ImageCmsProfile | None:
    """The profile, if it can be read and is of the colours of `mode`, or of any without one."""
    if not data:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(data))
        space = profile.profile.xcolor_space.strip()
    except (OSError, ImageCms.PyCMSError):
        return None
    return profile if space in ([_SPACES[mode]] if mode else _SPACES.values()) else None
