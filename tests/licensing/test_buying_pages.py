"""The pages of cart, checkout, orders and the practice gateway."""

import pytest
from django.test import Client
from django.urls import reverse

from licensing.models import CartLine, Order, Payment
from licensing.rules.states import PaymentState
from media.models import Work
from members.models import User
from tests import make
from tests.licensing.pages import as_user, text
from tests.make.ledger import NOON

pytestmark = pytest.mark.django_db


class TestCart:
    def add(self, client: Client, work: Work, **choice: str) -> str:
        url = reverse("licensing:cart_add", args=[work.uuid])
        response = client.post(url, {"kind": "standard", "size": "small", **choice}, follow=True)
        assert response.status_code == 200
        return text(response)

    def test_a_work_is_added_changed_and_changed_back(self) -> None:
        make.price_book()
        client, work = as_user(make.buyer()), make.work_on_sale()
        self.add(client, work)
        page = self.add(client, work, size="large")
        assert "125.00" in page
        assert "Undo" in page
        page = text(client.post(reverse("licensing:cart_undo"), follow=True))
        assert "15.00" in page
        assert "Undo" not in page
        assert client.session["cart_count"] == 1

    def test_a_work_is_removed_and_put_back(self) -> None:
        make.price_book()
        client, work = as_user(make.buyer()), make.work_on_sale(title="Dunes")
        self.add(client, work)
        url = reverse("licensing:cart_remove", args=[work.uuid])
        page = text(client.post(url, follow=True))
        assert "“Dunes” is out of your cart." in page
        assert client.session["cart_count"] == 0
        client.post(reverse("licensing:cart_undo"))
        assert CartLine.objects.get().work == work
        client.post(reverse("licensing:cart_undo"))
        assert client.session["cart_count"] == 1

    def test_who_is_not_signed_in_finds_the_work_in_the_cart_afterwards(self) -> None:
        make.price_book()
        client, work, buyer = Client(), make.work_on_sale(), make.buyer()
        url = reverse("licensing:cart_add", args=[work.uuid])
        response = client.post(url, {"kind": "standard", "size": "medium"})
        assert response.headers["Location"].startswith(reverse("account_login"))
        signed_in = {"login": buyer.email, "password": make.PASSWORD}
        response = client.post(response.headers["Location"], signed_in, follow=True)
        assert response.redirect_chain[-1][0] == reverse("licensing:cart")
        assert "45.00" in text(response)
        assert CartLine.objects.get().buyer == buyer

    def test_the_button_for_browsers_without_scripts_shows_the_new_total(self) -> None:
        make.price_book()
        work = make.work_on_sale()
        url = reverse("licensing:cart_add", args=[work.uuid])
        response = Client().post(
            url, {"kind": "standard", "size": "large", "update": "1"}, follow=True
        )
        assert "125.00" in text(response)
        assert not CartLine.objects.exists()

    def test_what_is_not_on_offer_is_said_on_the_works_page(self) -> None:
        make.price_book()
        page = self.add(
            as_user(make.buyer()), make.work_on_sale(width=1500, height=1000), size="large"
        )
        assert "not to be had in the size Large" in page
        assert not CartLine.objects.exists()

    def test_another_buyers_line_is_not_found(self) -> None:
        make.price_book()
        work = make.work_on_sale()
        self.add(as_user(make.buyer()), work)
        url = reverse("licensing:cart_remove", args=[work.uuid])
        assert as_user(make.buyer()).post(url).status_code == 404


class TestCheckout:
    def ready(self) -> tuple[Client, User]:
        make.price_book()
        make.royalty_terms()
        buyer, client = make.buyer(), Client()
        client.force_login(buyer)
        url = reverse("licensing:cart_add", args=[make.work_on_sale(title="Dunes").uuid])
        client.post(url, {"kind": "standard", "size": "small"})
        return client, buyer

    def form(self, client: Client) -> dict[str, object]:
        page = client.get(reverse("licensing:checkout"))
        initial: dict[str, object] = page.context["form"].initial
        return {**initial, "terms": "on"}

    def test_from_the_cart_to_the_licence(self) -> None:
        client, buyer = self.ready()
        form = self.form(client) | {"licensee": "Atlas Books"}
        response = client.post(reverse("licensing:checkout"), form, follow=True)
        assert "No money moves" in text(response)
        gateway_page = response.redirect_chain[-1][0]
        response = client.post(gateway_page, {"end": "pay"}, follow=True)
        page = text(response)
        assert "Your licences are ready" in page
        assert "Where the money went" in page
        order = Order.objects.get()
        assert (order.buyer, order.licensee, order.is_paid) == (buyer, "Atlas Books", True)
        assert client.session["cart_count"] == 0

    @pytest.mark.parametrize(
        ("end", "sentence"), [("decline", "was declined"), ("abandon", "was broken off")]
    )
    def test_a_payment_that_fails_can_be_tried_again(self, end: str, sentence: str) -> None:
        client, _ = self.ready()
        response = client.post(reverse("licensing:checkout"), self.form(client), follow=True)
        response = client.post(response.redirect_chain[-1][0], {"end": end}, follow=True)
        assert sentence in text(response)
        order = Order.objects.get()
        response = client.post(reverse("licensing:pay", args=[order.uuid]), follow=True)
        client.post(response.redirect_chain[-1][0], {"end": "pay"}, follow=True)
        assert Order.objects.get().is_paid
        assert Payment.objects.count() == 2

    def test_the_form_sent_twice_is_one_order(self) -> None:
        client, _ = self.ready()
        form = self.form(client)
        for _ in range(2):
            client.post(reverse("licensing:checkout"), form, follow=True)
        assert Order.objects.count() == Payment.objects.count() == 1

    def test_a_price_that_changed_is_said_and_asked_again(self) -> None:
        client, _ = self.ready()
        form = self.form(client)
        make.price_book(at=NOON, small="18.00")
        response = client.post(reverse("licensing:checkout"), form)
        assert response.status_code == 409
        assert "it is now USD 18.00" in text(response)
        assert not Order.objects.exists()
        again = response.context["form"].initial | {"terms": "on"}
        client.post(reverse("licensing:checkout"), again)
        assert Order.objects.get().total.minor == 1800

    @pytest.mark.parametrize(
        "change",
        [
            {"terms": ""},
            {"licensee": " "},
            {"token": "x"},
            {"agreed": "x"},
            {"licensee": "x" * 121},
        ],
    )
    def test_an_incomplete_form_is_shown_again(self, change: dict[str, str]) -> None:
        client, _ = self.ready()
        response = client.post(reverse("licensing:checkout"), self.form(client) | change)
        assert response.status_code == 422
        assert not Order.objects.exists()

    def test_an_empty_cart_leads_to_the_cart(self) -> None:
        response = as_user(make.buyer()).get(reverse("licensing:checkout"))
        assert response.headers["Location"] == reverse("licensing:cart")

    def test_an_order_is_cancelled_into_the_cart(self) -> None:
        order = make.order()
        client = as_user(order.buyer)
        response = client.post(reverse("licensing:cancel", args=[order.uuid]), follow=True)
        assert "is cancelled" in text(response)
        assert client.session["cart_count"] == 1


class TestOrders:
    def test_are_shown_to_their_buyer_alone(self) -> None:
        order = make.pay(make.order())
        mine, other = as_user(order.buyer), as_user(make.buyer())
        url = reverse("licensing:order", args=[order.uuid])
        assert order.number in text(mine.get(reverse("licensing:orders")))
        assert "Receipt" in text(mine.get(url))
        assert other.get(url).status_code == 404
        for name in ("licensing:pay", "licensing:cancel"):
            assert other.post(reverse(name, args=[order.uuid])).status_code == 404
        assert other.get(reverse("licensing:returned", args=[order.uuid])).status_code == 404

    def test_an_open_order_offers_to_pay(self) -> None:
        order = make.order()
        page = text(as_user(order.buyer).get(reverse("licensing:order", args=[order.uuid])))
        assert reverse("licensing:pay", args=[order.uuid]) in page


class TestPracticePage:
    def test_an_ended_payment_stays_ended(self) -> None:
        order = make.order()
        make.end_payment(order, PaymentState.DECLINED)
        url = reverse("licensing:practice", args=[order.payments.get().reference])
        Client().post(url, {"end": "pay"})
        assert "was declined" in text(Client().get(url))

    def test_an_unknown_payment_is_not_found(self) -> None:
        assert Client().get(reverse("licensing:practice", args=["x"])).status_code == 404

    def test_is_closed_where_practice_is_not_allowed(self, settings: object) -> None:
        settings.PRACTICE_GATEWAY_ALLOWED = False  # type: ignore[attr-defined]
        assert Client().get(reverse("licensing:practice", args=["x"])).status_code == 503
