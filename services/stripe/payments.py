"""PaymentIntents and the charges that they make."""

from __future__ import annotations

from typing import Any

from services.stripe import balance, cards, disputes, listing
from services.stripe.call import Call
from services.stripe.cards import Card
from services.stripe.errors import StripeError, invalid
from services.stripe.events import emit
from services.stripe.forms import Json, metadata, positive, yes
from services.stripe.state import Book, State, identifier, plain

SMALLEST = 50


def create(call: Call) -> Json:
    """POST /v1/payment_intents"""
    params = call.params
    amount = positive(params, "amount") or 0
    if amount < SMALLEST:
        raise invalid("Amount must be at least $0.50 usd", code="amount_too_small", param="amount")
    method = params.get("payment_method")
    if method:
        cards.by_method(method)
    made = new(call.state, call.book, amount=amount, currency=params["currency"], params=params)
    if method:
        made |= {"payment_method": method, "status": "requires_confirmation"}
    return _confirmed(call, made) if yes(params, "confirm") else made


def new(state: State, book: Book, *, amount: int, currency: str, params: Json) -> Json:
    """A PaymentIntent that waits for its payment method."""
    made = state.new(
        book,
        "payment_intent",
        amount=amount,
        amount_capturable=0,
        amount_received=0,
        capture_method="automatic_async",
        confirmation_method="automatic",
        currency=currency.lower(),
        description=params.get("description"),
        metadata=metadata(params),
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=["card"],
        receipt_email=params.get("receipt_email"),
        status="requires_payment_method",
        transfer_group=params.get("transfer_group"),
    )
    made["payment_method_options"]["card"] |= {
        "installments": None,
        "mandate_options": None,
        "network": None,
    }
    made["client_secret"] = f"{made['id']}_secret_{identifier('event')[4:]}"
    emit(state, book, "payment_intent.created", made)
    return made


def retrieve(call: Call) -> Json:
    """GET /v1/payment_intents/{intent}"""
    return call.find("payment_intent", call.ids[0], "intent")


def update(call: Call) -> Json:
    """POST /v1/payment_intents/{intent}"""
    found = retrieve(call)
    found["metadata"] = metadata(call.params, found["metadata"])
    for name in ("description", "transfer_group"):
        found[name] = call.params.get(name, found[name])
    return found


def list_intents(call: Call) -> Json:
    """GET /v1/payment_intents"""
    return listing.page(call, call.book.of("payment_intent"))


def confirm(call: Call) -> Json:
    """POST /v1/payment_intents/{intent}/confirm"""
    found = retrieve(call)
    if "payment_method" in call.params:
        cards.by_method(call.params["payment_method"])
        found["payment_method"] = call.params["payment_method"]
    return _confirmed(call, found)


def cancel(call: Call) -> Json:
    """POST /v1/payment_intents/{intent}/cancel"""
    found = retrieve(call)
    if found["status"] in {"succeeded", "canceled", "processing"}:
        raise unexpected(found, "canceled")
    if found.get("_session"):
        raise invalid("You cannot cancel this PaymentIntent because it belongs to a session.")
    end(call.state, call.book, found, call.params.get("cancellation_reason"))
    return found


def end(state: State, book: Book, intent: Json, reason: str | None) -> None:
    """Let no payment come of it any more."""
    intent |= {"status": "canceled", "canceled_at": state.now(), "cancellation_reason": reason}
    emit(state, book, "payment_intent.canceled", intent)


def retrieve_charge(call: Call) -> Json:
    """GET /v1/charges/{charge}"""
    return call.find("charge", call.ids[0], "charge")


def list_charges(call: Call) -> Json:
    """GET /v1/charges"""
    rows = call.book.of("charge")
    return listing.page(
        call, listing.matching(rows, call.params, ("payment_intent", "transfer_group"))
    )


def pay(state: State, book: Book, intent: Json, card: Card) -> Json | None:
    """Try `card`: the decline as Stripe words it, None when the payment went well or is under way.

    A charge gets its balance transaction after the events of success were made, as with
    `automatic_async`, which is Stripe's default: then `charge.updated` tells of it.
    """
    intent |= {"payment_method": card.method, "last_payment_error": None}
    if card.later:
        intent["status"] = "processing"
        emit(state, book, "payment_intent.processing", intent)
        return None
    if card.decline:
        return _decline(state, book, intent, card)
    charge = _charge(state, book, intent, card)
    intent |= {"status": "succeeded", "amount_received": intent["amount"]}
    emit(state, book, "charge.succeeded", charge)
    emit(state, book, "payment_intent.succeeded", intent)
    return None


def book_charge(state: State, book: Book, intent: Json, card: Card) -> None:
    """Put the money of a payment that succeeded into the balance, now or when a test says so."""
    charge = state.by_id[intent["latest_charge"]]
    charge["_card"] = card.method
    if not state.settings.book_late:
        book_now(state, book, charge)


def book_now(state: State, book: Book, charge: Json) -> None:
    """Give a charge its balance transaction, and its dispute if its card is for that."""
    card = cards.by_method(charge["_card"])
    if charge["balance_transaction"]:
        return
    due = 0 if card.at_once else state.settings.available_after_s
    entry = balance.record(
        state,
        book,
        "charge",
        charge["amount"],
        charge,
        fee=balance.fee_of(state, charge["amount"]),
        available_on=state.now() + due,
        description=charge["description"],
    )
    charge["balance_transaction"] = entry["id"]
    emit(state, book, "charge.updated", charge, {"balance_transaction": None})
    if card.disputed:
        disputes.open_dispute(state, book, charge, charge["amount"], "fraudulent")


def settle(state: State, book: Book, intent: Json, *, well: bool) -> bool:
    """End a payment that is under way; whether it went well."""
    if intent["status"] != "processing":
        raise unexpected(intent, "settled")
    number = cards.CARDS[0].number if well else "4000000000000002"
    card = cards.by_number(number)
    assert card
    if pay(state, book, intent, card) is None:
        book_charge(state, book, intent, card)
    return well


def unexpected(intent: Json, done: str) -> StripeError:
    """The PaymentIntent is in a state in which this cannot be."""
    return invalid(
        f"This PaymentIntent could not be {done} because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
        payment_intent=plain(intent),
    )


def _confirmed(call: Call, intent: Json) -> Json:
    if intent["status"] not in {"requires_confirmation", "requires_payment_method"}:
        raise unexpected(intent, "confirmed")
    if not intent["payment_method"]:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
            payment_intent=plain(intent),
        )
    card = cards.by_method(intent["payment_method"])
    refusal = pay(call.state, call.book, intent, card)
    if refusal is not None:
        raise StripeError(402, "card_error", refusal.pop("message"), **refusal)
    if not card.later:
        book_charge(call.state, call.book, intent, card)
    return intent


def _decline(state: State, book: Book, intent: Json, card: Card) -> Json:
    assert card.decline
    code, reason = card.decline
    message = cards.MESSAGES[reason]
    charge = _charge(state, book, intent, card)
    refusal: dict[str, Any] = {"code": code, "decline_code": reason, "message": message}
    refusal |= {"charge": charge["id"]}
    charge |= {"status": "failed", "paid": False, "captured": False, "amount_captured": 0}
    charge |= {"failure_code": code, "failure_message": message}
    intent |= {"status": "requires_payment_method", "payment_method": None}
    intent["last_payment_error"] = {"type": "card_error", **refusal}
    emit(state, book, "charge.failed", charge)
    emit(state, book, "payment_intent.payment_failed", intent)
    return {**refusal, "payment_intent": plain(intent)}


def _charge(state: State, book: Book, intent: Json, card: Card) -> Json:
    charge = state.new(
        book,
        "charge",
        ("billing_details", "payment_method_details"),
        amount=intent["amount"],
        amount_captured=intent["amount"],
        amount_refunded=0,
        captured=True,
        currency=intent["currency"],
        description=intent["description"],
        disputed=False,
        metadata={**intent["metadata"]},
        paid=True,
        payment_intent=intent["id"],
        payment_method=card.method,
        refunded=False,
        status="succeeded",
        transfer_group=intent["transfer_group"],
        receipt_url=f"{state.origin}/receipts/{intent['id']}",
    )
    # Absent unless expanded, which is not modelled: list the refunds of a charge instead.
    charge.pop("refunds", None)
    charge["billing_details"]["name"] = None
    charge["payment_method_details"] = {"type": "card", "card": _shown(state, card)}
    intent["latest_charge"] = charge["id"]
    return charge


def _shown(state: State, card: Card) -> Json:
    """What a charge tells of its card."""
    blank = state.document.blank("payment_method_details_card")
    blank |= {"country": "US", "exp_month": 12, "exp_year": 2034, "funding": "credit"}
    return blank | {"brand": card.brand, "last4": card.number[-4:], "network": card.brand}
