"""Statements of whole years: the twelve months of a member in one, issued after December's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from ledger.models import Account as LedgerAccount
from ledger.models import Entry
from ledger.services import balances
from members.models import User
from royalties.models import YearStatement
from royalties.rules import chart, years
from royalties.rules.months import Month
from royalties.rules.years import Year
from royalties.services import accounts, statements, surplus
from royalties.services.periods import month_of
from stockcoop.kernel.canonical import digest
from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class YearReading:
    """A year as shown: computed now, with the statement that was issued for it, if any."""

    year: Year
    issued: YearStatement | None

    @property
    def digest(self) -> str:
        """The digest of what is shown."""
        return digest(years.content(self.year))

    @property
    def is_as_issued(self) -> bool:
        """Whether what is shown is what was issued."""
        return self.issued is not None and self.issued.digest == self.digest


def read(*, member: User, year: int) -> YearReading:
    """The year of `member`; provisional until its statement is issued."""
    issued = YearStatement.objects.filter(
        member=member, year=year, currency=settings.CURRENCY
    ).first()
    opening = balances.of(chart.member(member.pk), until=surplus.span(year)[0])
    return YearReading(_years([(member.pk, opening)], year)[0], issued)


def issued_to(member: User) -> list[int]:
    """The years whose statements `member` has, the latest first."""
    return list(YearStatement.objects.filter(member=member).values_list("year", flat=True))


@transaction.atomic
def issue(*, year: int, at: datetime) -> int:
    """Issue the statement of `year` to each member with something in it; how many are new.

    December's statements are issued first. Raises NotFinished while the year goes on.
    """
    statements.issue(month=Month(year, 12), at=at)
    have = set(
        YearStatement.objects.filter(year=year, currency=settings.CURRENCY).values_list(
            "member", flat=True
        )
    )
    told = (one for one in of_all(year) if not one.is_empty and one.member not in have)
    new = 0
    while batch := list(islice(told, accounts.BATCH)):
        new += _write(batch, at)
    return new


def issue_due(*, at: datetime) -> int:
    """Issue what is missing for every finished year, oldest first; how many are new."""
    first = Entry.objects.aggregate(at=Min("at"))["at"]
    if first is None:
        return 0
    newest = YearStatement.objects.order_by("-year").values_list("year", flat=True).first()
    begun = newest or month_of(first).year
    over = month_of(at - statements.SETTLING).year
    return sum(issue(year=year, at=at) for year in range(begun, over))


def of_all(year: int, currency: str | None = None) -> Iterator[Year]:
    """The year of each member with an account, so many at a time that memory stays flat."""
    currency = currency or settings.CURRENCY
    codes = LedgerAccount.objects.below(chart.MEMBERS).filter(currency=currency)
    members = (
        member for code in codes.values_list("code", flat=True) if (member := chart.member_of(code))
    )
    stood = {
        balance.code: balance.amount
        for balance in balances.below(chart.MEMBERS, until=surplus.span(year)[0])
        if balance.amount.currency == currency
    }
    nothing = Money.zero(currency)
    while batch := list(islice(members, accounts.BATCH)):
        yield from _years([(m, stood.get(chart.member(m), nothing)) for m in batch], year)


def _years(stood: list[tuple[int, Money]], year: int) -> list[Year]:
    since, until = surplus.span(year)
    moved = accounts.moved(stood, since, until)
    return [
        Year.of_lines(
            member=member,
            year=year,
            opening=opening,
            lines=[(month_of(line.at).month, line) for line in moved.get(chart.member(member), ())],
        )
        for member, opening in stood
    ]


def _write(batch: list[Year], at: datetime) -> int:
    names = dict(
        User.objects.filter(pk__in=[year.member for year in batch]).values_list("pk", "name")
    )
    rows = [
        YearStatement(
            member_id=year.member,
            member_name=names[year.member],
            year=year.number,
            currency=year.opening.currency,
            opening_minor=year.opening.minor,
            closing_minor=year.closing.minor,
            digest=digest(years.content(year)),
            issued_at=at,
        )
        for year in batch
    ]
    # Another worker may be at the same year: its statements are the same.
    YearStatement.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
