"""Webhooks: signed, stored as they came, acted on once."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection
from django.test import Client

from ledger.models import Entry
from licensing.models import GatewayEvent, Licence, Order, Payment
from licensing.rules.gateway import Unavailable
from licensing.rules.states import PaymentState
from licensing.services import events, payments, refunds
from licensing.views.webhooks import MOST_BYTES
from members.models import Notice
from stockcoop.env import Stripe
from tests import make
from tests.jobs import run_jobs
from tests.races import at_once
from tests.stripe_site import SECRET, StripeSite, deliver, event, now, signed

NOTHING = {"id": "cus_1", "object": "customer"}


@pytest.mark.django_db
class TestReceive:
    def test_stores_what_came_byte_for_byte(self, site: StripeSite, client: Client) -> None:
        body = event("customer.created", {**NOTHING, "name": "Zoë  "})
        assert deliver(client, body).status_code == 200
        stored = GatewayEvent.objects.get()
        assert stored.body.encode() == body
        assert (stored.reference, stored.outcome) == ("evt_1", "nothing to do")

    def test_the_same_event_again_is_welcome_and_changes_nothing(
        self, site: StripeSite, client: Client
    ) -> None:
        body = event("customer.created", NOTHING)
        assert [deliver(client, body).status_code for _ in range(3)] == [200] * 3
        assert GatewayEvent.objects.count() == 1

    def test_stores_nothing_that_stripe_did_not_sign_now(
        self, site: StripeSite, client: Client
    ) -> None:
        body = event("customer.created", NOTHING)
        for mark in ("", "t=1,v1=0", signed(body, secret="whsec_x"), signed(body, age_s=900)):
            assert deliver(client, body, mark).status_code == 400
        assert not GatewayEvent.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"\xff",
            b'{"id": 1}',
            b'{"id": "evt", "type": "x", "created": 1e999, "data": {"object": {}}}',
            b"[" * 100_000,
            event("x" * 61, NOTHING),
            event("checkout.session.completed", {"id": "cs_" + "x" * 200}),
            event("checkout.session.completed", {}),
        ],
    )
    def test_refuses_what_is_signed_but_no_event(
        self, site: StripeSite, client: Client, body: bytes
    ) -> None:
        assert deliver(client, body).status_code == 400
        assert not GatewayEvent.objects.exists()

    def test_refuses_what_is_longer_than_any_event(self, site: StripeSite, client: Client) -> None:
        assert deliver(client, b"x" * (MOST_BYTES + 1)).status_code == 413

    def test_is_not_there_where_stripe_is_not_set_up(
        self, client: Client, settings: LazySettings
    ) -> None:
        settings.STRIPE = None
        assert deliver(client, event("customer.created", NOTHING), "t=1").status_code == 404

    def test_is_kept_as_it_came(self, site: StripeSite, client: Client) -> None:
        deliver(client, event("account.updated", {"id": "acct_1"}))
        for change in ("UPDATE licensing_gatewayevent SET body = 'x'", "DELETE FROM {}"):
            with pytest.raises(IntegrityError), connection.cursor() as cursor:
                cursor.execute("SAVEPOINT kept")
                try:
                    cursor.execute(change.format("licensing_gatewayevent"))
                finally:
                    cursor.execute("ROLLBACK TO SAVEPOINT kept")


@pytest.mark.django_db
class TestHear:
    def test_an_event_settles_the_order_whose_buyer_did_not_come_back(
        self, site: StripeSite
    ) -> None:
        payment = site.begun()
        site.pay(payment)
        site.hear_all()
        assert Order.objects.get(pk=payment.order_id).is_paid
        assert not GatewayEvent.objects.filter(handled_at=None).exists()

    def test_says_nothing_by_itself_stripe_is_asked(self, site: StripeSite) -> None:
        payment = site.begun()
        lie = event("checkout.session.completed", {"id": payment.reference, "status": "complete"})
        events.hear(
            event=events.receive(gateway="stripe", body=lie, signature=signed(lie), at=now()),
            at=now(),
        )
        assert Order.objects.get(pk=payment.order_id).is_open

    def test_an_expired_session_lets_the_order_be_paid_anew(self, site: StripeSite) -> None:
        payment = site.begun()
        site.client.v1.checkout.sessions.expire(payment.reference)
        site.hear_all()
        payment.refresh_from_db()
        assert payment.state == PaymentState.ABANDONED
        assert payments.begin(order=payment.order, return_url="https://x.example", at=now())
        assert payment.order.payments.count() == 2

    def test_finds_the_payment_whose_beginning_was_not_answered(self, site: StripeSite) -> None:
        payment = site.begun()
        site.pay(payment)
        Payment.objects.filter(pk=payment.pk).update(reference="", url="")
        told = {one.kind: one for one in site.told()}
        early = events._store("stripe", told["charge.updated"], now())
        with pytest.raises(Unavailable, match="not on record yet"):
            events.hear(event=early, at=now())
        site.hear_all([told["checkout.session.completed"], told["charge.updated"]])
        assert Order.objects.get(pk=payment.order_id).is_paid
        assert not GatewayEvent.objects.filter(handled_at=None).exists()

    def test_payments_of_others_are_nobodys(self, site: StripeSite) -> None:
        site.payment()
        site.session()
        site.hear_all()
        assert set(GatewayEvent.objects.values_list("outcome", flat=True)) <= {
            "not a payment of ours",
            "nothing to do",
        }

    def test_what_stripe_does_not_answer_waits_and_is_heard_later(
        self, site: StripeSite, settings: LazySettings
    ) -> None:
        payment = site.begun()
        site.pay(payment)
        stored = [events._store("stripe", one, now()) for one in site.told()]
        settings.STRIPE, there = Stripe(site.key, SECRET, "http://127.0.0.1:9"), settings.STRIPE
        waiting = [one for one in stored if one.handled_at is None]
        for one in waiting:
            with pytest.raises(Unavailable):
                events.hear(event=one, at=now())
        assert events.hear_waiting(at=now() + timedelta(minutes=2)) == 0
        settings.STRIPE = there
        assert events.hear_waiting(at=now() + timedelta(minutes=2)) == len(waiting)
        assert Order.objects.get(pk=payment.order_id).is_paid


@pytest.mark.django_db
class TestSweep:
    def test_brings_the_events_that_did_not_reach_us_once(self, site: StripeSite) -> None:
        payment = site.begun()
        site.pay(payment)
        assert events.sweep(at=now()) > 0
        assert events.sweep(at=now()) == 0
        events.hear_waiting(at=now() + timedelta(minutes=2))
        assert Order.objects.get(pk=payment.order_id).is_paid


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_webhook_is_acted_on_by_a_worker(self, site: StripeSite, client: Client) -> None:
        payment = site.begun()
        site.pay(payment)
        for one in site.told():
            assert deliver(client, one.body.encode()).status_code == 200
        run_jobs()
        assert Order.objects.get(pk=payment.order_id).is_paid
        assert not GatewayEvent.objects.filter(handled_at=None).exists()

    def test_webhook_return_and_sweep_settle_once(self, site: StripeSite) -> None:
        """Shown to fail: without the two row locks of `settling.apply`, threads end in errors."""
        payment = site.begun()
        site.pay(payment)
        told = [events._store("stripe", one, now()) for one in site.told()]

        def act(number: int) -> object:
            match number % 3:
                case 0:
                    return payments.hear(payment=payment, at=now())
                case 1:
                    return [events.hear(event=one, at=now()) for one in told]
                case _:
                    return payments.sweep(at=now() + timedelta(minutes=5))

        ends = at_once(act, times=6)
        assert not [end for end in ends if isinstance(end, Exception)]
        assert Licence.objects.count() == 1
        assert Entry.objects.filter(source__startswith="sale:").count() == 1
        assert Entry.objects.filter(source__startswith="fee:").count() == 1

    def test_one_event_delivered_at_once_is_stored_and_queued_once(self, site: StripeSite) -> None:
        """Shown to fail: six rows when the constraint `licensing_event_once` is dropped first."""
        payment = site.begun()
        site.pay(payment)
        body = next(one.body for one in site.told() if "completed" in one.kind).encode()
        ends = at_once(lambda _: deliver(Client(), body).status_code, times=6)
        assert ends == [200] * 6
        assert GatewayEvent.objects.count() == 1
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'licensing.hear_event'"
            )
            assert cursor.fetchone() == (1,)

    def test_a_refund_and_its_event_at_once_take_the_sale_back_once(self, site: StripeSite) -> None:
        """Shown to fail: the buyer is told more often when `endings.refunded` does not compare the
        state before it swaps it.
        """
        payment = site.paid()
        treasurer = make.treasurer()
        asked = refunds._ask(payment.order, list(payment.order.lines.all()), "R", treasurer, now())
        mark = {"refund": str(asked[0].uuid)}
        site.client.v1.refunds.create({"payment_intent": payment.alias, "metadata": mark})

        def act(number: int) -> object:
            if number % 2:
                return payments.hear(payment=payment, at=now())
            refunds._carry_out(asked[0], now())
            return None

        ends = at_once(act, times=6)
        assert not [end for end in ends if isinstance(end, Exception)]
        assert Entry.objects.filter(source__startswith="refund:").count() == 1
        assert Entry.objects.filter(source__startswith="movement:").count() == 0
        assert Notice.objects.filter(text__contains="was refunded").count() == 1
