"""Checkout Sessions: made by the site, paid or left by the buyer on a page of ours."""

from __future__ import annotations

from services.stripe import listing, payments
from services.stripe.call import Call
from services.stripe.cards import Card
from services.stripe.errors import invalid, not_modelled
from services.stripe.events import emit
from services.stripe.forms import Json, address, metadata, table, whole
from services.stripe.state import Book, State, identifier

SHORTEST_S, LONGEST_S = 30 * 60, 24 * 3600


def create(call: Call) -> Json:
    """POST /v1/checkout/sessions"""
    state, params = call.state, call.params
    _refuse_other_modes(params)
    items = [_item(state, row, place) for place, row in enumerate(params.get("line_items", []))]
    total = _total(items)
    session = state.new(
        call.book,
        "checkout.session",
        amount_subtotal=total,
        amount_total=total,
        cancel_url=address(params, "cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        currency=items[0]["currency"],
        customer_email=params.get("customer_email"),
        expires_at=_expiry(call),
        metadata=metadata(params),
        success_url=_return_address(params),
        submit_type=params.get("submit_type"),
        locale=params.get("locale"),
        _intent=table(params, "payment_intent_data"),
        **_open(),
    )
    session["url"] = f"{state.origin}/checkout/{session['id']}"
    url = f"/v1/checkout/sessions/{session['id']}/line_items"
    session["_line_items"] = listing.inside(url, items)
    return session


def retrieve(call: Call) -> Json:
    """GET /v1/checkout/sessions/{session}"""
    session = call.find("checkout.session", call.ids[0], "session")
    lapse(call.state, call.book, session)
    return session


def update(call: Call) -> Json:
    """POST /v1/checkout/sessions/{session}"""
    session = retrieve(call)
    session["metadata"] = metadata(call.params, session["metadata"])
    return session


def list_sessions(call: Call) -> Json:
    """GET /v1/checkout/sessions"""
    for session in call.book.of("checkout.session"):
        lapse(call.state, call.book, session)
    rows = call.book.of("checkout.session")
    return listing.page(call, listing.matching(rows, call.params, ("payment_intent", "status")))


def list_items(call: Call) -> Json:
    """GET /v1/checkout/sessions/{session}/line_items, in the order they were given."""
    items = retrieve(call)["_line_items"]["data"]
    return listing.page(call, items[::-1])


def expire(call: Call) -> Json:
    """POST /v1/checkout/sessions/{session}/expire"""
    session = retrieve(call)
    if session["status"] != "open":
        raise invalid(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session'
            f" has a status of {session['status']}."
        )
    _end(call.state, call.book, session)
    return session


def lapse(state: State, book: Book, session: Json) -> None:
    """Expire an open session whose time is over."""
    if session["status"] == "open" and session["expires_at"] <= state.now():
        _end(state, book, session)


def pay(state: State, book: Book, session: Json, card: Card) -> str | None:
    """Pay a session as the buyer does on the page: the words of a decline, None if it is complete.

    After a decline the session stays open for another card.
    """
    lapse(state, book, session)
    if session["status"] != "open":
        raise invalid(f"This Checkout Session is {session['status']}.")
    intent = _intent(state, book, session)
    if refusal := payments.pay(state, book, intent, card):
        return str(refusal["message"])
    session |= {"status": "complete", "url": None}
    session["payment_status"] = "unpaid" if card.later else "paid"
    session["customer_details"] = state.document.blank(
        "payment_pages_checkout_session_customer_details"
    )
    session["customer_details"]["email"] = session["customer_email"] or "buyer@example.org"
    emit(state, book, "checkout.session.completed", session)
    if not card.later:
        payments.book_charge(state, book, intent, card)
    return None


def settle(state: State, book: Book, session: Json, *, well: bool) -> None:
    """A payment that was under way arrives, or does not."""
    intent = _intent(state, book, session)
    if payments.settle(state, book, intent, well=well):
        session["payment_status"] = "paid"
        emit(state, book, "checkout.session.async_payment_succeeded", session)
    else:
        emit(state, book, "checkout.session.async_payment_failed", session)


def _end(state: State, book: Book, session: Json) -> None:
    session |= {"status": "expired", "url": None}
    if session["payment_intent"]:
        payments.end(state, book, _intent(state, book, session), "expired")
    emit(state, book, "checkout.session.expired", session)


def _intent(state: State, book: Book, session: Json) -> Json:
    """The PaymentIntent of a session, which Stripe makes when the buyer first tries to pay."""
    if session["payment_intent"]:
        found: Json = state.by_id[session["payment_intent"]]
        return found
    amount, currency = session["amount_total"], session["currency"]
    data = session["_intent"]
    made = payments.new(state, book, amount=amount, currency=currency, params=data)
    made["_session"] = session["id"]
    session["payment_intent"] = made["id"]
    return made


def _open() -> Json:
    """What every session has at first."""
    return {
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [],
        "custom_text": {},
        "customer_creation": "if_required",
        "mode": "payment",
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }


def _refuse_other_modes(params: Json) -> None:
    if params.get("mode") != "payment":
        raise not_modelled(f"Checkout in the mode {params.get('mode', 'that is not given')}")
    if params.get("payment_method_types", ["card"]) != ["card"]:
        raise not_modelled("other payment methods than cards")


def _item(state: State, row: Json, place: int) -> Json:
    where = f"line_items[{place}]"
    data, quantity = row.get("price_data"), whole(row, "quantity")
    if not data or "product_data" not in data or "unit_amount" not in data:
        raise not_modelled(f"{where} without price_data, product_data and unit_amount")
    unit = whole(data, "unit_amount") or 0
    if quantity is None:
        raise invalid(
            f"Quantity is required. Add `quantity` to `{where}`", param=f"{where}[quantity]"
        )
    if unit < 0 or quantity < 1:
        raise invalid("Invalid non-negative integer", param=where)
    currency, name = data["currency"].lower(), data["product_data"]["name"]
    total = unit * quantity
    return {
        "id": identifier("", "li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": currency,
        "description": name,
        "price": _price(state, unit, currency),
        "quantity": quantity,
    }


def _price(state: State, unit: int, currency: str) -> Json:
    """The price that Stripe makes of `price_data`."""
    return state.document.blank("price") | {
        "id": identifier("", "price"),
        "active": False,
        "billing_scheme": "per_unit",
        "created": state.now(),
        "currency": currency,
        "livemode": False,
        "product": identifier("", "prod"),
        "tax_behavior": "unspecified",
        "type": "one_time",
        "unit_amount": unit,
        "unit_amount_decimal": str(unit),
    }


def _total(items: list[Json]) -> int:
    if not items:
        raise invalid("You must provide line_items in payment mode.", param="line_items")
    if len({item["currency"] for item in items}) > 1:
        raise invalid("All line items must have the same currency.", param="line_items")
    total = sum(int(item["amount_total"]) for item in items)
    if total < payments.SMALLEST:
        raise invalid(
            "The Checkout Session's total amount must convert to at least 50 cents.",
            code="amount_too_small",
        )
    return total


def _expiry(call: Call) -> int:
    now, asked = call.state.now(), whole(call.params, "expires_at")
    if asked is None:
        return now + LONGEST_S
    if not now + SHORTEST_S - 60 <= asked <= now + LONGEST_S + 60:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.",
            param="expires_at",
        )
    return asked


def _return_address(params: Json) -> str:
    text = address(params, "success_url")
    if text is None:
        raise invalid(
            "Missing required param: success_url.", param="success_url", code="parameter_missing"
        )
    return text
