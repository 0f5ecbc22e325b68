"""What artists do with their works: describe, hand in, withdraw, appeal."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app

from media.models import ReviewEvent, Work
from media.rules import metadata
from media.rules.metadata import Facts
from media.rules.states import DESCRIBABLE, State, may_move
from media.services import renditions
from stockcoop.kernel.errors import Refused


class NotNow(Refused):
    """The work is in a state in which this cannot be done."""


class NotDescribed(Refused):
    """An editor cannot judge the work yet; the message says what it lacks."""

    status = 422


class AppealedBefore(Refused):
    """A declined work gets one second look."""


@transaction.atomic
def describe(*, work: Work, facts: Facts, editorial: bool) -> Work:
    """Store what the artist says about a draft or a returned work. Raises NotNow."""
    work = _describable(work)
    work.editorial = editorial
    _say(work, metadata.cleaned(facts))
    return work


@transaction.atomic
def amend(*, works: Iterable[Work], facts: Facts, submit_at: datetime | None = None) -> list[Work]:
    """Say the same about several drafts or returned works: all of them or, on a refusal, none.

    What `facts` leaves empty stays; its keywords are added. With `submit_at` they are handed in
    as well. Raises NotNow or NotDescribed.
    """
    amended = []
    for chosen in sorted(works, key=lambda work: work.pk):
        work = _describable(chosen)
        said = metadata.merged(replace(facts, keywords=()), facts_of(work))
        said = replace(said, keywords=(*work.keywords, *facts.keywords))
        _say(work, metadata.cleaned(said))
        amended.append(submit(work=work, at=submit_at) if submit_at else work)
    return amended


def facts_of(work: Work) -> Facts:
    """What is stored about a work, as one value."""
    return Facts(
        title=work.title,
        description=work.description,
        keywords=tuple(work.keywords),
        creator=work.creator,
        credit=work.credit,
        rights=work.rights,
    )


@transaction.atomic
def submit(*, work: Work, at: datetime) -> Work:
    """Hand a described work to the editors. Raises NotNow or NotDescribed."""
    work = _locked(work)
    if work.state not in DESCRIBABLE:
        raise NotNow("Only a draft or a returned work can be sent to the editors.")
    missing = [
        name for name, value in (("a title", work.title), ("keywords", work.keywords)) if not value
    ]
    if missing:
        raise NotDescribed(f"“{work}” still needs {' and '.join(missing)}.")
    return _step(work, State.IN_REVIEW, at, submitted_at=at)


@transaction.atomic
def withdraw(*, work: Work, at: datetime) -> Work:
    """Take a work out of the collection, the queue or the drafts for good. Raises NotNow.

    Licences that were granted stay valid; the same file may be sent in again later. Its public
    pictures go with it.
    """
    work = _locked(work)
    if not may_move(State(work.state), State.WITHDRAWN):
        raise NotNow(f"“{work}” cannot be withdrawn now.")
    renditions.retire(work=work)
    return _step(work, State.WITHDRAWN, at, withdrawn_at=at)


@transaction.atomic
def appeal(*, work: Work, note: str, at: datetime) -> Work:
    """Ask the editors to look at a declined work a second time, once.

    Raises NotNow or AppealedBefore, NotDescribed without words in `note`.
    """
    work = _locked(work)
    if work.state != State.DECLINED:
        raise NotNow("Only a declined work can get a second look.")
    if appealed(work):
        raise AppealedBefore("Editors have looked at this work twice.")
    if not note.strip():
        raise NotDescribed("Say why the editors should look again.")
    return _step(work, State.IN_REVIEW, at, note=note.strip(), submitted_at=at)


def appealed(work: Work) -> bool:
    """Whether the artist has used the second look."""
    return work.review_events.filter(before=State.DECLINED, actor=work.owner_id).exists()


def _locked(work: Work) -> Work:
    return Work.objects.select_for_update(of=("self",)).select_related("owner").get(pk=work.pk)


def _describable(work: Work) -> Work:
    work = _locked(work)
    if work.state not in DESCRIBABLE:
        raise NotNow("Only a draft or a returned work can be changed.")
    return work


def _say(work: Work, facts: Facts) -> None:
    """Store `facts`; pictures carry creator, credit and rights, so they are signed again."""
    before = (work.creator, work.credit, work.rights)
    work.title, work.description = facts.title, facts.description
    work.keywords = list(facts.keywords)
    work.creator, work.credit, work.rights = facts.creator, facts.credit, facts.rights
    work.save()
    if before != (work.creator, work.credit, work.rights):
        app.configure_task("media.sign_again", queue="media").defer(work_id=work.pk)


def _step(work: Work, after: State, at: datetime, *, note: str = "", **fields: datetime) -> Work:
    before = State(work.state)
    Work.objects.filter(pk=work.pk).move(before, after, **fields)
    ReviewEvent.objects.create(
        work=work, actor=work.owner, before=before, after=after, note=note, at=at
    )
    work.refresh_from_db()
    return work
