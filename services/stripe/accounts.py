"""Connected accounts (Express): made by the site, opened by the artist on a page of ours."""

from __future__ import annotations

import secrets
from typing import Any

from services.stripe import listing
from services.stripe.call import Call
from services.stripe.errors import invalid, not_modelled
from services.stripe.events import emit
from services.stripe.forms import Json, address, metadata, table, yes
from services.stripe.state import Book, State, identifier

LINK_S = 5 * 60
WANTED = ["business_type", "external_account", "individual", "tos_acceptance.date"]


def create(call: Call) -> Json:
    """POST /v1/accounts, `type=express` or the controller that is the same."""
    state, params = call.state, call.params
    kind = params.get("type")
    _refuse_other_kinds(params)
    wanted = _requested(params)
    account = state.new(
        Book("", {}),
        "account",
        business_type=params.get("business_type"),
        capabilities=dict.fromkeys(wanted, "inactive"),
        charges_enabled=False,
        controller=_controller(params),
        country=params.get("country", "US"),
        default_currency=params.get("default_currency", "usd").lower(),
        details_submitted=False,
        email=params.get("email"),
        metadata=metadata(params),
        payouts_enabled=False,
        type="express" if kind else "none",
        requirements=_requirements(WANTED),
    )
    account["_account"] = account["id"]
    state.books[account["id"]] = Book(account["id"], {"account": [account]})
    state.accounts.append(account)
    url = f"/v1/accounts/{account['id']}/external_accounts"
    account["external_accounts"] = listing.inside(url, [])
    return account


def retrieve(call: Call) -> Json:
    """GET /v1/accounts/{account}"""
    return call.account(call.ids[0])


def update(call: Call) -> Json:
    """POST /v1/accounts/{account}"""
    account, params = retrieve(call), call.params
    before = account["metadata"]
    account["metadata"] = metadata(params, before)
    account["email"] = params.get("email", account["email"])
    status = "active" if account["details_submitted"] else "inactive"
    for name in _requested(params):
        account["capabilities"].setdefault(name, status)
    _updated(call.state, account, {"metadata": before})
    return account


def list_accounts(call: Call) -> Json:
    """GET /v1/accounts"""
    return listing.page(call, call.state.accounts)


def create_link(call: Call) -> Json:
    """POST /v1/account_links: an address that may be opened once, within five minutes."""
    params, state = call.params, call.state
    account = call.account(params["account"])
    if params["type"] != "account_onboarding":
        raise not_modelled(f"account links of type {params['type']}")
    for name in ("refresh_url", "return_url"):
        if address(params, name) is None:
            raise invalid(f"Missing required param: {name}.", param=name)
    token, expires_at = secrets.token_urlsafe(16), state.now() + LINK_S
    state.links[token] = {
        "account": account["id"],
        "expires_at": expires_at,
        "refresh_url": params["refresh_url"],
        "return_url": params["return_url"],
    }
    return {
        "object": "account_link",
        "created": state.now(),
        "expires_at": expires_at,
        "url": f"{state.origin}/onboarding/{token}",
    }


def create_login_link(call: Call) -> Json:
    """POST /v1/accounts/{account}/login_links"""
    account = retrieve(call)
    if not account["details_submitted"]:
        raise invalid(
            "Cannot create a login link for an account that has not completed onboarding."
        )
    url = f"{call.state.origin}/express/{account['id']}"
    return {"object": "login_link", "created": call.state.now(), "url": url}


def onboard(state: State, account: Json) -> None:
    """The artist has told all that Stripe wants to know: money may come and go."""
    before = _flags(account)
    account["capabilities"] = dict.fromkeys(account["capabilities"], "active")
    card = account["capabilities"].get("card_payments") == "active"
    account |= {"details_submitted": True, "payouts_enabled": True, "charges_enabled": card}
    account["business_type"] = account["business_type"] or "individual"
    account["requirements"] = _requirements([])
    if not account["external_accounts"]["data"]:
        account["external_accounts"]["data"].append(_bank(state, account))
    _updated(state, account, before)


def restrict(state: State, account: Json, reason: str) -> None:
    """Stripe stops the account until it has heard more."""
    before = _flags(account)
    account["capabilities"] = dict.fromkeys(account["capabilities"], "inactive")
    account |= {"payouts_enabled": False, "charges_enabled": False}
    account["requirements"] = _requirements(["individual.verification.document"], reason)
    _updated(state, account, before)


def _refuse_other_kinds(params: Json) -> None:
    dashboard = table(table(params, "controller"), "stripe_dashboard").get("type")
    if params.get("type", dashboard) != "express":
        raise not_modelled("accounts that are not Express")


def _requested(params: Json) -> list[str]:
    asked = table(params, "capabilities")
    return sorted(name for name in asked if yes(table(asked, name), "requested"))


def _updated(state: State, account: Json, before: Json) -> None:
    emit(state, state.books[account["id"]], "account.updated", account, before)


def _flags(account: Json) -> Json:
    names = ("charges_enabled", "payouts_enabled", "details_submitted")
    return {name: account[name] for name in names} | {"capabilities": account["capabilities"]}


def _requirements(due: list[str], reason: str | None = None) -> Json:
    made: dict[str, Any] = {"alternatives": [], "current_deadline": None, "errors": []}
    made |= {"currently_due": due, "eventually_due": due, "past_due": due}
    made["disabled_reason"] = reason or ("requirements.past_due" if due else None)
    return {**made, "pending_verification": []}


def _controller(params: Json) -> Json:
    given = table(params, "controller")
    return {
        "type": "application",
        "is_controller": True,
        "fees": {"payer": table(given, "fees").get("payer", "application_express")},
        "losses": {"payments": table(given, "losses").get("payments", "application")},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "express"},
    }


def _bank(state: State, account: Json) -> Json:
    bank = state.document.blank("bank_account")
    return bank | {
        "id": identifier("", "ba"),
        "object": "bank_account",
        "account": account["id"],
        "country": account["country"],
        "currency": account["default_currency"],
        "last4": "6789",
        "status": "new",
    }
