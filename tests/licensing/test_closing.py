"""Cancelled orders: Stripe takes no money for them any more, unless it has already."""

import time
from datetime import timedelta

import pytest

from licensing.models import Licence, Order, Payment
from licensing.rules.gateway import Unavailable
from licensing.rules.offers import Choice
from licensing.rules.states import PaymentState
from licensing.services import orders, payments, refunds
from licensing.services.orders import NotOpen
from licensing.services.verify import differences
from tests import make
from tests.jobs import run_jobs
from tests.races import at_once
from tests.stripe_site import BACK, StripeSite, now

pytestmark = pytest.mark.django_db(transaction=True)


def cancelled(site: StripeSite) -> Payment:
    payment = site.begun()
    orders.cancel(order=payment.order, at=now())
    return payment


def status(site: StripeSite, payment: Payment) -> str | None:
    return site.client.v1.checkout.sessions.retrieve(payment.reference).status


def test_the_session_of_a_cancelled_order_is_expired_at_stripe(site: StripeSite) -> None:
    payment = cancelled(site)
    run_jobs()
    assert status(site, payment) == "expired"
    payment.refresh_from_db()
    assert (payment.state, payment.order.state) == (PaymentState.ABANDONED, "cancelled")
    site.hear_all()
    assert list(differences()) == []


@pytest.mark.parametrize("how", ["500-after", "lost-after", "500-before"])
def test_an_answer_that_was_lost_is_asked_for_again(site: StripeSite, how: str) -> None:
    payment = cancelled(site)
    site.hook("faults", how=how, path="/v1/checkout/sessions/*/expire", count=1, stored=False)
    for _ in range(2):
        try:
            state = payments.close(payment=payment, at=now())
        except Unavailable:
            continue
    assert state is PaymentState.ABANDONED
    assert status(site, payment) == "expired"


def test_the_sweep_closes_what_the_job_did_not(site: StripeSite) -> None:
    payment = cancelled(site)
    assert payments.sweep(at=now() + payments.SWEEP_AFTER + timedelta(seconds=1)) == 1
    assert status(site, payment) == "expired"


def test_a_payment_that_was_made_before_settles_the_order(site: StripeSite) -> None:
    payment = site.begun()
    site.pay(payment)
    orders.cancel(order=payment.order, at=now())
    run_jobs()
    assert Order.objects.get().is_paid
    assert Licence.objects.get().is_valid
    assert list(differences()) == []


def test_one_that_lost_its_work_meanwhile_is_given_back(site: StripeSite) -> None:
    exclusive = Choice("exclusive", "medium")
    work = make.work_on_sale()
    first, second = (site.begun(works=[work], choice=exclusive) for _ in range(2))
    site.pay(second)
    orders.cancel(order=second.order, at=now())
    site.pay(first)
    site.heard(first)
    run_jobs()
    assert refunds.too_late(order=second.order)[0].is_done
    assert list(differences()) == []


def test_an_order_cancelled_while_its_payment_begins_is_closed_too(site: StripeSite) -> None:
    order = make.order(at=now())
    site.hook("faults", how="slow", path="/v1/checkout/sessions", seconds=1)

    def act(number: int) -> object:
        if number == 0:
            return payments.begin(order=order, return_url=BACK, at=now())
        time.sleep(0.4)
        return orders.cancel(order=order, at=now())

    begun, _ = at_once(act, times=2)
    assert isinstance(begun, NotOpen)
    run_jobs()
    assert status(site, order.payments.get()) == "expired"
