"""One history of six events, heard in every order: the ledger must end the same each time.

A payment of two lines is made and told of twice; one line is refunded; the rest is disputed, its
money withdrawn, and the dispute won. Nothing happens before an event has to be heard that tells of
it or of something later: what Stripe is asked then is what had happened by then, so each order of
hearing sees the world at other moments.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations

from ledger.models import Entry
from ledger.services.fingerprint import ledger_hash
from licensing.models import Payment
from licensing.rules.gateway import Told
from licensing.rules.offers import Choice
from licensing.rules.reconciling import differences
from licensing.services import gateways, refunds
from media.models import Work
from members.models import User
from royalties.models import Movement
from tests import make
from tests.stripe_site import StripeSite, now
from tests.torture import books
from tests.torture.case import Outcome, sized
from tests.torture.stripe import site

NAME = "histories"
SEED = 20
# In the order in which they happen; the second is the first once more.
EVENTS = (
    "checkout.session.completed",
    "checkout.session.completed",
    "refund.created",
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
SMALL, MEDIUM = Choice("standard", "small"), Choice("standard", "medium")


def run(scale: float) -> Outcome:
    """All 720 orders at full size."""
    return hear_in_orders(count=sized(720, scale, least=6))


def hear_in_orders(*, count: int) -> Outcome:
    """So many of the orders, the first among them."""
    orders = list(permutations(range(len(EVENTS))))
    chosen = [orders[0], *random.Random(SEED).sample(orders[1:], count - 1)]
    began = time.monotonic()
    make.price_book()
    make.royalty_terms()
    wanted = {make.work_on_sale(): SMALL, make.work_on_sale(): MEDIUM}
    treasurer = make.treasurer()
    ends: Counter[str] = Counter()
    unreconciled = 0
    for order in chosen:
        fingerprint, found = _hear(site(), wanted, treasurer, order)
        ends[fingerprint] += 1
        unreconciled += bool(found)
    wrong = {
        "ended otherwise": count - ends.most_common(1)[0][1],
        "not reconciled": unreconciled,
        "differences": books.differences(),
    }
    return books.outcome(
        name=NAME,
        tried=count,
        wrong=wrong,
        seconds=time.monotonic() - began,
        said=f"{len(ends)} ledger hash over {count} of {len(orders)} orders of six events",
    )


def _hear(
    stripe: StripeSite, wanted: dict[Work, Choice], treasurer: User, order: tuple[int, ...]
) -> tuple[str, tuple[str, ...]]:
    """The ledger's hash of this history alone, and what reconciliation finds in it."""
    before = Entry.objects.order_by("pk").last()
    payment = stripe.begun(choices=wanted)
    world = _World(stripe, payment, treasurer)
    for number in order:
        stripe.hear_all([world.told(number)])
    (telling,) = gateways.telling()
    theirs = list(telling.movements(now() - timedelta(days=1)))
    rows = Movement.objects.order_by("-pk")[: len(theirs)]
    found = differences(theirs=theirs, ours=[row.moved() for row in rows])
    after = before.pk if before else 0
    return ledger_hash(after=after, rename=_named_alike(payment)), tuple(found)


class _World:
    """What happens to one payment, no earlier than somebody has to hear of it."""

    def __init__(self, stripe: StripeSite, payment: Payment, treasurer: User) -> None:
        self.stripe, self.payment, self.treasurer = stripe, payment, treasurer
        self.refunded, self.kept = payment.order.lines.order_by("position")
        self.intent = self.dispute = ""
        self._steps: list[tuple[int, Callable[[], object]]] = [
            (0, self._pay),
            (2, self._refund),
            (3, self._dispute),
            (5, self._win),
        ]

    def told(self, number: int) -> Told:
        """The event with this number, all that leads to it having happened."""
        while self._steps and self._steps[0][0] <= number:
            # Stripe dates by the second, and no bank decides within the one in which it was asked.
            self.stripe.hook("clock", advance_s=60)
            self._steps.pop(0)[1]()
        return next(told for told in self.stripe.told() if told.kind == EVENTS[number])

    def _pay(self) -> None:
        self.intent = self.stripe.pay(self.payment)

    def _refund(self) -> None:
        """The buyer has come back, and the treasurer's refund was made but never answered."""
        self.stripe.heard(self.payment)
        order, line = self.payment.order, self.refunded
        (asked,) = refunds._ask(order, [line], "R", self.treasurer, now())
        self.stripe.client.v1.refunds.create(
            {
                "payment_intent": self.intent,
                "amount": line.price.minor,
                "metadata": {"refund": str(asked.uuid)},
            }
        )

    def _dispute(self) -> None:
        made = self.stripe.hook(f"payments/{self.intent}/dispute", amount=self.kept.price.minor)
        self.dispute = made["id"]

    def _win(self) -> None:
        self.stripe.hook(f"disputes/{self.dispute}/win")


def _named_alike(payment: Payment) -> Callable[[str], str]:
    """Gives what is named by chance in this history the same names as in any other."""
    lines = payment.order.lines.select_related("refund")
    names = {str(line.uuid): f"line {line.position}" for line in lines}
    names |= {str(line.refund.uuid): "refund" for line in lines if hasattr(line, "refund")}
    rows = Movement.objects.filter(gateway="stripe").order_by("-pk")[: len(EVENTS)]
    names |= {row.reference: row.kind for row in rows}

    def rename(name: str) -> str:
        for chance, word in names.items():
            name = name.replace(chance, word)
        return name

    return rename
