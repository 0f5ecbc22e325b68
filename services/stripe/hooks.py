"""What a test may do that nobody may at Stripe: `/_test/…`, with the API key of its state.

Bodies and answers are JSON. `docs/stripe-stand-in.md` has the table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from services.stripe import acts, checkout, payouts, webhooks
from services.stripe.api import Api, Reply, Request
from services.stripe.errors import StripeError, invalid
from services.stripe.faults import Fault
from services.stripe.forms import Json
from services.stripe.hook import Hook
from services.stripe.state import plain


def answer(api: Api, request: Request) -> Reply:
    """The reply to a request below /_test."""
    try:
        state = api.state(request.key)
        body = json.loads(request.body or b"{}")
        for method, pattern, act in HOOKS:
            found = re.fullmatch(f"/_test/{pattern}", request.path)
            if method == request.method and found:
                with state.lock:
                    hook = Hook(api, state, found.group(1) if found.re.groups else "", body)
                    result = act(hook)
                    api.deliver(state)
                api.keep(state, request)
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


def _disorder(hook: Hook) -> Json:
    hook.api.post.disorder(hook.state, hook.body)
    return {"disorder": hook.body}


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


_ID = r"(\w+)"
HOOKS: tuple[tuple[str, str, Callable[[Hook], Json]], ...] = (
    ("POST", "webhooks/endpoint", _endpoint),
    ("POST", "webhooks/hold", _hold),
    ("POST", "webhooks/release", _release),
    ("POST", "webhooks/disorder", _disorder),
    ("POST", "webhooks/drop", _drop),
    ("POST", "webhooks/resend", _resend),
    ("GET", "webhooks", _deliveries),
    ("POST", "faults", _plan),
    ("GET", "faults", _faults),
    ("DELETE", "faults", _no_faults),
    ("POST", "clock", _advance),
    ("POST", "settings", _settings),
    ("POST", "spoil", _spoil),
    ("GET", "state", _dump),
    ("POST", "reset", _reset),
    ("POST", f"checkout/{_ID}/pay", acts.pay),
    ("POST", f"checkout/{_ID}/settle", acts.settle),
    ("POST", f"payments/{_ID}/dispute", acts.dispute),
    ("POST", f"payments/{_ID}/book", acts.book),
    ("POST", f"disputes/{_ID}/win", acts.win),
    ("POST", f"disputes/{_ID}/lose", acts.lose),
    ("POST", "refunds/next", acts.plan_refunds),
    ("POST", f"refunds/{_ID}/succeed", acts.refund_succeeds),
    ("POST", f"refunds/{_ID}/fail", acts.refund_fails),
    ("POST", f"accounts/{_ID}/onboard", acts.onboard),
    ("POST", f"accounts/{_ID}/restrict", acts.restrict),
    ("POST", f"accounts/{_ID}/payout", acts.pay_out),
    ("POST", "payout", acts.pay_out),
    ("POST", f"payouts/{_ID}/pay", acts.payout_arrives),
    ("POST", f"payouts/{_ID}/fail", acts.payout_fails),
    ("POST", "balance_transactions", acts.plant),
    ("POST", f"balance_transactions/{_ID}/alter", acts.alter),
    ("DELETE", f"balance_transactions/{_ID}", acts.remove),
)
