"""Exclusive licences: one buyer, no other licence beside theirs, no money kept for nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger.services import balances
from licensing.adapters.practice import PracticeGateway
from licensing.models import Licence, Order, Refund
from licensing.rules import chooser, offers
from licensing.rules.offers import Choice, NotOnOffer, Past
from licensing.rules.states import PaymentState
from licensing.services import carts, exclusives, payments, prices, refunds, verify
from licensing.services.carts import NotForSale
from media.models import Work
from members.models import Notice, User
from stockcoop.kernel.money import Money
from tests import make
from tests.jobs import run_jobs
from tests.make.ledger import NOON, usd
from tests.races import at_once

EXCLUSIVE, STANDARD = Choice("exclusive", "medium"), Choice("standard", "medium")
LATER = NOON + timedelta(days=1)


def paying(work: Work, *others: Work, choice: Choice = EXCLUSIVE) -> Order:
    """An order whose buyer has paid at the gateway; nobody has heard of it yet."""
    order = make.order(works=[work, *others], choice=choice)
    make.end_payment(order, PaymentState.PAID)
    return order


def hear(order: Order) -> Order:
    payments.hear(payment=order.payments.get(), at=NOON)
    return Order.objects.get(pk=order.pk)


def gone_back(order: Order) -> object:
    return PracticeGateway().given_back(order.payments.get().reference)


def held() -> Money:
    """What the gateway has for the co-op, as the ledger sees it."""
    return -balances.of("gateway:practice")


def end(licence: Licence, by: User) -> None:
    line = licence.line
    refunds.give_back(order=line.order, lines=[line], reason="R", by=by, at=LATER)


class TestObstacle:
    @pytest.mark.parametrize(
        ("past", "exclusive", "free"),
        [
            (Past.NEW, False, True),
            (Past.NEW, True, True),
            (Past.LICENSED, False, True),
            (Past.LICENSED, True, False),
            (Past.EXCLUSIVE, False, False),
            (Past.EXCLUSIVE, True, False),
        ],
    )
    def test_what_is_in_the_way(self, past: Past, exclusive: bool, free: bool) -> None:
        assert (offers.obstacle("It", past, exclusive=exclusive) == "") is free


@pytest.mark.django_db
class TestOffered:
    def kinds(self, work: Work) -> list[str]:
        make.price_book()
        book = prices.current(at=NOON).book
        item = prices.item_of(work, exclusives.past_of(work))
        shown = chooser.of(book, item, EXCLUSIVE)
        return [option.kind.code for option in shown.kinds] if shown else []

    def test_a_work_that_nobody_licensed_can_be_had_exclusively(self) -> None:
        assert self.kinds(make.work_on_sale()) == ["standard", "extended", "exclusive"]

    def test_one_that_was_licensed_cannot_not_even_after_a_refund(self) -> None:
        licence = make.licence()
        assert self.kinds(licence.work) == ["standard", "extended"]
        end(licence, make.treasurer())
        assert self.kinds(licence.work) == ["standard", "extended"]

    def test_one_that_is_exclusively_licensed_cannot_be_had_until_that_licence_ends(self) -> None:
        licence = make.licence(choice=EXCLUSIVE)
        assert self.kinds(licence.work) == []
        end(licence, make.treasurer())
        assert self.kinds(licence.work) == ["standard", "extended"]

    def test_the_artist_gets_the_rate_of_the_kind(self) -> None:
        licence = make.licence(choice=EXCLUSIVE)
        assert balances.of(f"member:{licence.work.owner_id}") == usd(67_500)


@pytest.mark.django_db
class TestOthers:
    def test_their_carts_say_that_the_work_is_gone(self) -> None:
        work, buyer = make.work_on_sale(title="Dunes"), make.buyer()
        make.price_book()
        carts.put(buyer=buyer, work=work, choice=STANDARD, at=NOON)
        make.licence(works=[work], choice=EXCLUSIVE)
        cart = carts.read(buyer=buyer, at=NOON)
        assert cart.payable == []
        assert cart.notes == [
            "“Dunes” is exclusively licensed, so it cannot be licensed again. "
            "It drops out of your order."
        ]

    def test_an_exclusive_choice_drops_out_when_somebody_licenses_the_work(self) -> None:
        work, buyer = make.work_on_sale(), make.buyer()
        make.price_book()
        carts.put(buyer=buyer, work=work, choice=EXCLUSIVE, at=NOON)
        make.licence(works=[work])
        assert "licensed before" in carts.read(buyer=buyer, at=NOON).notes[0]

    def test_it_does_not_go_into_a_cart(self) -> None:
        licence = make.licence(choice=EXCLUSIVE)
        with pytest.raises(NotOnOffer, match="exclusively licensed"):
            carts.put(buyer=make.buyer(), work=licence.work, choice=STANDARD, at=NOON)

    def test_nor_exclusively_after_another_licence(self) -> None:
        licence = make.licence()
        with pytest.raises(NotOnOffer, match="licensed before"):
            carts.put(buyer=make.buyer(), work=licence.work, choice=EXCLUSIVE, at=NOON)

    def test_their_open_orders_cannot_be_paid(self) -> None:
        work = make.work_on_sale()
        order = make.order(works=[work], choice=STANDARD)
        make.licence(works=[work], choice=EXCLUSIVE)
        with pytest.raises(NotForSale, match=r"exclusively licensed.*cancel this order"):
            payments.begin(order=order, return_url="https://shop.example/", at=NOON)

    @pytest.mark.parametrize(
        ("first", "second"), [(EXCLUSIVE, STANDARD), (EXCLUSIVE, EXCLUSIVE), (STANDARD, EXCLUSIVE)]
    )
    def test_who_paid_too_late_gets_everything_back_and_is_told(
        self, first: Choice, second: Choice
    ) -> None:
        work = make.work_on_sale(title="Dunes")
        won, lost = paying(work, choice=first), paying(work, choice=second)
        hear(won)
        assert hear(lost).is_paid
        assert Licence.objects.get().line.order == won
        assert balances.of("owed:buyers") == lost.total
        assert held() == won.total + lost.total
        assert refunds.finish(at=LATER) == 1
        assert gone_back(lost) == lost.total
        assert balances.of("owed:buyers") == usd(0)
        assert held() == won.total
        told = [notice.text for notice in Notice.objects.filter(recipient=lost.buyer)]
        assert any("“Dunes”" in t and f"{lost.total} will be refunded" in t for t in told)
        assert f"{lost.total} was refunded for “Dunes”." in told
        assert not any("is paid" in text for text in told)
        assert list(verify.differences()) == []

    def test_the_other_lines_of_the_order_are_granted(self) -> None:
        work, other = make.work_on_sale(), make.work_on_sale()
        won, order = paying(work), paying(work, other, choice=STANDARD)
        hear(won)
        hear(order)
        assert Licence.objects.get(line__order=order).work == other
        refunds.finish(at=LATER)
        assert gone_back(order) == usd(4500)
        assert Refund.objects.get().line.work == work
        assert list(verify.differences()) == []

    def test_a_late_answer_that_comes_again_refunds_once(self) -> None:
        work = make.work_on_sale()
        won, order = paying(work), paying(work)
        hear(won)
        for _ in range(2):
            hear(order)
            refunds.finish(at=LATER)
        assert gone_back(order) == order.total
        assert Refund.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def race(self, buyers: int = 6) -> list[Order]:
        """Orders of one work, all paid, heard of together."""
        work = make.work_on_sale()
        orders = [paying(work) for _ in range(buyers)]
        to_hear = [order.payments.get() for order in orders]
        ends = at_once(lambda n: payments.hear(payment=to_hear[n], at=NOON), times=buyers)
        assert ends == [PaymentState.PAID] * buyers
        return orders

    def test_one_of_many_wins(self) -> None:
        orders = self.race()
        assert Licence.objects.count() == 1
        run_jobs()
        winner = Licence.objects.get().line.order
        assert [gone_back(o) for o in orders if o != winner] == [winner.total] * (len(orders) - 1)
        assert held() == winner.total


@pytest.mark.django_db
class TestPromise:
    def test_the_database_itself_keeps_an_exclusive_licence_alone(self) -> None:
        work = make.work_on_sale()
        orders = [paying(work, choice=choice) for choice in (EXCLUSIVE, STANDARD)]
        hear(orders[0])
        with pytest.raises(IntegrityError, match="licensing_licence_alone"), transaction.atomic():
            grant_by_hand(orders[1])

    def test_and_grants_none_where_there_was_another_before(self) -> None:
        work = make.work_on_sale()
        orders = [paying(work, choice=choice) for choice in (STANDARD, EXCLUSIVE)]
        hear(orders[0])
        end(Licence.objects.get(), make.treasurer())
        with pytest.raises(IntegrityError, match="licensing_licence_alone"), transaction.atomic():
            grant_by_hand(orders[1])

    def test_a_licence_takes_work_and_exclusivity_from_its_line_whatever_was_written(self) -> None:
        order = paying(make.work_on_sale())
        with transaction.atomic():
            licence = grant_by_hand(order, work=make.work_on_sale(), exclusive=False)
            licence.refresh_from_db()
            assert (licence.work, licence.exclusive) == (order.lines.get().work, True)
            transaction.set_rollback(True)  # an order that is not paid may not keep one

    @pytest.mark.parametrize("change", ["exclusive = false", "work_id = work_id + 1"])
    def test_neither_changes_afterwards(self, change: str) -> None:
        make.licence(choice=EXCLUSIVE)
        with (
            pytest.raises(IntegrityError, match="stays as it was granted"),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE licensing_licence SET {change}")


def grant_by_hand(order: Order, **facts: object) -> Licence:
    line = order.lines.get()
    sale = make.sale(work=line.work, price=line.price, licence_kind=line.kind)
    known = {"work": line.work, "exclusive": line.exclusive, **facts}
    return Licence.objects.create(
        number="by hand", line=line, sale=sale, buyer=order.buyer, granted_at=NOON, **known
    )


@pytest.mark.django_db
class TestPages:
    def page(self, work: Work) -> str:
        response = Client().get(reverse("licensing:work", args=[work.uuid]))
        return response.content.decode()

    def test_the_work_offers_an_exclusive_licence_and_says_what_it_is(self) -> None:
        make.price_book()
        shown = self.page(make.work_on_sale())
        assert 'value="exclusive"' in shown
        assert "the work leaves the shop for good" in shown

    def test_one_that_is_exclusively_licensed_says_so_and_offers_nothing(self) -> None:
        shown = self.page(make.licence(choice=EXCLUSIVE).work)
        assert "Exclusively licensed" in shown
        assert "Add to cart" not in shown

    def test_who_comes_back_from_paying_too_late_is_told(self) -> None:
        work = make.work_on_sale(title="Dunes")
        won, order = paying(work), paying(work)
        hear(won)
        client = Client()
        client.force_login(order.buyer)
        back = reverse("licensing:returned", args=[order.uuid])
        shown = client.get(back, follow=True).content.decode()
        assert "Another buyer licensed “Dunes” before your payment arrived" in shown
        assert "The refund is under way" in shown
        assert "Your licences are ready" not in shown
        refunds.finish(at=timezone.now() + timedelta(minutes=1))
        assert "Refunded on" in client.get(back, follow=True).content.decode()
