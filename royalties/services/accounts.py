"""Members' months, computed from the ledger and the sales."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.utils import timezone

from ledger.services import balances, lines
from royalties.models import PayoutPart, Sale
from royalties.rules import chart
from royalties.rules.months import Month
from royalties.rules.statements import Account, Line, Terms
from stockcoop.kernel.money import Money

# So many members are read at a time: memory stays flat however many there are.
BATCH = 500


def of_member(member: int, month: Month) -> Account:
    """The month of one member, empty or not, in the co-op's currency."""
    opening = balances.of(chart.member(member), until=_period(month)[0])
    return _accounts([(member, opening)], month)[0]


def of_all(
    month: Month, *, currency: str | None = None, without: Iterable[int] = ()
) -> Iterator[Account]:
    """The month of each member with an account, except those in `without`, by account's code.

    The currency is the co-op's unless another is named.
    """
    currency = currency or settings.CURRENCY
    left_out = set(without)
    stood = [
        (member, balance.amount)
        for balance in balances.below(chart.MEMBERS, until=_period(month)[0])
        if (member := chart.member_of(balance.code)) is not None
        and balance.amount.currency == currency
        and member not in left_out
    ]
    for first in range(0, len(stood), BATCH):
        yield from _accounts(stood[first : first + BATCH], month)


def _period(month: Month) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    return month.start(zone), month.end(zone)


def _accounts(stood: Sequence[tuple[int, Money]], month: Month) -> list[Account]:
    lines_of = moved(stood, *_period(month))
    return [
        Account(member, month, opening, lines_of.get(chart.member(member), ()))
        for member, opening in stood
    ]


def moved(
    stood: Sequence[tuple[int, Money]], since: datetime, until: datetime
) -> dict[str, tuple[Line, ...]]:
    """The lines of each of `stood` with `since <= at < until`, by the account's code."""
    codes = [chart.member(member) for member, _ in stood]
    currency = stood[0][1].currency
    posted = list(lines.of_accounts(codes, currency=currency, since=since, until=until))
    sales = {
        sale.entry_id: sale
        for sale in Sale.objects.filter(entry__in={line.event for line in posted})
    }
    withheld = _withheld(posted)
    return {
        code: tuple(_line(line, sales.get(line.event), withheld) for line in group)
        for code, group in groupby(posted, key=lambda line: line.account)
    }


def _withheld(posted: Sequence[lines.Line]) -> dict[tuple[int, str, int], str]:
    """By which rule each line that a tax authority is behind was withheld, in words."""
    events = {line.event for line in posted if line.other.startswith(chart.WITHHELD)}
    if not events:
        return {}
    parts = PayoutPart.objects.filter(payout__entry__in=events, withheld_minor__gt=0)
    return {
        (entry, chart.tax(authority), minor): words
        for entry, authority, minor, words in parts.values_list(
            "payout__entry", "authority", "withheld_minor", "words"
        )
    }


def _line(
    line: lines.Line, sale: Sale | None, withheld: Mapping[tuple[int, str, int], str]
) -> Line:
    member = chart.member_of(line.account)
    assert member is not None
    terms = None
    if sale is not None:
        weights = dict(sale.shares)
        terms = Terms(
            sale=sale.pk,
            title=sale.title,
            buyer=sale.buyer_name,
            licence_kind=sale.licence_kind,
            price=sale.price,
            coop_rate_bp=sale.coop_rate_bp,
            weight=weights.get(member, 0),
            weights=sum(weights.values()),
            rate=sale.rate_words,
        )
    tax = line.other if line.other.startswith(chart.WITHHELD) else ""
    rule = withheld.get((line.event, line.other, abs(line.amount.minor)), "")
    return Line(line.at, line.entry, line.source, line.memo, line.amount, terms, tax, rule)
