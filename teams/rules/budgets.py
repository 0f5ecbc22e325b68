"""Whether an order may be paid without asking anybody."""

from dataclasses import dataclass

from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Bound:
    """What may be spent, and what is spent already; `most` is None where nothing was set."""

    name: str
    most: Money | None
    spent: Money

    @property
    def left(self) -> Money | None:
        """What may still be spent, below zero when an approver let more through."""
        return None if self.most is None else self.most - self.spent


def objections(price: Money, bounds: list[Bound]) -> list[str]:
    """Why `price` needs an approver: a sentence for each bound that it does not fit into."""
    return [
        f"{bound.name} is {bound.most}; with this order {bound.spent + price} would be spent."
        for bound in bounds
        if bound.left is not None and price > bound.left
    ]
