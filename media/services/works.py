"""What artists do with their works: describe, hand in, withdraw, appeal."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django import app

from media.models import CoCreator, ReviewEvent, Work
from media.rules import metadata
from media.rules.metadata import Facts
from media.rules.states import DESCRIBABLE, State, may_move
from media.services import renditions
from members.models import Membership, User
from members.services import notices
from stockcoop.kernel.errors import Refused

LARGEST_SHARE = 10_000


class NotNow(Refused):
    """The work is in a state in which this cannot be done."""


class NotDescribed(Refused):
    """An editor cannot judge the work yet; the message says what it lacks."""

    status = 422


class BadShares(Refused):
    """The shares name somebody who cannot have one, or leave out the owner."""

    status = 422


class AppealedBefore(Refused):
    """A declined work gets one second look."""


@transaction.atomic
def describe(
    *, work: Work, facts: Facts, editorial: bool, shares: Mapping[User, int], at: datetime
) -> Work:
    """Store what the artist says about a draft or a returned work.

    `shares` are the weights of all who made it, the owner among them; empty means the owner alone.
    Members who are named for the first time are told. Raises NotNow or BadShares.
    """
    work = _describable(work)
    _check_shares(work.owner, shares)
    work.editorial = editorial
    _say(work, metadata.cleaned(facts))
    _share_out(work, shares, at)
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


def _check_shares(owner: User, shares: Mapping[User, int]) -> None:
    if not shares:
        return
    if owner not in shares:
        raise BadShares("When others share in a work, say what your own share is.")
    if not all(0 < weight <= LARGEST_SHARE for weight in shares.values()):
        raise BadShares(f"A share is a whole number from 1 to {LARGEST_SHARE}.")
    members = set(
        Membership.objects.open().filter(user__in=shares).values_list("user_id", flat=True)
    )
    strangers = [user for user in shares if user != owner and user.pk not in members]
    if strangers:
        raise BadShares(f"{strangers[0]} is not a member and cannot share in a work.")


def _share_out(work: Work, shares: Mapping[User, int], at: datetime) -> None:
    named = {user.pk: weight for user, weight in shares.items()}
    if set(named) == {work.owner_id}:
        named = {}
    known = dict(work.cocreators.values_list("member_id", "weight"))
    if named == known:
        return
    work.cocreators.all().delete()
    CoCreator.objects.bulk_create(
        CoCreator(work=work, member_id=pk, weight=weight) for pk, weight in named.items()
    )
    for user in shares:
        if user.pk in named and user.pk not in known and user.pk != work.owner_id:
            notices.tell(
                recipient=user,
                text=f"{work.owner} named you as co-creator of “{work}”: you have "
                f"{named[user.pk]} of {sum(named.values())} parts in what it earns.",
                url=reverse("media:shared"),
                at=at,
            )
