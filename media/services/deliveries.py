"""What a buyer gets: a file made from the original, with the licence written into it."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.utils.text import slugify

from media.models import Work
from media.rules import wishes
from media.rules.formats import Unfit
from media.rules.kinds import Kind
from media.rules.metadata import Facts
from media.rules.wishes import FileKind, Wish
from media.services import credentials, darkroom, originals
from media.services.storage import places
from stockcoop.kernel.errors import Refused

PREFIX = "deliveries/"
"""Where files for licences lie in the bucket of the originals, for as long as KEPT."""

KEPT = timedelta(days=1)

_EXTENSIONS = {
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/webp": "webp",
}


class NotDeliverable(Refused):
    """The file cannot be made now; nothing is wrong with the licence."""

    status = 503


@dataclass(frozen=True)
class Delivery:
    """A file for one licence. Sizes in pixels and bytes.

    On a disk it is the open `file`, read from its start; whoever takes it closes it. In a bucket
    there is none, and it lies under `key` among the originals.
    """

    file: IO[bytes] | None
    key: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    width: int
    height: int


def kinds(*, work: Work, longest_side: int | None) -> list[FileKind]:
    """The files that a buyer may choose from, the default first; empty for a clip."""
    if work.kind == Kind.VIDEO:
        return []
    return wishes.kinds(work.media_type, whole=work.is_whole_at(longest_side))


def cut(
    *, work: Work, longest_side: int | None, facts: Facts, wish: Wish, trace: bytes = b""
) -> Delivery:
    """The file of `work` with `longest_side` pixels at most, and `facts` as its only metadata.

    A photograph comes as wished; with None, or a size that the original does not reach, its
    picture can be that of the original, bit by bit. A clip is an MP4; with None it has the
    original's own frames and sound in a file of the same kind. `trace` is the seed of the mark
    that a photograph made anew carries unseen. Equal works, sizes, wishes, facts and traces give
    equal bytes, until they are signed. Raises NotDeliverable, or NotOffered.
    """
    if work.kind != Kind.VIDEO:
        wishes.check(wish, work.media_type, whole=work.is_whole_at(longest_side))
    try:
        with originals.local(work) as path, TemporaryDirectory(prefix="delivery-") as folder:
            target = Path(folder) / "cut"
            made = darkroom.cut(path, target, longest_side, facts, wish, trace)
            target = credentials.signed(work=work, original=path, cut=target, made=made)
            return _delivery(work, target, made.format.media_type, made.width, made.height)
    except (Unfit, darkroom.Fault, FileNotFoundError) as error:
        raise NotDeliverable(
            "The file cannot be made right now. Your licence is not affected; "
            "please try again in a few minutes or write to us."
        ) from error


def _delivery(work: Work, path: Path, media_type: str, width: int, height: int) -> Delivery:
    """The file opened, to be read on even after its name is gone; or put into the bucket."""
    digest, bucket = originals.sha256_of(path), places.bucket(places.ORIGINALS)
    key = f"{PREFIX}{digest}.{_EXTENSIONS[media_type]}"
    if bucket is not None:
        bucket.put(key, path, media_type)
    return Delivery(
        file=path.open("rb") if bucket is None else None,
        key=key,
        name=_name(work, media_type, width, height),
        media_type=media_type,
        bytes=path.stat().st_size,
        sha256=digest,
        width=width,
        height=height,
    )


def _name(work: Work, media_type: str, width: int, height: int) -> str:
    stem = slugify(work.title)[:60] or work.kind
    return f"{stem}-{width}x{height}.{_EXTENSIONS[media_type]}"
