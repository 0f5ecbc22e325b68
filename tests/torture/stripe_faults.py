"""Answers of Stripe that are lost, and failures that it has stored: nobody pays twice for that."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

from licensing.models import Order, Payment, Refund
from licensing.rules.gateway import GatewayError
from licensing.rules.offers import Choice
from licensing.services import gateways, payments, reconcile, refunds
from members.models import User
from royalties.adapters.stripe import StripePayouts
from royalties.models import Payout
from royalties.services import payouts, receiving, runs
from stockcoop.kernel import stripe as door
from stockcoop.kernel.stripe import StripeFault
from tests import make
from tests.stripe_site import BACK, StripeSite, now
from tests.torture import books
from tests.torture.case import Outcome, sized
from tests.torture.stripe import site

T = TypeVar("T")

NAME = "stripe_faults"
SEED = 20
ARTISTS = 5
# Of each request of the method, so many have the fault.
FAULTS = (
    ("POST", "500-before", 0.15),
    ("POST", "500-after", 0.2),
    ("POST", "lost-before", 0.15),
    ("POST", "lost-after", 0.2),
    ("GET", "lost-before", 0.15),
)
TRIES = 40
# What it pays is available at once, so that it can be transferred.
CARD = "4000000000000077"
DEAR, CHEAP = Choice("extended", "extra_large"), Choice("standard", "medium")


def run(scale: float) -> Outcome:
    """1,000 faults and 50 planted differences at full size."""
    return storm(faults=sized(1000, scale, least=40), planted=sized(50, scale * 10, least=8))


def storm(*, faults: int, planted: int) -> Outcome:
    """Sell, refund and pay out until so many requests went wrong; then plant differences."""
    began = time.monotonic()
    stripe = site()
    shop = _Shop(stripe)
    for number, (method, kind, rate) in enumerate(FAULTS):
        stripe.hook(
            "faults",
            how=kind,
            path="/v1/*",
            method=method,
            count=-(-faults // len(FAULTS)),
            rate=rate,
            seed=SEED + number,
        )
    while (gone_off := sum(stripe.look("faults")["gone_off"])) < faults:
        shop.one_round()
    stripe.undo("faults")
    _ask_again()
    wrong = _paid_twice(stripe.look("state"))
    wrong |= _reconciled(stripe, planted)
    said = (
        f"{gone_off} faults, {Payment.objects.filter(state='paid').count()} charges, "
        f"{Refund.objects.filter(state='done').count()} refunds, "
        f"{Payout.objects.filter(state='paid').count()} transfers, {planted} differences planted"
    )
    seconds = time.monotonic() - began
    return books.outcome(name=NAME, tried=gone_off, wrong=wrong, seconds=seconds, said=said)


@contextmanager
def without_lock() -> Iterator[None]:
    """Ask with a new key each time, and without looking first whether it was done before."""
    once = door.once
    door.once = lambda key, *, find, make: make(str(uuid4()))
    try:
        yield
    finally:
        door.once = once


class _Shop:
    """Artists who can be paid, and a round of business that does not give up."""

    def __init__(self, stripe: StripeSite) -> None:
        make.price_book()
        make.royalty_terms()
        self.stripe = stripe
        self.works = [make.work_on_sale() for _ in range(ARTISTS)]
        self.treasurer, self.board = make.treasurer(), make.board()
        for work in self.works:
            _receiving(stripe, work.owner)

    def one_round(self) -> None:
        """A dear and a cheap order of each artist's work, the cheap ones refunded; a payout run."""
        for work in self.works:
            self._bought(make.order(works=[work], choice=DEAR, at=now()))
            order = self._bought(make.order(works=[work], choice=CHEAP, at=now()))
            self._refund(order)
        run = runs.propose(proposed_by=self.treasurer, at=now())
        runs.approve(run=run, by=self.board, at=now())
        _until_done(lambda: payouts.pay_run(run=run, gateway=StripePayouts(), at=now()))

    def _bought(self, order: Order) -> Order:
        _until_done(lambda: payments.begin(order=order, return_url=BACK, at=now()))
        payment = order.payments.get()
        self.stripe.hook(f"checkout/{payment.reference}/pay", number=CARD)
        _until_done(lambda: payments.hear(payment=payment, at=now()))
        return order

    def _refund(self, order: Order) -> None:
        lines = list(order.lines.all())
        with suppress(GatewayError):
            refunds.give_back(order=order, lines=lines, reason="R", by=self.treasurer, at=now())
        _ask_again()


def _receiving(stripe: StripeSite, member: User) -> None:
    gateway = StripePayouts()
    receiving.set_up(
        member=member, gateway=gateway, country="US", return_url=BACK, again_url=BACK, at=now()
    )
    account = receiving.account_of(member=member, gateway="stripe")
    assert account is not None
    stripe.hook(f"accounts/{account.reference}/onboard")
    receiving.hear(account=account, gateway=gateway, at=now())


def _ask_again() -> None:
    """Ask for each refund that is open, without waiting for its time."""
    for refund in Refund.objects.asked():
        refunds.finish(at=now(), only=refund.pk)


def _until_done(act: Callable[[], T]) -> T:
    """As jobs and impatient people do."""
    for _ in range(TRIES):
        try:
            return act()
        except (GatewayError, StripeFault, ExceptionGroup) as fault:
            last = fault
    raise last


def _paid_twice(state: dict[str, Any]) -> dict[str, int]:
    """What Stripe itself did more or less often than it was meant to, by its own books."""
    book = state["books"][state["platform"]]
    charges = Counter(c["metadata"]["payment"] for c in book["charge"] if c["paid"])
    given = Counter(refund["metadata"]["refund"] for refund in book["refund"])
    transfers = Counter(transfer["metadata"]["payout"] for transfer in book["transfer"])
    return {
        "charged twice": _more_than_once(charges),
        "refunded twice": _more_than_once(given),
        "transferred twice": _more_than_once(transfers),
        "orders lost": Order.objects.exclude(state="paid").count(),
        "charges lost": abs(len(charges) - Order.objects.count()),
        "refunds open": Refund.objects.filter(done_at=None).count(),
        "refunds lost": abs(len(given) - Refund.objects.count()),
        "transfers lost": abs(len(transfers) - Payout.objects.filter(state="paid").count()),
    }


def _more_than_once(counted: Counter[str]) -> int:
    return sum(count - 1 for count in counted.values())


def _reconciled(stripe: StripeSite, planted: int) -> dict[str, int]:
    """How many planted differences were not found, and what was found that is none."""
    (telling,) = gateways.telling()
    since = now() - timedelta(days=1)
    reconcile.catch_up(telling=telling, since=since, at=now())
    before = reconcile.compare(telling=telling, since=since).found
    names = _plant(stripe, planted)
    found = reconcile.compare(telling=telling, since=since).found
    named = [{name for name in names if name in sentence} for sentence in found]
    return {
        "found where there is none": len(before) + sum(not which for which in named),
        "not found": len(names - set[str]().union(*named)),
        "found twice": len(found) - len(names) if len(found) > len(names) else 0,
        "differences": books.differences(),
    }


def _plant(stripe: StripeSite, planted: int) -> set[str]:
    """Alter Stripe's account so often, each time another line of it; the names of those lines."""
    state = stripe.look("state")
    lines = state["books"][state["platform"]]["balance_transaction"]
    chosen = random.Random(SEED).sample(lines, planted * 3 // 4)
    names = {line["id"] for line in chosen}
    for number, line in enumerate(chosen):
        path = f"balance_transactions/{line['id']}"
        match number % 3:
            case 0:
                stripe.hook(f"{path}/alter", amount=line["amount"] + 7)
            case 1:
                stripe.hook(f"{path}/alter", fee=line["fee"] + 3)
            case 2:
                stripe.undo(path)
    for number in range(planted - len(chosen)):
        names.add(stripe.hook("balance_transactions", amount=number + 1)["id"])
    return names
