"""Entries of the ledger, posted through its service."""

from datetime import UTC, datetime
from itertools import count

from ledger.models import Entry
from ledger.rules import Move
from ledger.services import posting
from stockcoop.kernel.money import Money

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
_numbers = count(1)


def usd(minor: int) -> Money:
    """`minor` cents in US dollars."""
    return Money(minor, "USD")


def move(debit: str, credit: str, minor: int, currency: str = "USD") -> Move:
    """`minor` of `currency` from `debit` to `credit`."""
    return Move(debit=debit, credit=credit, amount=Money(minor, currency))


def entry(*moves: Move, source: str = "", at: datetime = NOON, memo: str = "") -> Entry:
    """An entry of `moves` (ten dollars earned by member 1 unless told)."""
    return posting.post(
        source=source or f"test:{next(_numbers)}",
        postings=moves or [move("gateway:practice", "member:1", 1000)],
        at=at,
        memo=memo,
    )
