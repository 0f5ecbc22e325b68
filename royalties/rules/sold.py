"""What a sale states: one value for the row, its digest, and its entry in the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from stockcoop.kernel.canonical import Value, moment

TITLE_LENGTH = 255
BUYER_LENGTH = 200


class Sold(NamedTuple):
    """What was sold and the rules that applied: the columns of a sale that its digest covers.

    `shares` are (member, weight), as the work had them by `split_version_id`; `title`,
    `buyer_name` and `rate_words` are as they were read on that day.
    """

    reference: str
    work_id: int
    title: str
    licence_kind: str
    buyer_name: str
    price_minor: int
    currency: str
    rate_id: int
    coop_rate_bp: int
    rate_words: str
    split_version_id: int | None
    shares: Sequence[Sequence[int]]
    sold_at: datetime

    def stated(self) -> Value:
        """What the digest covers."""
        said: dict[str, Value] = {
            "reference": self.reference,
            "work": self.work_id,
            "title": self.title,
            "licence_kind": self.licence_kind,
            "buyer": self.buyer_name,
            "price": [self.price_minor, self.currency],
            "rate": [self.rate_id, self.coop_rate_bp],
            "shares": [list(share) for share in self.shares],
            "sold_at": moment(self.sold_at),
        }
        # Sales of releases that did not know of these have their digest without them.
        if self.rate_words:
            said |= {"rule": self.rate_words, "split": self.split_version_id}
        return said


def source(reference: str) -> str:
    """The source of the sale's entry in the ledger."""
    return f"sale:{reference}"


def memo(licence_kind: str, title: str) -> str:
    """What the sale's entry says in words."""
    return f"{licence_kind.capitalize()} licence: {title}"[:200]
