"""Tax in the ledger: owed to its authority from the payment on, line by line.

The entries of a line are a chain, each reversing the last: the first and every other one after it
let the tax be owed, those between take it back.
"""

from collections.abc import Sequence
from datetime import datetime

from ledger.models import Entry
from ledger.rules import Move
from ledger.services import posting
from stockcoop.kernel.money import Money

PREFIX = "tax:"
# What was withheld from members is owed to authorities too; royalties looks after it.
WITHHELD = "tax:withheld-"


def account(authority: str) -> str:
    """What the co-op owes to a tax authority."""
    return f"tax:{authority}"


def source(reference: str) -> str:
    """The source of the entry that first owes the tax of a line; later ones are numbered."""
    return PREFIX + reference


def charge(
    *, reference: str, owed: Sequence[tuple[str, Money]], paid_into: str, at: datetime
) -> Entry | None:
    """Owe each authority its sum of what came into the account `paid_into`.

    None when there is nothing to owe; a repeated call returns the same entry.
    """
    moves = [
        Move(debit=paid_into, credit=account(authority), amount=sum_)
        for authority, sum_ in owed
        if sum_
    ]
    if not moves:
        return None
    return posting.post(source=source(reference), postings=moves, at=at, memo="Tax")


def take_back(*, reference: str, at: datetime, memo: str) -> Entry | None:
    """Owe the tax of a line no more; None when it is not owed (any more)."""
    chain = entries(reference)
    return _next(chain, reference, at, memo) if len(chain) % 2 else None


def restore(*, reference: str, at: datetime, memo: str) -> Entry | None:
    """Owe the tax of a line again that was taken back; None when it was not."""
    chain = entries(reference)
    return _next(chain, reference, at, memo) if chain and not len(chain) % 2 else None


def entries(reference: str) -> list[Entry]:
    """The entries about the tax of a line, in their order."""
    begun = source(reference)
    found = Entry.objects.with_postings().filter(source__startswith=begun)
    return sorted(found, key=lambda entry: _turn(entry, begun))


def _turn(entry: Entry, begun: str) -> int:
    rest = entry.source.removeprefix(begun)
    return int(rest[1:]) if rest else 1


def _next(chain: list[Entry], reference: str, at: datetime, memo: str) -> Entry:
    name = f"{source(reference)}:{len(chain) + 1}"
    return posting.reverse(entry=chain[-1], source=name, at=at, memo=f"Tax: {memo}"[:200])
