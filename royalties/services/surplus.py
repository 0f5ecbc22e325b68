"""Closing a year: its result out of the ledger, and each member's figures in it."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from ledger.models import Entry
from ledger.rules.accounts import Kind
from ledger.services import balances, posting
from members.models import Membership, User
from royalties.models import SaleShare, YearClose
from royalties.rules import surplus as rules
from royalties.rules.months import Month
from royalties.rules.surplus import Person
from royalties.services import hours, periods
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money


class YearNotOver(Refused):
    """The year goes on."""


class YearClosed(Refused):
    """The year was closed before."""


class NothingBooked(Refused):
    """There is nothing to close."""


def span(year: int) -> tuple[datetime, datetime]:
    """The first moment of a calendar year in the co-op's time zone, and that of the next."""
    zone = timezone.get_default_timezone()
    return Month(year, 1).start(zone), Month(year + 1, 1).start(zone)


def result(year: int) -> list[tuple[str, Money]]:
    """What stands in each income and expense account for the year: credits less debits.

    Of a year that is closed, nothing stands there any more.
    """
    start, end = span(year)
    rows = balances.of_kinds([Kind.INCOME, Kind.EXPENSE], since=start, until=end)
    return [(row.code, row.amount) for row in rows if row.amount]


def open_years(at: datetime) -> list[int]:
    """Years that are over, have figures and are not closed, the earliest first."""
    earliest = Entry.objects.order_by("at", "pk").first()
    if earliest is None:
        return []
    closed = set(YearClose.objects.values_list("year", flat=True))
    begun = range(timezone.localtime(earliest.at).year, timezone.localtime(at).year)
    return [year for year in begun if year not in closed and result(year)]


@transaction.atomic
def close_year(*, year: int, by: User, at: datetime) -> YearClose:
    """Close `year`: move its income and expenses into the year's result, a loss too.

    The entry bears the last moment of the year; nothing is booked into the year afterwards.
    """
    periods.hold_to_close()
    figures = _to_close(year, at)
    moves = rules.closing_moves(figures, year=year)
    entry = posting.post(
        source=f"close:{year}",
        postings=moves,
        at=span(year)[1] - timedelta(microseconds=1),
        memo=f"Result of {year}",
    )
    income, expenses = rules.income_and_expenses(moves, year=year, currency=settings.CURRENCY)
    return YearClose.objects.create(
        year=year,
        income_minor=income.minor,
        expenses_minor=expenses.minor,
        currency=settings.CURRENCY,
        entry=entry,
        closed_at=at,
        closed_by=by,
    )


def people(year: int, currency: str) -> list[Person]:
    """The figures of everybody who was a member in `year`: per class, by membership number."""
    start, end = span(year)
    royalties, worked = _royalties(start, end, currency), hours.of_year(year)
    open_in_year: dict[tuple[int, str], list[Membership]] = defaultdict(list)
    memberships = Membership.objects.open_between(start, end).select_related("share_class")
    for membership in memberships.order_by("number"):
        open_in_year[membership.user_id, membership.share_class.code].append(membership)
    return [
        Person(
            member=member,
            share_class=share_class,
            at_end=any(m.left_at is None or m.left_at >= end for m in own),
            days=sum(_days(m, end) for m in own),
            royalties=royalties.get(member, 0),
            minutes=worked.get(member, 0),
        )
        for (member, share_class), own in open_in_year.items()
    ]


def _to_close(year: int, at: datetime) -> list[tuple[str, Money]]:
    """What there is to close in `year`. Raises the Refused that says why it cannot be closed."""
    if YearClose.objects.filter(year=year).exists():
        raise YearClosed(f"The year {year} is closed already.")
    if at < span(year)[1]:
        raise YearNotOver(f"The year {year} is not over yet.")
    figures = result(year)
    if not figures:
        raise NothingBooked(f"Nothing was earned or spent in {year}.")
    if any(amount.currency != settings.CURRENCY for _, amount in figures):
        raise NothingBooked(f"The year {year} has figures that are not in {settings.CURRENCY}.")
    return figures


def _days(membership: Membership, end: datetime) -> int:
    """Calendar days of a membership from its first day on, up to `end` or to leaving."""
    until = min(membership.left_at or end, end)
    return (timezone.localdate(until) - timezone.localdate(membership.admitted_at)).days


def _royalties(start: datetime, end: datetime, currency: str) -> dict[int, int]:
    """Minor units that each member earned from `start` to `end`, less what was refunded then."""
    parts = SaleShare.objects.filter(sale__currency=currency).order_by()
    sums: dict[int, int] = defaultdict(int)
    for sign, moment in (
        (1, "sale__sold_at"),
        (-1, "sale__refunds__at"),
        (1, "sale__refunds__restoration__at"),
    ):
        rows = parts.filter(**{f"{moment}__gte": start, f"{moment}__lt": end})
        for member, amount in rows.values_list("member").annotate(Sum("amount_minor")):
            sums[member] += sign * amount
    return sums
