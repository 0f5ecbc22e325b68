"""Issuing the statements of finished months, and reading a month as its member sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from ledger.models import Entry
from members.models import User
from royalties.models import Statement
from royalties.rules import statements
from royalties.rules.months import Month
from royalties.rules.statements import Account, Line
from royalties.services import accounts, periods
from stockcoop.kernel.canonical import digest
from stockcoop.kernel.errors import Refused

# What happened in the last minute of a month may still be on its way into the ledger.
SETTLING = timedelta(hours=1)


class NotFinished(Refused):
    """The month is not over yet."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A month as shown: computed now, with the statement that was issued for it, if any."""

    account: Account
    issued: Statement | None

    @property
    def digest(self) -> str:
        """The digest of what is shown."""
        return digest(statements.content(self.account))

    @staticmethod
    def day(line: Line) -> date:
        """The day of `line` in the co-op's time zone."""
        return timezone.localdate(line.at)

    @property
    def is_as_issued(self) -> bool:
        """Whether what is shown is what was issued."""
        return self.issued is not None and self.issued.digest == self.digest


def read(*, member: User, month: Month) -> Reading:
    """The month of `member`; provisional until its statement is issued."""
    issued = _of_month(month).filter(member=member).first()
    return Reading(accounts.of_member(member.pk, month), issued)


def issue(*, month: Month, at: datetime) -> int:
    """Issue the statement of `month` to each member with something in it; how many are new.

    Who has theirs already keeps it. Raises NotFinished until SETTLING after the month's end.
    """
    if at < month.end(timezone.get_default_timezone()) + SETTLING:
        raise NotFinished(f"{month.words()} is not over yet.")
    before = _of_month(month).count()
    have = set(_of_month(month).values_list("member", flat=True))
    batch: list[Account] = []
    for account in accounts.of_all(month, without=have):
        if not account.is_empty:
            batch.append(account)
        if len(batch) == accounts.BATCH:
            _write(batch, at)
            batch = []
    _write(batch, at)
    return _of_month(month).count() - before


def issue_due(*, at: datetime) -> int:
    """Issue what is missing for every finished month, oldest first; how many are new."""
    return sum(issue(month=month, at=at) for month in _due(at))


def _due(at: datetime) -> Iterator[Month]:
    """Finished months from the newest issued one (a stopped job may have left gaps in it) on."""
    newest = Statement.objects.aggregate(month=Max("month"))["month"]
    first = Entry.objects.aggregate(at=Min("at"))["at"]
    if newest is None and first is None:
        return
    month = periods.month_of(first) if newest is None else Month(newest.year, newest.month)
    last = periods.month_of(at - SETTLING).plus(-1)
    while month <= last:
        yield month
        month = month.plus(1)


def _of_month(month: Month) -> QuerySet[Statement]:
    return Statement.objects.filter(month=month.first_day(), currency=settings.CURRENCY)


def _write(batch: list[Account], at: datetime) -> None:
    names = dict(
        User.objects.filter(pk__in=[account.member for account in batch]).values_list("pk", "name")
    )
    Statement.objects.bulk_create(
        (
            Statement(
                member_id=account.member,
                member_name=names[account.member],
                month=account.month.first_day(),
                currency=account.opening.currency,
                opening_minor=account.opening.minor,
                closing_minor=account.closing.minor,
                digest=digest(statements.content(account)),
                issued_at=at,
            )
            for account in batch
        ),
        # Another worker may be at the same month: its statements are the same.
        ignore_conflicts=True,
    )
