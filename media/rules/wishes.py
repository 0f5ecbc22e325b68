"""In which format and colours a buyer may have the photograph that they bought."""

from dataclasses import dataclass
from enum import StrEnum

from media.rules.formats import Format
from stockcoop.kernel.errors import Refused


class FileKind(StrEnum):
    """The file that is handed out; SENT is the artist's own, with other metadata."""

    SENT = "sent"
    JPEG = "jpeg"
    TIFF = "tiff"
    PNG = "png"


class Colours(StrEnum):
    """Whether the picture keeps its colour profile or becomes sRGB."""

    SRGB = "srgb"
    KEPT = "kept"


class NotOffered(Refused):
    """This photograph is not to be had so."""

    status = 422


@dataclass(frozen=True)
class Wish:
    """A choice among what `kinds` offers."""

    kind: FileKind = FileKind.JPEG
    colours: Colours = Colours.SRGB


_EXCHANGEABLE = frozenset({Format.JPEG, Format.PNG, Format.TIFF, Format.WEBP})
"""The formats in which metadata can be exchanged and the picture left alone."""


_LONGEST_JPEG = 65_500
"""Pixels; libjpeg makes none with a longer side."""


def kinds(media_type: str, *, whole: bool, longest: int) -> list[FileKind]:
    """What is offered of an original of `media_type`, the default first.

    SENT only for the `whole` original, since anything smaller is made anew. `longest` is the
    longest side of what is delivered, in pixels.
    """
    made = [FileKind.TIFF, FileKind.PNG]
    if longest <= _LONGEST_JPEG:
        made.insert(0, FileKind.JPEG)
    sent = whole and media_type in {format.media_type for format in _EXCHANGEABLE}
    return [FileKind.SENT, *made] if sent else made


def check(wish: Wish, offered: list[FileKind]) -> None:
    """Raises NotOffered."""
    if wish.kind not in offered:
        raise NotOffered("This photograph is not to be had in this format.")


def is_exchange(wish: Wish, format: Format, *, in_srgb: bool) -> bool:
    """Whether the whole original in `format` satisfies `wish` with its picture left alone."""
    if wish.kind is FileKind.SENT:
        return True
    same = wish.kind.value == format.value
    return same and (wish.colours is Colours.KEPT or in_srgb)
