"""The pages of licences, of their verification, and of the treasury."""

import pytest
from django.test import Client
from django.urls import reverse

from licensing.models import Download, Licence
from tests import make
from tests.licensing.pages import as_user, text
from tests.make.ledger import NOON

pytestmark = pytest.mark.django_db


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
        invoice = reverse("invoicing:treasury_pdf", args=["2026-000001"])
        assert invoice in client.get(url).content.decode()
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
