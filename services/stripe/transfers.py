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

    Out of the available balance; with a `source_transaction`, out of that charge, as soon as its
    money is there, in all no more than the charge.
    """
    state, params = call.state, call.params
    account = call.account(params["destination"], "destination")
    _refuse_incapable(account)
    amount = positive(params, "amount")
    if amount is None:
        raise invalid("Missing required param: amount.", param="amount", code="parameter_missing")
    currency, available_on = params["currency"].lower(), state.now()
    source = params.get("source_transaction")
    if source:
        available_on = _of_charge(call, source, amount, currency)
    elif call.book.funds.available(state.now()).get(currency, 0) < amount:
        raise _insufficient(
            "You have insufficient available funds in your Stripe account. Try adding funds"
            " directly to your available balance by creating Charges using the 4000000000000077"
            " test card."
        )
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
    url = f"/v1/transfers/{transfer['id']}/reversals"
    transfer["reversals"] = {"object": "list", "data": [], "has_more": False, "url": url}
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
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = positive(call.params, "amount") or left
    if left == 0:
        raise invalid(f"Transfer {transfer['id']} has already been fully reversed.")
    if amount > left:
        raise invalid(
            f"Reversal amount ({amount}) is greater than unreversed amount on transfer ({left})",
            param="amount",
        )
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
    state, amount, currency = call.state, transfer["amount"], transfer["currency"]
    entry = balance.record(
        state,
        call.book,
        -amount,
        transfer,
        type="transfer",
        reporting_category="transfer",
        currency=currency,
        available_on=available_on,
        description=transfer["description"],
    )
    there = state.books[account["id"]]
    payment = _payment(call, there, transfer)
    arrived = balance.record(
        state,
        there,
        amount,
        payment,
        type="payment",
        reporting_category="charge",
        currency=currency,
        available_on=available_on,
    )
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
    back = balance.record(
        state,
        call.book,
        amount,
        reversal,
        type="transfer_refund",
        reporting_category="transfer_reversal",
        currency=currency,
    )
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
    entry = balance.record(
        state,
        there,
        -amount,
        taken,
        type="payment_refund",
        reporting_category="refund",
        currency=currency,
    )
    taken["balance_transaction"] = entry["id"]
    reversal |= {"balance_transaction": back["id"], "destination_payment_refund": taken["id"]}


def _refuse_incapable(account: Json) -> None:
    if account["capabilities"].get("transfers") != "active":
        raise invalid(
            "Your destination account needs to have at least one of the following capabilities"
            " enabled: transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )


def _of_charge(call: Call, source: str, amount: int, currency: str) -> int:
    """When the money of the charge is there; raises when it does not reach."""
    charge = call.find("charge", source, "source_transaction")
    if charge["status"] != "succeeded" or charge["currency"] != currency:
        raise invalid("The source_transaction does not fit.", param="source_transaction")
    sent = charge.get("_sent", 0) + amount
    if sent > charge["amount"]:
        raise invalid(
            "The transfers from a source_transaction cannot exceed the source amount.",
            param="amount",
        )
    charge["_sent"] = sent
    entry = call.state.by_id[charge["balance_transaction"]]
    return max(int(entry["available_on"]), call.state.now())


def _group(call: Call, source: str | None) -> str | None:
    if source is None:
        return None
    charge = call.state.by_id[source]
    group: str | None = charge["transfer_group"] or f"group_{charge['payment_intent']}"
    return group


def _insufficient(message: str) -> StripeError:
    return invalid(message, code="balance_insufficient")
