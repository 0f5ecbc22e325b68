"""How the price of a sale is shared out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ledger.rules import Move
from royalties.rules import chart
from stockcoop.kernel.money import Money, portions

WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """What one co-creator, `member` (a user id), gets of a sale for their `weight`."""

    member: int
    weight: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Split:
    """A price shared out: the co-op's part and one part per co-creator, by member."""

    price: Money
    coop: Money
    parts: tuple[Part, ...]

    @property
    def artists(self) -> Money:
        """What all co-creators get together."""
        return self.price - self.coop


def of_sale(*, price: Money, coop_rate_bp: int, shares: Sequence[tuple[int, int]]) -> Split:
    """Share out `price`: `coop_rate_bp` ten-thousandths to the co-op, the rest by weight.

    `price` is above zero; `shares` are (member, weight), each member once, weights above zero;
    their order does not matter. The artists' part is named first to `allocate`, so half a minor
    unit goes to the artists; among them a tie goes to the lower member number.
    Raises ValueError on anything else.
    """
    members = [member for member, _ in shares]
    if len(set(members)) != len(members) or any(weight <= 0 for _, weight in shares):
        raise ValueError(f"each member once, with a weight above zero: {list(shares)}")
    ordered = sorted(shares)
    coop, amounts = amounts_of(price.minor, coop_rate_bp, tuple(weight for _, weight in ordered))
    parts = (
        Part(member, weight, Money(amount, price.currency))
        for (member, weight), amount in zip(ordered, amounts, strict=True)
    )
    return Split(price, Money(coop, price.currency), tuple(parts))


# Prices, rates and weights are few, so histories ask the same over and over.
@lru_cache(maxsize=1 << 16)
def amounts_of(
    price: int, coop_rate_bp: int, weights: tuple[int, ...]
) -> tuple[int, tuple[int, ...]]:
    """As `of_sale` shares out, in minor units: the co-op's part and those by `weights`.

    The weights stand in the order of the members' numbers. Raises ValueError as `of_sale` does.
    """
    if price <= 0:
        raise ValueError(f"A sale has a price above zero, not {price}.")
    if not 0 <= coop_rate_bp <= WHOLE_BP:
        raise ValueError(f"a rate is between 0 and {WHOLE_BP} basis points: {coop_rate_bp}")
    artists, coop = portions(price, [WHOLE_BP - coop_rate_bp, coop_rate_bp])
    return coop, tuple(portions(artists, weights))


def postings(split: Split, *, gateway: str) -> list[Move]:
    """The split as moves out of what `gateway` took in; a part of nothing makes no posting."""
    shared = [(chart.COMMISSION, split.coop)]
    shared += [(chart.member(part.member), part.amount) for part in split.parts]
    paid_in = chart.gateway(gateway)
    return [Move(debit=paid_in, credit=to, amount=amount) for to, amount in shared if amount]
