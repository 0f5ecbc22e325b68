"""The site set up for Stripe, with a stand-in of its own behind it. For tests that need both."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from licensing.models import Payment
from licensing.rules.gateway import Told
from licensing.services import events, gateways, payments
from stockcoop.env import Stripe
from tests import make
from tests.stand_in import StandIn

SECRET = "whsec_for_tests"
BACK = "https://shop.example/back"


def now() -> datetime:
    return datetime.now(UTC)


class StripeSite(StandIn):
    """What happens at Stripe, by the stand-in's hooks, and what the site hears of it."""

    def __init__(self, settings: LazySettings) -> None:
        super().__init__()
        settings.PAYMENT_GATEWAY = "stripe"
        settings.STRIPE = Stripe(self.key, SECRET, self.api)

    def begun(self, **facts: Any) -> Payment:
        """The payment of a new order, its session open at Stripe."""
        order = make.order(at=now(), **facts)
        payments.begin(order=order, return_url=BACK, at=now())
        return order.payments.get()

    def pay(self, payment: Payment) -> str:
        """The buyer pays, and nobody has heard of it yet; the PaymentIntent."""
        intent: str = self.hook(f"checkout/{payment.reference}/pay")["payment_intent"]
        return intent

    def paid(self, **facts: Any) -> Payment:
        """A payment that was made and heard of."""
        payment = self.begun(**facts)
        self.pay(payment)
        return self.heard(payment)

    def heard(self, payment: Payment) -> Payment:
        payments.hear(payment=payment, at=now())
        return Payment.objects.select_related("order").get(pk=payment.pk)

    def dispute(self, payment: Payment, **facts: Any) -> str:
        """The buyer's bank takes the money back; the dispute."""
        name: str = self.hook(f"payments/{payment.alias}/dispute", **facts)["id"]
        return name

    def told(self) -> list[Told]:
        """All that Stripe has told of, the oldest first."""
        (telling,) = gateways.telling()
        return list(telling.events(now() - timedelta(days=2)))[::-1]

    def hear_all(self, told: list[Told] | None = None) -> None:
        """Deliver events, in this order, each acted on at once."""
        for one in self.told() if told is None else told:
            events.hear(event=events._store("stripe", one, now()), at=now())


def signed(body: bytes, *, secret: str = SECRET, age_s: int = 0) -> str:
    """The header of a webhook with this body."""
    at = int(time.time()) - age_s
    mark = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mark}"


def deliver(client: Client, body: bytes, signature: str | None = None) -> Any:
    """POST a webhook as Stripe does."""
    return client.post(
        reverse("licensing:stripe_webhook"),
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signed(body) if signature is None else signature},
    )


def event(kind: str, thing: dict[str, Any], *, name: str = "evt_1", **more: Any) -> bytes:
    """The body of an event."""
    told = {"id": name, "object": "event", "type": kind, "created": int(time.time())}
    return json.dumps({**told, "data": {"object": thing}, **more}).encode()
