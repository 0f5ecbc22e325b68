"""The Stripe stand-in as tests use it: a client with a key of its own, the hooks, a receiver."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode, urlsplit

import stripe

from tests.servers import address

VERSION = "2026-08-26.dahlia"


class StandIn:
    """A state of its own: no other test sees what is done with this key."""

    def __init__(self) -> None:
        self.api = address("STRIPE_API")
        self.key = f"sk_test_{secrets.token_hex(8)}"
        self.client = self.client_with(retries=0)

    def client_with(self, *, retries: int) -> stripe.StripeClient:
        """The official library, in Stripe's document's version, which its own may be ahead of."""
        return stripe.StripeClient(
            self.key,
            base_addresses={"api": self.api},
            max_network_retries=retries,
            stripe_version=VERSION,
        )

    def hook(self, name: str, /, **body: Any) -> Any:
        """POST /_test/<name>. Raises AssertionError with the answer when it is refused."""
        return self.ask("POST", f"/_test/{name}", json.dumps(body))

    def look(self, path: str) -> Any:
        """GET /_test/<path>."""
        return self.ask("GET", f"/_test/{path}")

    def undo(self, path: str) -> Any:
        """DELETE /_test/<path>."""
        return self.ask("DELETE", f"/_test/{path}")

    def ask(self, method: str, path: str, body: str = "") -> Any:
        """A request by hand. Raises AssertionError unless it is answered with 200."""
        status, text, _headers = self.raw(method, path, body)
        assert status == 200, (status, text)
        return json.loads(text)

    def raw(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, str, dict[str, str]]:
        """Status, body and headers of whatever is answered."""
        connection = HTTPConnection(urlsplit(self.api).netloc, timeout=30)
        sent = {"Authorization": f"Bearer {self.key}"}
        if method == "POST":
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, {**sent, **(headers or {})})
            response = connection.getresponse()
            return response.status, response.read().decode(), dict(response.getheaders())
        finally:
            connection.close()

    def page(self, url: str, **form: str) -> tuple[int, str, str]:
        """Open a page, or send its form: status, text, and where it leads."""
        method = "POST" if form else "GET"
        path = urlsplit(url).path
        status, text, headers = self.raw(method, path, urlencode(form))
        return status, text, headers.get("Location", "")

    def session(self, **more: Any) -> Any:
        """An open Checkout Session of 30 dollars."""
        product = {"currency": "usd", "unit_amount": 1500, "product_data": {"name": "A <wave>"}}
        params: Any = {
            "mode": "payment",
            "line_items": [{"price_data": product, "quantity": 2}],
            "success_url": "http://site.example/paid?s={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://site.example/cart",
            **more,
        }
        return self.client.v1.checkout.sessions.create(params)

    def payment(self, amount: int = 3000, *, method: str = "pm_card_bypassPending") -> Any:
        """A PaymentIntent that succeeded, its money available at once."""
        return self.client.v1.payment_intents.create(
            {"amount": amount, "currency": "usd", "payment_method": method, "confirm": True}
        )

    def artist(self) -> Any:
        """A connected account that may take transfers."""
        made = self.client.v1.accounts.create(
            {"type": "express", "capabilities": {"transfers": {"requested": True}}}
        )
        self.hook(f"accounts/{made.id}/onboard")
        return made

    def listen(self, receiver: Receiver, *, connect: bool = False) -> Any:
        """Deliver events to `receiver` from now on."""
        return self.hook(
            "webhooks/endpoint", url=receiver.url, secret=receiver.secret, connect=connect
        )


class Receiver:
    """Takes webhooks as a site does, by the official library's check of the signature.

    `answers` are the statuses of the next answers; then it is 200.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.secret = f"whsec_{secrets.token_hex(8)}"
        self.answers: list[int] = []
        self.events: list[Any] = []

    @property
    def types(self) -> list[str]:
        """What came, in the order it came."""
        return [event.type for event in self.events]

    def take(self, body: bytes, signature: str) -> int:
        """The status for a delivery."""
        event = stripe.Webhook.construct_event(body, signature, self.secret)
        self.events.append(event)
        return self.answers.pop(0) if self.answers else 200


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(taker.take(body, self.headers["Stripe-Signature"]))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    taker = Receiver(f"http://127.0.0.1:{server.server_port}/webhooks")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield taker
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def eventually(so: Callable[[], bool], *, seconds: float = 10) -> None:
    """Wait until it is so. Raises AssertionError when it does not become so."""
    until = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < until, "It did not come to be so."
        time.sleep(0.02)
