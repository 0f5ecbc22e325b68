from datetime import timedelta
from uuid import uuid4

import pytest

from licensing.models import CartLine, Order
from licensing.rules.offers import Choice
from licensing.rules.states import OrderState, PaymentState
from licensing.services import carts, orders
from licensing.services.orders import EmptyCart, NotOpen, PriceChanged
from media.models import Work
from media.rules.states import State
from tests import make
from tests.make.ledger import NOON, usd
from tests.races import at_once

SMALL = Choice("standard", "small")
LATER = NOON + timedelta(days=1)


@pytest.mark.django_db
class TestPlace:
    def test_turns_the_cart_into_an_order_with_its_prices(self) -> None:
        works = [make.work_on_sale(), make.work_on_sale()]
        order = make.order(works=works)
        lines = list(order.lines.all())
        assert [(line.position, line.work, line.price) for line in lines] == [
            (1, works[0], usd(1500)),
            (2, works[1], usd(1500)),
        ]
        assert order.total == usd(3000)
        assert order.is_open
        assert [line.terms.kind for line in lines] == ["standard", "standard"]
        assert not CartLine.objects.filter(buyer=order.buyer).exists()

    def test_keeps_the_choice_as_it_was_priced(self) -> None:
        choice = Choice("extended", "medium", {"resale": 1, "seats": 2})
        line = make.order(choice=choice).lines.get()
        assert (line.choice, line.longest_side) == (choice, 2048)
        assert line.quote().price == line.price == usd(12500 + 15000 + 16000)

    def test_the_same_form_sent_twice_is_one_order(self) -> None:
        make.price_book()
        buyer, token = make.buyer(), uuid4()
        carts.put(buyer=buyer, work=make.work_on_sale(), choice=SMALL, at=NOON)
        first, second = (
            orders.place(buyer=buyer, token=token, licensee="Atlas", agreed=usd(1500), at=NOON)
            for _ in range(2)
        )
        assert first == second
        assert Order.objects.count() == 1

    def test_an_empty_cart_is_refused(self) -> None:
        with pytest.raises(EmptyCart):
            orders.place(
                buyer=make.buyer(), token=uuid4(), licensee="Atlas", agreed=usd(0), at=NOON
            )

    def test_a_price_that_changed_is_said_and_nothing_is_ordered(self) -> None:
        make.price_book()
        buyer = make.buyer()
        carts.put(buyer=buyer, work=make.work_on_sale(title="Dunes"), choice=SMALL, at=NOON)
        make.price_book(at=LATER, small="18.00")
        with pytest.raises(PriceChanged, match=r"“Dunes” was USD 15\.00.*total is now USD 18.00"):
            orders.place(buyer=buyer, token=uuid4(), licensee="Atlas", agreed=usd(1500), at=LATER)
        assert not Order.objects.exists()
        assert CartLine.objects.filter(buyer=buyer).count() == 1

    def test_a_work_withdrawn_since_the_page_was_shown_is_said(self) -> None:
        make.price_book()
        buyer, gone = make.buyer(), make.work_on_sale(title="Dunes")
        for work in (gone, make.work_on_sale()):
            carts.put(buyer=buyer, work=work, choice=SMALL, at=NOON)
        Work.objects.filter(pk=gone.pk).move(State.PUBLISHED, State.WITHDRAWN, withdrawn_at=NOON)
        with pytest.raises(PriceChanged, match="“Dunes” has been withdrawn"):
            orders.place(buyer=buyer, token=uuid4(), licensee="Atlas", agreed=usd(3000), at=NOON)

    def test_an_order_keeps_its_price_when_the_book_changes(self) -> None:
        order = make.order()
        make.price_book(at=LATER, small="18.00")
        assert make.pay(order, at=LATER).lines.get().licence.sale.price == usd(1500)


@pytest.mark.django_db
class TestCancel:
    def test_puts_the_works_back_into_the_cart(self) -> None:
        order = make.order()
        orders.cancel(order=order, at=NOON)
        order.refresh_from_db()
        assert order.state == OrderState.CANCELLED
        assert [line.choice for line in CartLine.objects.of(order.buyer)] == [SMALL]

    def test_leaves_what_the_buyer_has_chosen_since(self) -> None:
        work = make.work_on_sale()
        order = make.order(works=[work])
        carts.put(buyer=order.buyer, work=work, choice=Choice("standard", "large"), at=NOON)
        orders.cancel(order=order, at=NOON)
        assert [line.size for line in CartLine.objects.of(order.buyer)] == ["large"]

    def test_a_withdrawn_work_does_not_come_back(self) -> None:
        work = make.work_on_sale()
        order = make.order(works=[work])
        Work.objects.filter(pk=work.pk).move(State.PUBLISHED, State.WITHDRAWN, withdrawn_at=NOON)
        orders.cancel(order=order, at=NOON)
        assert not CartLine.objects.of(order.buyer).exists()

    def test_a_paid_order_cannot_be_cancelled(self) -> None:
        order = make.pay(make.order())
        with pytest.raises(NotOpen):
            orders.cancel(order=order, at=NOON)

    def test_a_payment_that_succeeds_after_all_still_settles(self) -> None:
        from licensing.services import payments

        order = make.order()
        make.end_payment(order, PaymentState.PAID)
        orders.cancel(order=order, at=NOON)
        payments.hear(payment=order.payments.get(), at=NOON)
        order.refresh_from_db()
        assert order.is_paid
        assert order.lines.get().licence.is_valid


@pytest.mark.django_db(transaction=True)
def test_two_sendings_of_a_form_at_the_same_moment_are_one_order() -> None:
    make.price_book()
    buyer, token = make.buyer(), uuid4()
    carts.put(buyer=buyer, work=make.work_on_sale(), choice=SMALL, at=NOON)
    placed = at_once(
        lambda _: orders.place(
            buyer=buyer, token=token, licensee="Atlas", agreed=usd(1500), at=NOON
        ),
        times=4,
    )
    assert set(placed) == {Order.objects.get()}


@pytest.mark.django_db(transaction=True)
def test_two_forms_at_the_same_moment_never_order_one_cart_twice() -> None:
    make.price_book()
    buyer = make.buyer()
    carts.put(buyer=buyer, work=make.work_on_sale(), choice=SMALL, at=NOON)
    ends = at_once(
        lambda _: orders.place(
            buyer=buyer, token=uuid4(), licensee="Atlas", agreed=usd(1500), at=NOON
        ),
        times=4,
    )
    assert sorted(type(end).__name__ for end in ends) == ["EmptyCart"] * 3 + ["Order"]
