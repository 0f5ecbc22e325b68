"""What can be had of a work now, as the price rules want to know it."""

from datetime import datetime

from licensing.rules.offers import Item
from licensing.services import exclusives, freezes, prices
from media.models import Work
from media.services import sensitive


def item_of(work: Work, *, at: datetime) -> Item:
    """`work` with its past, the freezes that run at `at` and what the artist allows."""
    return prices.item_of(
        work,
        exclusives.past_of(work),
        freezes.running(work.pk, at=at),
        sensitive=not sensitive.is_refused(work),
    )
