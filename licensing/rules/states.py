"""Which states orders, payments and refunds may be in, and how they move."""

from enum import StrEnum


class OrderState(StrEnum):
    """An order waits for its money, has it, or was given up by the buyer."""

    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"


# A payment under way when the buyer cancels may still succeed: the money decides.
ORDER_MOVES = frozenset(
    {
        (OrderState.OPEN, OrderState.PAID),
        (OrderState.OPEN, OrderState.CANCELLED),
        (OrderState.CANCELLED, OrderState.PAID),
    }
)


class PaymentState(StrEnum):
    """What the gateway last said of a payment."""

    PENDING = "pending"
    ABANDONED = "abandoned"
    DECLINED = "declined"
    PAID = "paid"


# Later in this order wins over earlier, so answers may arrive in any order and more than once.
_RANK = {state: rank for rank, state in enumerate(PaymentState)}


def after(known: PaymentState, answer: PaymentState) -> PaymentState:
    """What is known of a payment once `answer` has come.

    Commutative, associative and idempotent: any order of any answers ends in the same state.
    """
    return max(known, answer, key=_RANK.__getitem__)


class DisputeState(StrEnum):
    """What the gateway last said of a dispute. An inquiry has taken no money (yet)."""

    INQUIRY = "inquiry"
    OPEN = "open"
    LOST = "lost"
    WON = "won"


_DISPUTE_RANK = {state: rank for rank, state in enumerate(DisputeState)}


def dispute_after(known: DisputeState, answer: DisputeState) -> DisputeState:
    """What is known of a dispute once `answer` has come, in any order and however often.

    A bank may think again after a loss, never after a win.
    """
    return max(known, answer, key=_DISPUTE_RANK.__getitem__)


class RefundState(StrEnum):
    """A refund is asked of the gateway, then done; stuck when it was asked for too often."""

    ASKED = "asked"
    STUCK = "stuck"
    DONE = "done"
