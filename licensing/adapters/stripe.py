"""Payments by Stripe Checkout: a session per payment, on a page of Stripe's.

The session's id is the payment's reference, its PaymentIntent the alias. An order's own key and
number travel in the metadata of both, so that whatever Stripe tells of can be brought home.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from licensing.adapters import stripe_events
from licensing.rules.aftermath import in_order
from licensing.rules.gateway import (
    Answer,
    Charge,
    ChargedItem,
    Disputed,
    KeyReused,
    NotGenuine,
    Rejected,
    Returned,
    Started,
    Told,
    Unavailable,
    UnknownReference,
)
from licensing.rules.states import DisputeState, PaymentState
from royalties.rules.movements import Moved, MovementKind
from stockcoop.kernel import stripe as door
from stockcoop.kernel.money import Money
from stockcoop.kernel.stripe import StripeFault

if TYPE_CHECKING:
    from stripe import Dispute, PaymentIntent, Refund
    from stripe.checkout import Session

_MOST_WORDS = 250
_TOLERANCE_S = 300
_SESSION = ["payment_intent.latest_charge.balance_transaction"]
_DISPUTE = {
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
    "prevented": DisputeState.WON,
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY,
    "warning_closed": DisputeState.WON,
}


class StripeGateway:
    """Implements `licensing.rules.gateway.PaymentGateway` and `Telling`."""

    name = "stripe"

    def start(self, charge: Charge, *, key: str) -> Started:
        """See the protocol. A session whose answer was lost is never paid: nobody has its URL."""
        with _answering():
            items = charge.items or (ChargedItem(charge.order, charge.amount),)
            metadata = {"order": charge.order, "payment": key}
            asked: Any = {
                "mode": "payment",
                "client_reference_id": charge.order,
                "line_items": [_item(item) for item in items],
                "metadata": metadata,
                "payment_intent_data": {"metadata": metadata, "transfer_group": charge.order},
                "success_url": charge.return_url,
                "cancel_url": charge.return_url,
            }
            if charge.until:
                asked["expires_at"] = int(charge.until.timestamp())
            session = door.once(
                key,
                find=lambda: None,
                make=lambda used: door.client().v1.checkout.sessions.create(
                    asked, {"idempotency_key": used}
                ),
            )
            return Started(reference=session.id, url=session.url or "")

    def answer(self, reference: str, *, thorough: bool = False) -> Answer:
        """See the protocol. Disputes are asked for before refunds: what was refunded before a
        dispute is then never missing beside it.
        """
        with _answering():
            session = door.client().v1.checkout.sessions.retrieve(reference, {"expand": _SESSION})
            amount = door.money_of(session.amount_total or 0, session.currency or "usd")
            intent = session.payment_intent
            if intent is None or isinstance(intent, str):
                return Answer(_state(session, None), amount)
            movements = [*_charged(intent)]
            disputes: list[Dispute] = []
            refunds: list[Refund] = []
            charge = intent.latest_charge
            if charge is not None and not isinstance(charge, str):
                if charge.disputed:
                    disputes = [*_disputes(intent.id)]
                if thorough or charge.amount_refunded:
                    refunds = [*_refunds(intent.id)]
            movements += [moved for dispute in disputes for moved in _withdrawn(dispute)]
            movements += [moved for refund in refunds for moved in _failed(refund)]
            return Answer(
                state=_state(session, intent),
                amount=amount,
                alias=intent.id,
                movements=tuple(in_order(movements)),
                refunds=tuple(_returned(refund) for refund in refunds),
                disputes=tuple(_disputed(dispute) for dispute in disputes),
            )

    def refund(self, reference: str, amount: Money, *, key: str) -> Returned:
        """See the protocol."""
        with _answering():
            session = door.client().v1.checkout.sessions.retrieve(reference)
            intent = door.id_of(session.payment_intent)
            if not intent or session.payment_status != "paid":
                raise Rejected("Only a payment that was made can be given back.")
            if amount.minor <= 0 or amount.currency.lower() != session.currency:
                raise Rejected("Only what was paid can be given back.")
            asked: Any = {
                "payment_intent": intent,
                "amount": door.amount_of(amount),
                "metadata": {"refund": key},
                "expand": ["balance_transaction"],
            }
            refund = door.once(
                key,
                find=lambda: _own_refund(intent, key),
                make=lambda used: door.client().v1.refunds.create(asked, {"idempotency_key": used}),
            )
            returned = _returned(refund)
            if returned.amount != amount:
                raise KeyReused("This refund was asked for before with other details.")
            if refund.status in {"failed", "canceled"} and not returned.movement:
                raise Rejected("Stripe could not give this back to the buyer's card.")
            return returned

    def told(self, body: bytes, signature: str) -> Told:
        """See the protocol."""
        try:
            door.signed(body, signature, tolerance_s=_TOLERANCE_S)
            return stripe_events.read(body)
        except (door.NotSigned, stripe_events.NotAnEvent) as error:
            raise NotGenuine(str(error)) from None

    def events(self, since: datetime) -> Iterator[Told]:
        """See the protocol. Stripe keeps events for 30 days, and says those of members' accounts
        only by webhook.
        """
        with _answering():
            listed = door.client().v1.events.list(
                {
                    "created": {"gte": int(since.timestamp())},
                    "types": list(stripe_events.HEARD),
                    "limit": 100,
                }
            )
            for event in listed.auto_paging_iter():
                yield stripe_events.read(json.dumps(event.to_dict()).encode())

    def key_of(self, alias: str) -> str:
        """See the protocol."""
        try:
            with _answering():
                return door.note_of(door.client().v1.payment_intents.retrieve(alias), "payment")
        except UnknownReference:
            return ""

    def movements(self, since: datetime) -> Iterator[Moved]:
        """See the protocol."""
        with _answering():
            listed = door.client().v1.balance_transactions.list(
                {"created": {"gte": int(since.timestamp())}, "limit": 100}
            )
            for line in listed.auto_paging_iter():
                yield Moved(kind=stripe_events.kind_of(line), **door.line_of(line)._asdict())

    def banked(self, reference: str) -> tuple[Moved, ...]:
        """See the protocol."""
        with _answering():
            client = door.client().v1
            payout = client.payouts.retrieve(reference)
            failed = getattr(payout, "failure_balance_transaction", None)
            names = (payout.balance_transaction, failed)
            lines = [client.balance_transactions.retrieve(door.id_of(n)) for n in names if n]
            return tuple(
                Moved(kind=MovementKind.BANKED, **door.line_of(line)._asdict()) for line in lines
            )

    def payment_of(self, moved: Moved) -> str:
        """See the protocol."""
        client = door.client().v1
        ask: dict[str, Callable[[str], Any]] = {
            "ch": client.charges.retrieve,
            "py": client.charges.retrieve,
            "re": client.refunds.retrieve,
            "pyr": client.refunds.retrieve,
            "dp": client.disputes.retrieve,
            "du": client.disputes.retrieve,
        }
        prefix = moved.about.partition("_")[0]
        if prefix not in ask:
            return ""
        try:
            with _answering():
                return door.id_of(ask[prefix](moved.about).payment_intent)
        except UnknownReference:
            return ""


@contextmanager
def _answering() -> Iterator[None]:
    """Stripe's faults as the port's errors."""
    try:
        with door.asking():
            yield
    except door.NoAnswer as fault:
        raise Unavailable(f"{fault} Please try again in a moment.") from fault
    except door.KeyTaken as fault:
        raise KeyReused(str(fault)) from fault
    except door.NotThere as fault:
        raise UnknownReference(str(fault)) from fault
    except StripeFault as fault:
        raise Rejected(str(fault)) from fault


def _item(item: ChargedItem) -> dict[str, Any]:
    return {
        "quantity": 1,
        "price_data": {
            "currency": item.price.currency.lower(),
            "unit_amount": door.amount_of(item.price),
            "product_data": {"name": item.text[:_MOST_WORDS] or "A licence"},
        },
    }


def _state(session: Session, intent: PaymentIntent | None) -> PaymentState:
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


def _charged(intent: PaymentIntent) -> Iterator[Moved]:
    charge = intent.latest_charge
    if charge is None or isinstance(charge, str):
        return
    line = charge.balance_transaction
    if line is not None and not isinstance(line, str):
        yield Moved(kind=MovementKind.CHARGE, **door.line_of(line)._asdict())


def _disputes(intent: str) -> Iterator[Dispute]:
    return (
        door.client().v1.disputes.list({"payment_intent": intent, "limit": 100}).auto_paging_iter()
    )


def _refunds(intent: str) -> Iterator[Refund]:
    listed = door.client().v1.refunds.list(
        {"payment_intent": intent, "limit": 100, "expand": ["data.balance_transaction"]}
    )
    return listed.auto_paging_iter()


def _own_refund(intent: str, key: str) -> Refund | None:
    return next((found for found in _refunds(intent) if door.note_of(found, "refund") == key), None)


def _withdrawn(dispute: Dispute) -> Iterator[Moved]:
    for transaction in dispute.balance_transactions:
        line = door.line_of(transaction)
        out = line.gross.minor < 0
        yield Moved(
            kind=MovementKind.WITHDRAWN if out else MovementKind.REINSTATED, **line._asdict()
        )


def _failed(refund: Refund) -> Iterator[Moved]:
    """What came back to the co-op's balance because the buyer's card did not take it."""
    if name := door.id_of(getattr(refund, "failure_balance_transaction", None)):
        line = door.client().v1.balance_transactions.retrieve(name)
        yield Moved(kind=MovementKind.REFUND_FAILED, **door.line_of(line)._asdict())


def _returned(refund: Refund) -> Returned:
    line, movement = refund.balance_transaction, None
    if line is not None and not isinstance(line, str):
        movement = Moved(kind=MovementKind.REFUND, **door.line_of(line)._asdict())
    amount = door.money_of(refund.amount, refund.currency)
    return Returned(refund.id, amount, key=door.note_of(refund, "refund"), movement=movement)


def _disputed(dispute: Dispute) -> Disputed:
    return Disputed(
        reference=dispute.id,
        state=_DISPUTE.get(dispute.status, DisputeState.OPEN),
        reason=dispute.reason,
        opened_at=door.moment_of(dispute.created),
    )
