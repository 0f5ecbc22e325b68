"""Pages of licensing as their visitors meet them."""

import json
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from licensing.models import CartLine, Download, Licence, Order, Payment
from licensing.rules.states import PaymentState
from media.models import Work
from media.rules.states import State
from members.models import User
from tests import make
from tests.make.ledger import NOON

pytestmark = pytest.mark.django_db


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return content.decode()


def work_url(work: Work) -> str:
    return reverse("licensing:work", args=[work.uuid])


def withdraw(work: Work) -> None:
    Work.objects.filter(pk=work.pk).move(State.PUBLISHED, State.WITHDRAWN, withdrawn_at=NOON)


class TestWork:
    def test_shows_the_work_its_artists_and_the_total_of_a_choice(self) -> None:
        make.price_book()
        make.royalty_terms()
        work = make.work_on_sale(title="Dunes <at> dusk", keywords=["sand", "wind"])
        page = text(Client().get(work_url(work) + "?kind=extended&size=medium&add_on.seats=2"))
        assert "Dunes &lt;at&gt; dusk" in page
        assert reverse("search:artist", args=[work.owner.handle]) in page
        assert "?q=sand" in page
        assert "285.00" in page
        assert "Where the money goes" in page

    def test_its_linked_data_cannot_end_the_script(self) -> None:
        make.price_book()
        work = make.work_on_sale(title="</script><b>")
        page = text(Client().get(work_url(work)))
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
        assert found
        data = json.loads(found[1])
        assert (data["@type"], data["name"]) == ("ImageObject", "</script><b>")
        assert data["acquireLicensePage"].endswith(work_url(work))
        assert data["license"].endswith("/licence-terms/standard")

    def test_htmx_gets_the_chooser_alone(self) -> None:
        make.price_book()
        url = work_url(make.work_on_sale()) + "?kind=standard&size=large"
        answer = text(Client().get(url, headers={"HX-Request": "true"}))
        assert "<html" not in answer
        assert "125.00" in answer

    def test_an_editorial_work_offers_the_standard_licence_only(self) -> None:
        make.price_book()
        page = text(Client().get(work_url(make.work_on_sale(editorial=True))))
        assert "For editorial use only" in page
        assert 'value="extended"' not in page

    def test_nonsense_in_the_query_is_answered_with_a_sentence(self) -> None:
        make.price_book()
        response = Client().get(work_url(make.work_on_sale()) + "?add_on.seats=many")
        assert response.status_code == 422

    def test_a_withdrawn_work_is_gone(self) -> None:
        work = make.work_on_sale()
        withdraw(work)
        response = Client().get(work_url(work))
        assert response.status_code == 410
        assert "has been withdrawn" in text(response)

    def test_an_unpublished_work_is_not_here_even_for_its_owner(self) -> None:
        work = make.work_on_sale()
        Work.objects.filter(pk=work.pk).move(State.PUBLISHED, State.IN_REVIEW)
        assert as_user(work.owner).get(work_url(work)).status_code == 404
        assert Client().get(reverse("licensing:work", args=[uuid4()])).status_code == 404


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
        assert "Your licences and files are ready" in page
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


class TestLicences:
    def test_the_library_is_searched_by_all_its_words(self) -> None:
        licence = make.licence(works=[make.work_on_sale(title="Dunes at dusk")])
        client, url = as_user(licence.buyer), reverse("licensing:licences")
        assert licence.number in text(client.get(url))
        assert licence.number in text(client.get(url, {"q": "dusk dunes"}))
        assert "Nothing found" in text(client.get(url, {"q": "dusk harbour"}))

    @pytest.mark.parametrize(
        "name",
        [
            "licensing:licence",
            "licensing:certificate_page",
            "licensing:certificate",
            "licensing:download",
        ],
    )
    def test_another_buyers_licence_is_not_found(self, name: str) -> None:
        licence = make.licence()
        url = reverse(name, args=[licence.number])
        assert as_user(make.buyer()).get(url).status_code == 404
        assert Client().get(url).status_code == 302

    def test_the_page_and_the_certificate_say_what_is_covered(self) -> None:
        licence = make.licence(licensee="Atlas Books")
        client = as_user(licence.buyer)
        for name in ("licensing:licence", "licensing:certificate_page"):
            page = text(client.get(reverse(name, args=[licence.number])))
            assert licence.number in page
            assert "Atlas Books" in page
            assert "Small, 1024 by 768 px" in page
            assert "Standard licence, version 1" in page

    def test_the_certificate_is_a_pdf_with_the_same_bytes_each_time(self) -> None:
        licence = make.licence()
        client, url = (
            as_user(licence.buyer),
            reverse("licensing:certificate", args=[licence.number]),
        )
        first, second = client.get(url), client.get(url)
        assert first.headers["Content-Type"] == "application/pdf"
        assert first.content == second.content
        assert first.content.startswith(b"%PDF-")

    def test_a_revoked_licence_says_so_and_gives_no_file(self) -> None:
        licence = make.licence()
        Licence.objects.update(revoked_at=NOON, revoked_because="Refund")
        client = as_user(licence.buyer)
        page = text(client.get(reverse("licensing:licence", args=[licence.number])))
        assert "refunded and has ended" in page
        response = client.get(reverse("licensing:download", args=[licence.number]))
        assert response.status_code == 410
        assert not Download.objects.exists()


class TestVerify:
    def check(self, number: str) -> tuple[int, str]:
        response = Client().get(reverse("licensing:verify"), {"number": number})
        return response.status_code, text(response)

    def test_says_what_a_number_covers_and_not_who_holds_it(self) -> None:
        licence = make.licence(licensee="Atlas Books", by=make.buyer(name="Ada Buyer"))
        status, page = self.check(licence.number.lower().replace("-", ""))
        assert status == 200
        assert "This licence is valid" in page
        assert "Harbour at dawn" in page
        for personal in ("Atlas", "Ada Buyer", licence.buyer.email, "15.00"):
            assert personal not in page

    def test_says_that_a_licence_has_ended(self) -> None:
        licence = make.licence()
        Licence.objects.update(revoked_at=NOON, revoked_because="Bought twice")
        _, page = self.check(licence.number)
        assert "This licence has ended" in page
        assert "Bought twice" not in page

    def test_an_unknown_number_is_not_found(self) -> None:
        make.licence()
        status, page = self.check("0000-0000-0000")
        assert (status, "ever granted" in page) == (404, True)

    def test_a_mistyped_number_is_said_to_be_one(self) -> None:
        status, page = self.check("7K3M-9QXA-B2CD-7")
        assert (status, "12 letters and digits" in page) == (422, True)

    def test_without_a_number_there_is_the_form(self) -> None:
        assert self.check("")[0] == 200


class TestTreasury:
    def test_a_treasurer_refunds_a_line(self) -> None:
        order = make.pay(make.order(works=[make.work_on_sale(), make.work_on_sale()]))
        client = as_user(make.treasurer())
        url = reverse("licensing:treasury_order", args=[order.uuid])
        assert order.number in text(client.get(reverse("licensing:treasury_orders")))
        first = order.lines.first()
        assert first
        form = {"lines": [str(first.uuid)], "reason": "Bought twice"}
        assert "1 licence refunded" in text(client.post(url, form, follow=True))
        assert client.post(url, form).status_code == 422
        assert [line.licence.is_valid for line in order.lines.all()] == [False, True]

    def test_orders_are_found_by_number_and_licensee(self) -> None:
        order = make.pay(make.order(licensee="Atlas Books"))
        client, url = as_user(make.board()), reverse("licensing:treasury_orders")
        assert order.number in text(client.get(url, {"q": f"atlas {order.number[:6]}"}))
        assert order.number not in text(client.get(url, {"q": "nobody"}))

    def test_nobody_else_sees_it(self) -> None:
        order = make.pay(make.order())
        for user in (order.buyer, make.editor(), make.artist()):
            url = reverse("licensing:treasury_order", args=[order.uuid])
            assert as_user(user).get(url).status_code == 403


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


class TestPricesAndTerms:
    def test_everybody_reads_the_prices(self) -> None:
        make.price_book()
        page = text(Client().get(reverse("licensing:prices")))
        assert "400.00" in page
        assert "Products for resale" in page

    def test_terms_are_read_in_each_version(self) -> None:
        make.price_book()
        for url in (
            reverse("licensing:terms", args=["standard"]),
            reverse("licensing:terms_version", args=["standard", 1]),
        ):
            assert "The artist keeps the copyright" in text(Client().get(url))
        missing = reverse("licensing:terms_version", args=["standard", 9])
        assert Client().get(missing).status_code == 404
