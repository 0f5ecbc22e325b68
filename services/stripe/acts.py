"""Hooks that stand for other people: the buyer, the bank, and Stripe's own book-keeping."""

from __future__ import annotations

from services.stripe import accounts, balance, cards, checkout, disputes, payments, payouts, refunds
from services.stripe.cards import Card
from services.stripe.errors import invalid
from services.stripe.forms import Json
from services.stripe.hook import Hook
from services.stripe.state import plain


def pay(hook: Hook) -> Json:
    """What the buyer does on the page of a session."""
    card = _card(hook.body.get("number", cards.CARDS[0].number))
    declined = checkout.pay(hook.state, hook.book, hook.thing, card)
    return {"declined": declined, "payment_intent": hook.thing["payment_intent"]}


def settle(hook: Hook) -> Json:
    """A payment that was under way arrives, or with `well` false does not."""
    checkout.settle(hook.state, hook.book, hook.thing, well=bool(hook.body.get("well", True)))
    return _shown(hook.thing)


def dispute(hook: Hook) -> Json:
    """The buyer's bank disputes a charge, or the charge of a PaymentIntent."""
    charge = _charge(hook)
    amount = int(hook.body.get("amount") or charge["amount"])
    reason = hook.body.get("reason", "fraudulent")
    return _shown(disputes.open_dispute(hook.state, hook.book, charge, amount, reason))


def book(hook: Hook) -> Json:
    """The balance transaction of a charge, or of the charge of a PaymentIntent, is there."""
    charge = _charge(hook)
    payments.book_now(hook.state, hook.book, charge)
    return _shown(charge)


def win(hook: Hook) -> Json:
    """The bank finds for the platform."""
    return _shown(disputes.end(hook.state, hook.book, hook.thing, won=True))


def lose(hook: Hook) -> Json:
    """The bank finds for the buyer."""
    return _shown(disputes.end(hook.state, hook.book, hook.thing, won=False))


def plan_refunds(hook: Hook) -> Json:
    """What becomes of the next refunds."""
    if set(hook.body["outcomes"]) - {"succeeded", "pending", "failed"}:
        raise invalid("outcomes are succeeded, pending or failed")
    hook.state.next_refund = [*hook.body["outcomes"]]
    return {"planned": len(hook.state.next_refund)}


def refund_succeeds(hook: Hook) -> Json:
    """A pending refund has reached the buyer."""
    refunds.succeed(hook.state, hook.book, hook.thing)
    return _shown(hook.thing)


def refund_fails(hook: Hook) -> Json:
    """A refund comes back."""
    refunds.fail(hook.state, hook.book, hook.thing)
    return _shown(hook.thing)


def onboard(hook: Hook) -> Json:
    """An artist has told Stripe everything."""
    accounts.onboard(hook.state, hook.thing)
    return _shown(hook.thing)


def restrict(hook: Hook) -> Json:
    """Stripe stops an account."""
    reason = hook.body.get("reason", "requirements.past_due")
    accounts.restrict(hook.state, hook.thing, reason)
    return _shown(hook.thing)


def pay_out(hook: Hook) -> Json:
    """An automatic payout of all that an account, or the platform, has available."""
    book = hook.state.books[hook.name] if hook.name else hook.state.platform
    currency = hook.body.get("currency", "usd")
    return _shown(payouts.make_automatic(hook.state, book, currency))


def payout_arrives(hook: Hook) -> Json:
    """The bank has the money of a payout."""
    payouts.arrive(hook.state, hook.book, hook.thing)
    return _shown(hook.thing)


def payout_fails(hook: Hook) -> Json:
    """The bank sends a payout back."""
    payouts.fail(hook.state, hook.book, hook.thing, hook.body.get("code", "account_closed"))
    return _shown(hook.thing)


def plant(hook: Hook) -> Json:
    """A balance transaction of which nobody else knows."""
    body = {"type": "adjustment", "reporting_category": "other_adjustment", **hook.body}
    book = hook.state.books[body.pop("account", hook.state.platform.account)]
    source = {"id": body.pop("source", None), "currency": body.pop("currency", "usd")}
    kind, amount = body.pop("type"), int(body.pop("amount"))
    return _shown(balance.record(hook.state, book, kind, amount, source, **body))


def alter(hook: Hook) -> Json:
    """Change a balance transaction as if Stripe had booked it otherwise."""
    row = hook.thing
    before = row["net"]
    row |= hook.body
    if "net" not in hook.body:
        row["net"] = row["amount"] - row["fee"]
    hook.book.funds.add(row["currency"], row["net"] - before, row["available_on"])
    return _shown(row)


def remove(hook: Hook) -> Json:
    """Take a balance transaction away as if it had never been."""
    row, book = hook.thing, hook.book
    book.of("balance_transaction").remove(row)
    book.funds.add(row["currency"], -row["net"], row["available_on"])
    del hook.state.by_id[row["id"]]
    return {"removed": row["id"]}


def _charge(hook: Hook) -> Json:
    if hook.thing["object"] != "payment_intent":
        return hook.thing
    charge: Json = hook.state.by_id[hook.thing["latest_charge"]]
    return charge


def _shown(thing: Json) -> Json:
    return dict(plain(thing))


def _card(number: str) -> Card:
    card = cards.by_number(number)
    if card is None:
        raise invalid("Your card number is not one of the test cards.", code="incorrect_number")
    return card
