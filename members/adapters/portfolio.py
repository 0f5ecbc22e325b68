"""The door to Pillow for portfolios: an untrusted file in, a small clean JPEG out."""

import io
import warnings
from typing import IO

from PIL import Image, ImageCms, ImageOps

from members.rules.portfolio import Limits, Picture, fault_of_size
from stockcoop.kernel.errors import Refused

_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")
_SRGB = ImageCms.createProfile("sRGB")
_QUALITY = 88


class BadPicture(Refused):
    """The file is not a picture that can be kept; the message names it and says why."""

    status = 422


def clean(file: IO[bytes], *, name: str, size: int, limits: Limits) -> Picture:
    """Decode `file` (`size` bytes) and make the copy that is kept: upright, sRGB, no metadata.

    Dimensions are checked before a pixel is decoded. Raises BadPicture.
    """
    if size == 0:
        raise BadPicture(f"{name}: the file is empty.")
    if size > limits.most_bytes:
        raise BadPicture(f"{name}: larger than {limits.most_bytes // 1024 // 1024} MB.")
    try:
        with warnings.catch_warnings():
            # Limits of our own replace Pillow's; damaged metadata, which it warns of, is dropped.
            warnings.simplefilter("ignore")
            return _copy(_opened(file, name, limits), limits)
    except BadPicture:
        raise
    except Image.DecompressionBombError:
        raise BadPicture(f"{name}: it has more pixels than we open.") from None
    except Exception as error:
        # Decoders of hostile files fail in many ways (OSError, SyntaxError, struct.error, ...);
        # each of them means the same to the asker.
        raise BadPicture(f"{name}: not a JPEG, PNG, WebP or TIFF that we can read.") from error


def _opened(file: IO[bytes], name: str, limits: Limits) -> Image.Image:
    image = Image.open(file, formats=_FORMATS)
    fault = fault_of_size(*image.size, limits)
    if fault:
        raise BadPicture(f"{name}: {fault}.")
    image.draft("RGB", (limits.longest_side, limits.longest_side))
    return image


def _copy(image: Image.Image, limits: Limits) -> Picture:
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 257).convert("L")
    image.thumbnail((limits.longest_side, limits.longest_side), Image.Resampling.LANCZOS)
    image = _on_white(_in_srgb(image, profile))
    out = io.BytesIO()
    image.info.clear()
    image.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return Picture(out.getvalue(), image.width, image.height)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode in {"P", "PA", "LA"} or (image.mode != "RGB" and "transparency" in image.info):
        return image.convert("RGBA")
    if not profile or image.mode not in {"RGB", "CMYK", "L"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError):
        # A broken profile says nothing about the colours; the picture is shown as it is.
        return image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGBA":
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image).convert("RGB")
    return image.convert("RGB")
