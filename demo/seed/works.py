"""The works of the demo: painted or found, then sent in, read, described and reviewed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from mimetypes import guess_type
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Protocol

from django.db import transaction

from demo.catalogue import painters
from demo.darkroom import CLIP, develop_one, leave_interrupts_to_the_parent
from demo.seed.cast import ARTIST_CAST, EDITOR, Person
from media.models import Work
from media.rules.agreements import Share
from media.rules.metadata import Facts
from media.rules.states import State
from media.services import reviews, splits, uploads, works
from members.models import User
from stockcoop.kernel.errors import Refused

Say = Callable[[str], None]
Check = Callable[[], None]

LOSSLESS_OR_NOT = {
    *(".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".avif", ".heic", ".heif"),
    *(".mp4", ".mov", ".webm"),
}
SWELL = ("sea", "ocean", "waves", "swell", "water", "motion", "loop", "calm", "nature")
# Shuffles the painted works so that hands and subjects alternate and dunes open the front page.
MIX = 4313
PAINTERS = 2
PATIENCE_S = 600


@dataclass(frozen=True)
class Found:
    """A file of the demo and what is known of it beyond what it says itself."""

    path: Path
    artist: Person
    editorial: bool = False
    title: str = ""
    keywords: tuple[str, ...] = ()


class Pictures(Protocol):
    """Where the files come from."""

    def __len__(self) -> int: ...

    def files(self) -> Iterator[Found]:
        """Each file as soon as it is there."""
        ...


class Painted:
    """The program's own pictures, painted by two processes into a folder and kept there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = [
            Found(folder / f"{piece.slug}.jpg", person, piece.editorial)
            for person, painter in zip(ARTIST_CAST, painters(), strict=True)
            for piece in painter.pieces
        ]
        # The film container carries no IPTC, so its artist says in the studio what it shows.
        clip = Found(folder / CLIP, ARTIST_CAST[1], title="Slow swell", keywords=SWELL)
        self._made.insert(0, clip)

    def __len__(self) -> int:
        return len(self._made)

    def files(self) -> Iterator[Found]:
        """The painted files in the order in which they are finished."""
        self._folder.mkdir(parents=True, exist_ok=True)
        missing = []
        for found in self._made:
            if found.path.exists():
                yield found
            else:
                missing.append(found)
        if missing:
            yield from self._paint(missing)

    def _paint(self, missing: Sequence[Found]) -> Iterator[Found]:
        # "spawn", because a forked painter would believe that it runs the database server; so all
        # that a painter imports must do without Django.
        pool = ProcessPoolExecutor(PAINTERS, get_context("spawn"), leave_interrupts_to_the_parent)
        try:
            painting = {
                pool.submit(develop_one, self._folder, found.path.name): found for found in missing
            }
            for done in as_completed(painting):
                done.result()
                yield painting[done]
        finally:
            pool.shutdown(cancel_futures=True)


class Photographs:
    """The reader's own pictures, shared out among the artists of the demo."""

    def __init__(self, folder: Path) -> None:
        self._paths = sorted(
            path for path in folder.rglob("*") if path.suffix.lower() in LOSSLESS_OR_NOT
        )
        if not self._paths:
            raise FileNotFoundError(f"There are no photographs in {folder}.")

    def __len__(self) -> int:
        return len(self._paths)

    def files(self) -> Iterator[Found]:
        """The files by name, each artist in turn."""
        for number, path in enumerate(self._paths):
            words = path.stem.replace("-", " ").replace("_", " ").split()
            yield Found(
                path,
                ARTIST_CAST[number % len(ARTIST_CAST)],
                title=" ".join(words).capitalize(),
                keywords=tuple(word.lower() for word in words) or ("photograph",),
            )


def send_in(pictures: Pictures, *, at: datetime, say: Say, check: Check) -> list[Found]:
    """Send every file in as its artist; those that were sent before are left as they are."""
    sent = []
    for number, found in enumerate(pictures.files(), start=1):
        check()
        if not Work.objects.filter(original_name=found.path.name, owner=found.artist.user).exists():
            _send(found, at, say)
        sent.append(found)
        if number % 6 == 0 or number == len(pictures):
            say(f"  {number} of {len(pictures)} files sent in")
    return sent


def await_ingest(*, say: Say, check: Check) -> None:
    """Return when the worker has read every file; say which it refused and why."""
    until = time.monotonic() + PATIENCE_S
    while waiting := Work.objects.in_state(State.INGESTING).count():
        check()
        if time.monotonic() > until:
            raise TimeoutError(f"{waiting} files still wait for the worker.")
        time.sleep(0.5)
    for work in Work.objects.in_state(State.REFUSED):
        say(f"  refused: {work.original_name}: {work.refusal}")


def publish(sent: Sequence[Found], *, moments: Sequence[datetime]) -> None:
    """Describe, hand in and review the works, one at each of `moments`.

    The last few stay on the way, so that studio and queue have something to show.
    """
    mixed = sorted(sent, key=lambda found: found.path.name)
    Random(MIX).shuffle(mixed)
    drafts = [(found, work) for found in mixed if (work := _draft(found)) is not None]
    resting = _resting(len(drafts))
    for number, ((found, work), at) in enumerate(zip(drafts, moments, strict=False)):
        with transaction.atomic():
            _describe(found, work, number, at)
            end = resting.get(number, State.PUBLISHED)
            if end is not State.DRAFT:
                _review(works.submit(work=work, at=at), end, at)


def _send(found: Found, at: datetime, say: Say) -> None:
    kind = guess_type(found.path.name)[0] or "image/jpeg"
    try:
        with found.path.open("rb") as file:
            uploads.take(
                owner=found.artist.user, file=file, name=found.path.name, media_type=kind, at=at
            )
    except Refused as refusal:
        say(f"  refused: {found.path.name}: {refusal.message}")


def _draft(found: Found) -> Work | None:
    """Its work if that still waits to be described."""
    return (
        Work.objects.in_state(State.DRAFT)
        .filter(original_name=found.path.name, owner=found.artist.user)
        .select_related("owner")
        .first()
    )


def _describe(found: Found, work: Work, number: int, at: datetime) -> None:
    works.describe(
        work=work,
        facts=Facts(
            title=work.title or found.title,
            description=work.description,
            keywords=tuple(work.keywords) or found.keywords,
            creator=work.creator,
            credit=work.credit,
            rights=work.rights,
        ),
        editorial=found.editorial,
    )
    if number % 7 == 3:
        others = [person for person in ARTIST_CAST if person != found.artist]
        _share(work, others[number % len(others)].user, at)


def _share(work: Work, second: User, at: datetime) -> None:
    """Three quarters to the photographer, one to the second shooter, who agrees."""
    shares = [Share(work.owner_id, "photographer", 3), Share(second.pk, "second shooter", 1)]
    version = splits.propose(work=work, shares=shares, not_before=None, clock=lambda: at)
    for asked in version.asked.waiting():
        splits.answer(asked=asked, agrees=True, clock=lambda: at)


def _review(work: Work, end: State, at: datetime) -> None:
    editor = EDITOR.user
    if end is State.PUBLISHED:
        reviews.publish(work=work, editor=editor, at=at)
    elif end is State.RETURNED:
        note = "Lovely light. Please straighten the horizon and send it again."
        reviews.send_back(work=work, editor=editor, reasons=[], note=note, at=at)


def _resting(count: int) -> dict[int, State]:
    """Which of `count` works are still on the way, when there are enough to spare."""
    if count < 12:
        return {}
    ends = (State.DRAFT, State.RETURNED, State.IN_REVIEW, State.IN_REVIEW)
    return {count - 1 - place: end for place, end in enumerate(ends)}
