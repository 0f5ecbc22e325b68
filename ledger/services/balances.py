"""Balances, derived from the postings: credits less debits, so what the co-op owes is positive.

The balance of an asset or an expense is therefore negative when there is something in it; pages
turn the sign by `Kind.grows_by_debit`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from ledger.models import Account
from ledger.rules.accounts import Kind
from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Balance:
    """An account and what stands in it, credits less debits."""

    code: str
    kind: Kind
    amount: Money


# Both sides of each account in one pass; the two partial sums come from the covering indexes.
_BALANCES = """
SELECT a.code, a.kind, a.currency,
       coalesce((SELECT sum(amount_minor) FROM ledger_posting p WHERE p.credit_id = a.id
                    AND p.at >= %(since)s AND p.at < %(until)s), 0)
     - coalesce((SELECT sum(amount_minor) FROM ledger_posting p WHERE p.debit_id = a.id
                    AND p.at >= %(since)s AND p.at < %(until)s), 0)
  FROM ledger_account a
"""


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


_Value = str | datetime | list[str]


def _period(since: datetime | None, until: datetime | None) -> dict[str, _Value]:
    return {"since": since or "-infinity", "until": until or "infinity"}


def _rows(where: str, values: Mapping[str, _Value]) -> list[Balance]:
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES + where, values)
        return [
            Balance(code, Kind(kind), Money(int(minor), currency))
            for code, kind, currency, minor in cursor.fetchall()
        ]
