"""What artists are told of the market freezes of their works: that one runs, and its end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.db.models.functions import Least
from django.urls import reverse
from django.utils import timezone

from licensing.models import FreezeEnd, Licence, OrderLine
from licensing.models.licences import LicenceQuerySet
from licensing.services import freeze_notices, freezes, receipts
from media.models import Work
from members.models import User
from members.services import notices

_BACK = timedelta(days=7)
"""Ends that are longer ago are not told of any more."""

# A freeze is over when its term is, or before then when its licence ends.
_OVER = Least("frozen_until", "revoked_at")


@dataclass(frozen=True, slots=True)
class Running:
    """A freeze that runs: who holds it, of which region and use, and when it ends."""

    holder: str
    where: str
    until: datetime


def running(work: Work, *, at: datetime) -> list[Running]:
    """The freezes of `work` that run at `at`, the one that ends first before the others."""
    return [_running(licence) for licence in _held(Licence.objects.filter(work=work), at)]


def off_the_market(artist: User, *, at: datetime) -> list[tuple[Work, list[Running]]]:
    """The works that `artist` owns or shares in at `at` with a freeze that runs, as `running`."""
    concerned = Licence.objects.filter(work__in=Work.objects.split_seen_by(artist).values("pk"))
    frozen: dict[Work, list[Running]] = {}
    for licence in _held(concerned, at).prefetch_related("line__work__renditions"):
        frozen.setdefault(licence.line.work, []).append(_running(licence))
    return [
        (work, held) for work, held in frozen.items() if artist in receipts.artists_of(work, at)
    ]


def _held(licences: LicenceQuerySet, at: datetime) -> LicenceQuerySet:
    """Those with a freeze that runs at `at`, the one that ends first before the others."""
    held = licences.filter(revoked_at=None, frozen_until__gt=at)
    # Of licences that upgrade one another the last has all that is frozen.
    last = held.order_by("root_id", "-pk").distinct("root_id")
    return held.filter(pk__in=last.values("pk")).with_line().order_by("frozen_until", "pk")


def tell_of_start(*, licence: Licence, at: datetime) -> None:
    """Tell the artists of the freeze that `licence` came with, unless it came with none, or with
    no more than the licence that it upgrades.
    """
    former = licence.line.upgrades
    if licence.frozen_until is None or (former and _alike(former, licence)):
        return
    freeze = _running(licence)
    text = (
        f"“{licence.work}” is off the market until {_day(freeze.until)} ({freeze.where}): "
        f"{freeze.holder} holds a market freeze of it. Meanwhile nobody else is granted a licence "
        "that reaches there; licences granted before stay valid."
    )
    _tell(licence.work, text, at)


def tell_of_return(*, line: OrderLine, at: datetime) -> None:
    """Tell the artists that a freeze runs again of which they were told that it was over.

    To be called before the licence of `line` counts again.
    """
    licence = Licence.objects.with_line().get(line=line)
    if licence.revoked_at is None or not licence.freezes(at):
        return
    if FreezeEnd.objects.filter(root=licence.root_id, ended_at=licence.revoked_at).exists():
        tell_of_start(licence=licence, at=at)


def tell_of_ends(*, at: datetime) -> int:
    """Tell the artists once of each freeze that is over; how many were told of."""
    return sum(_tell_of_end(licence, over_at, at) for licence, over_at in _ended(at))


def _ended(at: datetime) -> list[tuple[Licence, datetime]]:
    """The licences whose freeze was the last to end among those that upgrade one another, and when
    it did.
    """
    frozen = Licence.objects.exclude(frozen_until=None).annotate(over_at=_OVER)
    last = frozen.order_by("root_id", "-over_at", "-pk").distinct("root_id")
    told = FreezeEnd.objects.filter(root=OuterRef("root"), ended_at=OuterRef("over_at"))
    ended = frozen.filter(pk__in=last.values("pk"), over_at__gt=at - _BACK, over_at__lte=at)
    untold = ended.exclude(Exists(told)).with_line().order_by("pk")
    return [(licence, licence.over_at) for licence in untold]  # type: ignore[attr-defined]


def _tell_of_end(licence: Licence, over_at: datetime, at: datetime) -> bool:
    freeze = _running(licence)
    text = (
        f"The market freeze of “{licence.work}” that {freeze.holder} held ({freeze.where}) "
        f"is over since {_day(over_at)}."
    )
    told = FreezeEnd(root=licence.root, ended_at=over_at, at=at)
    return freeze_notices.once(told, lambda: _tell(licence.work, text, at))


def _running(licence: Licence) -> Running:
    frozen = licence.line.quote().frozen
    assert frozen is not None
    assert licence.frozen_until is not None
    return Running(licence.line.order.licensee, frozen.where, licence.frozen_until)


def _alike(former: Licence, licence: Licence) -> bool:
    """Whether both freeze the same until the same moment."""
    reaches = (freezes.reach_of(one.line.freeze) for one in (former, licence))
    return former.frozen_until == licence.frozen_until and len(set(reaches)) == 1


def _tell(work: Work, text: str, at: datetime) -> None:
    url = reverse("licensing:work_freezes", args=[work.uuid])
    for artist in receipts.artists_of(work, at):
        notices.tell(recipient=artist, text=text, url=url, at=at)


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y}"
