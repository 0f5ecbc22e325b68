"""The pages of custom quotes, from the question to the certificate."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from licensing.models import CustomQuote, Enquiry
from licensing.services import carts
from members.models import User
from tests import make
from tests.licensing.pages import as_user, text, work_url
from tests.make.ledger import usd

pytestmark = pytest.mark.django_db

QUOTES = reverse("licensing:quotes")


def asked_now() -> Enquiry:
    return make.enquiry(at=timezone.now())


def quoted_now() -> CustomQuote:
    return make.custom_quote(at=timezone.now())


def answer_page(enquiry: Enquiry) -> str:
    return reverse("licensing:treasury_quote", args=[enquiry.uuid])


def answered(client: Client, enquiry: Enquiry, **fields: object) -> object:
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    said = {"size": "small", "price": "320.00", "clause": "Also on lorries.", "until": until}
    return client.post(answer_page(enquiry), said | fields, follow=True)


@pytest.fixture
def buyer() -> User:
    make.price_book()
    make.royalty_terms()
    return make.buyer()


class TestBuyer:
    def test_asks_from_the_page_of_a_work(self, buyer: User) -> None:
        work, client = make.work_on_sale(), as_user(buyer)
        page = reverse("licensing:enquire", args=[work.uuid])
        assert page in text(client.get(work_url(work)))
        assert "Extended" in text(client.get(page))
        sent = client.post(page, {"purpose": "On lorries.", "kind": "extended"}, follow=True)
        assert "On lorries." in text(sent)
        again = client.post(page, {"purpose": "On lorries."})
        assert again.status_code == 409
        assert "the answer is on its way" in text(again)
        assert client.post(page, {"purpose": ""}).status_code == 422

    def test_takes_an_enquiry_back(self, buyer: User) -> None:
        enquiry = make.enquiry(by=buyer)
        address = reverse("licensing:take_back_enquiry", args=[enquiry.uuid])
        assert "Taken back" in text(as_user(buyer).post(address, follow=True))

    def test_puts_the_work_into_the_cart_by_the_quote_and_out_and_in_again(
        self, buyer: User
    ) -> None:
        quote = make.custom_quote(
            enquired=make.enquiry(by=buyer, at=timezone.now()), at=timezone.now()
        )
        client, work = as_user(buyer), quote.enquiry.work
        client.post(
            reverse("licensing:cart_add", args=[work.uuid]), {"kind": "standard", "size": "small"}
        )
        assert "777.00" in text(client.get(QUOTES))
        cart = text(client.post(reverse("licensing:take_quote", args=[quote.uuid]), follow=True))
        assert "A custom quote, instead of USD 15.00 by the price book" in cart
        assert quote.clause in cart
        assert "Your choice for" in cart
        assert quote.clause in text(client.get(reverse("licensing:checkout")))
        client.post(reverse("licensing:cart_remove", args=[work.uuid]))
        client.post(reverse("licensing:cart_undo"))
        assert carts.read(buyer=buyer, at=timezone.now()).total == usd(77_700)

    def test_is_told_in_words_when_the_quote_has_ended(self, buyer: User) -> None:
        quote = make.custom_quote(enquired=make.enquiry(by=buyer))
        client = as_user(buyer)
        assert "was good until" in text(client.get(QUOTES))
        sent = client.post(reverse("licensing:take_quote", args=[quote.uuid]), follow=True)
        assert "was good until" in text(sent)

    def test_reads_the_clause_on_the_licence_and_the_certificate(self, buyer: User) -> None:
        quote = make.custom_quote(enquired=make.enquiry(by=buyer))
        licence = make.pay(make.quoted_order(quote)).lines.get().licence
        client = as_user(buyer)
        for name in ("licensing:licence", "licensing:certificate_page"):
            assert quote.clause in text(client.get(reverse(name, args=[licence.number])))
        public = text(client.get(reverse("licensing:verify"), {"number": licence.number}))
        assert quote.clause not in public
        assert "agreed beside the terms" in public
        signed = client.get(reverse("licensing:certificate_json", args=[licence.number]))
        assert quote.clause in text(signed)
        pdf = client.get(reverse("licensing:certificate", args=[licence.number]))
        assert pdf.status_code == 200


class TestTreasurer:
    def test_answers_with_a_price(self, buyer: User) -> None:
        enquiry = make.enquiry(by=buyer, at=timezone.now())
        client = as_user(make.treasurer())
        assert enquiry.work.title in text(client.get(reverse("licensing:treasury_quotes")))
        page = text(client.get(answer_page(enquiry)))
        assert "They think of the extended licence" in page
        assert "Answer: Extended licence" in page
        answered(client, enquiry, **{"add_on.resale": "1"})
        quote = CustomQuote.objects.get()
        assert (quote.price, quote.choice.kind) == (usd(32_000), "extended")
        assert quote.add_ons == {"resale": 1}
        assert timezone.localtime(quote.expires_at).time().hour == 23
        assert "Withdraw it" in text(client.get(answer_page(enquiry)))

    def test_answers_with_another_kind(self, buyer: User) -> None:
        enquiry = make.enquiry(by=buyer, at=timezone.now())
        client = as_user(make.treasurer())
        client.post(
            f"{answer_page(enquiry)}?kind=standard",
            {"size": "large", "price": "99", "until": timezone.localdate() + timedelta(days=5)},
        )
        assert CustomQuote.objects.get().choice.query() == "kind=standard&size=large"

    @pytest.mark.parametrize("fields", [{"price": "0"}, {"size": "huge"}, {"until": "2001-01-01"}])
    def test_is_told_what_is_wrong(self, buyer: User, fields: dict[str, str]) -> None:
        sent = answered(as_user(make.treasurer()), make.enquiry(by=buyer), **fields)
        assert sent.status_code in {409, 422}  # type: ignore[attr-defined]
        assert not CustomQuote.objects.exists()

    def test_declines_or_withdraws_with_a_reason(self) -> None:
        client = as_user(make.treasurer())
        enquiry, quote = asked_now(), quoted_now()
        decline = reverse("licensing:decline_quote", args=[enquiry.uuid])
        withdraw = reverse("licensing:withdraw_quote", args=[quote.enquiry.uuid])
        for address in (decline, withdraw):
            assert client.post(address, {"because": ""}).status_code == 422
        assert "is told" in text(client.post(decline, {"because": "No."}, follow=True))
        shown = text(client.post(withdraw, {"because": "A slip."}, follow=True))
        assert "A slip." in shown
        assert "Send the quote" in shown
        assert client.post(withdraw, {"because": "Again."}).status_code == 409

    def test_does_not_answer_themselves(self) -> None:
        treasurer = make.treasurer()
        enquiry = make.enquiry(by=treasurer, at=timezone.now())
        client = as_user(treasurer)
        assert "You cannot quote this" in text(client.get(answer_page(enquiry)))
        assert answered(client, enquiry).status_code == 403  # type: ignore[attr-defined]

    def test_the_board_only_reads(self) -> None:
        enquiry = asked_now()
        client = as_user(make.board())
        assert "Send the quote" not in text(client.get(answer_page(enquiry)))
        assert answered(client, enquiry).status_code == 403  # type: ignore[attr-defined]
