"""Keeping a member's payouts back for a published reason. No hold takes money."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from ledger.services import balances
from members.models import User
from members.services import notices
from royalties.models import HoldReason, PayoutHold, PayoutHoldEnd
from royalties.rules import chart
from stockcoop.kernel.errors import Refused


class NotHeld(Refused):
    """The hold cannot be placed or ended like this."""


@transaction.atomic
def place(
    *, member: User, reason: str, by: User, at: datetime, until: date | None = None, note: str = ""
) -> PayoutHold:
    """Hold the payouts of `member` for the published reason with the code `reason`.

    It ends by itself after `until`, which is at most as far away as the reason allows. The
    member is told. Raises NotHeld.
    """
    found = next((r for r in HoldReason.objects.in_force(at) if r.code == reason), None)
    if found is None:
        raise NotHeld("Payouts are held for a published reason only.", status=422)
    if member == by:
        raise NotHeld("Nobody holds their own payouts.", status=403)
    today = timezone.localdate(at)
    last = today + timedelta(days=found.longest_days)
    until = until or last
    if not today <= until <= last:
        raise NotHeld(
            f"For this reason payouts are held until {last:%d %B %Y} at most.", status=422
        )
    # A payout under way is sent before this, or not at all.
    balances.locked(chart.member(member.pk))
    hold = PayoutHold.objects.create(
        member=member, reason=found, note=note[:300], until=until, placed_at=at, placed_by=by
    )
    text = f"Your payouts are held until {until:%d %B %Y}: {found.text} {found.answer}"
    notices.tell(recipient=member, text=text[:500], url=reverse("royalties:overview"), at=at)
    return hold


@transaction.atomic
def end(*, hold: PayoutHold, why: str, by: User, at: datetime) -> PayoutHoldEnd:
    """End a hold before its last day; the member is told. Raises NotHeld when it is over."""
    if hold.until < timezone.localdate(at):
        raise NotHeld("The hold has ended by itself.")
    if hold.member_id == by.pk:
        raise NotHeld("Somebody else has to end a hold of your payouts.", status=403)
    try:
        with transaction.atomic():
            ended = PayoutHoldEnd.objects.create(hold=hold, why=why[:300], at=at, by=by)
    except IntegrityError as error:
        raise NotHeld("The hold was ended before.") from error
    notices.tell(
        recipient=hold.member,
        text="Your payouts are no longer held. Your balance is paid with the next run.",
        url=reverse("royalties:overview"),
        at=at,
    )
    return ended


def standing(at: datetime) -> set[int]:
    """The user ids of those whose payouts are held at `at`."""
    held = PayoutHold.objects.standing(timezone.localdate(at))
    return set(held.values_list("member", flat=True))


def of_member(*, member: User, at: datetime) -> list[PayoutHold]:
    """The holds of the member's payouts that stand at `at`."""
    return list(PayoutHold.objects.standing(timezone.localdate(at)).filter(member=member))


def published(at: datetime) -> list[tuple[HoldReason, int]]:
    """Each reason for which payouts can be held, and how many holds stand by it."""
    held = PayoutHold.objects.standing(timezone.localdate(at))
    counts = Counter(held.values_list("reason__code", flat=True))
    return [(reason, counts[reason.code]) for reason in HoldReason.objects.in_force(at)]


def establish(reasons: list[Mapping[str, Any]], at: datetime) -> None:
    """Bring the reasons in line with the co-op's data; what changed is a row in force from `at`."""
    known = {reason.code: reason for reason in HoldReason.objects.in_force(at)}
    wanted = {r["code"]: {**r, "position": n} for n, r in enumerate(reasons, start=1)}
    for code, said in wanted.items():
        old = known.get(code)
        if old is None or any(getattr(old, name) != value for name, value in said.items()):
            HoldReason.objects.create(**said, in_force_from=at)
    for code in known.keys() - wanted.keys():
        HoldReason.objects.create(code=code, in_force_from=at)
