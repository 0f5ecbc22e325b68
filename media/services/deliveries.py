"""What a buyer gets: a file made from the original, with the licence written into it."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.utils.text import slugify

from media.models import Work
from media.rules.formats import Unfit
from media.rules.kinds import Kind
from media.rules.metadata import Facts
from media.services import darkroom, originals
from stockcoop.kernel.errors import Refused

_EXTENSIONS = {
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "image/jpeg": "jpg",
}


class NotDeliverable(Refused):
    """The file cannot be made now; nothing is wrong with the licence."""

    status = 503


@dataclass(frozen=True)
class Delivery:
    """An open file, read from its start; whoever takes it closes it. Sizes in pixels and bytes."""

    file: IO[bytes]
    name: str
    media_type: str
    bytes: int
    sha256: str
    width: int
    height: int


def cut(*, work: Work, longest_side: int | None, facts: Facts) -> Delivery:
    """The file of `work` with `longest_side` pixels at most, and `facts` as its only metadata.

    A photograph is a JPEG; with None, or a size that the original does not reach, an original
    JPEG keeps its pixels bit by bit. A clip is an MP4; with None it is the file as it came.
    Equal works, sizes and facts give equal bytes. Raises NotDeliverable.
    """
    try:
        with originals.local(work) as path:
            if work.kind == Kind.VIDEO and longest_side is None:
                return _delivery(work, path, work.media_type, work.width, work.height)
            with TemporaryDirectory(prefix="delivery-") as folder:
                target = Path(folder) / "cut"
                width, height = darkroom.cut(path, target, longest_side, facts)
                media_type = "video/mp4" if work.kind == Kind.VIDEO else "image/jpeg"
                return _delivery(work, target, media_type, width, height)
    except (Unfit, darkroom.Fault, FileNotFoundError) as error:
        raise NotDeliverable(
            "The file cannot be made right now. Your licence is not affected; "
            "please try again in a few minutes or write to us."
        ) from error


def _delivery(work: Work, path: Path, media_type: str, width: int, height: int) -> Delivery:
    """The file opened: it can be read on even after its name is gone from the folder."""
    stem = slugify(work.title)[:60] or work.kind
    return Delivery(
        file=path.open("rb"),
        name=f"{stem}-{width}x{height}.{_EXTENSIONS[media_type]}",
        media_type=media_type,
        bytes=path.stat().st_size,
        sha256=originals.sha256_of(path),
        width=width,
        height=height,
    )
