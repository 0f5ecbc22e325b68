"""The post: threads that bring events to endpoints, again and again until they are taken."""

from __future__ import annotations

import heapq
import itertools
import random
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from services.stripe import webhooks
from services.stripe.forms import Json
from services.stripe.state import State

TIMEOUT_S = 20
CARRIERS = 8


@dataclass(eq=False)
class Delivery:
    """One event on its way to one endpoint. `outcome`: waiting, held, taken, dropped, given up."""

    number: int
    state: State
    event: Json
    endpoint: Json
    outcome: str = "waiting"
    attempts: int = 0
    status: int | None = None
    copy: bool = False

    def shown(self) -> Json:
        """As the hooks list it."""
        return {
            "number": self.number,
            "event": self.event["id"],
            "type": self.event["type"],
            "endpoint": self.endpoint["id"],
            "outcome": self.outcome,
            "attempts": self.attempts,
            "status": self.status,
            "copy": self.copy,
        }


@dataclass(frozen=True)
class Disorder:
    """How deliveries of a key are doubled and delayed, and so reordered."""

    spread_s: float
    copies: float
    dice: random.Random


class Post:
    """All deliveries of all keys, by when they are due."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Delivery]] = []
        self._numbers = itertools.count(1)
        self._ready = threading.Condition()
        self._of: dict[str, list[Delivery]] = {}
        self._holding: set[str] = set()
        self._disorder: dict[str, Disorder] = {}
        for number in range(CARRIERS):
            threading.Thread(target=self._carry, name=f"post-{number}", daemon=True).start()

    def send(self, state: State, event: Json, endpoints: list[Json], *, copy: bool = False) -> None:
        """Put an event on its way, or by while deliveries are held."""
        with self._ready:
            for endpoint in endpoints:
                made = Delivery(next(self._numbers), state, event, endpoint, copy=copy)
                self._of.setdefault(state.key, []).append(made)
                if not copy:
                    event["pending_webhooks"] += 1
                if state.key in self._holding and not copy:
                    made.outcome = "held"
                elif copy or state.key not in self._disorder:
                    self._put(made, 0)
                else:
                    for late_s, each in self._scattered(made):
                        self._put(each, late_s)

    def disorder(self, state: State, order: Json) -> None:
        """From now on, deliver each up to `spread_s` late, and `copies` of all once more."""
        with self._ready:
            dice = random.Random(order.get("seed", 0))  # noqa: S311 (repeatable on purpose)
            spread, copies = float(order.get("spread_s", 0)), float(order.get("copies", 0))
            self._disorder[state.key] = Disorder(spread, copies, dice)

    def hold(self, state: State) -> None:
        """From now on, keep what is to be delivered."""
        with self._ready:
            self._holding.add(state.key)

    def release(self, state: State, order: Json) -> int:
        """Send what is held, and go on as usual unless `keep_holding`; how many were put in.

        `shuffle` mixes them, `copies` is the share that comes twice or more often, `spread_s` the
        time over which they come, `limit` how many of the held; `seed` decides it all.
        """
        dice = random.Random(order.get("seed", 0))  # noqa: S311 (repeatable on purpose)
        with self._ready:
            if not order.get("keep_holding"):
                self._holding.discard(state.key)
            held = [each for each in self._all(state) if each.outcome == "held"]
            held = held[: order.get("limit", len(held))]
            bag = [*held]
            for _ in range(round(len(held) * float(order.get("copies", 0)))):
                bag.append(self._copy(dice.choice(held)))
            if order.get("shuffle"):
                dice.shuffle(bag)
            spread = float(order.get("spread_s", 0))
            for place, each in enumerate(bag):
                each.outcome = "waiting"
                self._put(each, spread * place / len(bag))
            return len(bag)

    def drop(self, state: State, order: Json) -> int:
        """Lose held deliveries for good: those of `events`, or a `rate` of all by `seed`."""
        dice = random.Random(order.get("seed", 0))  # noqa: S311 (repeatable on purpose)
        named, rate = order.get("events"), float(order.get("rate", 1))
        dropped = 0
        with self._ready:
            for each in self._all(state):
                wanted = each.event["id"] in named if named else dice.random() < rate
                if each.outcome == "held" and wanted:
                    each.outcome = "dropped"
                    dropped += 1
        return dropped

    def resend(self, state: State, event: Json) -> int:
        """Deliver an event once more to whoever wants it."""
        endpoints = webhooks.listeners(state, event)
        self.send(state, event, endpoints, copy=True)
        return len(endpoints)

    def listed(self, state: State) -> list[Json]:
        """All deliveries of a key so far."""
        with self._ready:
            return [each.shown() for each in self._all(state)]

    def waiting(self, state: State) -> int:
        """How many are still under way."""
        with self._ready:
            return sum(each.outcome == "waiting" for each in self._all(state))

    def forget(self, state: State) -> None:
        """Deliver nothing more of a key that starts anew."""
        with self._ready:
            for each in self._of.pop(state.key, []):
                each.outcome = "dropped"
            self._holding.discard(state.key)
            self._disorder.pop(state.key, None)

    def _all(self, state: State) -> list[Delivery]:
        return self._of.setdefault(state.key, [])

    def _copy(self, original: Delivery) -> Delivery:
        number, state = next(self._numbers), original.state
        made = Delivery(number, state, original.event, original.endpoint, copy=True)
        self._all(state).append(made)
        return made

    def _scattered(self, original: Delivery) -> list[tuple[float, Delivery]]:
        order = self._disorder[original.state.key]
        each = [original]
        if order.dice.random() < order.copies:
            each.append(self._copy(original))
        return [(order.dice.uniform(0, order.spread_s), one) for one in each]

    def _put(self, delivery: Delivery, after_s: float) -> None:
        heapq.heappush(self._due, (time.monotonic() + after_s, delivery.number, delivery))
        self._ready.notify()

    def _carry(self) -> None:
        while True:
            delivery = self._next()
            delivery.status = _post(delivery)
            with self._ready:
                self._note(delivery)

    def _next(self) -> Delivery:
        with self._ready:
            while True:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    delivery = heapq.heappop(self._due)[2]
                    if delivery.outcome == "waiting":
                        delivery.attempts += 1
                        return delivery
                    continue
                self._ready.wait(wait)

    def _note(self, delivery: Delivery) -> None:
        settings = delivery.state.settings
        if delivery.outcome != "waiting":
            return
        if delivery.status is not None and 200 <= delivery.status < 300:
            delivery.outcome = "taken"
            if not delivery.copy:
                delivery.event["pending_webhooks"] -= 1
        elif delivery.attempts > settings.retries:
            delivery.outcome = "given up"
        else:
            pause = settings.retry_after_s * 2 ** (delivery.attempts - 1)
            self._put(delivery, pause)


def _post(delivery: Delivery) -> int | None:
    body = webhooks.payload(delivery.event)
    headers: dict[str, Any] = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": webhooks.signature(body, delivery.endpoint["_secret"]),
        "User-Agent": "Stripe/1.0 (stand-in)",
    }
    parts = urlsplit(delivery.endpoint["url"])
    connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=TIMEOUT_S)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
