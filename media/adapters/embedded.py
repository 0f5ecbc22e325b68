"""The metadata inside a photograph, wherever its format keeps it. Runs in the sandbox's child."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from PIL import Image

from media.adapters import tiffs
from media.rules import iptc, jpeg, xmp
from media.rules.formats import Format
from media.rules.metadata import Facts, cleaned, merged

_ARTIST, _COPYRIGHT = 0x013B, 0x8298
_XMP, _RESOURCES = 700, 34377
_LARGEST = 4 * 1024 * 1024
_HEAD = 32 * 1024 * 1024


def facts_of(image: Image.Image, path: str, format: Format) -> dict[str, Any]:
    """What the file says about itself, as the fields of `Facts`, XMP before IIM before Exif."""
    said = _in_jpeg(path) if format is Format.JPEG else _in_tags(image)
    return asdict(cleaned(merged(*said, _in_exif(image))))


def _in_jpeg(path: str) -> tuple[Facts, Facts]:
    with Path(path).open("rb") as file:
        return jpeg.facts_of(file.read(_HEAD))


def _in_tags(image: Image.Image) -> tuple[Facts, Facts]:
    tags = getattr(image, "tag_v2", {})
    packet = tags.get(_XMP) or image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    order: Literal["big", "little"] = "big" if getattr(tags, "prefix", b"") == b"MM" else "little"
    stream = _bytes(tags.get(tiffs.IIM), order) or iptc.from_resources(_bytes(tags.get(_RESOURCES)))
    return xmp.decode(_bytes(packet)), iptc.decode(stream)


def _in_exif(image: Image.Image) -> Facts:
    try:
        exif = image.getexif()
        return Facts(creator=str(exif.get(_ARTIST, "")), rights=str(exif.get(_COPYRIGHT, "")))
    except Exception:  # Exif directories come broken in ways that Pillow does not foresee.
        return Facts()


def _bytes(value: object, order: Literal["big", "little"] = "little") -> bytes:
    """A tag's value as it lay in the file; IIM is often declared as 32-bit numbers."""
    if isinstance(value, tuple):
        numbers = (n for n in value if isinstance(n, int) and 0 <= n < 2**32)
        value = b"".join(n.to_bytes(4, order) for n in numbers)
    if isinstance(value, str):
        value = value.encode()
    return value[:_LARGEST] if isinstance(value, bytes) else b""
