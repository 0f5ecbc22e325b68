"""What leaves no room for the lines of an order: others' licences, or what became of one's own."""

from collections.abc import Sequence

from licensing.models import OrderLine
from licensing.services import custom_quotes, exclusives, upgrades


def obstacles(lines: Sequence[OrderLine]) -> dict[OrderLine, str]:
    """The `lines` that cannot be licensed (any more), each with why.

    True until the transaction ends if `exclusives.lock` holds their works.
    """
    pasts = exclusives.pasts([line.work_id for line in lines])
    found: dict[OrderLine, str] = {}
    for line in lines:
        past, why = pasts[line.work_id], ""
        if line.upgrades:
            past = exclusives.past_of(line.work, but=line.upgrades)
            why = upgrades.obstacle(line.upgrades)
        if line.custom_quote:
            why = custom_quotes.used(line.custom_quote)
        if why := why or line.obstacle(past):
            found[line] = why
    return found
