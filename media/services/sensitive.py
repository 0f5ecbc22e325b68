"""Allowing and refusing the sensitive use of works: of one, or of all that nothing is said of."""

from dataclasses import dataclass
from datetime import datetime

from media.models import SensitiveUse, Work
from members.models import User


@dataclass(frozen=True, slots=True)
class Said:
    """What holds for one work: whether it is allowed, and whether that was said of it alone."""

    allowed: bool
    of_this_work: bool
    history: tuple[SensitiveUse, ...]


def say(*, artist: User, work: Work | None, allowed: bool, at: datetime) -> SensitiveUse:
    """Allow or refuse sensitive use of a `work` of theirs, or of all that nothing is said of.

    It holds for whoever goes to pay from then on; licences that were granted stay.
    """
    return SensitiveUse.objects.create(artist=artist, work=work, allowed=allowed, at=at)


def said(work: Work) -> Said:
    """What holds for `work`, and what was said of it before, the newest first."""
    history = tuple(SensitiveUse.objects.filter(work=work))
    return Said(not is_refused(work), bool(history), history)


def is_refused(work: Work) -> bool:
    """Whether sensitive use of `work` is not to be had."""
    return work.pk in SensitiveUse.objects.refused_among([work.pk])
