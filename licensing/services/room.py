"""What leaves no room for the lines of an order: others' licences, or what became of one's own."""

from collections.abc import Sequence
from datetime import datetime

from licensing.models import OrderLine
from licensing.services import exclusives, freezes, upgrades


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
        if why := why or line.obstacle(past):
            found[line] = why
    return found
