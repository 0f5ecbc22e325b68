"""What a member earned by sales, month by month."""

from collections import defaultdict
from datetime import datetime

from django.conf import settings
from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from members.models import User
from royalties.models import SaleShare
from royalties.rules.months import Month
from royalties.services import periods
from stockcoop.kernel.money import Money

_MOMENTS = (
    (1, "sale__sold_at"),
    (-1, "sale__refunds__at"),
    (1, "sale__refunds__restoration__at"),
)


def by_month(*, member: User, at: datetime, months: int = 12) -> list[tuple[Month, Money]]:
    """Earnings of the last `months` months up to that of `at`, oldest first, refunds taken off.

    A refund, or its restoration, counts in the month in which it was made, as in the ledger.
    """
    zone = timezone.get_default_timezone()
    last = periods.month_of(at)
    wanted = [last.plus(back - months + 1) for back in range(months)]
    parts = SaleShare.objects.filter(member=member, sale__currency=settings.CURRENCY)
    earned: dict[Month, int] = defaultdict(int)
    for sign, moment in _MOMENTS:
        rows = (
            parts.filter(**{f"{moment}__gte": wanted[0].start(zone)})
            .annotate(month=TruncMonth(moment, tzinfo=zone))
            .values_list("month")
            .annotate(Sum("amount_minor"))
            .order_by()
        )
        for start, minor in rows:
            earned[Month(start.year, start.month)] += sign * minor
    return [(month, Money(earned[month], settings.CURRENCY)) for month in wanted]
