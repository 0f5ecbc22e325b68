"""Why a balance is below zero: what was taken back after it had been paid out."""

from django.conf import settings
from django.utils import timezone

from ledger.services import balances, lines
from ledger.services.lines import Line
from members.models import User
from royalties.rules import chart
from royalties.services import periods, surplus
from stockcoop.kernel.money import Money


def causes(member: User) -> list[Line]:
    """What took the balance below zero, the latest first; empty when it is not below zero.

    Looked for back to where the balance was not below zero, at most to the start of last year.
    """
    account = chart.member(member.pk)
    balance = balances.of(account)
    if balance.minor >= 0:
        return []
    now = timezone.now()
    since, until = surplus.span(periods.month_of(now).year - 1)[0], now
    found = []
    moved = lines.of_accounts([account], currency=settings.CURRENCY, since=since, until=until)
    for line in reversed(list(moved)):
        if balance.minor >= 0:
            break
        if line.amount.minor < 0 and not line.source.startswith("payout:"):
            found.append(line)
        balance -= line.amount
    return found


def carried() -> list[tuple[int, Money]]:
    """(user id, balance) of each member below zero: carried, and settled by what they earn."""
    return [
        (member, balance.amount)
        for balance in balances.below(chart.MEMBERS)
        if (member := chart.member_of(balance.code)) is not None and balance.amount.minor < 0
    ]
