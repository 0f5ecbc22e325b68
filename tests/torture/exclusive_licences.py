"""Many buyers pay for the same works at once, each of which only one may have."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from ledger.services import balances
from licensing.adapters.practice import PracticeGateway
from licensing.models import Licence, Order, OrderLine
from licensing.rules.offers import Choice
from licensing.rules.states import PaymentState
from licensing.services import exclusives, payments, refunds
from licensing.services.carts import NotForSale
from media.models import Work
from members.models import User
from tests import make
from tests.torture import books
from tests.torture.case import Outcome, sized
from tests.torture.pool import FORK, fork

NAME = "exclusive_licences"
EXCLUSIVE, STANDARD = Choice("exclusive", "medium"), Choice("standard", "small")
THREADS = 4
BACK = "https://shop.example/back"
# Every fourth work is ordered together with a work that everybody may have.
BESIDE = 4


@dataclass(frozen=True)
class Race:
    """Who races for what: ids of works and of buyers, and a work that everybody may have."""

    works: list[int]
    buyers: list[int]
    common: int


def run(scale: float) -> Outcome:
    """500 works at full size, 32 buyers each; only a very small one has fewer buyers."""
    processes = sized(8, scale * 10, least=2)
    return race(works=sized(500, scale, least=4), processes=processes, threads=THREADS)


def race(*, works: int, processes: int, threads: int) -> Outcome:
    """Each of `processes` times `threads` buyers pays for each of `works`, together."""
    race = _set_up(works, processes * threads)
    began = time.monotonic()
    barrier = FORK.Barrier(len(race.buyers))
    running = [
        fork(_buy, race, race.buyers[start::processes], barrier) for start in range(processes)
    ]
    for process in running:
        process.join()
    broken = sum(process.exitcode != 0 for process in running)
    while refunds.finish(at=timezone.now()):
        pass
    return _outcome(race, broken, time.monotonic() - began)


@contextmanager
def without_lock() -> Iterator[None]:
    """Settle without the lock, in a database without the constraint behind it."""
    lock = exclusives.lock
    exclusives.lock = lambda works: None
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE licensing_licence DROP CONSTRAINT licensing_licence_alone")
    try:
        yield
    finally:
        exclusives.lock = lock


def _set_up(works: int, buyers: int) -> Race:
    make.price_book()
    make.royalty_terms()
    owner = make.artist()
    return Race(
        works=[make.work_on_sale(owner=owner).pk for _ in range(works)],
        buyers=[make.buyer().pk for _ in range(buyers)],
        common=make.work_on_sale(owner=owner).pk,
    )


def _buy(race: Race, buyers: list[int], barrier: Any) -> None:
    """All works in turn for each of `buyers`, in a thread each."""
    with ThreadPoolExecutor(len(buyers)) as pool:
        list(pool.map(lambda buyer: _buy_all(race, buyer, barrier), buyers))


def _buy_all(race: Race, pk: int, barrier: Any) -> None:
    try:
        buyer = User.objects.get(pk=pk)
        for number, work in enumerate(race.works):
            order = _ordered(buyer, work, race.common if number % BESIDE == 0 else None)
            # Half of them are on the gateway's page already, half are about to go there.
            if (number + race.buyers.index(pk)) % 2:
                _pay(order)
            barrier.wait(timeout=600)
            _finish(order)
    except BaseException:
        barrier.abort()
        raise
    finally:
        connection.close()


def _ordered(buyer: User, work: int, beside: int | None) -> Order:
    wanted = {Work.objects.get(pk=work): EXCLUSIVE}
    if beside is not None:
        wanted[Work.objects.get(pk=beside)] = STANDARD
    return make.order(by=buyer, choices=wanted, at=timezone.now())


def _pay(order: Order) -> None:
    payments.begin(order=order, return_url=BACK, at=timezone.now())
    payment = order.payments.get(state=PaymentState.PENDING)
    PracticeGateway().decide(payment.reference, PaymentState.PAID)


def _finish(order: Order) -> None:
    """Go and pay, if not done yet, and come back."""
    try:
        if not order.payments.exists():
            _pay(order)
    except NotForSale:
        return
    payments.hear(payment=order.payments.get(), at=timezone.now())


def _outcome(race: Race, broken: int, seconds: float) -> Outcome:
    held = Counter(Licence.objects.filter(work__in=race.works).values_list("work", flat=True))
    contested = OrderLine.objects.filter(work__in=race.works)
    charged = contested.filter(order__payments__state=PaymentState.PAID, licence=None)
    refunded = charged.filter(refund__state="done").count()
    tried = len(race.works) * len(race.buyers)
    uncharged = contested.filter(order__payments=None).count()
    wrong = {
        "granted twice": sum(count - 1 for count in held.values()),
        "granted to nobody": len(race.works) - len(held),
        "charged for nothing": charged.count() - refunded,
        "unaccounted for": tried - sum(held.values()) - refunded - uncharged,
        "gateway off": int(books.at_practice_gateway() != -balances.of("gateway:practice").minor),
        "still owed": int(bool(balances.of("owed:buyers"))),
        "differences": books.differences(),
        "processes broken": broken,
    }
    said = (
        f"{len(race.works)} works x {len(race.buyers)} buyers: {sum(held.values())} grants, "
        f"{refunded} refunded, {uncharged} uncharged"
    )
    return books.outcome(name=NAME, tried=tried, wrong=wrong, seconds=seconds, said=said)
