"""Balances of accounts, told apart by what the sources of their entries begin with."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

_HEADS = """
SELECT own.code, split_part(coalesce(undone.source, e.source), ':', 1), sum(s.minor)
  FROM ledger_account own
  JOIN ledger_side s ON s.account_id = own.id AND s.at >= %(since)s AND s.at < %(until)s
  JOIN ledger_entry e ON e.id = s.entry_id
  LEFT JOIN ledger_entry undone ON undone.id = e.reverses_id
 WHERE own.code = ANY(%(codes)s) AND own.currency = %(currency)s
 GROUP BY 1, 2
"""


def by_head(
    codes: Sequence[str],
    *,
    currency: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[str, dict[str, int]]:
    """Credits less debits of each of `codes` by head: "sale" for `sale:12`, in minor units.

    What a reversal moves counts under the head of the entry that it reverses.
    """
    found: dict[str, dict[str, int]] = defaultdict(dict)
    period = {"since": since or "-infinity", "until": until or "infinity"}
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, {"codes": list(codes), "currency": currency, **period})
        for code, head, minor in cursor:
            found[code][head] = int(minor)
    return found
