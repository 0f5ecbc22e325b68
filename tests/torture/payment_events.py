"""Stripe's events, in any order, twice, to workers that are killed, on a database that crashes.

Everything has happened at Stripe before the site hears of any of it. Its events then go to the
inbox as webhooks do, and to the service that acts on them as the inbox's jobs do.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from licensing.models import GatewayEvent, Licence, Order, Payment
from licensing.rules.gateway import GatewayError, Told
from licensing.services import events, gateways, orders, payments, reconcile
from media.models import Work
from tests import make
from tests.stripe_site import BACK, StripeSite, now, signed
from tests.torture import books, shelves
from tests.torture.case import Outcome, sized
from tests.torture.storm import Storm, shuffled_twice
from tests.torture.stripe import site
from tests.torture.unlocked import unlocked

NAME = "payment_events"
SEED = 20
DECLINED = "4000000000000002"
# How many events worth hearing each thing that happens gives.
TOLD = {"pay": 2, "refund": 2, "dispute": 2, "win": 2, "lose": 1, "expire": 1}
HISTORIES = (
    ("pay",),
    ("decline", "pay"),
    ("pay", "refund"),
    ("cancel", "pay"),
    ("pay", "dispute", "win"),
    ("pay", "dispute", "lose"),
    ("expire",),
)


@dataclass(frozen=True)
class Shop:
    """Works on sale, and what happens to each order."""

    stripe: StripeSite
    works: list[Work]
    histories: list[tuple[str, ...]]


def run(scale: float) -> Outcome:
    """10,000 events at full size, 7,500 of them twice, 200 workers killed, 3 crashes."""
    return storm(
        about=sized(10_000, scale, least=40),
        kills=sized(200, scale * 2, least=6),
        crashes=sized(3, scale * 10, least=1),
    )


def storm(*, about: int, kills: int, crashes: int) -> Outcome:
    """Deliver `about` so many events, three quarters of them twice, through all that."""
    shop = _open(about)
    count = len(shop.histories)
    Storm(count, lambda number: _happen(shop, number), kills=0, crashes=0).run()
    told = shop.stripe.told()
    tasks = _tasks(len(told))
    weather = Storm(
        len(tasks), lambda number: _do(told, tasks[number]), kills=kills, crashes=crashes
    )
    began = time.monotonic()
    weather.run()
    events.hear_waiting(at=now() + 2 * events.WAIT)
    return _outcome(shop, weather, len(told), time.monotonic() - began)


def without_lock() -> AbstractContextManager[None]:
    """Hear without row locks, in a database without the constraints behind them."""
    return unlocked("licensing_licence", "royalties_sale")


def _open(about: int) -> Shop:
    works = shelves.stocked()
    dice, histories = random.Random(SEED), list(HISTORIES)
    while sum(TOLD.get(word, 0) for history in histories for word in history) < about:
        histories.append(dice.choice(HISTORIES))
    return Shop(site(), works, histories)


def _happen(shop: Shop, number: int) -> bool:
    """An order, and all that became of it at Stripe; the site has heard of none of it."""
    dice, stripe = random.Random(number), shop.stripe
    wanted = shelves.picked(shop.works, dice)
    buyer, name = make.buyer(email=f"buyer{number}@example.net"), f"Number {number:06}"
    order = make.order(by=buyer, choices=wanted, licensee=name, at=now())
    payments.begin(order=order, return_url=BACK, at=now())
    session = f"checkout/{order.payments.get().reference}"
    intent = dispute = ""
    for word in shop.histories[number]:
        match word:
            case "pay":
                intent = stripe.hook(f"{session}/pay")["payment_intent"]
            case "decline":
                assert stripe.hook(f"{session}/pay", number=DECLINED)["declined"]
            case "expire":
                stripe.client.v1.checkout.sessions.expire(order.payments.get().reference)
            case "cancel":
                orders.cancel(order=order, at=now())
            case "refund":
                stripe.client.v1.refunds.create({"payment_intent": intent})
            case "dispute":
                dispute = stripe.hook(f"payments/{intent}/dispute")["id"]
            case "win" | "lose":
                stripe.hook(f"disputes/{dispute}/{word}")
    return True


def _tasks(count: int) -> list[tuple[bool, int]]:
    """(whether it is a webhook, number of the event): what the inbox queues follows it at once."""
    tasks: list[tuple[bool, int]] = []
    seen = set[int]()
    for number in shuffled_twice(count, count * 3 // 4, seed=SEED):
        tasks.append((True, number))
        if number not in seen:
            tasks.append((False, number))
            seen.add(number)
    return tasks


def _do(told: list[Told], task: tuple[bool, int]) -> bool:
    """Whether the site took a webhook, or was done with an event; else it comes again."""
    is_webhook, number = task
    body = told[number].body.encode()
    if is_webhook:
        events.receive(gateway="stripe", body=body, signature=signed(body), at=now())
        return True
    event = GatewayEvent.objects.filter(reference=told[number].reference).first()
    if event is None:
        return False
    try:
        events.hear(event=event, at=now())
    except GatewayError:
        return False
    return True


def _outcome(shop: Shop, weather: Storm, told: int, seconds: float) -> Outcome:
    paid, gone = _expected_lines(shop)
    held = Counter(Licence.objects.values_list("line", flat=True))
    ended = set(Licence.objects.exclude(revoked_at=None).values_list("line", flat=True))
    (telling,) = gateways.telling()
    wrong = {
        "events lost": told - GatewayEvent.objects.count(),
        "events waiting": GatewayEvent.objects.filter(handled_at=None).count(),
        "payments unheard": Payment.objects.filter(state="pending").count(),
        "given up": weather.given_up,
        "not granted": len(paid - held.keys()),
        "granted for nothing": len(held.keys() - paid),
        "granted twice": sum(count - 1 for count in held.values()),
        "not ended": len(gone - ended),
        "ended for nothing": len(ended - gone),
        "suspended": Licence.objects.filter(revoked_at=None).exclude(suspended_at=None).count(),
        "accounts off": books.accounts_off(_expected_balances(shop, paid - gone)),
        "not reconciled": len(
            reconcile.compare(telling=telling, since=now() - timedelta(days=1)).found
        ),
        "differences": books.differences(),
    }
    said = (
        f"{told * 7 // 4} deliveries, {weather.killed} killed, {weather.crashed} crashes, "
        f"{weather.came_again} came again, {len(paid)} licences"
    )
    return books.outcome(name=NAME, tried=told, wrong=wrong, seconds=seconds, said=said)


def _expected_lines(shop: Shop) -> tuple[set[int], set[int]]:
    """The lines that were paid for, and those of them whose money is gone for good."""
    paid, gone = set[int](), set[int]()
    for order in Order.objects.prefetch_related("lines"):
        history = set(shop.histories[int(order.licensee.removeprefix("Number "))])
        lines = {line.pk for line in order.lines.all()}
        if "pay" in history:
            paid |= lines
        if history & {"refund", "lose"}:
            gone |= lines
    return paid, gone


def _expected_balances(shop: Shop, lines: set[int]) -> Counter[str]:
    """What must stand in each account: by arithmetic of our own, and by Stripe's own books."""
    stands = books.standard_sales(lines, shelves.PRICES)
    state = shop.stripe.look("state")
    for row in state["books"][state["platform"]]["balance_transaction"]:
        stands["gateway:stripe"] -= row["net"]
        stands["coop:costs:payment_fees"] -= row["fee"]
    return stands
