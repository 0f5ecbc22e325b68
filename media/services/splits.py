"""Agreeing on how a work's earnings are split.

The moment of an answer is read from `clock` once the work is locked, and a sale reads its split
under a lock of the same row: so no sale can be split by an agreement that was over at its moment,
nor by one that had not begun.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localtime

from media.models import SplitAnswer, SplitAsked, SplitOutcome, SplitPart, SplitVersion, Work
from media.rules import agreements
from media.rules.agreements import Outcome, Share
from media.rules.states import BEFORE_INGEST, State
from members.models import User
from members.services import notices
from stockcoop.kernel.errors import Refused

Clock = Callable[[], datetime]

UNSHARED = frozenset({*BEFORE_INGEST, State.WITHDRAWN})
"""States in which there is nothing to share."""


class BadSplit(Refused):
    """Nobody can agree to such a split."""

    status = 422


class SplitOpen(Refused):
    """A proposed split waits for answers already."""


class SplitSettled(Refused):
    """The proposed split has ended, or was answered otherwise."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """The split that holds: the id of its version, None for the owner alone, and the weights."""

    version: int | None
    shares: list[tuple[int, int]]

    @classmethod
    def read(cls, work: Work, holding: Mapping[str, Any] | None) -> "Agreed":
        """From what HELD found: the owner alone where that is nothing."""
        if holding is None:
            return cls(None, [(work.owner_id, 1)])
        return cls(holding["version"], [(member, weight) for member, weight in holding["shares"]])


# The split that holds at a moment, as JSON for `Agreed.read`. The latest agreement counts, as in
# `SplitVersion.objects.agreed_by`. The row of the work is held from then on: no agreement can
# begin at or before a moment read before it was.
HELD = "media_split_held(%(work)s, %(at)s)"


class History:
    """The splits that held of many works, each read once, for sales of long ago."""

    def __init__(self, works: Iterable[Work]) -> None:
        self._alone: dict[int, Agreed] = {}
        self._agreed: dict[int, list[tuple[datetime, Agreed]]] = defaultdict(list)
        self.add(works)

    def add(self, works: Iterable[Work]) -> None:
        """Read those of more works."""
        for work in works:
            self._alone[work.pk] = Agreed(None, [(work.owner_id, 1)])
        versions = SplitVersion.objects.filter(work__in=works, outcome__word=Outcome.AGREED)
        newest_first = versions.select_related("outcome").prefetch_related("parts")
        for version in newest_first.order_by("-number"):
            if begins := version.outcome.in_force_from:
                shares = [(share.member, share.weight) for share in version.shares()]
                self._agreed[version.work_id].append((begins, Agreed(version.pk, shares)))

    def holding(self, work: int, at: datetime) -> Agreed:
        """The split of this work (id) at `at`. Nothing is held: none begins in the past."""
        for begins, agreed in self._agreed.get(work, ()):
            if begins <= at:
                return agreed
        return self._alone[work]


@transaction.atomic
def propose(
    *, work: Work, shares: Sequence[Share], not_before: datetime | None, clock: Clock
) -> SplitVersion:
    """Propose for the owner of `work` that it be split so; everybody concerned is asked.

    The owner agrees by it; where nobody else is concerned it is in force at once. Raises BadSplit,
    and SplitOpen while another one waits.
    """
    work, at = _locked(work), clock()
    _check(work, shares, not_before, at)
    last = work.splits.order_by("-number").first()
    held = SplitPart.objects.filter(version__in=_holding(work, at))
    before = held.values_list("member_id", flat=True)
    asked = agreements.asked(owner=work.owner_id, before=before, named=shares)
    version = _write(work, last.number + 1 if last else 1, shares, asked, not_before, at)
    others = [member for member in asked if member != work.owner_id]
    said = f"{work.owner} asks you to agree to how “{work}” is split."
    _tell(others, said, reverse("media:asked"), at)
    _answer(version, work.owner, agrees=True, at=at)
    return version


@transaction.atomic
def withdraw(*, version: SplitVersion, clock: Clock) -> None:
    """Take a proposed split back, for the owner, before all have agreed. Raises SplitSettled."""
    work, at = _locked(version.work), clock()
    _require_open(version)
    SplitOutcome.objects.create(version=version, word=Outcome.WITHDRAWN, at=at)
    said = f"{work.owner} took back the proposed split of “{work}”; the one before holds."
    _tell(_others(version), said, _page(version), at)


@transaction.atomic
def answer(*, asked: SplitAsked, agrees: bool, clock: Clock) -> SplitVersion:
    """Agree to a proposed split or decline it: the last consent puts it in force, one no ends it.

    The same answer again changes nothing. Raises SplitSettled when it has ended, or was answered
    otherwise.
    """
    work, at = _locked(asked.version.work), clock()
    version = SplitVersion.objects.get(pk=asked.version_id)
    given = SplitAnswer.objects.filter(asked=asked).first()
    if given is not None and given.agrees == agrees:
        return version
    _require_open(version)
    if given is not None:
        raise SplitSettled("You have answered already. The owner can propose another split.")
    _answer(version, asked.member, agrees=agrees, at=at)
    if not agrees:
        said = f"{asked.member} declined the proposed split of “{work}”; the one before holds."
        _tell([work.owner_id], said, _page(version), at)
    return version


def standing(work: Work, at: datetime) -> SplitVersion | None:
    """The version that holds at `at`; None while the owner has the work alone."""
    return work.splits.agreed_by(at).prefetch_related("parts__member").first()


def shares_at(work: Work, at: datetime) -> list[Share]:
    """The split that holds at `at` as values, by member; roles that nobody said are empty."""
    version = standing(work, at)
    return version.shares() if version else [Share(work.owner_id, "", 1)]


def _locked(work: Work) -> Work:
    return Work.objects.select_for_update(of=("self",)).select_related("owner").get(pk=work.pk)


def _check(work: Work, shares: Sequence[Share], not_before: datetime | None, at: datetime) -> None:
    if work.state in UNSHARED:
        raise BadSplit("There is nothing to share in this work.", status=409)
    if work.splits.open().exists():
        raise SplitOpen("A proposed split waits for answers. Take it back to propose another.")
    if said := agreements.fault(work.owner_id, shares):
        raise BadSplit(said)
    if not_before is not None and not_before <= at:
        raise BadSplit("A split begins when all have agreed, or at a later date.")
    named = sorted(shares, key=lambda share: share.member)
    if not_before is None and named == shares_at(work, at) and not _coming(work, at):
        raise BadSplit("This is how the work is split already.", status=409)


def _coming(work: Work, at: datetime) -> bool:
    """Whether something else than what holds is agreed for later."""
    holds = work.splits.agreed_by(at).first()
    return any(pk != (holds.pk if holds else None) for pk in _holding(work, at))


def _holding(work: Work, at: datetime) -> list[int]:
    """The version that holds at `at`, and those agreed to since that have yet to begin."""
    holds = work.splits.agreed_by(at).first()
    later = work.splits.filter(outcome__in_force_from__gt=at)
    if holds is None:
        return list(later.values_list("pk", flat=True))
    return [holds.pk, *later.filter(number__gt=holds.number).values_list("pk", flat=True)]


def _require_open(version: SplitVersion) -> None:
    ended = SplitOutcome.objects.filter(version=version).first()
    if ended is not None:
        raise SplitSettled(f"This split was {ended.word} already.")


def _write(
    work: Work,
    number: int,
    shares: Sequence[Share],
    asked: Sequence[int],
    not_before: datetime | None,
    at: datetime,
) -> SplitVersion:
    ordered = sorted(shares, key=lambda share: share.member)
    version = SplitVersion(
        work=work, number=number, proposed_by=work.owner, proposed_at=at, not_before=not_before
    )
    version.digest = version.computed_digest(ordered, asked)
    version.save()
    SplitPart.objects.bulk_create(
        SplitPart(version=version, member_id=s.member, role=s.role, weight=s.weight)
        for s in ordered
    )
    SplitAsked.objects.bulk_create(
        SplitAsked(version=version, member_id=member) for member in asked
    )
    return version


def _answer(version: SplitVersion, member: User, *, agrees: bool, at: datetime) -> None:
    asked = SplitAsked.objects.get(version=version, member=member)
    SplitAnswer.objects.create(asked=asked, agrees=agrees, at=at)
    if not agrees:
        SplitOutcome.objects.create(version=version, word=Outcome.DECLINED, at=at)
    elif not version.asked.filter(answer=None).exists():
        begins = agreements.begins(agreed_at=at, named=version.not_before)
        SplitOutcome.objects.create(
            version=version, word=Outcome.AGREED, at=at, in_force_from=begins
        )
        when = "now on" if begins == at else f"{localtime(begins):%-d %B %Y} on"
        said = f"All have agreed: sales of “{version.work}” are split anew from {when}."
        others = _others(version)
        _tell([*others, version.work.owner_id] if others else [], said, _page(version), at)


def _others(version: SplitVersion) -> list[int]:
    """Who is asked besides the owner."""
    owner = version.work.owner_id
    return list(version.asked.exclude(member=owner).values_list("member_id", flat=True))


def _page(version: SplitVersion) -> str:
    return reverse("media:split", args=[version.work.uuid])


def _tell(members: Sequence[int], text: str, url: str, at: datetime) -> None:
    for person in User.objects.filter(pk__in=members):
        notices.tell(recipient=person, text=text, url=url, at=at)
