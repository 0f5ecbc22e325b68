"""What a test may do that nobody may at Stripe: `/_test/…`, with the API key of its state.

Bodies and answers are JSON. `docs/stripe-stand-in.md` has the table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from services.stripe import (
    accounts,
    balance,
    cards,
    checkout,
    disputes,
    payouts,
    refunds,
    webhooks,
)
from services.stripe.api import Api, Reply, Request
from services.stripe.cards import Card
from services.stripe.errors import StripeError, invalid, missing
from services.stripe.faults import Fault
from services.stripe.forms import Json
from services.stripe.state import Book, State, plain


class Hook:
    """A request to a hook: whose state, the id in its path, the body."""

    def __init__(self, api: Api, state: State, name: str, body: Json) -> None:
        self.api, self.state, self.name, self.body = api, state, name, body

    @property
    def thing(self) -> Json:
        """The object that the path names."""
        if self.name not in self.state.by_id:
            raise missing("object", self.name, "id")
        return self.state.by_id[self.name]

    @property
    def book(self) -> Book:
        """The book of that object."""
        return self.state.owner(self.thing)


def answer(api: Api, request: Request) -> Reply:
    """The reply to a request below /_test."""
    try:
        state = api.state(request.key)
        body = json.loads(request.body or b"{}")
        for method, pattern, act in _HOOKS:
            found = re.fullmatch(f"/_test/{pattern}", request.path)
            if method == request.method and found:
                with state.lock:
                    hook = Hook(api, state, found.group(1) if found.re.groups else "", body)
                    result = act(hook)
                    api.deliver(state)
                return Reply(200, result, {})
        raise invalid(f"There is no hook {request.method} {request.path}", status=404)
    except StripeError as error:
        return Reply(error.status, error.body, {})
    except (KeyError, TypeError, ValueError) as error:
        return Reply(400, invalid(f"{type(error).__name__}: {error}").body, {})


def _endpoint(hook: Hook) -> Json:
    """Set an endpoint with a secret known beforehand, in the place of one of the same kind."""
    body = hook.body
    connect = bool(body.get("connect"))
    for other in [*hook.state.platform.of("webhook_endpoint")]:
        if other["url"] == body["url"] and other["_connect"] == connect:
            webhooks.forget(hook.state, other)
    made = webhooks.new(hook.state, {**body, "connect": str(connect)}, body["secret"])
    return dict(plain(made))


def _hold(hook: Hook) -> Json:
    hook.api.post.hold(hook.state)
    return {"holding": True}


def _release(hook: Hook) -> Json:
    return {"released": hook.api.post.release(hook.state, hook.body)}


def _drop(hook: Hook) -> Json:
    return {"dropped": hook.api.post.drop(hook.state, hook.body)}


def _resend(hook: Hook) -> Json:
    event = hook.state.by_id[hook.body["event"]]
    return {"sent": hook.api.post.resend(hook.state, event)}


def _deliveries(hook: Hook) -> Json:
    waiting = hook.api.post.waiting(hook.state)
    return {"deliveries": hook.api.post.listed(hook.state), "waiting": waiting}


def _plan(hook: Hook) -> Json:
    hook.state.faults.append(Fault(**hook.body))
    return {"faults": len(hook.state.faults)}


def _faults(hook: Hook) -> Json:
    return {"gone_off": [fault.gone_off for fault in hook.state.faults]}


def _no_faults(hook: Hook) -> Json:
    hook.state.faults.clear()
    return {"faults": 0}


def _advance(hook: Hook) -> Json:
    """Let time pass, and happen what was due: sessions expire, payouts arrive."""
    state = hook.state
    state.offset_s += int(hook.body["advance_s"])
    for session in state.platform.of("checkout.session"):
        checkout.lapse(state, state.platform, session)
    for book in state.books.values():
        for payout in book.of("payout"):
            if payout["status"] == "pending" and payout["arrival_date"] <= state.now():
                payouts.arrive(state, book, payout)
    return {"now": state.now()}


def _settings(hook: Hook) -> Json:
    settings = hook.state.settings
    for name, value in hook.body.items():
        if not hasattr(settings, name):
            raise invalid(f"There is no setting {name}")
        setattr(settings, name, type(getattr(settings, name))(value))
    return {name: getattr(settings, name) for name in settings.__dataclass_fields__}


def _pay(hook: Hook) -> Json:
    card = _card(hook.body.get("number", cards.CARDS[0].number))
    declined = checkout.pay(hook.state, hook.book, hook.thing, card)
    return {"declined": declined, "payment_intent": hook.thing["payment_intent"]}


def _settle(hook: Hook) -> Json:
    checkout.settle(hook.state, hook.book, hook.thing, well=bool(hook.body.get("well", True)))
    return dict(plain(hook.thing))


def _dispute(hook: Hook) -> Json:
    charge = hook.thing
    if charge["object"] == "payment_intent":
        charge = hook.state.by_id[charge["latest_charge"]]
    amount = int(hook.body.get("amount") or charge["amount"])
    reason = hook.body.get("reason", "fraudulent")
    return dict(plain(disputes.open_dispute(hook.state, hook.book, charge, amount, reason)))


def _after(act: Callable[[Hook], Any]) -> Callable[[Hook], Json]:
    """A hook that does something with the object in its path and shows it."""

    def hook_of(hook: Hook) -> Json:
        act(hook)
        return dict(plain(hook.thing))

    return hook_of


def _plan_refunds(hook: Hook) -> Json:
    if set(hook.body["outcomes"]) - {"succeeded", "pending", "failed"}:
        raise invalid("outcomes are succeeded, pending or failed")
    hook.state.next_refund = [*hook.body["outcomes"]]
    return {"planned": len(hook.state.next_refund)}


def _pay_out(hook: Hook) -> Json:
    book = hook.state.books[hook.name] if hook.name else hook.state.platform
    currency = hook.body.get("currency", "usd")
    return dict(plain(payouts.make_automatic(hook.state, book, currency)))


def _plant(hook: Hook) -> Json:
    """A balance transaction of which nobody else knows."""
    body: Json = {"type": "adjustment", "reporting_category": "other_adjustment", "currency": "usd"}
    body |= hook.body
    account = body.pop("account", hook.state.platform.account)
    book, source = hook.state.books[account], {"id": body.pop("source", None)}
    amount = int(body.pop("amount"))
    entry = balance.record(hook.state, book, amount, source, **body)
    return dict(plain(entry))


def _alter(hook: Hook) -> Json:
    """Change a balance transaction as if Stripe had booked it otherwise."""
    row = hook.thing
    before = row["net"]
    row |= hook.body
    if "net" not in hook.body:
        row["net"] = row["amount"] - row["fee"]
    hook.book.funds.add(row["currency"], row["net"] - before, row["available_on"])
    return dict(plain(row))


def _remove(hook: Hook) -> Json:
    """Take a balance transaction away as if it had never been."""
    row, book = hook.thing, hook.book
    book.of("balance_transaction").remove(row)
    book.funds.add(row["currency"], -row["net"], row["available_on"])
    del hook.state.by_id[row["id"]]
    return {"removed": row["id"]}


def _spoil(hook: Hook) -> Json:
    """Let the next answer that is such an object carry what does not belong in it."""
    hook.state.spoiled[hook.body["object"]] = hook.body["set"]
    return {"spoiled": hook.body["object"]}


def _dump(hook: Hook) -> Json:
    books = {name: plain(book.lists) for name, book in hook.state.books.items()}
    return {"now": hook.state.now(), "platform": hook.state.platform.account, "books": books}


def _reset(hook: Hook) -> Json:
    hook.api.forget(hook.state.key)
    return {"reset": True}


def _card(number: str) -> Card:
    card = cards.by_number(number)
    if card is None:
        raise invalid("Your card number is not one of the test cards.", code="incorrect_number")
    return card


_ID = r"(\w+)"
_HOOKS: tuple[tuple[str, str, Callable[[Hook], Json]], ...] = (
    ("POST", "webhooks/endpoint", _endpoint),
    ("POST", "webhooks/hold", _hold),
    ("POST", "webhooks/release", _release),
    ("POST", "webhooks/drop", _drop),
    ("POST", "webhooks/resend", _resend),
    ("GET", "webhooks", _deliveries),
    ("POST", "faults", _plan),
    ("GET", "faults", _faults),
    ("DELETE", "faults", _no_faults),
    ("POST", "clock", _advance),
    ("POST", "settings", _settings),
    ("POST", f"checkout/{_ID}/pay", _pay),
    ("POST", f"checkout/{_ID}/settle", _settle),
    ("POST", f"payments/{_ID}/dispute", _dispute),
    (
        "POST",
        f"disputes/{_ID}/win",
        _after(lambda hook: disputes.end(hook.state, hook.book, hook.thing, won=True)),
    ),
    (
        "POST",
        f"disputes/{_ID}/lose",
        _after(lambda hook: disputes.end(hook.state, hook.book, hook.thing, won=False)),
    ),
    ("POST", "refunds/next", _plan_refunds),
    (
        "POST",
        f"refunds/{_ID}/succeed",
        _after(lambda hook: refunds.succeed(hook.state, hook.book, hook.thing)),
    ),
    (
        "POST",
        f"refunds/{_ID}/fail",
        _after(lambda hook: refunds.fail(hook.state, hook.book, hook.thing)),
    ),
    (
        "POST",
        f"accounts/{_ID}/onboard",
        _after(lambda hook: accounts.onboard(hook.state, hook.thing)),
    ),
    (
        "POST",
        f"accounts/{_ID}/restrict",
        _after(
            lambda hook: accounts.restrict(
                hook.state, hook.thing, hook.body.get("reason", "requirements.past_due")
            )
        ),
    ),
    ("POST", f"accounts/{_ID}/payout", _pay_out),
    ("POST", "payout", _pay_out),
    (
        "POST",
        f"payouts/{_ID}/pay",
        _after(lambda hook: payouts.arrive(hook.state, hook.book, hook.thing)),
    ),
    (
        "POST",
        f"payouts/{_ID}/fail",
        _after(
            lambda hook: payouts.fail(
                hook.state, hook.book, hook.thing, hook.body.get("code", "account_closed")
            )
        ),
    ),
    ("POST", "balance_transactions", _plant),
    ("POST", f"balance_transactions/{_ID}/alter", _alter),
    ("DELETE", f"balance_transactions/{_ID}", _remove),
    ("POST", "spoil", _spoil),
    ("GET", "state", _dump),
    ("POST", "reset", _reset),
)
