"""The lines of accounts: what moved in and out of them in a period, in the order of time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Line:
    """One posting as seen from `account`: `amount` is above zero when it was credited.

    `event` is the entry itself, or the one that it reverses.
    """

    account: str
    other: str
    entry: int
    event: int
    source: str
    memo: str
    at: datetime
    amount: Money


# Each arm reads one covering index by account and time, whatever the length of the ledger. OFFSET 0
# keeps it so for the entries: PostgreSQL expects the postings of a gateway behind each account, and
# would walk through all entries for the few of a member.
_LINES = """
SELECT own.code, other.code, e.id, coalesce(e.reverses_id, e.id), e.source, e.memo, p.at,
       p.sign * p.amount_minor, p.currency
  FROM ledger_account own
  JOIN LATERAL (
    SELECT entry_id, at, position, credit_id AS own_id, debit_id AS other_id, 1 AS sign,
           amount_minor, currency
      FROM ledger_posting WHERE credit_id = own.id AND at >= %(since)s AND at < %(until)s
     UNION ALL
    SELECT entry_id, at, position, debit_id, credit_id, -1, amount_minor, currency
      FROM ledger_posting WHERE debit_id = own.id AND at >= %(since)s AND at < %(until)s
  ) p ON true
  JOIN ledger_account other ON other.id = p.other_id
  JOIN LATERAL (
    SELECT id, reverses_id, source, memo FROM ledger_entry WHERE id = p.entry_id OFFSET 0
  ) e ON true
 WHERE own.code = ANY(%(codes)s) AND own.currency = %(currency)s
 ORDER BY own.code, p.at, p.entry_id, p.position
"""


def of_accounts(
    codes: Sequence[str], *, currency: str, since: datetime, until: datetime
) -> Iterator[Line]:
    """The lines of each of `codes` with `since <= at < until`: by code, then by time and entry."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LINES,
            {"codes": list(codes), "currency": currency, "since": since, "until": until},
        )
        for own, other, entry, event, source, memo, at, minor, money in cursor:
            yield Line(own, other, entry, event, source, memo, at, Money(minor, money))
