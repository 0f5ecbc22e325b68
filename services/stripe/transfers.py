"""Transfers to connected accounts, and their reversals."""

from __future__ import annotations

from services.stripe import balance, listing
from services.stripe.call import Call
from services.stripe.errors import StripeError, invalid
from services.stripe.events import emit
from services.stripe.forms import Json, metadata, positive
from services.stripe.state import Book, identifier, plain


def create(call: Call) -> Json:
    """POST /v1/transfers

    Out of the available balance, or with a `source_transaction` out of that charge and its pace.
    """
    state, params = call.state, call.params
    account = _capable(call.account(params["destination"], "destination"))
    amount, currency = positive(params, "amount"), params["currency"].lower()
    if amount is None:
        raise invalid("Missing required param: amount.", param="amount", code="parameter_missing")
    source = params.get("source_transaction")
    available_on = _funded(call, amount, currency, source)
    transfer = state.new(
        call.book,
        "transfer",
        amount=amount,
        amount_reversed=0,
        currency=currency,
        description=params.get("description"),
        destination=account["id"],
        metadata=metadata(params),
        reversed=False,
        source_transaction=source,
        source_type="card",
        transfer_group=params.get("transfer_group") or _group(call, source),
    )
    transfer["reversals"] = listing.inside(f"/v1/transfers/{transfer['id']}/reversals", [])
    _book(call, transfer, account, available_on)
    emit(state, call.book, "transfer.created", transfer)
    return transfer


def retrieve(call: Call) -> Json:
    """GET /v1/transfers/{transfer}"""
    return call.find("transfer", call.ids[0], "transfer")


def update(call: Call) -> Json:
    """POST /v1/transfers/{transfer}"""
    transfer = retrieve(call)
    before = transfer["metadata"]
    transfer["metadata"] = metadata(call.params, before)
    transfer["description"] = call.params.get("description", transfer["description"])
    emit(call.state, call.book, "transfer.updated", transfer, {"metadata": before})
    return transfer


def list_transfers(call: Call) -> Json:
    """GET /v1/transfers"""
    rows = call.book.of("transfer")
    names = ("destination", "transfer_group")
    return listing.page(call, listing.matching(rows, call.params, names))


def reverse(call: Call) -> Json:
    """POST /v1/transfers/{id}/reversals: the destination must have the money."""
    state, transfer = call.state, retrieve(call)
    amount = _reversible(call, transfer)
    there, currency = state.books[transfer["destination"]], transfer["currency"]
    if there.funds.available(state.now()).get(currency, 0) < amount:
        raise _insufficient("The destination of this transfer has insufficient available funds.")
    reversal = state.new(
        call.book,
        "transfer_reversal",
        amount=amount,
        currency=currency,
        metadata=metadata(call.params),
        transfer=transfer["id"],
    )
    _book_reversal(call, reversal, transfer, there)
    transfer["amount_reversed"] += amount
    if transfer["source_transaction"]:
        state.by_id[transfer["source_transaction"]]["_sent"] -= amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"]["data"].insert(0, plain(reversal))
    emit(state, call.book, "transfer.reversed", transfer)
    return reversal


def list_reversals(call: Call) -> Json:
    """GET /v1/transfers/{id}/reversals"""
    transfer = retrieve(call)
    rows = call.book.of("transfer_reversal")
    return listing.page(call, [row for row in rows if row["transfer"] == transfer["id"]])


def retrieve_reversal(call: Call) -> Json:
    """GET /v1/transfers/{transfer}/reversals/{id}"""
    return call.find("transfer_reversal", call.ids[1])


def _book(call: Call, transfer: Json, account: Json, available_on: int) -> None:
    state, amount = call.state, transfer["amount"]
    due = {"available_on": available_on}
    text = transfer["description"]
    entry = balance.record(state, call.book, "transfer", -amount, transfer, description=text, **due)
    there = state.books[account["id"]]
    payment = _payment(call, there, transfer)
    arrived = balance.record(state, there, "payment", amount, payment, **due)
    payment["balance_transaction"] = arrived["id"]
    transfer |= {"balance_transaction": entry["id"], "destination_payment": payment["id"]}


def _payment(call: Call, there: Book, transfer: Json) -> Json:
    """What the transfer is on the other side."""
    payment = call.state.new(
        there,
        "charge",
        ("billing_details",),
        id=identifier("charge", "py"),
        amount=transfer["amount"],
        amount_captured=transfer["amount"],
        amount_refunded=0,
        captured=True,
        currency=transfer["currency"],
        disputed=False,
        metadata={},
        paid=True,
        refunded=False,
        source_transfer=transfer["id"],
        status="succeeded",
    )
    payment.pop("refunds", None)
    return payment


def _book_reversal(call: Call, reversal: Json, transfer: Json, there: Book) -> None:
    state, amount, currency = call.state, reversal["amount"], reversal["currency"]
    back = balance.record(state, call.book, "transfer_refund", amount, reversal)
    payment = state.by_id[transfer["destination_payment"]]
    taken = state.new(
        there,
        "refund",
        id=identifier("refund", "pyr"),
        amount=amount,
        charge=payment["id"],
        currency=currency,
        metadata={},
        status="succeeded",
        transfer_reversal=reversal["id"],
    )
    payment["amount_refunded"] += amount
    payment["refunded"] = payment["amount_refunded"] == payment["amount"]
    entry = balance.record(state, there, "payment_refund", -amount, taken)
    taken["balance_transaction"] = entry["id"]
    reversal |= {"balance_transaction": back["id"], "destination_payment_refund": taken["id"]}


def _reversible(call: Call, transfer: Json) -> int:
    """How much of a transfer to reverse: what is asked for, or all that is left."""
    left: int = transfer["amount"] - transfer["amount_reversed"]
    amount = positive(call.params, "amount") or left
    if left == 0:
        raise invalid(f"Transfer {transfer['id']} has already been fully reversed.")
    if amount > left:
        raise invalid(
            f"Reversal amount ({amount}) is greater than unreversed amount on transfer ({left})",
            param="amount",
        )
    return amount


def _capable(account: Json) -> Json:
    if account["capabilities"].get("transfers") != "active":
        raise invalid(
            "Your destination account needs to have at least one of the following capabilities"
            " enabled: transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    return account


def _funded(call: Call, amount: int, currency: str, source: str | None) -> int:
    """When the money will be there. Raises when it is not enough."""
    now = call.state.now()
    if source:
        return _of_charge(call, source, amount, currency)
    if call.book.funds.available(now).get(currency, 0) < amount:
        raise _insufficient(
            "You have insufficient available funds in your Stripe account. Try adding funds"
            " directly to your available balance by creating Charges using the 4000000000000077"
            " test card."
        )
    return now


def _of_charge(call: Call, source: str, amount: int, currency: str) -> int:
    """When the money of the charge is there; raises when it does not reach."""
    charge = call.find("charge", source, "source_transaction")
    booked = call.state.by_id.get(charge["balance_transaction"])
    if booked is None or charge["currency"] != currency:
        raise invalid("The source_transaction does not fit.", param="source_transaction")
    sent = charge.get("_sent", 0) + amount
    if sent > charge["amount"]:
        raise invalid(
            "The transfers from a source_transaction cannot exceed the source amount.",
            param="amount",
        )
    charge["_sent"] = sent
    return max(int(booked["available_on"]), call.state.now())


def _group(call: Call, source: str | None) -> str | None:
    if source is None:
        return None
    charge = call.state.by_id[source]
    group: str | None = charge["transfer_group"] or f"group_{charge['payment_intent']}"
    return group


def _insufficient(message: str) -> StripeError:
    return invalid(message, code="balance_insufficient")
