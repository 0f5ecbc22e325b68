"""Four eyes: one person proposes, another one approves just what was proposed, once."""

from royalties.rules.payouts import RunState
from stockcoop.kernel.errors import Refused


class NotDecided(Refused):
    """It cannot be decided like this, or not by this person."""


def late(noun: str) -> NotDecided:
    """The refusal of a second decision on what is called `noun`."""
    return NotDecided(f"The {noun} was decided before.")


def require(
    noun: str, *, state: str, proposer: int, approver: int, proposed: str, stored: str
) -> None:
    """Raise NotDecided unless `approver` may approve what `proposer` proposed.

    It must wait still, and the digest of what is `stored` be the one that was `proposed`.
    """
    if state != RunState.PROPOSED.value:
        raise late(noun)
    if approver == proposer:
        raise NotDecided(f"Somebody else than the proposer must approve a {noun}.")
    if stored != proposed:
        raise NotDecided(
            f"The {noun} is not the one that was proposed. Reject it and propose anew."
        )
