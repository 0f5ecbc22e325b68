"""Stripe's events: which are heard, and about what to ask Stripe when one comes.

Nothing but names is taken out of an event: what became of a payment is asked, so an event that
comes late, twice or before its elders says no less and no more than any other.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from licensing.rules.gateway import Subject, Told
from royalties.rules.movements import MovementKind

if TYPE_CHECKING:
    from stripe import BalanceTransaction

# What the webhook endpoint is to be subscribed to (docs/stripe.md), and what the sweep asks for.
HEARD = (
    "account.updated",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.refunded",
    "charge.updated",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "payout.failed",
    "payout.paid",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "transfer.created",
    "transfer.reversed",
    "transfer.updated",
)
_KINDS = {
    "charge": MovementKind.CHARGE,
    "payment": MovementKind.CHARGE,
    "refund": MovementKind.REFUND,
    "payment_refund": MovementKind.REFUND,
    "refund_failure": MovementKind.REFUND_FAILED,
    "payment_failure_refund": MovementKind.REFUND_FAILED,
    "transfer": MovementKind.TRANSFER,
    "transfer_refund": MovementKind.TRANSFER_BACK,
    "transfer_cancel": MovementKind.TRANSFER_BACK,
    "payout": MovementKind.BANKED,
    "payout_cancel": MovementKind.BANKED,
    "payout_failure": MovementKind.BANKED,
    "stripe_fee": MovementKind.FEE,
    "network_cost": MovementKind.FEE,
}


class NotAnEvent(Exception):
    """The bytes are no event of Stripe's."""


def read(body: bytes) -> Told:
    """The event in `body`. Raises NotAnEvent."""
    try:
        event: Any = json.loads(body)
        thing = event["data"]["object"]
        told = Told(
            reference=str(event["id"]),
            kind=str(event["type"]),
            told_at=datetime.fromtimestamp(int(event["created"]), UTC),
            subject=Subject.NOTHING,
            about="",
            body=body.decode(),
        )
        subject, about = _subject(told.kind, thing, str(event.get("account") or ""))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise NotAnEvent("This is no event of Stripe's.") from None
    if not told.reference or len(told.reference) > 120 or len(told.kind) > 60 or len(about) > 120:
        raise NotAnEvent("This is no event of Stripe's.")
    return Told(told.reference, told.kind, told.told_at, subject, about, told.body)


def _subject(kind: str, thing: Any, account: str) -> tuple[Subject, str]:
    if kind not in HEARD:
        return Subject.NOTHING, ""
    if account or kind.startswith("account."):
        return Subject.ACCOUNT, account or str(thing["id"])
    if kind.startswith("checkout.session."):
        return Subject.PAYMENT, str(thing["id"])
    if kind.startswith(("charge.", "refund.")):
        return Subject.PAYMENT_ALIAS, str(thing.get("payment_intent") or "")
    if kind.startswith("transfer."):
        return Subject.PAYOUT, str(thing["id"])
    return Subject.BALANCE, str(thing["id"])


def kind_of(line: BalanceTransaction) -> MovementKind:
    """What a balance transaction is, by itself."""
    if line.reporting_category in {"dispute", "dispute_reversal"}:
        return MovementKind.WITHDRAWN if line.amount < 0 else MovementKind.REINSTATED
    return _KINDS.get(line.type, MovementKind.OTHER)
