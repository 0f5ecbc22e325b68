"""The pages that Stripe would show: Checkout, an artist's onboarding, the Express dashboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs

from services.stripe import accounts, cards, checkout, coins
from services.stripe.api import Api, Request
from services.stripe.forms import Json
from services.stripe.state import State

_FRAME = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:16px/1.5 sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem}}
td:last-child{{text-align:right}}table{{width:100%}}[role=alert]{{color:#a00}}
.note{{background:#fe9;padding:.5rem}}</style></head>
<body><p class="note">A stand-in for Stripe, for tests. No money moves.</p>
<main><h1>{title}</h1>{body}</main></body></html>"""


@dataclass(frozen=True)
class Page:
    """A page, or with `location` the way to another."""

    status: int
    html: str = ""
    location: str = ""


def answer(api: Api, request: Request) -> Page:
    """The page at an address that is neither the API nor a hook."""
    kind, _, name = request.path.strip("/").partition("/")
    show = _PAGES.get(kind)
    if show is None or request.method not in {"GET", "POST"}:
        return _page(404, "Not found", "")
    form = {key: value[0] for key, value in parse_qs(request.body.decode()).items()}
    for state in api.states():
        with state.lock:
            page = show(state, name, form if request.method == "POST" else None)
            api.deliver(state)
        if page is not None:
            api.keep(state, request)
            return page
    return _page(404, "Not found", "<p>There is no such page, or it was used already.</p>")


def _checkout(state: State, name: str, form: dict[str, str] | None) -> Page | None:
    session = state.by_id.get(name)
    if session is None or session["object"] != "checkout.session":
        return None
    checkout.lapse(state, state.platform, session)
    if session["status"] != "open":
        return _page(200, "Checkout", f"<p>This page is {escape(session['status'])}.</p>")
    if form is None:
        return _page(200, "Checkout", _bill(session, ""))
    if form.get("action") == "cancel":
        return Page(303, location=session["cancel_url"] or session["success_url"])
    card = cards.by_number(form.get("number", ""))
    if card is None:
        return _page(200, "Checkout", _bill(session, "Your card number is invalid."))
    if declined := checkout.pay(state, state.platform, session, card):
        return _page(200, "Checkout", _bill(session, declined))
    place = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
    return Page(303, location=place)


def _bill(session: Json, fault: str) -> str:
    rows = "".join(
        f"<tr><td>{escape(item['description'])} x {item['quantity']}</td>"
        f"<td>{_money(item['amount_total'], item['currency'])}</td></tr>"
        for item in session["_line_items"]["data"]
    )
    total = _money(session["amount_total"], session["currency"])
    alert = f'<p role="alert">{escape(fault)}</p>' if fault else ""
    return (
        f"<table>{rows}<tr><th scope='row'>Total</th><td>{total}</td></tr></table>{alert}"
        '<form method="post"><p><label>Card number <input name="number" inputmode="numeric"'
        ' autocomplete="off" value="4242 4242 4242 4242"></label></p>'
        '<p><button name="action" value="pay">Pay</button> '
        '<button name="action" value="cancel">Cancel</button></p></form>'
    )


def _onboarding(state: State, token: str, form: dict[str, str] | None) -> Page | None:
    link = state.links.get(token)
    if link is None:
        return None
    if link["expires_at"] <= state.now() or (form is None and link.get("opened")):
        return Page(303, location=link["refresh_url"])
    link["opened"] = True
    if form is None:
        return _page(
            200,
            "Get paid",
            '<form method="post"><p>Stripe would ask for name, birthday and bank here.</p>'
            '<p><button name="action" value="finish">Finish</button> '
            '<button name="action" value="later">Later</button></p></form>',
        )
    del state.links[token]
    if form.get("action") == "finish":
        accounts.onboard(state, state.by_id[link["account"]])
    return Page(303, location=link["return_url"])


def _express(state: State, name: str, form: dict[str, str] | None) -> Page | None:
    if name not in state.books or name == state.platform.account:
        return None
    book = state.books[name]
    available = book.funds.available(state.now())
    rows = "".join(f"<li>{_money(amount, code)}</li>" for code, amount in available.items())
    paid = "".join(
        f"<li>{_money(payout['amount'], payout['currency'])}: {escape(payout['status'])}</li>"
        for payout in book.of("payout")
    )
    return _page(
        200, "Your account", f"<h2>Balance</h2><ul>{rows}</ul><h2>Payouts</h2><ul>{paid}</ul>"
    )


def _page(status: int, title: str, body: str) -> Page:
    return Page(status, _FRAME.format(title=escape(title), body=body))


def _money(amount: int, currency: str) -> str:
    return escape(coins.text(amount, currency))


_PAGES: dict[str, Callable[[State, str, dict[str, str] | None], Page | None]] = {
    "checkout": _checkout,
    "onboarding": _onboarding,
    "express": _express,
}
