"""A move takes a sum from one account to another: entries made of moves are in balance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from stockcoop.kernel.canonical import Value, moment
from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Move:
    """`amount` (above zero) debited to the account `debit` and credited to the account `credit`.

    Raises ValueError on an amount of zero or less, and on an account paid from itself.
    """

    debit: str
    credit: str
    amount: Money

    def __post_init__(self) -> None:
        if self.amount.minor <= 0:
            raise ValueError(f"a move must be of more than nothing: {self.amount}")
        if self.debit == self.credit:
            raise ValueError(f"a move needs two accounts: {self.debit}")


class Plain(NamedTuple):
    """A move as bare values, for very many of them: it is the database that checks it."""

    debit: str
    credit: str
    minor: int
    currency: str


def mirrored(moves: Iterable[Move]) -> list[Move]:
    """The same sums in the same order, each the other way round."""
    return [Move(debit=m.credit, credit=m.debit, amount=m.amount) for m in moves]


def content(*, source: str, at: datetime, reverses: str | None, moves: Iterable[Move]) -> Value:
    """All that an entry states in figures, to be hashed: times in UTC, sums in minor units.

    `reverses` is the source of the entry that is taken back. The memo is words, and left out.
    """
    plain = [Plain(m.debit, m.credit, m.amount.minor, m.amount.currency) for m in moves]
    return content_of_plain(source=source, at=at, reverses=reverses, moves=plain)


def content_of_plain(
    *, source: str, at: datetime, reverses: str | None, moves: Sequence[Plain]
) -> Value:
    """`content`, of moves that nobody checked."""
    return {"source": source, "at": moment(at), "reverses": reverses, "moves": moves}
