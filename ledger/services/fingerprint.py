"""One hash over all that the ledger moved: equal histories have equal hashes."""

from collections.abc import Callable

from ledger.models import Entry
from stockcoop.kernel.canonical import Value, digest


def ledger_hash(*, after: int = 0, rename: Callable[[str], str] = str) -> str:
    """SHA-256 over the entries' sources, what they reverse, and what they move, in 64 digits.

    Times, memos, ids and the order of writing are left out, so the same events heard in another
    order give the same hash. `after` leaves out the entries up to that id. `rename` is applied to
    each source and account code, for histories that differ in the names of their orders or members
    only.
    """
    entries = Entry.objects.with_postings().select_related("reverses").filter(pk__gt=after)
    told: list[Value] = [
        [
            rename(entry.source),
            rename(entry.reverses.source) if entry.reverses else None,
            sorted(
                [rename(m.debit), rename(m.credit), m.amount.minor, m.amount.currency]
                for m in entry.moves()
            ),
        ]
        for entry in entries.order_by("pk").iterator(chunk_size=1000)
    ]
    return digest(sorted(told, key=repr))
