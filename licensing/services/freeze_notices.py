"""Telling holders that their freeze ends; telling of an end once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse

from licensing.models import FreezeEnd, FreezeNotice, Licence
from licensing.rules.freeze_book import EARLIEST_NOTICE
from licensing.services import uses
from members.services import notices


def tell_of_ends(*, at: datetime) -> int:
    """Tell each holder once before their freeze ends, as early as the book it was sold by says.

    How many licences were told of. One whose freeze an upgrade made longer is not.
    """
    ahead = at + timedelta(days=EARLIEST_NOTICE)
    ending = Licence.objects.filter(frozen_until__gt=at, frozen_until__lte=ahead)
    told = FreezeNotice.objects.values("licence")
    waiting = ending.exclude(pk__in=told).filter(revoked_at=None).with_line().order_by("pk")
    return sum(_tell(licence, at) for licence in waiting if _is_due(licence, at))


def once(told: FreezeNotice | FreezeEnd, tell: Callable[[], None]) -> bool:
    """Keep the unsaved `told` and `tell`, or do neither: of two jobs at once one tells."""
    try:
        with transaction.atomic():
            told.save()
            tell()
    except IntegrityError:
        return False
    return True


def _is_due(licence: Licence, at: datetime) -> bool:
    offer = licence.line.price_book.book().freeze
    if offer is None or licence.frozen_until is None or licence.state != "valid":
        return False
    return licence.frozen_until <= at + timedelta(days=offer.notice_days)


def _tell(licence: Licence, at: datetime) -> bool:
    assert licence.frozen_until is not None
    text = (
        f"The market freeze of “{licence.line.work.title}” ends on "
        f"{licence.frozen_until:%-d %B %Y}. Your licence stays; an upgrade makes the "
        "freeze longer."
    )
    url = reverse("licensing:licence", args=[licence.number])

    def tell() -> None:
        for reader in uses.readers(licence.line.order):
            notices.tell(recipient=reader, text=text, url=url, at=at)

    return once(FreezeNotice(licence=licence, at=at), tell)
