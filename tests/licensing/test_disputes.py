"""Disputes that are won after they were lost, and disputes about lines that were lost."""

import pytest

from ledger.models import Entry
from ledger.services import balances
from licensing.models import Dispute, Licence, Payment, Refund
from licensing.rules.aftermath import covered
from licensing.rules.gateway import Rejected
from licensing.rules.offers import Choice
from licensing.services import refunds
from tests import make
from tests.licensing.test_stripe_histories import everything_adds_up
from tests.stripe_site import StripeSite, now

pytestmark = pytest.mark.django_db

EXCLUSIVE, STANDARD = Choice("exclusive", "medium"), Choice("standard", "medium")


def stood(code: str) -> int:
    return balances.of(code).minor


def lost_dispute(site: StripeSite, payment: Payment) -> str:
    dispute = site.dispute(payment)
    site.hook(f"disputes/{dispute}/lose")
    site.hear_all()
    assert not Licence.objects.filter(line__order=payment.order, revoked_at=None).exists()
    return dispute


def hear(site: StripeSite, dispute: str, end: str) -> None:
    site.hook(f"disputes/{dispute}/{end}")
    site.hear_all()
    everything_adds_up(site)


class TestWonAfterItWasLost:
    def test_pays_the_artist_and_gives_the_licence_back(self, site: StripeSite) -> None:
        artist = make.artist()
        payment = site.paid(works=[make.work_on_sale(owner=artist)])
        dispute = lost_dispute(site, payment)
        assert stood(f"member:{artist.pk}") == 0
        hear(site, dispute, "win")
        assert (stood(f"member:{artist.pk}"), stood("coop:costs:payments_lost")) == (750, 0)
        assert Licence.objects.get().is_valid
        assert Dispute.objects.get().state == "won"

    def test_an_exclusive_licence_comes_back_to_a_work_that_nobody_licensed_since(
        self, site: StripeSite
    ) -> None:
        hear(site, lost_dispute(site, site.paid(choice=EXCLUSIVE)), "win")
        assert Licence.objects.get().is_valid

    def test_and_not_to_one_that_somebody_did_so_the_money_is_the_coops_until_it_is_refunded(
        self, site: StripeSite
    ) -> None:
        work = make.work_on_sale()
        payment = site.paid(works=[work], choice=EXCLUSIVE)
        dispute = lost_dispute(site, payment)
        site.paid(works=[work], choice=STANDARD)
        commission = stood("coop:commission")
        hear(site, dispute, "win")
        first, second = Licence.objects.order_by("pk")
        assert (first.is_valid, second.is_valid) == (False, True)
        assert stood("coop:costs:payments_lost") == payment.amount_minor
        assert stood("coop:commission") == commission
        refunds.give_back(
            order=payment.order,
            lines=list(payment.order.lines.all()),
            reason="No licence is left",
            by=make.treasurer(),
            at=now(),
        )
        assert stood("coop:costs:payments_lost") == 0
        everything_adds_up(site)

    def test_a_refund_that_waited_is_settled_by_the_loss_and_asked_again_after_the_win(
        self, site: StripeSite
    ) -> None:
        payment = site.paid()
        dispute = site.dispute(payment)
        with pytest.raises(Rejected):
            refunds.give_back(
                order=payment.order,
                lines=list(payment.order.lines.all()),
                reason="R",
                by=make.treasurer(),
                at=now(),
            )
        hear(site, dispute, "lose")
        refund = Refund.objects.get()
        assert (refund.is_done, refund.reference) == (True, dispute)
        hear(site, dispute, "win")
        assert refunds.finish(at=now()) == 1
        assert not Licence.objects.get().is_valid
        assert stood("coop:commission") == stood("coop:costs:payments_lost") == 0
        everything_adds_up(site)


class TestOfALostLine:
    """A work that another buyer licensed exclusively first, beside one that was to be had."""

    @pytest.fixture
    def late(self, site: StripeSite) -> Payment:
        """An order of both whose payment came too late; nothing has gone back yet."""
        work, other = make.work_on_sale(), make.work_on_sale()
        both = [site.begun(works=works, choice=EXCLUSIVE) for works in ([work], [other, work])]
        for payment in both:
            site.pay(payment)
            late = site.heard(payment)
        assert stood("owed:buyers") == late.amount_minor / 2
        return late

    def test_leaves_nothing_owed_to_who_has_it_back_from_the_bank(
        self, site: StripeSite, late: Payment
    ) -> None:
        dispute = site.dispute(late)
        site.hear_all()
        everything_adds_up(site)
        assert stood("owed:buyers") == stood("coop:costs:payments_lost") == 0
        assert refunds.finish(at=now()) == 0
        hear(site, dispute, "lose")
        refund = Refund.objects.get()
        assert (refund.is_done, refund.reference) == (True, dispute)
        assert stood("owed:buyers") == stood("coop:costs:payments_lost") == 0

    @pytest.mark.parametrize("ends", [["win"], ["lose", "win"]])
    def test_that_is_won_leaves_it_owed_until_it_is_refunded(
        self, site: StripeSite, late: Payment, ends: list[str]
    ) -> None:
        dispute = site.dispute(late)
        site.hear_all()
        for end in ends:
            hear(site, dispute, end)
        assert Licence.objects.get(line__order=late.order).is_valid
        assert stood("owed:buyers") == late.amount_minor / 2
        assert refunds.finish(at=now()) == 1
        site.hear_all()
        everything_adds_up(site)
        assert stood("owed:buyers") == stood("coop:costs:payments_lost") == 0
        sources = Entry.objects.filter(source__contains=Refund.objects.get().line.reference)
        line = f"line:{Refund.objects.get().line.uuid}"
        assert [entry.source for entry in sources.order_by("pk")] == [
            f"lost:{line}",
            f"returned:{line}",
            f"lost:{line}:2",
            f"returned:{line}:2",
        ]

    def test_after_it_was_refunded_takes_the_other_back(
        self, site: StripeSite, late: Payment
    ) -> None:
        assert refunds.finish(at=now()) == 1
        site.dispute(late, amount=late.amount_minor // 2)
        site.hear_all()
        assert Licence.objects.get(line__order=late.order).suspended_at
        assert stood("owed:buyers") == stood("coop:costs:payments_lost") == 0
        everything_adds_up(site)

    def test_its_price_refunded_by_hand_is_not_refunded_again(
        self, site: StripeSite, late: Payment
    ) -> None:
        half = late.amount_minor // 2
        site.client.v1.refunds.create({"payment_intent": late.alias, "amount": half})
        site.hear_all()
        assert Refund.objects.get().is_done
        assert Licence.objects.get(line__order=late.order).is_valid
        assert stood("owed:buyers") == stood("coop:costs:payments_lost") == 0
        everything_adds_up(site)


@pytest.mark.parametrize(
    ("left", "sold", "owed", "went"),
    [
        (30, 30, 0, (True, False)),
        (40, 30, 0, (True, False)),
        (20, 30, 0, (False, False)),
        (45, 30, 15, (True, True)),
        (15, 30, 15, (False, True)),
        (30, 30, 15, (True, False)),
        (20, 30, 15, (False, False)),
        (15, 0, 15, (False, True)),
        (15, 0, 0, (False, False)),
    ],
)
def test_a_sum_that_left_covers(left: int, sold: int, owed: int, went: tuple[bool, bool]) -> None:
    assert covered(left, sold=sold, owed=owed) == went
