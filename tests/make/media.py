"""Works for tests, each taken in, described and reviewed by the services."""

import io
import itertools
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from PIL import Image

from media.models import SplitVersion, Upload, Work
from media.rules.agreements import Share
from media.rules.metadata import Facts
from media.services import establish, ingest, reviews, splits, uploads, works
from members.models import User
from tests.make.members import LONG_AGO, artist, editor

REASONS = [
    {"code": "focus", "text": "The picture is not sharp where it matters."},
    {"code": "release", "text": "A release of the people shown is missing."},
]
_numbers = itertools.count(1)


def jpeg(*, size: tuple[int, int] = (1200, 800)) -> bytes:
    """A photograph as a camera would write it, unlike any made before."""
    number = next(_numbers)
    colour = (number * 53 % 256, number * 97 % 256, number * 193 % 256)
    picture = Image.new("RGB", size, colour)
    picture.putpixel((number % size[0], 0), (255, 255, 255))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue() + number.to_bytes(4, "big")


def upload(
    *, owner: User | None = None, body: bytes = b"some bytes", name: str = "dunes.jpg"
) -> Upload:
    """A file of one part that was announced; nothing is sent yet."""
    return uploads.begin(
        owner=owner or artist(),
        name=name,
        media_type="image/jpeg",
        size=len(body),
        digests=[sha256(body).hexdigest()],
        at=LONG_AGO,
    )


def ingesting_work(*, owner: User | None = None, body: bytes | None = None) -> Work:
    """A work whose file has arrived and waits for ingest."""
    return uploads.take(
        owner=owner or artist(),
        file=io.BytesIO(jpeg() if body is None else body),
        name="dunes.jpg",
        media_type="image/jpeg",
        at=LONG_AGO,
    )


def review_reasons() -> list[str]:
    """The codes of the reasons editors may give."""
    establish.establish({"media": {"review_reasons": REASONS}}, LONG_AGO)
    return [reason["code"] for reason in REASONS]


def draft(*, owner: User | None = None) -> Work:
    """A work that ingest accepted, with nothing said about it."""
    work = ingesting_work(owner=owner)
    ingest.ingest(work_id=work.pk, at=LONG_AGO)
    work.refresh_from_db()
    return work


def described_work(
    *,
    owner: User | None = None,
    title: str = "Dunes at dusk",
    keywords: tuple[str, ...] = ("dunes", "dusk", "sand"),
    editorial: bool = False,
    shares: dict[User, int] | None = None,
) -> Work:
    """A draft that is ready for the editors."""
    work = works.describe(
        work=(made := draft(owner=owner)),
        facts=Facts(title=title, keywords=keywords, creator=made.owner.name),
        editorial=editorial,
    )
    if shares:
        agreed_split(work, shares)
    return work


def agreed_split(
    work: Work,
    weights: Mapping[User, int],
    *,
    at: datetime = LONG_AGO,
    begins: datetime | None = None,
) -> SplitVersion:
    """A split of `work` to which all concerned agreed at `at`; it `begins` then or later."""
    shares = [Share(member.pk, "", weight) for member, weight in weights.items()]
    version = splits.propose(work=work, shares=shares, not_before=begins, clock=lambda: at)
    for asked in version.asked.waiting():
        splits.answer(asked=asked, agrees=True, clock=lambda: at)
    return version


def submitted_work(*, at: datetime = LONG_AGO, **described: Any) -> Work:
    """A work that waits for an editor; `described` as in `described_work`."""
    return works.submit(work=described_work(**described), at=at)


def published_work(*, at: datetime = LONG_AGO, **described: Any) -> Work:
    """A work in the collection."""
    work = submitted_work(at=at, **described)
    return reviews.publish(work=work, editor=editor(), at=at)
