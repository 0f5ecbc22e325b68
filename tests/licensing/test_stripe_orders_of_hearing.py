"""Whatever the order in which a history at Stripe is heard, it ends in the same ledger."""

import time
from collections.abc import Callable
from random import Random

import pytest
from django.db import transaction

from ledger.services.fingerprint import ledger_hash
from licensing.models import Payment
from licensing.rules.gateway import Told
from tests.licensing.test_stripe_histories import everything_adds_up
from tests.stripe_site import StripeSite

pytestmark = pytest.mark.django_db


def won(site: StripeSite, payment: Payment) -> None:
    site.hook(f"disputes/{site.dispute(payment)}/win")


def lost(site: StripeSite, payment: Payment) -> None:
    site.hook(f"disputes/{site.dispute(payment)}/lose")


def refunded_then_disputed(site: StripeSite, payment: Payment) -> None:
    site.client.v1.refunds.create({"payment_intent": payment.alias})
    site.dispute(payment)


def refunded_then_won(site: StripeSite, payment: Payment) -> None:
    refunded_then_disputed(site, payment)
    (dispute,) = site.client.v1.disputes.list().data
    site.hook(f"disputes/{dispute.id}/win")


def lost_then_won(site: StripeSite, payment: Payment) -> None:
    dispute = site.dispute(payment)
    site.hook(f"disputes/{dispute}/lose")
    site.hook(f"disputes/{dispute}/win")


def won_then_refunded(site: StripeSite, payment: Payment) -> None:
    won(site, payment)
    site.client.v1.refunds.create({"payment_intent": payment.alias})


HISTORIES = [won, lost, refunded_then_disputed, refunded_then_won, won_then_refunded, lost_then_won]


def when_a_second_begins() -> None:
    """Stripe dates by the second: what follows has one date, as far as it is quick."""
    time.sleep(1 - time.time() % 1)


@pytest.mark.parametrize("history", HISTORIES)
def test_any_order_of_hearing_ends_in_the_same_ledger(
    site: StripeSite, history: Callable[[StripeSite, Payment], None]
) -> None:
    """Every event twice, in twelve orders."""
    payment = site.begun()
    payment.alias = site.pay(payment)
    when_a_second_begins()
    history(site, payment)
    told = site.told()
    ends = {_heard(site, told)}
    dice = Random(7)
    for _ in range(12):
        order = [*told, *told]
        dice.shuffle(order)
        ends.add(_heard(site, order))
    assert len(ends) == 1


def _heard(site: StripeSite, told: list[Told]) -> str:
    with transaction.atomic():
        site.hear_all(told)
        found = ledger_hash()
        everything_adds_up(site)
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("history", HISTORIES)
def test_hearing_all_along_ends_in_the_same_ledger_as_hearing_afterwards(
    site: StripeSite, history: Callable[[StripeSite, Payment], None]
) -> None:
    payment = site.begun()
    payment.alias = site.pay(payment)
    along = _Along(site)
    when_a_second_begins()
    with transaction.atomic():
        history(along, payment)
        site.hear_all()
        live = ledger_hash()
        transaction.set_rollback(True)
    assert _heard(site, site.told()[::-1]) == live


class _Along(StripeSite):
    """Hears of all that happened after each step."""

    def __init__(self, site: StripeSite) -> None:
        self.__dict__.update(site.__dict__)

    def hook(self, name: str, /, **body: object) -> object:
        self.hear_all()
        done = super().hook(name, **body)
        self.hear_all()
        return done
