"""Refunds: a part or all of a charge, in several, at once or later, or failing afterwards."""

from __future__ import annotations

from services.stripe import balance, coins, listing
from services.stripe.call import Call
from services.stripe.errors import invalid
from services.stripe.events import emit
from services.stripe.forms import Json, metadata, positive
from services.stripe.state import Book, State


def create(call: Call) -> Json:
    """POST /v1/refunds"""
    charge = _charge(call)
    amount = _amount(call, charge)
    planned = call.state.next_refund.pop(0) if call.state.next_refund else "succeeded"
    refund = call.state.new(
        call.book,
        "refund",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        destination_details={"card": {"type": "refund"}, "type": "card"},
        metadata=metadata(call.params),
        payment_intent=charge["payment_intent"],
        reason=call.params.get("reason"),
        status="pending" if planned == "pending" else "succeeded",
    )
    _count(charge, amount)
    _book(call.state, call.book, refund, -amount)
    emit(call.state, call.book, "refund.created", refund)
    emit(call.state, call.book, "charge.refunded", charge)
    if planned == "failed":
        fail(call.state, call.book, refund)
    return refund


def retrieve(call: Call) -> Json:
    """GET /v1/refunds/{refund}"""
    return call.find("refund", call.ids[0], "refund")


def update(call: Call) -> Json:
    """POST /v1/refunds/{refund}"""
    refund = retrieve(call)
    before = refund["metadata"]
    refund["metadata"] = metadata(call.params, before)
    emit(call.state, call.book, "refund.updated", refund, {"metadata": before})
    return refund


def list_refunds(call: Call) -> Json:
    """GET /v1/refunds"""
    rows = call.book.of("refund")
    return listing.page(call, listing.matching(rows, call.params, ("charge", "payment_intent")))


def list_of_charge(call: Call) -> Json:
    """GET /v1/charges/{charge}/refunds"""
    charge = call.find("charge", call.ids[0], "charge")
    rows = [row for row in call.book.of("refund") if row["charge"] == charge["id"]]
    return listing.page(call, rows)


def succeed(state: State, book: Book, refund: Json) -> None:
    """A pending refund has reached the buyer."""
    if refund["status"] != "pending":
        raise invalid(f"This refund is {refund['status']}.")
    refund["status"] = "succeeded"
    emit(state, book, "refund.updated", refund, {"status": "pending"})
    emit(state, book, "charge.refund.updated", refund, {"status": "pending"})


def fail(state: State, book: Book, refund: Json) -> None:
    """The buyer's bank sends the money back, days later as a rule: it is ours again."""
    if refund["status"] not in {"pending", "succeeded"}:
        raise invalid(f"This refund is {refund['status']}.")
    before = refund["status"]
    charge = state.by_id[refund["charge"]]
    refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    _count(charge, -refund["amount"])
    entry = _book(state, book, refund, refund["amount"], failure=True)
    refund["failure_balance_transaction"] = entry["id"]
    changed = {"status": before, "failure_reason": None, "failure_balance_transaction": None}
    emit(state, book, "refund.updated", refund, changed)
    emit(state, book, "charge.refund.updated", refund, changed)
    emit(state, book, "refund.failed", refund)


def _charge(call: Call) -> Json:
    given = call.params
    if ("charge" in given) == ("payment_intent" in given):
        raise invalid("You must provide one of `charge` or `payment_intent`, and not both.")
    if "charge" in given:
        charge = call.find("charge", given["charge"], "charge")
    else:
        intent = call.find("payment_intent", given["payment_intent"], "payment_intent")
        if intent["status"] != "succeeded":
            raise invalid(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
                param="payment_intent",
            )
        charge = call.state.by_id[intent["latest_charge"]]
    if charge["status"] != "succeeded":
        raise invalid(f"Charge {charge['id']} has not succeeded.", param="charge")
    if _is_charged_back(call, charge):
        raise invalid(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if charge["refunded"]:
        raise invalid(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    return charge


def _is_charged_back(call: Call, charge: Json) -> bool:
    """Whether a bank has the money, or may get it; what was won may be refunded."""
    disputes = [row for row in call.book.of("dispute") if row["charge"] == charge["id"]]
    return any(dispute["status"] != "won" for dispute in disputes)


def _amount(call: Call, charge: Json) -> int:
    left = charge["amount"] - charge["amount_refunded"]
    amount = positive(call.params, "amount")
    if amount is None:
        return int(left)
    if amount > left:
        asked, there = (coins.text(each, charge["currency"]) for each in (amount, left))
        raise invalid(
            f"Refund amount ({asked}) is greater than unrefunded amount on charge ({there})",
            param="amount",
        )
    return amount


def _count(charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def _book(state: State, book: Book, refund: Json, amount: int, *, failure: bool = False) -> Json:
    entry = balance.record(
        state,
        book,
        "refund_failure" if failure else "refund",
        amount,
        refund,
        description="REFUND FOR CHARGE",
    )
    if not failure:
        refund["balance_transaction"] = entry["id"]
    return entry
