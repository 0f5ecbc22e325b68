"""What leaves no room for the lines of an order: others' licences, or what became of one's own."""

from collections.abc import Sequence
from datetime import datetime

from licensing.models import CartLine, OrderLine
from licensing.rules import offers
from licensing.rules.book import Book
from licensing.services import custom_quotes, exclusives, freezes, upgrades
from media.services import sensitive


def obstacles(lines: Sequence[OrderLine], *, at: datetime) -> dict[OrderLine, str]:
    """The `lines` that cannot be licensed at `at` (any more), each with why.

    True until the transaction ends if `exclusives.lock` holds their works.
    """
    pasts = exclusives.pasts([line.work_id for line in lines])
    found = freezes.obstacles(lines, at=at)
    for line in lines:
        past, why = pasts[line.work_id], ""
        if line.upgrades:
            past = exclusives.past_of(line.work, but=line.upgrades)
            why = upgrades.obstacle(line.upgrades, at=at)
        if line.custom_quote:
            why = custom_quotes.used(line.custom_quote)
        if why := why or line.obstacle(past):
            found[line] = why
    return found


def withheld(line: OrderLine) -> str:
    """Why the artist's word keeps `line` from being paid for from now on; "" when it does not.

    Asked before a payment begins; one that is under way is granted, as for works withdrawn since.
    """
    refused = sensitive.is_refused(line.work)
    return refused_for(line, line.price_book.book(), refused=refused)


def refused_for(line: CartLine | OrderLine, book: Book, *, refused: bool) -> str:
    """What of `line` by `book` the artist `refused`; "" for nothing, or what its holder has."""
    kind = book.kind(line.kind)
    if kind is None or (line.upgrades and upgrades.has_sensitive(line.upgrades)):
        return ""
    return offers.withheld(f"“{line.work.title}”", kind, line.choice, sensitive=not refused)
