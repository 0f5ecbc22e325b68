"""The yearly statement of remuneration: each work, its uses, their revenue, the member's part.

Source: directive (EU) 2019/790, article 19, which owes authors this once a year at least.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings

from members.models import User
from royalties.models import SaleShare
from royalties.services import surplus
from stockcoop.kernel.money import Money
from stockcoop.kernel.spreadsheets import harmless

HEADER = ("year", "member", "work", "use", "licences", "revenue", "remuneration", "currency")


@dataclass(frozen=True, slots=True)
class Use:
    """What one work brought in one year under one licence kind; less what was taken back."""

    member: str
    title: str
    licence_kind: str
    licences: int
    revenue: Money
    due: Money


def of_member(member: User, year: int) -> list[Use]:
    """The uses of the member's works in `year`, by work."""
    return _uses([member], year)


def of_all(year: int) -> list[Use]:
    """The uses of all members' works in `year`, by member and work."""
    return _uses(list(User.objects.order_by("pk")), year)


def as_csv(uses: Sequence[Use], *, year: int) -> str:
    """The statement as CSV (RFC 4180), with a last row for the totals."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(HEADER)
    for use in uses:
        said = [harmless(use.member), harmless(use.title), use.licence_kind, use.licences]
        table.writerow([year, *said, use.revenue.decimal(), use.due.decimal(), use.due.currency])
    due = Money(sum(use.due.minor for use in uses), settings.CURRENCY)
    table.writerow(
        [year, "Total", "", "", sum(u.licences for u in uses), "", due.decimal(), due.currency]
    )
    return out.getvalue()


def _uses(members: Sequence[User], year: int) -> list[Use]:
    counts: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for sign, share in _counted(members, year):
        sums = counts[share.member_id, share.sale.title, share.sale.licence_kind]
        sums[0] += sign
        sums[1] += sign * share.sale.price.minor
        sums[2] += sign * share.amount_minor
    names = {member.pk: member.name for member in members}
    currency = settings.CURRENCY
    return [
        Use(names[pk], title, kind, licences, Money(revenue, currency), Money(due, currency))
        for (pk, title, kind), (licences, revenue, due) in sorted(counts.items())
    ]


def _counted(members: Sequence[User], year: int) -> Iterator[tuple[int, SaleShare]]:
    since, until = surplus.span(year)
    shares = SaleShare.objects.filter(member__in=members, sale__currency=settings.CURRENCY)
    for sign, moment in (
        (1, "sale__sold_at"),
        (-1, "sale__refunds__at"),
        (1, "sale__refunds__restoration__at"),
    ):
        inside = shares.filter(**{f"{moment}__gte": since, f"{moment}__lt": until})
        for share in inside.select_related("sale").order_by("pk").iterator(chunk_size=2000):
            yield sign, share
