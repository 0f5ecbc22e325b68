"""What the shops of several cases have on sale, and what their buyers pick."""

import random
from collections.abc import Sequence

from licensing.rules.offers import Choice
from media.models import Work
from tests import make

PRICES = {"small": 1500, "medium": 4500, "large": 12_500}


def stocked() -> list[Work]:
    """Six works on sale, three of which two artists share."""
    make.price_book()
    make.royalty_terms()
    artists = [make.artist() for _ in range(6)]
    works = [make.work_on_sale(owner=owner) for owner in artists]
    for work, other in zip(works[:3], artists[3:], strict=True):
        make.agreed_split(work, {work.owner: 1, other: 1})
    return works


def picked(works: Sequence[Work], dice: random.Random) -> dict[Work, Choice]:
    """One to three of `works`, each in some size."""
    return {
        work: Choice("standard", dice.choice(list(PRICES)))
        for work in dice.sample(works, dice.choice([1, 1, 2, 3]))
    }
