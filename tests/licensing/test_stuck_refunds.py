"""Refunds that Stripe refuses: asked less and less often, then never, until the treasurer does."""

from datetime import timedelta

import pytest
from django.test import Client

from licensing.models import Licence, Payment, Refund
from licensing.rules.gateway import Rejected
from licensing.services import refunds
from licensing.services.verify import differences
from stockcoop.kernel.tries import FIRST_WAIT, TRIES
from tests import make
from tests.jobs import run_jobs
from tests.stripe_site import StripeSite, now

pytestmark = pytest.mark.django_db

SHUT = "has been charged back"


def refused(site: StripeSite) -> Refund:
    """A refund that the treasurer asked for, of a payment that the buyer's bank disputes."""
    payment = site.paid()
    site.dispute(payment)
    lines = list(payment.order.lines.all())
    with pytest.raises(Rejected, match=SHUT):
        refunds.give_back(
            order=payment.order, lines=lines, reason="R", by=make.treasurer(), at=now()
        )
    return Refund.objects.get()


def stuck(site: StripeSite) -> Refund:
    """The same, asked for as often as is worth it."""
    refund = refused(site)
    at = now()
    while refund.next_try_at:
        at = refund.next_try_at
        refunds.finish(at=at)
        refund.refresh_from_db()
    return refund


class TestFinish:
    def test_does_not_ask_again_before_the_time_has_come(self, site: StripeSite) -> None:
        refund = refused(site)
        assert (refund.tries, SHUT in refund.failure) == (1, True)
        refunds.finish(at=now() + FIRST_WAIT / 2)
        refund.refresh_from_db()
        assert refund.tries == 1
        refunds.finish(at=now() + FIRST_WAIT)
        refund.refresh_from_db()
        assert refund.tries == 2

    def test_gives_up_after_a_number_of_tries_within_two_days(self, site: StripeSite) -> None:
        refund = stuck(site)
        assert (refund.state, refund.tries) == ("stuck", TRIES)
        assert SHUT in refund.failure
        refunds.finish(at=now() + timedelta(days=300))
        refund.refresh_from_db()
        assert refund.tries == TRIES
        assert list(differences()) == []

    def test_one_refund_that_cannot_be_made_does_not_stop_the_others(
        self, site: StripeSite
    ) -> None:
        elsewhere = refused(site)
        Payment.objects.filter(pk=elsewhere.payment_id).update(gateway="gone")
        other = site.paid()
        asked = refunds._ask(
            other.order, list(other.order.lines.all()), "R", make.treasurer(), now()
        )[0]
        assert refunds.finish(at=now() + FIRST_WAIT) == 1
        asked.refresh_from_db()
        assert asked.is_done


class TestRetry:
    def test_asks_anew_though_stripe_stored_its_refusal_under_the_key(
        self, site: StripeSite
    ) -> None:
        refund = stuck(site)
        (dispute,) = site.client.v1.disputes.list().data
        site.hook(f"disputes/{dispute.id}/win")
        refunds.retry(refund=refund)
        assert refunds.finish(at=now()) == 1
        refund.refresh_from_db()
        assert refund.is_done
        assert not Licence.objects.get().is_valid

    def test_is_for_stuck_refunds_only(self, site: StripeSite) -> None:
        with pytest.raises(refunds.NotStuck):
            refunds.retry(refund=refused(site))

    def test_one_that_was_made_at_stripe_meanwhile_is_recorded_by_its_event(
        self, site: StripeSite
    ) -> None:
        refund = stuck(site)
        (dispute,) = site.client.v1.disputes.list().data
        site.hook(f"disputes/{dispute.id}/win")
        mark = {"refund": str(refund.uuid)}
        site.client.v1.refunds.create({"payment_intent": refund.payment.alias, "metadata": mark})
        site.hear_all()
        refund.refresh_from_db()
        assert refund.is_done


class TestPage:
    def test_shows_the_treasurer_stripes_reason_and_a_button(
        self, site: StripeSite, client: Client
    ) -> None:
        refund = stuck(site)
        client.force_login(make.treasurer())
        page = client.get("/treasury/reconciliation").content.decode()
        assert SHUT in page
        assert refund.line.order.number in page
        again = f"/treasury/refunds/{refund.uuid}/retry"
        assert again in page
        client.post(again)
        refund.refresh_from_db()
        assert (refund.state, refund.tries) == ("asked", 0)
        assert "not stuck any more" in client.post(again, follow=True).content.decode()

    def test_shows_the_board_no_button(self, site: StripeSite, client: Client) -> None:
        refund = stuck(site)
        client.force_login(make.board())
        page = client.get("/treasury/reconciliation").content.decode()
        assert SHUT in page
        assert f"/treasury/refunds/{refund.uuid}/retry" not in page


@pytest.mark.django_db(transaction=True)
def test_a_worker_asks_again_once_the_button_was_pressed(site: StripeSite) -> None:
    refund = stuck(site)
    (dispute,) = site.client.v1.disputes.list().data
    site.hook(f"disputes/{dispute.id}/win")
    refunds.retry(refund=refund)
    run_jobs()
    refund.refresh_from_db()
    assert refund.is_done
