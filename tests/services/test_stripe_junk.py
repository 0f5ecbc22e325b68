"""The stand-in given junk: it refuses, it does not fall over."""

import re
from urllib.parse import quote

import pytest

from services.stripe.routes import ROUTES, Route
from tests.stand_in import StandIn

JUNK = ("", "x", "-1", "9" * 30, "\x00é" * 300)
GOOD = {
    "/v1/account_links": {"account": "{account}", "type": "account_onboarding"},
    "/v1/checkout/sessions": {
        "mode": "payment",
        "success_url": "http://site.example/",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "100",
        "line_items[0][price_data][product_data][name]": "A wave",
    },
    "/v1/payment_intents": {"amount": "100", "currency": "usd"},
    "/v1/payouts": {"amount": "10", "currency": "usd"},
    "/v1/refunds": {"payment_intent": "{intent}"},
    "/v1/transfers": {"amount": "10", "currency": "usd", "destination": "{account}"},
    "/v1/webhook_endpoints": {"url": "http://127.0.0.1:1/", "enabled_events[0]": "charge.failed"},
}


@pytest.fixture(scope="module")
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture(scope="module")
def things(stand_in: StandIn) -> dict[str, str]:
    """One of each, by the name that stands in a path's braces."""
    paid, artist = stand_in.payment(100_000), stand_in.artist()
    disputed = stand_in.payment(method="pm_card_createDispute")
    transfer = stand_in.client.v1.transfers.create(
        {"amount": 100, "currency": "usd", "destination": artist.id}
    )
    return {
        "account": artist.id,
        "charge": str(paid.latest_charge),
        "dispute": stand_in.client.v1.disputes.list({"payment_intent": disputed.id}).data[0].id,
        "intent": paid.id,
        "payout": stand_in.client.v1.payouts.create({"amount": 10, "currency": "usd"}).id,
        "refund": stand_in.client.v1.refunds.create(
            {"charge": str(paid.latest_charge), "amount": 1}
        ).id,
        "session": stand_in.session().id,
        "transfer": transfer.id,
        "id": transfer.id,
        "webhook_endpoint": "we_unknown",
    }


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.template}")
def test_no_parameter_makes_it_fall_over(
    stand_in: StandIn, things: dict[str, str], route: Route
) -> None:
    path = route.template.format(**things)
    good = {name: value.format(**things) for name, value in GOOD.get(route.template, {}).items()}
    names = [re.sub(r"\[\]", "[0]", name) for name in (*route.params, "expand")]
    names += [f"{name}[0]" for name in names] + [f"{name}[a]" for name in names]
    for name in names:
        for value in JUNK:
            form = "&".join(f"{key}={quote(text)}" for key, text in {**good, name: value}.items())
            if route.method == "POST":
                status, text, _ = stand_in.raw("POST", path, form)
            else:
                status, text, _ = stand_in.raw(route.method, f"{path}?{form}")
            assert status in {200, 400, 402, 403, 404, 501}, (name, value, status, text)
