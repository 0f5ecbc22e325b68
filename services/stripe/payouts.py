"""Payouts from a balance to a bank: of the platform, or with `Stripe-Account` of an artist."""

from __future__ import annotations

from typing import Any

from services.stripe import balance, listing
from services.stripe.call import Call
from services.stripe.errors import invalid, not_modelled
from services.stripe.events import emit
from services.stripe.forms import Json, metadata, positive
from services.stripe.state import Book, State, identifier


def create(call: Call) -> Json:
    """POST /v1/payouts: a manual one."""
    amount = positive(call.params, "amount") or 0
    if call.params.get("method", "standard") != "standard":
        raise not_modelled("instant payouts")
    return make(
        call.state,
        call.book,
        amount,
        call.params["currency"].lower(),
        description=call.params.get("description"),
        metadata=metadata(call.params),
        statement_descriptor=call.params.get("statement_descriptor"),
    )


def make(
    state: State, book: Book, amount: int, currency: str, automatic: bool = False, **values: Any
) -> Json:
    """Send money to the bank. Raises when it is not there, or the account may not yet."""
    destination = _bank(_funded(state, book, amount, currency))
    payout = state.new(
        book,
        "payout",
        amount=amount,
        arrival_date=state.now() + state.settings.arrives_after_s,
        automatic=automatic,
        currency=currency,
        destination=destination,
        method="standard",
        reconciliation_status="completed" if automatic else "not_applicable",
        source_type="card",
        status="pending",
        type="bank_account",
        **values,
    )
    entry = _book(state, book, payout, -amount, "payout")
    payout["balance_transaction"] = entry["id"]
    emit(state, book, "payout.created", payout)
    return payout


def make_automatic(state: State, book: Book, currency: str) -> Json:
    """Pay out all that is available, and note which transactions that were."""
    funds = book.funds.available(state.now()).get(currency, 0)
    if funds < 1:
        raise invalid("There is nothing to pay out.", code="balance_insufficient")
    rows = [
        row
        for row in book.of("balance_transaction")
        if row["currency"] == currency
        and row["available_on"] <= state.now()
        and "_payout" not in row
    ]
    payout = make(state, book, funds, currency, automatic=True, metadata={})
    for row in [*rows, state.by_id[payout["balance_transaction"]]]:
        row["_payout"] = payout["id"]
    return payout


def retrieve(call: Call) -> Json:
    """GET /v1/payouts/{payout}"""
    return call.find("payout", call.ids[0], "payout")


def list_payouts(call: Call) -> Json:
    """GET /v1/payouts"""
    rows = call.book.of("payout")
    return listing.page(call, listing.matching(rows, call.params, ("status", "destination")))


def cancel(call: Call) -> Json:
    """POST /v1/payouts/{payout}/cancel, while it is pending."""
    payout = retrieve(call)
    if payout["status"] != "pending":
        raise invalid("Payouts can only be canceled while they are pending.")
    payout["status"] = "canceled"
    entry = _book(call.state, call.book, payout, payout["amount"], "payout_cancel")
    payout["failure_balance_transaction"] = entry["id"]
    emit(call.state, call.book, "payout.canceled", payout)
    return payout


def arrive(state: State, book: Book, payout: Json) -> None:
    """The bank has the money."""
    if payout["status"] not in {"pending", "in_transit"}:
        raise invalid(f"This payout is {payout['status']}.")
    payout["status"] = "paid"
    emit(state, book, "payout.paid", payout)


def fail(state: State, book: Book, payout: Json, code: str) -> None:
    """The bank sends the money back, perhaps after it was thought to be there."""
    if payout["status"] not in {"pending", "in_transit", "paid"}:
        raise invalid(f"This payout is {payout['status']}.")
    payout |= {"status": "failed", "failure_code": code}
    payout["failure_message"] = "The bank could not process this payout."
    entry = _book(state, book, payout, payout["amount"], "payout_failure")
    payout["failure_balance_transaction"] = entry["id"]
    emit(state, book, "payout.failed", payout)


def _book(state: State, book: Book, payout: Json, amount: int, kind: str) -> Json:
    return balance.record(state, book, kind, amount, payout, description="STRIPE PAYOUT")


def _funded(state: State, book: Book, amount: int, currency: str) -> Json | None:
    """The account of a book, None of the platform. Raises when it may not or cannot pay out."""
    account = state.by_id.get(book.account)
    if account is not None and not account["payouts_enabled"]:
        raise invalid("Cannot create payouts; this account has payouts disabled.")
    if book.funds.available(state.now()).get(currency, 0) < amount:
        raise invalid(
            "You have insufficient funds in your Stripe account for this transfer.",
            code="balance_insufficient",
        )
    return account


def _bank(account: Json | None) -> str:
    if account is None:
        return identifier("", "ba")
    bank: str = account["external_accounts"]["data"][0]["id"]
    return bank
