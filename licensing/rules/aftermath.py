"""In which order the movements of one payment happened."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from royalties.rules.movements import Moved, MovementKind

_RANK = {
    MovementKind.CHARGE: 0,
    MovementKind.REFUND: 1,
    MovementKind.WITHDRAWN: 2,
    MovementKind.REINSTATED: 3,
    MovementKind.REFUND_FAILED: 5,
}
_REFUND_OF_A_WON_PAYMENT = 4


def in_order(movements: Iterable[Moved], turns: Sequence[str] = ()) -> list[Moved]:
    """`movements` by time, and within one second by the `turns` in which the gateway booked them.

    Gateways date by the second. `turns` are references of movements, the earliest first. What has
    no turn comes by what can follow what: no payment is refunded while it is disputed, so a refund
    comes before the withdrawal, or after the return of the money when that fell into the same
    second. The order does not depend on the order of `movements`.
    """
    moved = list(movements)
    won_at = {one.at for one in moved if one.kind is MovementKind.REINSTATED}
    turn = {reference: number for number, reference in enumerate(turns)}

    def rank(one: Moved) -> int:
        if one.kind is MovementKind.REFUND and one.at in won_at:
            return _REFUND_OF_A_WON_PAYMENT
        return _RANK[one.kind]

    def place(one: Moved) -> tuple[datetime, int, int, str]:
        return one.at, turn.get(one.reference, len(turn)), rank(one), one.reference

    return sorted(moved, key=place)


def covered(left: int, *, sold: int, owed: int) -> tuple[bool, bool]:
    """Which of an order's money went when `left` did: that of sales, and that owed for lost lines.

    All are minor units. A sum that names neither is a loss: it cannot be told to single lines.
    """
    if sold + owed <= left:
        return sold > 0, owed > 0
    if left == owed:
        return False, True
    return 0 < sold <= left, False


def crowded(movements: Iterable[Moved]) -> list[datetime]:
    """The seconds of which more than one movement is dated, so that their turns are to be asked."""
    dated = Counter(one.at for one in movements)
    return sorted(at for at, number in dated.items() if number > 1)
