from datetime import timedelta

import pytest

from ledger.services import balances
from licensing.adapters.practice import PracticeGateway
from licensing.models import Licence, Order, Refund
from licensing.rules.gateway import Rejected
from licensing.services import refunds
from licensing.services.refunds import NotRefundable
from members.models import Notice, User
from royalties.models import Refund as SaleRefund
from tests import make
from tests.make.ledger import NOON, usd
from tests.races import at_once

LATER = NOON + timedelta(days=1)


def refund(order: Order, *, by: User | None = None, lines: int | None = None) -> list[Refund]:
    chosen = list(order.lines.all())[:lines]
    return refunds.give_back(
        order=order, lines=chosen, reason="Bought twice", by=by or make.treasurer(), at=LATER
    )


@pytest.mark.django_db
class TestGiveBack:
    def test_returns_the_money_ends_the_licence_and_reverses_the_sale(self) -> None:
        artist = make.artist()
        order = make.pay(make.order(works=[make.work_on_sale(owner=artist)]))
        (done,) = refund(order)
        done.refresh_from_db()
        licence = Licence.objects.get()
        assert (done.is_done, done.amount, done.done_at) == (True, usd(1500), LATER)
        assert (licence.is_valid, licence.revoked_because) == (False, "Bought twice")
        assert SaleRefund.objects.get().sale == licence.sale
        assert balances.of(f"member:{artist.pk}") == balances.of("coop:commission") == usd(0)
        assert PracticeGateway().given_back(order.payments.get().reference) == usd(1500)
        assert "was refunded" in Notice.objects.filter(recipient=order.buyer).latest("pk").text

    def test_refunds_one_line_and_leaves_the_others(self) -> None:
        order = make.pay(make.order(works=[make.work_on_sale(), make.work_on_sale()]))
        refund(order, lines=1)
        first, second = order.lines.all()
        assert (first.licence.is_valid, second.licence.is_valid) == (False, True)
        assert balances.of("coop:commission") == usd(750)

    def test_a_line_is_refunded_once(self) -> None:
        order = make.pay(make.order())
        refund(order)
        with pytest.raises(NotRefundable, match="refunded already"):
            refund(order)
        assert PracticeGateway().given_back(order.payments.get().reference) == usd(1500)

    def test_what_was_not_paid_is_not_refunded(self) -> None:
        with pytest.raises(NotRefundable, match="has not been paid"):
            refund(make.order())

    def test_nothing_chosen_is_refused(self) -> None:
        with pytest.raises(NotRefundable, match="at least one"):
            refund(make.pay(make.order()), lines=0)

    def test_a_line_of_another_order_is_not_refunded_here(self) -> None:
        order, other = make.pay(make.order()), make.pay(make.order())
        with pytest.raises(NotRefundable):
            refunds.give_back(
                order=order,
                lines=list(other.lines.all()),
                reason="R",
                by=make.treasurer(),
                at=LATER,
            )

    def test_nobody_refunds_their_own_order(self) -> None:
        treasurer = make.treasurer()
        order = make.pay(make.order(by=treasurer))
        with pytest.raises(NotRefundable, match="Somebody else"):
            refund(order, by=treasurer)


@pytest.mark.django_db
class TestCutShort:
    def test_a_refund_that_the_gateway_did_not_confirm_is_finished_later(self) -> None:
        order = make.pay(make.order())
        payment = order.payments.get()
        reference = payment.reference
        order.payments.update(reference="not_known_there")
        with pytest.raises(Exception, match="knows no such payment"):
            refund(order)
        assert Licence.objects.get().is_valid
        assert Refund.objects.asked().count() == 1
        assert refunds.finish(at=LATER + timedelta(minutes=5)) == 0
        order.payments.update(reference=reference)
        assert refunds.finish(at=LATER + timedelta(minutes=15)) == 1
        assert not Licence.objects.get().is_valid

    def test_one_given_back_but_not_recorded_is_not_given_back_twice(self) -> None:
        order = make.pay(make.order())
        asked = refunds._ask(order, list(order.lines.all()), "R", make.treasurer(), LATER)[0]
        reference = order.payments.get().reference
        PracticeGateway().refund(reference, asked.amount, key=str(asked.uuid))
        refunds.finish(at=LATER + timedelta(minutes=5))
        asked.refresh_from_db()
        assert asked.is_done
        assert PracticeGateway().given_back(reference) == usd(1500)

    def test_a_gateway_that_refuses_leaves_the_licence_valid(self) -> None:
        order = make.pay(make.order())
        PracticeGateway().refund(order.payments.get().reference, usd(100), key="by hand")
        with pytest.raises(Rejected):
            refund(order)
        assert Licence.objects.get().is_valid
        assert not SaleRefund.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_treasurers_at_once_refund_a_line_once() -> None:
    order = make.pay(make.order())
    people = [make.treasurer() for _ in range(3)]
    ends = at_once(lambda number: refund(order, by=people[number]), times=3)
    assert sum(isinstance(end, list) for end in ends) == 1
    assert PracticeGateway().given_back(order.payments.get().reference) == usd(1500)
    assert SaleRefund.objects.count() == 1
