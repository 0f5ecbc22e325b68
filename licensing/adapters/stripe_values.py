"""Stripe's objects as the values of the port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from licensing.rules.gateway import ChargedItem, Disputed, Returned
from licensing.rules.states import DisputeState, PaymentState
from royalties.rules.movements import Moved, MovementKind
from stockcoop.kernel import stripe as door

if TYPE_CHECKING:
    from stripe import Dispute, PaymentIntent, Refund
    from stripe.checkout import Session

_MOST_WORDS = 250
_DISPUTE = {
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
    "prevented": DisputeState.WON,
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY,
    "warning_closed": DisputeState.WON,
}


def item_of(item: ChargedItem) -> dict[str, Any]:
    """A line as Checkout is told of it."""
    return {
        "quantity": 1,
        "price_data": {
            "currency": item.price.currency.lower(),
            "unit_amount": door.amount_of(item.price),
            "product_data": {"name": item.text[:_MOST_WORDS] or "A licence"},
        },
    }


def state_of(session: Session, intent: PaymentIntent | None) -> PaymentState:
    """An open session is pending, also after a declined card: the buyer may try another."""
    if session.payment_status in {"paid", "no_payment_required"}:
        return PaymentState.PAID
    refused = intent is not None and intent.last_payment_error is not None
    if session.status == "expired":
        return PaymentState.DECLINED if refused else PaymentState.ABANDONED
    ended = intent is not None and intent.status in {"requires_payment_method", "canceled"}
    if session.status == "complete" and ended:
        return PaymentState.DECLINED
    return PaymentState.PENDING


def charged(intent: PaymentIntent) -> Iterator[Moved]:
    """What a payment brought, once Stripe has booked it. `intent` is expanded down to that."""
    charge = intent.latest_charge
    if charge is None or isinstance(charge, str):
        return
    line = charge.balance_transaction
    if line is not None and not isinstance(line, str):
        yield Moved(kind=MovementKind.CHARGE, **door.line_of(line)._asdict())


def disputes_of(intent: str) -> Iterator[Dispute]:
    """The disputes of a PaymentIntent."""
    return (
        door.client().v1.disputes.list({"payment_intent": intent, "limit": 100}).auto_paging_iter()
    )


def refunds_of(intent: str) -> Iterator[Refund]:
    """The refunds of a PaymentIntent, each with what it moved."""
    listed = door.client().v1.refunds.list(
        {"payment_intent": intent, "limit": 100, "expand": ["data.balance_transaction"]}
    )
    return listed.auto_paging_iter()


def own_refund(intent: str, key: str) -> Refund | None:
    """The refund that we asked for under `key`; None if it was not made."""
    return next(
        (found for found in refunds_of(intent) if door.note_of(found, "refund") == key), None
    )


def withdrawn(dispute: Dispute) -> Iterator[Moved]:
    """What a dispute took, and what came back."""
    for transaction in dispute.balance_transactions:
        line = door.line_of(transaction)
        out = line.gross.minor < 0
        yield Moved(
            kind=MovementKind.WITHDRAWN if out else MovementKind.REINSTATED, **line._asdict()
        )


def failed(refund: Refund) -> Iterator[Moved]:
    """What came back to the co-op's balance because the buyer's card did not take it."""
    if name := door.id_of(getattr(refund, "failure_balance_transaction", None)):
        line = door.client().v1.balance_transactions.retrieve(name)
        yield Moved(kind=MovementKind.REFUND_FAILED, **door.line_of(line)._asdict())


def turns_of(seconds: Iterable[datetime]) -> Iterator[str]:
    """The balance transactions of these seconds, by name, the earliest first.

    A list of Stripe's has the newest first, also within the second by which it dates them.
    """
    for second in seconds:
        at = int(second.timestamp())
        listed = door.client().v1.balance_transactions.list(
            {"created": {"gte": at, "lte": at}, "limit": 100}
        )
        yield from [line.id for line in listed.auto_paging_iter()][::-1]


def returned_of(refund: Refund) -> Returned:
    """A refund as the port speaks of it; its balance transaction is expanded."""
    line, movement = refund.balance_transaction, None
    if line is not None and not isinstance(line, str):
        movement = Moved(kind=MovementKind.REFUND, **door.line_of(line)._asdict())
    amount = door.money_of(refund.amount, refund.currency)
    return Returned(refund.id, amount, key=door.note_of(refund, "refund"), movement=movement)


def disputed(dispute: Dispute) -> Disputed:
    """A dispute as the port speaks of it."""
    return Disputed(
        reference=dispute.id,
        state=_DISPUTE.get(dispute.status, DisputeState.OPEN),
        reason=dispute.reason,
        opened_at=door.moment_of(dispute.created),
    )
