"""Recompute what the ledger stores, and name what differs."""

from collections.abc import Iterator

from django.db import connection

from ledger.models import Account, Entry
from ledger.rules import content
from ledger.rules.accounts import kind_of
from stockcoop.kernel.canonical import digest

# Each query finds rows that the database should never have let in, as sentences.
_CHECKS = (
    """
    SELECT format('posting %s of %s is in %s: stored debit account in %s, credit account in %s',
                  p.position, e.source, p.currency, d.currency, c.currency)
      FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
      JOIN ledger_account d ON d.id = p.debit_id JOIN ledger_account c ON c.id = p.credit_id
     WHERE p.currency <> d.currency OR p.currency <> c.currency
    """,
    """
    SELECT format('entry %s: stored %s postings, computed %s at positions up to %s',
                  e.source, e.size, count(p.id), coalesce(max(p.position), 0))
      FROM ledger_entry e LEFT JOIN ledger_posting p ON p.entry_id = e.id
     GROUP BY e.id HAVING (count(p.id), max(p.position)) IS DISTINCT FROM (e.size, e.size - 1)
    """,
    """
    SELECT format('posting %s of %s is dated %s: its entry %s', p.position, e.source, p.at, e.at)
      FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id WHERE p.at <> e.at
    """,
    """
    SELECT format('entry %s reverses %s: stored %s at position %s, computed %s', back.source,
                  e.source, coalesce(b.amount_minor::text, 'nothing'), p.position,
                  coalesce(p.amount_minor::text, 'nothing'))
      FROM ledger_entry back JOIN ledger_entry e ON e.id = back.reverses_id
      JOIN ledger_posting p ON p.entry_id = e.id
      LEFT JOIN ledger_posting b ON b.entry_id = back.id AND b.position = p.position
     WHERE (b.debit_id, b.credit_id, b.amount_minor, b.currency)
           IS DISTINCT FROM (p.credit_id, p.debit_id, p.amount_minor, p.currency)
    """,
    """
    WITH counted AS (
      SELECT account_id, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month,
             sum(minor) AS net
        FROM ledger_side WHERE entry_id <= (SELECT coalesce(max(upto), 0) FROM ledger_mark)
       GROUP BY 1, 2
    )
    SELECT format('subtotal of %s in %s: stored %s, computed %s', a.code,
                  to_char(coalesce(s.month, c.month), 'YYYY-MM'),
                  coalesce(s.net_minor::text, 'nothing'), coalesce(c.net::text, 'nothing'))
      FROM ledger_subtotal s
      FULL JOIN counted c ON (c.account_id, c.month) = (s.account_id, s.month)
      JOIN ledger_account a ON a.id = coalesce(s.account_id, c.account_id)
     WHERE s.net_minor IS DISTINCT FROM c.net
    """,
)


def differences() -> Iterator[str]:
    """One sentence for each stored fact of the ledger that its rules would not give.

    The sum of all balances is zero by construction: each posting counts once on either side.
    """
    yield from _accounts()
    for check in _CHECKS:
        with connection.cursor() as cursor:
            cursor.execute(check)
            for (sentence,) in cursor:
                yield sentence
    yield from _digests()


def _accounts() -> Iterator[str]:
    for account in Account.objects.order_by("pk").iterator():
        try:
            computed = kind_of(account.code).value
        except ValueError:
            computed = "none"
        if computed != account.kind:
            yield f"account {account.code}: stored kind {account.kind}, computed {computed}"


def _digests() -> Iterator[str]:
    entries = Entry.objects.with_postings().select_related("reverses").order_by("pk")
    for entry in entries.iterator(chunk_size=1000):
        taken_back = entry.reverses.source if entry.reverses else None
        try:
            moves = entry.moves()
        except ValueError as error:
            yield f"entry {entry.source}: {error}"
            continue
        stated = content(source=entry.source, at=entry.at, reverses=taken_back, moves=moves)
        computed = digest(stated)
        if computed != entry.digest:
            sums = ", ".join(str(move.amount) for move in moves)
            yield (
                f"entry {entry.source} of {sums}: stored digest {entry.digest[:12]}, "
                f"computed {computed[:12]}"
            )
