"""How much the ledger holds, and whether it balances."""

from collections.abc import Iterator

from django.db import connection

from ledger.models import Entry, Posting
from stockcoop.kernel.figures import Figure, Values

# Each posting is counted where its accounts are kept, so an altered account shows.
_TRIAL = """
SELECT a.currency, sum(s.minor) FROM ledger_side s JOIN ledger_account a ON a.id = s.account_id
 GROUP BY a.currency
"""


def figures() -> Iterator[Figure]:
    """Entries, postings and the trial balance."""
    yield Figure(
        "stockcoop_ledger_entries_total", "Entries", {(): Entry.objects.count()}, kind="counter"
    )
    yield Figure(
        "stockcoop_ledger_postings_total", "Postings", {(): Posting.objects.count()}, kind="counter"
    )
    with connection.cursor() as cursor:
        cursor.execute(_TRIAL)
        sums: Values = {(currency,): int(minor) for currency, minor in cursor.fetchall()}
    yield Figure(
        "stockcoop_ledger_trial_balance_minor",
        "Credits less debits of all accounts; anything but 0 is a fault",
        sums,
        ("currency",),
    )
