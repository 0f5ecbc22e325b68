"""Fees, refunds and disputes in the ledger: whatever order they are heard in, the same entries."""

from datetime import datetime

import pytest
from django.test import Client

from ledger.models import Entry
from ledger.services import balances
from licensing.models import Dispute, Licence, Payment, Refund
from licensing.rules.offers import Choice
from licensing.services import reconcile, refunds
from licensing.services.gateways import telling
from licensing.services.verify import differences as licensing_differences
from members.models import Notice
from royalties.services.verify import differences as royalties_differences
from tests import make
from tests.make.ledger import usd
from tests.stripe_site import StripeSite, now

pytestmark = pytest.mark.django_db

FEE = usd(74)  # 2.9 % of 15 dollars and 30 cents


def stood(code: str) -> int:
    return balances.of(code).minor


def everything_adds_up(site: StripeSite) -> None:
    """Stored figures by their facts, and the gateway's account by the ledger."""
    assert [*royalties_differences(), *licensing_differences()] == []
    (gateway,) = telling()
    assert reconcile.compare(telling=gateway, since=site_began()).found == ()
    net = sum(
        line["net"]
        for line in site.look("state")["books"][_platform(site)].get("balance_transaction", [])
    )
    assert stood("gateway:stripe") == -net


def site_began() -> datetime:
    return now().replace(hour=0, minute=0, second=0, microsecond=0)


def _platform(site: StripeSite) -> str:
    name: str = site.look("state")["platform"]
    return name


def refund(payment: Payment, *, lines: int | None = None) -> list[Refund]:
    return refunds.give_back(
        order=payment.order,
        lines=list(payment.order.lines.all())[:lines],
        reason="Bought twice",
        by=make.treasurer(),
        at=now(),
    )


class TestFee:
    def test_is_a_cost_of_the_coop_and_the_artist_gets_the_whole_share(
        self, site: StripeSite
    ) -> None:
        artist = make.artist()
        site.paid(works=[make.work_on_sale(owner=artist)])
        site.hear_all()
        assert stood(f"member:{artist.pk}") == stood("coop:commission") == 750
        assert stood("coop:costs:payment_fees") == -FEE.minor
        assert stood("gateway:stripe") == -(1500 - FEE.minor)
        everything_adds_up(site)


class TestRefund:
    def test_through_the_site_leaves_the_fee_with_stripe(self, site: StripeSite) -> None:
        payment = site.paid()
        site.hear_all()
        refund(payment)
        everything_adds_up(site)
        site.hear_all()
        assert stood("gateway:stripe") == FEE.minor
        assert stood("coop:commission") == 0
        assert not Licence.objects.get().is_valid
        everything_adds_up(site)

    def test_by_hand_at_stripe_takes_every_licence_back(self, site: StripeSite) -> None:
        payment = site.paid(works=[make.work_on_sale(), make.work_on_sale()])
        site.client.v1.refunds.create({"payment_intent": payment.alias})
        site.hear_all()
        assert [licence.is_valid for licence in Licence.objects.all()] == [False, False]
        assert "refunded" in Licence.objects.all()[0].ended_because
        assert stood("coop:commission") == 0
        everything_adds_up(site)

    def test_of_a_part_by_hand_is_a_loss_since_nobody_can_say_whose(self, site: StripeSite) -> None:
        payment = site.paid()
        site.client.v1.refunds.create({"payment_intent": payment.alias, "amount": 500})
        site.hear_all()
        assert Licence.objects.get().is_valid
        assert stood("coop:costs:payments_lost") == -500
        everything_adds_up(site)

    def test_that_does_not_arrive_is_owed_to_the_buyer(self, site: StripeSite) -> None:
        (done,) = refund(site.paid())
        done.refresh_from_db()
        site.hook(f"refunds/{done.reference}/fail")
        site.hear_all()
        assert stood("owed:failed_refunds") == 1500
        assert not Licence.objects.get().is_valid
        everything_adds_up(site)

    def test_cut_short_before_it_was_recorded_is_recorded_by_its_event(
        self, site: StripeSite
    ) -> None:
        payment = site.paid()
        asked = refunds._ask(
            payment.order, list(payment.order.lines.all()), "R", make.treasurer(), now()
        )[0]
        mark = {"refund": str(asked.uuid)}
        site.client.v1.refunds.create(
            {"payment_intent": payment.alias, "amount": 1500, "metadata": mark}
        )
        site.hear_all()
        asked.refresh_from_db()
        assert asked.is_done
        everything_adds_up(site)


class TestTooLate:
    def test_what_came_for_a_line_lost_to_an_exclusive_licence_goes_back_whole(
        self, site: StripeSite
    ) -> None:
        work = make.work_on_sale()
        both = [
            site.begun(works=[work, make.work_on_sale()], choice=Choice("exclusive", "medium"))
            for _ in range(2)
        ]
        for payment in both:
            site.pay(payment)
        site.hear_all()
        assert Licence.objects.filter(work=work).count() == 1
        everything_adds_up(site)
        assert refunds.finish(at=now()) == 1
        everything_adds_up(site)
        site.hear_all()
        assert stood("owed:buyers") == 0
        everything_adds_up(site)


class TestDispute:
    def test_takes_the_money_suspends_the_licence_and_reverses_the_sale(
        self, site: StripeSite
    ) -> None:
        artist = make.artist()
        payment = site.paid(works=[make.work_on_sale(owner=artist)])
        site.dispute(payment)
        site.hear_all()
        licence = Licence.objects.get()
        assert (licence.is_valid, licence.revoked_at) == (False, None)
        assert "suspended" in licence.ended_because
        assert Dispute.objects.get().state == "open"
        assert stood(f"member:{artist.pk}") == 0
        assert stood("coop:costs:payment_fees") == -(FEE.minor + 1500)
        assert "suspended" in Notice.objects.filter(recipient=licence.buyer).latest("pk").text
        everything_adds_up(site)

    def test_is_seen_by_the_buyer_the_public_and_the_treasurer(
        self, site: StripeSite, client: Client
    ) -> None:
        payment = site.paid()
        dispute = site.dispute(payment)
        site.hear_all()
        licence = Licence.objects.get()
        assert (
            "is suspended"
            in client.get(f"/verify-licence?number={licence.number}").content.decode()
        )
        client.force_login(licence.buyer)
        page = client.get(f"/licences/{licence.number}").content.decode()
        assert "This licence is suspended" in page
        assert client.get(f"/licences/{licence.number}/download").status_code == 410
        client.force_login(make.treasurer())
        page = client.get(f"/treasury/orders/{payment.order.uuid}").content.decode()
        assert dispute in page

    def test_won_restores_both_by_reversing_the_reversal(self, site: StripeSite) -> None:
        artist = make.artist()
        payment = site.paid(works=[make.work_on_sale(owner=artist), make.work_on_sale()])
        dispute = site.dispute(payment)
        site.hear_all()
        site.hook(f"disputes/{dispute}/win")
        site.hear_all()
        assert all(licence.is_valid for licence in Licence.objects.all())
        assert Dispute.objects.get().state == "won"
        assert stood(f"member:{artist.pk}") == 750
        restored = Entry.objects.filter(source__startswith="restored:")
        assert {entry.reverses and entry.reverses.source[:7] for entry in restored} == {"refund:"}
        everything_adds_up(site)

    def test_lost_leaves_them_ended(self, site: StripeSite) -> None:
        payment = site.paid()
        dispute = site.dispute(payment)
        site.hook(f"disputes/{dispute}/lose")
        site.hear_all()
        licence = Licence.objects.get()
        assert not licence.is_valid
        assert "has ended" in licence.ended_because
        assert Dispute.objects.get().state == "lost"
        assert stood("coop:commission") == 0
        everything_adds_up(site)

    def test_of_a_part_costs_the_coop_and_leaves_the_licence(self, site: StripeSite) -> None:
        payment = site.paid()
        dispute = site.dispute(payment, amount=400)
        site.hear_all()
        assert Licence.objects.get().is_valid
        assert stood("coop:costs:payments_lost") == -400
        everything_adds_up(site)
        site.hook(f"disputes/{dispute}/win")
        site.hear_all()
        assert stood("coop:costs:payments_lost") == 0
        everything_adds_up(site)

    def test_after_a_refund_of_one_line_takes_back_the_others(self, site: StripeSite) -> None:
        payment = site.paid(works=[make.work_on_sale(), make.work_on_sale()])
        refund(payment, lines=1)
        site.dispute(payment, amount=1500)
        site.hear_all()
        first, second = Licence.objects.order_by("line__position")
        assert (bool(first.revoked_at), bool(second.suspended_at)) == (True, True)
        assert stood("coop:commission") == 0
        everything_adds_up(site)

    def test_of_what_was_refunded_already_is_a_loss(self, site: StripeSite) -> None:
        payment = site.paid()
        refund(payment)
        site.dispute(payment)
        site.hear_all()
        assert stood("coop:costs:payments_lost") == -1500
        assert stood("coop:commission") == 0
        everything_adds_up(site)
