"""Payments of the practice gateway, heard of twice, in any order, by workers that die."""

from __future__ import annotations

import random
import time
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from django.utils import timezone

from licensing.adapters.practice import PracticeGateway
from licensing.models import Licence, Order
from licensing.rules.states import PaymentState
from licensing.services import orders, payments, refunds
from licensing.services.refunds import NotRefundable
from media.models import Work
from members.models import User
from tests import make
from tests.torture import books, shelves
from tests.torture.case import Outcome, sized
from tests.torture.storm import Storm, shuffled_twice
from tests.torture.unlocked import unlocked

NAME = "settlings"
SEED = 20
BACK = "https://shop.example/back"
# What happens to an order, in the order in which it does. Events are about the words.
HISTORIES = (
    ("paid",),
    ("declined", "paid"),
    ("abandoned", "paid", "refund"),
    ("paid", "refund"),
    ("cancelled", "paid"),
    ("declined",),
)


@dataclass(frozen=True)
class Event:
    """Something that the gateway tells about the order with this `pk`."""

    word: str
    pk: int


@dataclass
class Shop:
    """Works on sale, the orders' histories, and what all of it must come to."""

    works: list[Work]
    treasurer: User
    histories: list[tuple[str, ...]]
    orders: list[int] = field(default_factory=list)

    def events(self) -> list[Event]:
        return [
            Event(word, pk)
            for pk, history in zip(self.orders, self.histories, strict=True)
            for word in history
            if word != "cancelled"
        ]


def run(scale: float) -> Outcome:
    """2,000 events at full size, 1,500 of them twice, 40 workers killed, a crash."""
    return storm(
        events=sized(2000, scale, least=60),
        kills=sized(40, scale, least=6),
        crashes=1,
    )


def storm(*, events: int, kills: int, crashes: int, workers: int = 8) -> Outcome:
    """Deliver so many `events`, three quarters of them twice, through all that."""
    shop = _open(events)
    Storm(len(shop.histories), lambda number: _order(shop, number), kills=0, crashes=0).run()
    shop.orders = list(Order.objects.order_by("licensee").values_list("pk", flat=True))
    told = shop.events()
    numbers = shuffled_twice(len(told), len(told) * 3 // 4, seed=SEED)
    weather = Storm(
        len(numbers),
        lambda number: _deliver(shop, told[numbers[number]]),
        kills=kills,
        crashes=crashes,
        workers=workers,
    )
    began = time.monotonic()
    weather.run()
    return _outcome(shop, weather, len(told), time.monotonic() - began)


def without_lock() -> AbstractContextManager[None]:
    """Settle without row locks, in a database without the constraints behind them."""
    return unlocked("licensing_licence", "royalties_sale")


def _open(events: int) -> Shop:
    works = shelves.stocked()
    dice, histories = random.Random(SEED), list(HISTORIES)
    while sum(len(set(history) - {"cancelled"}) for history in histories) < events:
        histories.append(dice.choice(HISTORIES))
    return Shop(works, make.treasurer(), histories)


def _order(shop: Shop, number: int) -> bool:
    """An order, and all that its buyer did at the gateway; the site has heard of none of it."""
    dice = random.Random(number)
    wanted = shelves.picked(shop.works, dice)
    buyer = make.buyer(email=f"buyer{number}@example.net")
    name, now = f"Number {number:06}", timezone.now()
    order = make.order(by=buyer, choices=wanted, licensee=name, at=now)
    for word in shop.histories[number]:
        if word == "cancelled":
            payments.begin(order=order, return_url=BACK, at=timezone.now())
            orders.cancel(order=order, at=timezone.now())
        elif word != "refund":
            _end(order, PaymentState(word))
    return True


def _end(order: Order, end: PaymentState) -> None:
    if not order.payments.filter(state=PaymentState.PENDING).exists():
        payments.begin(order=order, return_url=BACK, at=timezone.now())
    payment = order.payments.get(state=PaymentState.PENDING)
    PracticeGateway().decide(payment.reference, end)
    if end is not PaymentState.PAID:
        # The buyer tries again, so the site hears of this end before there is another.
        payments.hear(payment=payment, at=timezone.now())


def _deliver(shop: Shop, event: Event) -> bool:
    """Whether the site took the event; it does not take a refund of what it has not heard paid."""
    order = Order.objects.get(pk=event.pk)
    if event.word != "refund":
        for payment in order.payments.all():
            payments.hear(payment=payment, at=timezone.now())
        return True
    line = order.lines.order_by("position")[0]
    try:
        refunds.give_back(
            order=order, lines=[line], reason="R", by=shop.treasurer, at=timezone.now()
        )
    except NotRefundable:
        if not hasattr(line, "refund"):
            return False
        refunds.finish(at=timezone.now(), only=line.refund.pk)
    return True


def _outcome(shop: Shop, weather: Storm, events: int, seconds: float) -> Outcome:
    paid, refunded = _expected_lines(shop)
    held = Counter(Licence.objects.values_list("line", flat=True))
    ended = set(Licence.objects.exclude(revoked_at=None).values_list("line", flat=True))
    wrong = {
        "given up": weather.given_up,
        "not granted": len(paid - held.keys()),
        "granted for nothing": len(held.keys() - paid),
        "granted twice": sum(count - 1 for count in held.values()),
        "not refunded": len(refunded - ended),
        "refunded for nothing": len(ended - refunded),
        "accounts off": books.accounts_off(_expected_balances(paid - refunded)),
        "differences": books.differences(),
    }
    said = (
        f"{weather.count} deliveries, {weather.killed} killed, {weather.crashed} crashes, "
        f"{weather.came_again} came again, {len(paid)} licences"
    )
    return books.outcome(name=NAME, tried=events, wrong=wrong, seconds=seconds, said=said)


def _expected_lines(shop: Shop) -> tuple[set[int], set[int]]:
    """The lines that were paid for, and those of them whose price went back."""
    paid, refunded = set[int](), set[int]()
    histories = dict(zip(shop.orders, shop.histories, strict=True))
    for order in Order.objects.prefetch_related("lines"):
        lines = sorted(order.lines.all(), key=lambda line: line.position)
        if "paid" in histories[order.pk]:
            paid |= {line.pk for line in lines}
        if "refund" in histories[order.pk]:
            refunded.add(lines[0].pk)
    return paid, refunded


def _expected_balances(lines: set[int]) -> Counter[str]:
    """What must stand in each account, worked out without the program's own rules."""
    stands = books.standard_sales(lines, shelves.PRICES)
    stands["gateway:practice"] = -sum(stands.values())
    return stands
