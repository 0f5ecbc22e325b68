"""Keeping the subtotals that balances are read from: postings are added up once, by month."""

from django.db import connection, transaction

from ledger.models import Mark

_ADD = """
INSERT INTO ledger_subtotal AS kept (account_id, month, net_minor)
SELECT account_id, date_trunc('month', at AT TIME ZONE 'UTC')::date, sum(minor)
  FROM ledger_side WHERE entry_id > %(after)s AND entry_id <= %(upto)s
 GROUP BY 1, 2
 ORDER BY 1, 2
ON CONFLICT (account_id, month) DO UPDATE SET net_minor = kept.net_minor + excluded.net_minor
"""


@transaction.atomic(durable=True)
def roll_up() -> int:
    """Add entries to the subtotals that are certain to have no unseen one among them; how many ids.

    One call looks how far the ledger goes, a later one, when all transactions of that moment have
    ended, adds up to there. So nobody waits for it, and it waits for nobody; what it has not
    reached yet, balances read from the postings. Nothing is done while another process does it.
    """
    newest = _one("SELECT coalesce(max(id), 0) FROM ledger_entry")
    Mark.objects.bulk_create([Mark(pk=1)], ignore_conflicts=True)
    mark = Mark.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    if mark is None:
        return 0
    # Above that of every transaction that can have taken a number up to the newest.
    own = _one("SELECT pg_current_xact_id()::text::bigint")
    ended_below = _one("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    added = 0
    if mark.upto < mark.seen and mark.seen_xid <= ended_below:
        added = mark.seen - mark.upto
        with connection.cursor() as cursor:
            cursor.execute(_ADD, {"after": mark.upto, "upto": mark.seen})
        mark.upto = mark.seen
    # An id from the future was given by another server, of which this one holds a copy.
    if mark.upto == mark.seen or mark.seen_xid > own:
        mark.seen, mark.seen_xid = max(newest, mark.upto), own
    mark.save()
    return added


def _one(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])
