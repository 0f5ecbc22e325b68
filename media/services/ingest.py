"""A file that arrived becomes a draft, or is refused with a sentence for its artist."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from media.models import Rendition, Upload, Work
from media.rules.formats import Unfit
from media.rules.kinds import orientation_of
from media.rules.metadata import Facts, merged
from media.rules.states import State
from media.services import darkroom, marks, originals, renditions
from media.services.darkroom import Developed
from members.services import notices

_OUR_FAULT = (
    "Something failed here while this file was being read; it is not your doing. "
    "Please send it again."
)
_LOST = "This file did not arrive whole. Please send it again."


def ingest(*, work_id: int, at: datetime) -> Work:
    """Look at the original of a work in `ingesting` and make it a draft or refuse it.

    A work that is past that is returned as it is, so a second run does nothing. Raises
    `darkroom.Fault` when something other than the file failed; then it can be tried again.
    """
    work = Work.objects.select_related("owner").get(pk=work_id)
    if work.state != State.INGESTING:
        return work
    try:
        with originals.local(work) as path, TemporaryDirectory(prefix="ingest-") as folder:
            _develop(work, path, Path(folder), at)
    except Unfit as unfit:
        refuse(work=work, sentence=unfit.message, at=at)
    except FileNotFoundError:
        refuse(work=work, sentence=_LOST, at=at)
    work.refresh_from_db()
    return work


def give_up(*, work_id: int, at: datetime) -> None:
    """Refuse a work whose ingest failed again and again for a reason that is not the file's."""
    work = Work.objects.select_related("owner").get(pk=work_id)
    refuse(work=work, sentence=_OUR_FAULT, at=at)


@transaction.atomic
def refuse(*, work: Work, sentence: str, at: datetime) -> None:
    """Refuse a work that is being ingested, tell its artist why, and forget its file."""
    refused = Work.objects.filter(pk=work.pk).move(
        State.INGESTING, State.REFUSED, refusal=sentence, sha256=""
    )
    if refused:
        said = f"“{work}” was not taken. {sentence}"
        notices.tell(recipient=work.owner, text=said, url=reverse("media:works"), at=at)
        originals.give_up(work.original_key)
        renditions.clear(work=work)


def read_percent(work: Work) -> int:
    """How much of a clip has been read, 0 to 99; 0 where that is not known."""
    read = Upload.objects.filter(work=work).values_list("read_percent", flat=True).first()
    return read or 0


def _develop(work: Work, path: Path, folder: Path, at: datetime) -> None:
    sha256 = originals.sha256_of(path)
    _refuse_duplicate(work, sha256)
    mark = marks.of(work=work, at=at)
    developed = darkroom.develop(path, folder, mark, lambda percent: _tell(work, percent))
    _describe(work, developed)
    made = renditions.store(work=work, prints=developed.prints)
    try:
        _become_draft(work, sha256, path.stat().st_size, developed, made)
    except IntegrityError:
        # Another worker was quicker with the same content; anything else is raised again.
        _refuse_duplicate(work, sha256)
        raise


def _tell(work: Work, percent: int) -> None:
    """Say on the way of its file how much of a clip has been read; the work itself is unchanged."""
    Upload.objects.filter(work=work).update(read_percent=percent)


def _refuse_duplicate(work: Work, sha256: str) -> None:
    first = Work.objects.claiming(sha256).exclude(pk=work.pk).select_related("owner").first()
    if first is None:
        return
    if first.owner_id == work.owner_id:
        raise Unfit(f"You have already sent this file: “{first}”.")
    if first.is_published:
        raise Unfit(f"This is already in the collection: “{first}” by {first.owner}.")
    raise Unfit("Another member has already sent this file.")


def _describe(work: Work, developed: Developed) -> None:
    """What the file says, and what its owner most likely means where it is silent."""
    name = work.owner.name
    silent = Facts(creator=name, credit=f"{name} / {settings.COOP_NAME}", rights=f"© {name}")
    facts = merged(developed.facts, silent)
    work.title, work.description = facts.title, facts.description
    work.keywords = list(facts.keywords)
    work.creator, work.credit, work.rights = facts.creator, facts.credit, facts.rights


@transaction.atomic
def _become_draft(
    work: Work, sha256: str, size: int, developed: Developed, made: list[Rendition]
) -> None:
    width, height = developed.width, developed.height
    moved = Work.objects.filter(pk=work.pk).move(
        State.INGESTING,
        State.DRAFT,
        kind=developed.format.kind,
        media_type=developed.format.media_type,
        sha256=sha256,
        bytes=size,
        width=width,
        height=height,
        orientation=orientation_of(width, height),
        title=work.title,
        description=work.description,
        keywords=work.keywords,
        creator=work.creator,
        credit=work.credit,
        rights=work.rights,
        colours=developed.colours,
        colour_names=developed.colour_names,
        thumbhash=developed.thumbhash,
        look_hash=developed.look_hash,
        **asdict(developed.film),
    )
    if moved:
        renditions.adopt(work=work, made=made)
