"""Booking costs and other income, and taking a wrong one back."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from ledger.models import Entry
from ledger.services import posting
from members.models import User
from royalties.models import Cost, CostCorrection
from royalties.rules import costs
from royalties.rules.costs import Kind
from royalties.services import periods
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money


class NotBooked(Refused):
    """The day or the sum cannot be booked."""


@transaction.atomic
def record(
    *, kind: Kind, amount: Money, memo: str, on: date, recorded_by: User, at: datetime
) -> Cost:
    """Book a cost or other income on the day `on`, at its first moment in the co-op's time zone.

    Raises NotBooked for a sum of nothing or less or a day after `at`, PeriodClosed for a day of a
    closed year.
    """
    if amount.minor <= 0:
        raise NotBooked("The sum must be more than nothing.")
    if on > timezone.localdate(at):
        raise NotBooked("That day has not come yet. Book it then.")
    day = datetime.combine(on, time(), tzinfo=timezone.get_default_timezone())
    periods.require_open_year(day)
    cost = Cost.objects.create(
        kind=kind,
        amount_minor=amount.minor,
        currency=amount.currency,
        memo=memo,
        on=on,
        recorded_by=recorded_by,
        recorded_at=at,
    )
    posting.post(source=cost.source, postings=costs.postings(kind, amount), at=day, memo=memo[:200])
    return cost


@transaction.atomic
def correct(*, cost: Cost, reason: str, by: User, at: datetime) -> CostCorrection:
    """Take `cost` back by reversing its entry; later calls return the same correction."""
    stored = CostCorrection.objects.filter(cost=cost).first()
    if stored is not None:
        return stored
    periods.require_open_year(at)
    entry = posting.reverse(
        entry=Entry.objects.get(source=cost.source),
        source=f"cost-correction:{cost.pk}",
        at=at,
        memo=f"Taken back: {cost.memo}"[:200],
    )
    made, _ = CostCorrection.objects.get_or_create(
        cost=cost, defaults={"entry": entry, "at": entry.at, "by": by, "reason": reason}
    )
    return made
