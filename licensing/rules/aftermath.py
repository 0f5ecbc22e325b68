"""In which order the movements of one payment happened."""

from collections.abc import Iterable

from royalties.rules.movements import Moved, MovementKind

_RANK = {
    MovementKind.CHARGE: 0,
    MovementKind.REFUND: 1,
    MovementKind.WITHDRAWN: 2,
    MovementKind.REINSTATED: 3,
    MovementKind.REFUND_FAILED: 5,
}
_REFUND_OF_A_WON_PAYMENT = 4


def in_order(movements: Iterable[Moved]) -> list[Moved]:
    """`movements` by time, and by what can follow what within one second.

    Gateways date by the second. No payment is refunded while it is disputed, so a refund comes
    before the withdrawal, or after the return of the money when that fell into the same second.
    """
    moved = list(movements)
    won_at = {one.at for one in moved if one.kind is MovementKind.REINSTATED}

    def rank(one: Moved) -> int:
        if one.kind is MovementKind.REFUND and one.at in won_at:
            return _REFUND_OF_A_WON_PAYMENT
        return _RANK.get(one.kind, len(_RANK) + 1)

    return sorted(moved, key=lambda one: (one.at, rank(one), one.reference))
