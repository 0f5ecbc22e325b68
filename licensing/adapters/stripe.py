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

from licensing.adapters import stripe_events, stripe_values
from licensing.rules.aftermath import crowded, in_order
from licensing.rules.gateway import (
    Answer,
    Charge,
    ChargedItem,
    KeyReused,
    NotGenuine,
    Rejected,
    Returned,
    Started,
    Told,
    Unavailable,
    UnknownReference,
)
from royalties.rules.movements import Moved, MovementKind
from stockcoop.kernel import stripe as door
from stockcoop.kernel.money import Money
from stockcoop.kernel.stripe import StripeFault

if TYPE_CHECKING:
    from stripe import Dispute, PaymentIntent, Refund

    from licensing.rules.states import PaymentState

_TOLERANCE_S = 300
_SESSION = ["payment_intent.latest_charge.balance_transaction"]


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
                "line_items": [stripe_values.item_of(item) for item in items],
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
                return Answer(stripe_values.state_of(session, None), amount)
            return _answer(stripe_values.state_of(session, intent), amount, intent, thorough)

    def close(self, reference: str) -> None:
        """See the protocol."""
        with _answering():
            sessions = door.client().v1.checkout.sessions
            if sessions.retrieve(reference).status != "open":
                return
            try:
                with door.asking():
                    sessions.expire(reference)
            except door.Declined:
                # It ended since the look: nothing is left to close.
                if sessions.retrieve(reference).status == "open":
                    raise

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
                find=lambda: stripe_values.own_refund(intent, key),
                make=lambda used: door.client().v1.refunds.create(asked, {"idempotency_key": used}),
            )
            returned = stripe_values.returned_of(refund)
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


def _answer(state: PaymentState, amount: Money, intent: PaymentIntent, thorough: bool) -> Answer:
    """What the payment `intent` came to, with all that moved for it."""
    disputes: list[Dispute] = []
    refunds: list[Refund] = []
    charge = intent.latest_charge
    if charge is not None and not isinstance(charge, str):
        if charge.disputed:
            disputes = [*stripe_values.disputes_of(intent.id)]
        if thorough or charge.amount_refunded:
            refunds = [*stripe_values.refunds_of(intent.id)]
    movements = [*stripe_values.charged(intent)]
    movements += [moved for dispute in disputes for moved in stripe_values.withdrawn(dispute)]
    movements += [moved for refund in refunds for moved in stripe_values.failed(refund)]
    returned = tuple(stripe_values.returned_of(refund) for refund in refunds)
    every = [*movements, *(one.movement for one in returned if one.movement)]
    turns = tuple(stripe_values.turns_of(crowded(every)))
    return Answer(
        state=state,
        amount=amount,
        alias=intent.id,
        movements=tuple(in_order(movements, turns)),
        refunds=returned,
        disputes=tuple(stripe_values.disputed(dispute) for dispute in disputes),
        turns=turns,
    )


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
