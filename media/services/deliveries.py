"""What a buyer gets: a file made from the original, with the licence written into it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.conf import settings
from django.utils.text import slugify

from media.models import Work
from media.rules import wishes
from media.rules.encodings import DONE, Readiness
from media.rules.formats import Unfit
from media.rules.kinds import Kind
from media.rules.metadata import Facts
from media.rules.wishes import FileKind, Wish
from media.services import credentials, darkroom, encodings, originals
from media.services.storage import places
from stockcoop.kernel.errors import Refused

_log = logging.getLogger(__name__)

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
    longest = max(work.width, work.height)
    whole = work.is_whole_at(longest_side)
    return wishes.kinds(work.media_type, whole=whole, longest=min(longest, longest_side or longest))


def readiness(*, work: Work, longest_side: int | None) -> Readiness:
    """Whether the file of `work` in that size can be cut at once."""
    if not _is_encoded(work, longest_side):
        return Readiness(is_ready=True)
    assert longest_side is not None
    return encodings.readiness(work=work, longest_side=longest_side)


def prepare(*, work: Work, longest_side: int | None, at: datetime) -> Readiness:
    """Have made what has to be there before the file can be cut; asked again, nothing more."""
    if not _is_encoded(work, longest_side):
        return Readiness(is_ready=True)
    assert longest_side is not None
    return encodings.order(work=work, longest_side=longest_side, at=at)


def cut(
    *, work: Work, longest_side: int | None, facts: Facts, wish: Wish, trace: bytes = b""
) -> Delivery:
    """The file of `work` with `longest_side` pixels at most, and `facts` as its only metadata.

    A photograph comes as wished; with None, or a size that the original does not reach, its
    picture can be that of the original, bit by bit. A clip has the original's own frames and sound
    in a file of the same kind, or smaller those of the MP4 that `prepare` has had made. `trace` is
    the seed of the mark that a photograph made anew carries unseen. Equal works, sizes, wishes,
    facts and traces give equal bytes, until they are signed. Raises NotDeliverable, or NotOffered.
    """
    if work.kind != Kind.VIDEO:
        wishes.check(wish, kinds(work=work, longest_side=longest_side))
    try:
        with (
            _files(work, longest_side) as (original, path),
            TemporaryDirectory(prefix="delivery-") as folder,
        ):
            target = Path(folder) / "cut"
            made = darkroom.cut(path, target, longest_side, facts, wish, trace)
            if path != original:
                made = replace(made, actions=DONE)
            target = credentials.signed(work=work, original=original, cut=target, made=made)
            return _delivery(work, target, made.format.media_type, made.width, made.height)
    except (Unfit, darkroom.Fault, FileNotFoundError) as error:
        # Somebody has paid for it.
        _log.exception("a file of work %s cannot be made", work.uuid)
        raise NotDeliverable(
            "The file cannot be made right now. Your licence is not affected; "
            "please try again in a few minutes or write to us."
        ) from error


def _is_encoded(work: Work, longest_side: int | None) -> bool:
    return work.kind == Kind.VIDEO and not work.is_whole_at(longest_side)


@contextmanager
def _files(work: Work, longest_side: int | None) -> Iterator[tuple[Path, Path]]:
    """The original, and the file whose picture is delivered: itself, or a clip's encoding.

    Where nothing is signed the original of an encoding is not fetched: it stands in for it.
    """
    if not _is_encoded(work, longest_side):
        with originals.local(work) as path:
            yield path, path
        return
    assert longest_side is not None
    with encodings.local(work=work, longest_side=longest_side) as path:
        if settings.CREDENTIALS is None:
            yield path, path
            return
        with originals.local(work) as original:
            yield original, path


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
