"""The rate that applies to a sale."""

from datetime import datetime

from royalties.models import RoyaltyRate
from stockcoop.kernel.errors import Refused


class NoRate(Refused):
    """Nobody has decided yet what the co-op keeps of such a licence."""


def in_force(kind: str, at: datetime) -> RoyaltyRate:
    """The rate for the licence kind `kind` at the moment `at`. Raises NoRate if there is none."""
    rate = RoyaltyRate.objects.in_force(kind, at).first()
    if rate is None:
        raise NoRate(f"There is no royalty rate for the licence kind “{kind}” yet.")
    return rate
