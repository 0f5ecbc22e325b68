"""Disputes: opened by a card or a test, answered with evidence, won or lost."""

from __future__ import annotations

from services.stripe import balance, listing
from services.stripe.call import Call
from services.stripe.errors import invalid, not_modelled
from services.stripe.events import emit
from services.stripe.forms import Json, metadata, table, yes
from services.stripe.state import Book, State, plain

ANSWERABLE_S = 21 * 24 * 3600


def open_dispute(state: State, book: Book, charge: Json, amount: int, reason: str) -> Json:
    """The buyer's bank takes the money back for now, and Stripe its fee."""
    if charge["disputed"]:
        raise invalid("This charge has been disputed already.", code="charge_disputed")
    dispute = state.new(
        book,
        "dispute",
        amount=amount,
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        is_charge_refundable=False,
        metadata={},
        payment_intent=charge["payment_intent"],
        payment_method_details=_card(),
        reason=reason,
        status="needs_response",
    )
    dispute["evidence_details"] = _no_evidence(state.now() + ANSWERABLE_S)
    charge["disputed"] = True
    emit(state, book, "charge.dispute.created", dispute)
    _book(state, book, dispute, -amount, "dispute", state.settings.dispute_fee)
    emit(state, book, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def end(state: State, book: Book, dispute: Json, *, won: bool) -> Json:
    """The bank has decided. What was withdrawn comes back when it is won; the fee does not.

    A bank may think again after a loss, not after a win.
    """
    thinks_again = won and dispute["status"] == "lost"
    if dispute["status"] not in {"needs_response", "under_review"} and not thinks_again:
        raise invalid("This dispute is already closed.", param="dispute")
    before = dispute["status"]
    dispute["status"] = "won" if won else "lost"
    dispute["is_charge_refundable"] = won
    emit(state, book, "charge.dispute.closed", dispute, {"status": before})
    if won:
        _book(state, book, dispute, dispute["amount"], "dispute_reversal", 0)
        emit(state, book, "charge.dispute.funds_reinstated", dispute)
    return dispute


def retrieve(call: Call) -> Json:
    """GET /v1/disputes/{dispute}"""
    return call.find("dispute", call.ids[0], "dispute")


def list_disputes(call: Call) -> Json:
    """GET /v1/disputes"""
    rows = call.book.of("dispute")
    return listing.page(call, listing.matching(rows, call.params, ("charge", "payment_intent")))


def update(call: Call) -> Json:
    """POST /v1/disputes/{dispute}

    Submitted evidence with `winning_evidence` or `losing_evidence` as its text decides at once,
    as in Stripe's test mode.
    """
    dispute, evidence = retrieve(call), table(call.params, "evidence")
    if dispute["status"] not in {"needs_response", "under_review"}:
        raise invalid("This dispute is already closed.", param="dispute")
    if unknown := set(evidence) - set(dispute["evidence"]):
        raise invalid(f"Received unknown parameter: {min(unknown)}", param="evidence")
    if not all(isinstance(value, str) for value in evidence.values()):
        raise not_modelled("evidence that is not a text")
    dispute["metadata"] = metadata(call.params, dispute["metadata"])
    dispute["evidence"] |= evidence
    details = dispute["evidence_details"]
    details["has_evidence"] = details["has_evidence"] or bool(evidence)
    if evidence and yes({"submit": "true", **call.params}, "submit"):
        details["submission_count"] += 1
        dispute["status"] = "under_review"
    emit(call.state, call.book, "charge.dispute.updated", dispute, {})
    text = evidence.get("uncategorized_text")
    if dispute["status"] == "under_review" and text in {"winning_evidence", "losing_evidence"}:
        end(call.state, call.book, dispute, won=text == "winning_evidence")
    return dispute


def close(call: Call) -> Json:
    """POST /v1/disputes/{dispute}/close: give it up."""
    return end(call.state, call.book, retrieve(call), won=False)


def _book(state: State, book: Book, dispute: Json, amount: int, category: str, fee: int) -> None:
    entry = balance.record(
        state,
        book,
        "adjustment",
        amount,
        dispute,
        reporting_category=category,
        fee=fee,
        fee_kind="Dispute fee",
        description=f"Chargeback withdrawal for {dispute['charge']}",
    )
    dispute["balance_transactions"].append(plain(entry))


def _no_evidence(due_by: int) -> Json:
    none = {"has_evidence": False, "past_due": False, "submission_count": 0}
    return {"due_by": due_by, "enhanced_eligibility": {}, **none}


def _card() -> Json:
    card = {"brand": "visa", "case_type": "chargeback", "network": "visa"}
    return {"type": "card", "card": {**card, "network_reason_code": "10.4"}}
