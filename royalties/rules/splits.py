"""How the price of a sale is shared out."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.rules import Move
from royalties.rules import chart
from stockcoop.kernel.money import Money, allocate

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
    if price.minor <= 0:
        raise ValueError(f"a sale has a price: {price}")
    if not 0 <= coop_rate_bp <= WHOLE_BP:
        raise ValueError(f"a rate is between 0 and {WHOLE_BP} basis points: {coop_rate_bp}")
    if len(set(members)) != len(members) or any(weight <= 0 for _, weight in shares):
        raise ValueError(f"each member once, with a weight above zero: {list(shares)}")
    artists, coop = allocate(price, [WHOLE_BP - coop_rate_bp, coop_rate_bp])
    ordered = sorted(shares)
    amounts = allocate(artists, [weight for _, weight in ordered])
    parts = (Part(m, w, amount) for (m, w), amount in zip(ordered, amounts, strict=True))
    return Split(price, coop, tuple(parts))


def postings(split: Split, *, gateway: str) -> list[Move]:
    """The split as moves out of what `gateway` took in; a part of nothing makes no posting."""
    shared = [(chart.COMMISSION, split.coop)]
    shared += [(chart.member(part.member), part.amount) for part in split.parts]
    paid_in = chart.gateway(gateway)
    return [Move(debit=paid_in, credit=to, amount=amount) for to, amount in shared if amount]
