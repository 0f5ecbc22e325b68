"""Balances, derived from the postings: credits less debits, so what the co-op owes is positive.

The balance of an asset or an expense is therefore negative when there is something in it; pages
turn the sign by `Kind.grows_by_debit`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection

from ledger.models import Account
from ledger.rules import spans
from ledger.rules.accounts import Kind
from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Balance:
    """An account and what stands in it, credits less debits."""

    code: str
    kind: Kind
    amount: Money


# Whole months come from the subtotals, and from the postings that those do not count yet; the
# edges of the span from the covering indexes. So the time that it takes does not grow with the
# ledger. The mark is told as a value: of one that it looks up itself, PostgreSQL assumes that a
# third of the ledger comes after it, and reads all. Whether it is still the mark is asked in the
# same snapshot: the sum is exact.
_MARK = "SELECT coalesce(max(upto), 0) FROM ledger_mark"
_BALANCES = f"""
WITH fresh AS MATERIALIZED (
  SELECT account_id, sum(minor) AS minor FROM ledger_side
   WHERE entry_id > %(mark)s AND at >= %(first)s AND at < %(last)s
   GROUP BY account_id
)
SELECT ({_MARK}) = %(mark)s, a.code, a.kind, a.currency,
       coalesce((SELECT sum(net_minor) FROM ledger_subtotal s WHERE s.account_id = a.id
                    AND s.month >= %(first_month)s AND s.month < %(last_month)s), 0)
     + coalesce(fresh.minor, 0)
     + coalesce((SELECT sum(minor) FROM ledger_side s WHERE s.account_id = a.id
                    AND s.at >= %(left_since)s AND s.at < %(left_until)s), 0)
     + coalesce((SELECT sum(minor) FROM ledger_side s WHERE s.account_id = a.id
                    AND s.at >= %(right_since)s AND s.at < %(right_until)s), 0)
  FROM ledger_account a LEFT JOIN fresh ON fresh.account_id = a.id
"""  # noqa: S608 -- made of constants


def of(
    code: str,
    *,
    currency: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Money:
    """What stands in the account `code`: zero when nothing was ever posted to it.

    `since <= at < until` limits what counts; the currency is the co-op's unless another is named.
    """
    currency = currency or settings.CURRENCY
    rows = _rows(
        "WHERE a.code = %(code)s AND a.currency = %(currency)s",
        {"code": code, "currency": currency, **_period(since, until)},
    )
    return rows[0].amount if rows else Money.zero(currency)


def below(
    prefix: str, *, since: datetime | None = None, until: datetime | None = None
) -> list[Balance]:
    """Each account whose code begins with `prefix` ("" for all), by code and currency."""
    # A prefix has no wildcards of its own: starts_with takes it as it is.
    return _rows(
        "WHERE starts_with(a.code, %(prefix)s) ORDER BY a.code, a.currency",
        {"prefix": prefix, **_period(since, until)},
    )


def of_kinds(
    kinds: Iterable[Kind], *, since: datetime | None = None, until: datetime | None = None
) -> list[Balance]:
    """Each account of one of `kinds`, by code and currency: income and expense make a result."""
    return _rows(
        "WHERE a.kind = ANY(%(kinds)s) ORDER BY a.code, a.currency",
        {"kinds": [kind.value for kind in kinds], **_period(since, until)},
    )


def locked(code: str, *, currency: str | None = None) -> Money:
    """The balance of `code`, with the account held until the transaction ends.

    It waits for postings under way and nothing is posted meanwhile, so the figure stays true.
    """
    currency = currency or settings.CURRENCY
    Account.objects.lock(code, currency)
    return of(code, currency=currency)


_Value = int | str | date | datetime | list[str]


def _period(since: datetime | None, until: datetime | None) -> dict[str, _Value]:
    span = spans.of(since, until)
    values: dict[str, _Value] = {}
    for name, (start, end) in (("left", span.edges[0]), ("right", span.edges[1])):
        values |= {f"{name}_since": start or "-infinity", f"{name}_until": end or "infinity"}
    first, last = span.months
    values |= {"first": first or "-infinity", "last": last or "infinity"}
    values |= {"first_month": first.date() if first else "-infinity"}
    return values | {"last_month": last.date() if last else "infinity"}


def _rows(where: str, values: Mapping[str, _Value]) -> list[Balance]:
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_MARK)
            cursor.execute(_BALANCES + where, {**values, "mark": cursor.fetchone()[0]})
            rows = cursor.fetchall()
            # It moves once a minute at most.
            if all(current for current, *_ in rows):
                return [
                    Balance(code, Kind(kind), Money(int(minor), currency))
                    for _, code, kind, currency, minor in rows
                ]
