"""How much of a licence is used: prints and people recorded, against what it allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from licensing.rules.offers import Quote

# In a price book a bound of 0 stands for "without limit".
UNLIMITED = 0


class Used(StrEnum):
    """What is recorded: copies printed, or a person working with the file."""

    PRINTS = "prints"
    SEATS = "seats"


class Standing(StrEnum):
    """Where a recorded quantity stands."""

    WITHIN = "within"
    NEAR = "near"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Tally:
    """What is recorded of one thing. `allowed` is UNLIMITED, a number, or None where the price
    book has no figure and only the licence's words say.
    """

    recorded: int
    allowed: int | None
    warn_bp: int

    @property
    def standing(self) -> Standing:
        if not self.allowed:
            return Standing.WITHIN
        if self.recorded > self.allowed:
            return Standing.OVER
        near = self.recorded * 10_000 >= self.allowed * self.warn_bp
        return Standing.NEAR if near else Standing.WITHIN

    @property
    def in_words(self) -> str:
        """ "1,200 of 500,000", for a page."""
        if self.allowed is None:
            return f"{self.recorded:,}, as the licence says"
        if self.allowed == UNLIMITED:
            return f"{self.recorded:,}, without limit"
        return f"{self.recorded:,} of {self.allowed:,}"


def allowed(quote: Quote, used: Used) -> int | None:
    """What the licence kind and its add-ons allow together; as `Tally.allowed`."""
    most = _bound(quote.kind, used)
    extras = [(_bound(extra.add_on, used), extra.units) for extra in quote.extras]
    if UNLIMITED in (most, *(bound for bound, _ in extras)):
        return UNLIMITED
    if most is None:
        return None
    return most + sum((bound or 0) * units for bound, units in extras)


def passed(before: Tally, after: Tally) -> Standing | None:
    """The bound that a new record passed: near or over; None when it passed none."""
    order = list(Standing)
    rises = order.index(after.standing) > order.index(before.standing)
    return after.standing if rises else None


def people(names: Iterable[tuple[str, int]]) -> list[str]:
    """Who works with the file after all records of (name, 1 or -1), in the order they came."""
    here: dict[str, None] = {}
    for name, quantity in names:
        if quantity > 0:
            here[name] = None
        else:
            here.pop(name, None)
    return list(here)


def _bound(of: object, used: Used) -> int | None:
    bound: int | None = getattr(of, used.value)
    return bound
