"""What the ledger owes buyers for lines that they lost: from the payment until it has gone back.

The money of a lost line goes back by a refund, or with a dispute that the buyer's bank raises; when
such a dispute is won, it is owed again. So a line's entries are a chain, each reversing the last.
"""

from collections.abc import Iterable
from datetime import datetime

from ledger.models import Entry
from ledger.services import posting
from licensing.models import Order, OrderLine
from royalties.models import MovementEntry


def came(line: OrderLine) -> str:
    """The source of the entry that first owes the price of `line`; later ones are numbered."""
    return f"lost:{line.reference}"


def owed(order: Order) -> list[OrderLine]:
    """The lines of `order` that were lost and whose price has not gone back."""
    lost = order.lines.filter(licence=None).select_related("work", "refund").order_by("position")
    return [line for line in lost if _owing(line)]


def settle(*, line: OrderLine, memo: str, at: datetime) -> Entry | None:
    """Post that the price of `line` has gone back; None when it is not owed (any more)."""
    entry = _owing(line)
    if entry is None:
        return None
    source = entry.source.replace("lost:", "returned:", 1)
    return posting.reverse(entry=entry, source=source, at=at, memo=memo)


def owe_again(*, line: OrderLine, returned: Entry, memo: str, at: datetime) -> Entry:
    """Post that what went back by the entry `returned` has come in again and is owed."""
    before = Entry.objects.filter(source__startswith=came(line)).count()
    source = f"{came(line)}:{before + 1}"
    return posting.reverse(entry=returned, source=source, at=at, memo=memo)


def unexplained(line: OrderLine) -> list[Entry]:
    """The entry by which the price of `line` went back, if no movement of the gateway says how."""
    back = Entry.objects.filter(source__startswith=f"returned:{line.reference}")
    return list(back.exclude(pk__in=MovementEntry.objects.values("entry")))


def returned_by(entries: Iterable[Entry]) -> list[tuple[OrderLine, Entry]]:
    """The lost lines whose price went back by some of `entries`, each with its entry."""
    prefix = "returned:line:"
    found = {entry.source[len(prefix) :][:36]: entry for entry in entries if prefix in entry.source}
    lines = OrderLine.objects.filter(uuid__in=found).select_related("work", "refund")
    return [(line, found[str(line.uuid)]) for line in lines.order_by("position")]


def _owing(line: OrderLine) -> Entry | None:
    entries = Entry.objects.with_postings().filter(source__startswith=came(line))
    return entries.filter(reversed_by=None).first()
