"""The rate that applies to a sale, and setting one for a work or a promotion."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from media.models import Work
from members.models import Membership, User
from members.services import notices
from royalties.models import RateEnd, RoyaltyRate
from royalties.rules import rates, words
from royalties.rules.rates import Known, Rule
from stockcoop.kernel.errors import Refused


class NoRate(Refused):
    """Nobody has decided yet what the co-op keeps of such a licence."""


class BadRate(Refused):
    """Such a rate cannot be set, or not by this person."""

    status = 422


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rate that the treasurer sets: for one work, or as a promotion with a name and an end."""

    licence_kind: str
    coop_rate_bp: int
    begins: datetime
    ends: datetime | None
    work: Work | None = None
    promotion: str = ""
    share_class: str = ""


def that_applies(*, work: Work, licence_kind: str, at: datetime) -> RoyaltyRate:
    """The rate for a licence of this kind to `work` at `at`. Raises NoRate if there is none.

    The class that counts is that of the work's owner at `at`, whoever else shares in the work.
    """
    begun = RoyaltyRate.objects.begun(at).about(work.pk).filter(licence_kind=licence_kind)
    known = {rate.pk: rate for rate in begun.select_related("end")}
    found = rates.that_applies(
        (rate.rule for rate in known.values()),
        licence_kind=licence_kind,
        share_class=class_of(work.owner_id, at) if _asks_for_class(known.values()) else "",
        work=work.pk,
        at=at,
    )
    if found is None:
        raise no_rate(licence_kind)
    return known[found.key]


class Rates:
    """All rates and who was in which class, read once."""

    def __init__(self) -> None:
        rules = [rate.rule for rate in RoyaltyRate.objects.select_related("end")]
        self._known = Known(rules)
        self._classes: dict[int, list[Membership]] = defaultdict(list)
        if any(rule.share_class for rule in rules):
            for one in Membership.objects.select_related("share_class"):
                self._classes[one.user_id].append(one)

    def of(self, *, work: int, owner: int, licence_kind: str, at: datetime) -> Rule:
        """As `that_applies`, by the ids of a work and its owner."""
        in_class = (
            one.share_class.code
            for one in self._classes.get(owner, ())
            if one.admitted_at <= at and (one.left_at is None or one.left_at > at)
        )
        found = self._known.that_applies(
            licence_kind=licence_kind, share_class=next(in_class, ""), work=work, at=at
        )
        if found is None:
            raise no_rate(licence_kind)
        return found


def no_rate(licence_kind: str) -> NoRate:
    """The refusal, in words."""
    return NoRate(f"There is no royalty rate for the licence kind “{licence_kind}” yet.")


def class_of(member: int, at: datetime) -> str:
    """The code of the share class that `member` was in at `at`; empty for none."""
    open_ = Membership.objects.open_at(at).filter(user=member)
    return open_.values_list("share_class__code", flat=True).first() or ""


@transaction.atomic
def set_rate(*, wanted: Wanted, reason: str, by: User, at: datetime) -> RoyaltyRate:
    """Set a rate for a work or a promotion, from a later moment on; the work's owner is told.

    Raises BadRate, also when `by` may earn from the work.
    """
    if not wanted.work and not wanted.promotion:
        raise BadRate("Name a work or a promotion; the other rates are in the co-op's file.")
    if wanted.begins <= at:
        raise BadRate("A rate begins later than now: no sale may be under way when it does.")
    if wanted.ends is not None and wanted.ends <= wanted.begins:
        raise BadRate("It ends before it begins.")
    if wanted.work and by.pk in [wanted.work.owner_id, *_concerned(wanted.work)]:
        raise BadRate("Somebody who does not share in the work must set its rate.", status=403)
    rate = _create(wanted, reason, by, at)
    if wanted.work:
        _tell(wanted.work, rate, at)
    return rate


@transaction.atomic
def end(*, rate: RoyaltyRate, at: datetime, reason: str, by: User) -> RateEnd:
    """End a rate of a work or a promotion at `at`; the less specific rule applies again.

    Raises BadRate for the rate of a licence kind, and for one that has ended.
    """
    if rate.work_id is None and not rate.promotion:
        raise BadRate("The rate of a licence kind or class is replaced in the co-op's file.")
    if rate.work and by.pk in [rate.work.owner_id, *_concerned(rate.work)]:
        raise BadRate("Somebody who does not share in the work must end its rate.", status=403)
    over = rate.in_force_until is not None and rate.in_force_until <= at
    if over or RateEnd.objects.filter(rate=rate).exists():
        raise BadRate("This rate has ended already.", status=409)
    return RateEnd.objects.create(rate=rate, at=at, reason=reason, ended_by=by, ended_at=at)


def _asks_for_class(known: Iterable[RoyaltyRate]) -> bool:
    return any(rate.share_class for rate in known)


def _concerned(work: Work) -> list[int]:
    return list(work.splits.values_list("asked__member", flat=True))


def _create(wanted: Wanted, reason: str, by: User, at: datetime) -> RoyaltyRate:
    try:
        with transaction.atomic():
            return RoyaltyRate.objects.create(
                licence_kind=wanted.licence_kind,
                coop_rate_bp=wanted.coop_rate_bp,
                in_force_from=wanted.begins,
                in_force_until=wanted.ends,
                work=wanted.work,
                promotion=wanted.promotion,
                share_class=wanted.share_class,
                reason=reason,
                set_by=by,
                set_at=at,
            )
    except IntegrityError:
        raise BadRate("A rate like this begins at that moment already.", status=409) from None


def _tell(work: Work, rate: RoyaltyRate, at: datetime) -> None:
    kept = words.percent(rate.coop_rate_bp)
    said = (
        f"From {rate.in_force_from:%-d %B %Y} on the co-op keeps {kept} of each "
        f"{rate.licence_kind} licence of “{work}”: {rate.reason}"
    )
    notices.tell(
        recipient=work.owner, text=said, url=reverse("media:work", args=[work.uuid]), at=at
    )
