"""Checking out with tax, the buyer's documents, the treasurer's lists."""

import csv
import io
import json

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from invoicing.models import BillingDetails, Invoice
from invoicing.rules.periods import Period
from invoicing.services import verify
from ledger.services import balances
from licensing.models import Order
from licensing.services import carts, refunds
from members.models import User
from stockcoop.kernel import canonical
from stockcoop.kernel.money import Money
from tests import make
from tests.licensing.pages import as_user, text
from tests.make.invoicing import BERLIN, CANADIAN, VIENNA
from tests.make.ledger import NOON, move, usd

pytestmark = pytest.mark.django_db

CHECKOUT, TAX = reverse("licensing:checkout"), reverse("licensing:checkout_tax")


@pytest.fixture
def buyer() -> User:
    """Somebody with one work of USD 15.00 in the cart."""
    make.price_book()
    make.royalty_terms()
    who = make.buyer()
    carts.put(buyer=who, work=make.work_on_sale(), choice=make.STANDARD_SMALL, at=NOON)
    return who


def form(client: Client, agreed: int, **billing: str) -> dict[str, object]:
    initial = client.get(CHECKOUT).context["form"].initial
    told = {f"billing-{name}": value for name, value in billing.items()}
    return {**initial, "licensee": "Atlas Books", "terms": "on", "agreed": agreed, **told}


class TestCheckout:
    def test_asks_for_the_country_before_it_names_the_tax(self, buyer: User) -> None:
        make.tax_book()
        client = as_user(buyer)
        assert "Please say in which country you are" in text(client.get(CHECKOUT))
        response = client.post(CHECKOUT, form(client, 1500))
        assert response.status_code == 422
        assert not Order.objects.exists()

    def test_tells_the_total_when_the_country_changes(self, buyer: User) -> None:
        make.tax_book()
        client = as_user(buyer)
        page = text(client.post(TAX, {"billing-country": "FI"}))
        assert "VAT 25.5 %" in page
        assert 'name="agreed" value="1883"' in page
        page = text(client.post(TAX, {"billing-country": "US"}))
        assert 'name="agreed" value="1500"' in page
        assert not BillingDetails.objects.exists()

    def test_orders_at_the_total_with_tax_and_remembers_whom_to_bill(self, buyer: User) -> None:
        make.tax_book()
        client = as_user(buyer)
        client.post(CHECKOUT, form(client, 1785, country="DE", name="Atlas GmbH"))
        order = Order.objects.get()
        assert (order.net, order.tax, order.total) == (usd(1500), usd(285), usd(1785))
        assert BillingDetails.objects.get().name == "Atlas GmbH"

    def test_a_total_without_the_tax_is_not_agreed_to(self, buyer: User) -> None:
        make.tax_book()
        client = as_user(buyer)
        response = client.post(CHECKOUT, form(client, 1500, country="DE"))
        assert response.status_code == 409
        assert "The total is now USD 17.85" in text(response)
        assert not Order.objects.exists()

    def test_a_business_elsewhere_with_a_sound_number_is_not_charged(self, buyer: User) -> None:
        make.tax_book()
        client = as_user(buyer)
        told = {"country": "AT", "business": "on", "tax_id": "ATU13585628"}
        response = client.post(CHECKOUT, form(client, 1500, **told))
        assert response.status_code == 422
        assert "not a tax number of AT" in text(response)
        client.post(CHECKOUT, form(client, 1500, **(told | {"tax_id": "U13585627"})))
        assert Order.objects.get().tax == usd(0)
        assert BillingDetails.objects.get().tax_id == "ATU13585627"

    def test_asks_for_the_province_where_it_decides(self, buyer: User) -> None:
        make.tax_book(**CANADIAN)
        client = as_user(buyer)
        response = client.post(CHECKOUT, form(client, 1500, country="CA"))
        assert response.status_code == 422
        assert "choose the province" in text(response)
        client.post(CHECKOUT, form(client, 1680, country="CA", region="BC"))
        assert Order.objects.get().tax == usd(180)

    def test_a_coop_that_collects_nothing_asks_for_nothing(self, buyer: User) -> None:
        client = as_user(buyer)
        client.post(CHECKOUT, form(client, 1500))
        assert Order.objects.get().total == usd(1500)


class TestDocuments:
    def test_the_order_leads_to_its_invoice(self) -> None:
        make.tax_book()
        order = make.pay(make.order(billing=BERLIN))
        client, invoice = as_user(order.buyer), Invoice.objects.get()
        page = text(client.get(reverse("licensing:order", args=[order.uuid])))
        address = reverse("invoicing:pdf", args=[invoice.name])
        assert address in page
        assert client.get(address).content.startswith(b"%PDF")

    def test_its_json_has_the_digest_of_the_row(self) -> None:
        order = make.pay(make.order(billing=VIENNA))
        invoice = Invoice.objects.get()
        body = as_user(order.buyer).get(reverse("invoicing:json", args=[invoice.name])).content
        assert canonical.digest(json.loads(body)) == invoice.digest

    @pytest.mark.parametrize("number", ["2026", "2026-", "x-1", "2026-99999999999", "2026-000002"])
    def test_a_number_that_nobody_has_is_not_found(self, number: str) -> None:
        order = make.pay(make.order())
        address = reverse("invoicing:pdf", args=[number])
        assert as_user(order.buyer).get(address).status_code == 404

    def test_details_are_kept_for_the_next_order(self) -> None:
        client, address = as_user(make.buyer()), reverse("invoicing:billing")
        client.post(address, {"billing-name": "Atlas", "billing-country": "FR"})
        assert "Atlas" in text(client.get(address))
        assert client.post(address, {"billing-country": "XX"}).status_code == 422


class TestTreasury:
    @pytest.fixture
    def period(self) -> dict[str, str]:
        """A month with an invoice of two lines and the credit note of one of them."""
        make.tax_book()
        works = [make.work_on_sale(), make.work_on_sale()]
        order = make.pay(make.order(billing=BERLIN, licensee="=1+1", works=works))
        back, by = [order.lines.latest("pk")], make.treasurer()
        refunds.give_back(order=order, lines=back, reason="Bought twice", by=by, at=NOON)
        return {"period": "2026-03"}

    def test_lists_the_documents_of_a_period(self, period: dict[str, str]) -> None:
        client = as_user(make.treasurer())
        page = text(client.get(reverse("invoicing:treasury_invoices"), period))
        assert "2026-000001" in page
        assert "credits 2026-000001" in page
        nothing = client.get(reverse("invoicing:treasury_invoices"), {"period": "2026-Q2"})
        assert "No invoices in this period" in text(nothing)

    def test_the_table_sums_to_what_was_invoiced(self, period: dict[str, str]) -> None:
        body = text(as_user(make.board()).get(reverse("invoicing:treasury_csv"), period))
        rows = list(csv.DictReader(io.StringIO(body)))
        assert [row["total"] for row in rows] == ["35.70", "-17.85"]
        assert {row["buyer"] for row in rows} == {"Atlas Books GmbH"}

    def test_what_is_owed_is_what_the_documents_say(self, period: dict[str, str]) -> None:
        context = as_user(make.treasurer()).get(reverse("invoicing:treasury_taxes"), period).context
        (owed,), (rated,) = context["owed"], context["rated"]
        assert (owed.authority, owed.before, owed.within) == ("DE", usd(0), usd(285))
        assert (rated.rate, rated.base, rated.amount) == ("19 %", usd(1500), usd(285))

    def test_what_was_withheld_from_members_is_not_the_buyers_tax(
        self, period: dict[str, str]
    ) -> None:
        make.entry(move("member:1", "tax:withheld-irs", 500))
        page = as_user(make.treasurer()).get(reverse("invoicing:treasury_taxes"), period)
        assert [owed.authority for owed in page.context["owed"]] == ["DE"]

    def test_an_address_without_a_period_in_it_is_refused(self) -> None:
        address = reverse("invoicing:treasury_taxes")
        assert as_user(make.treasurer()).get(address, {"period": "2026-13"}).status_code == 400

    def test_the_periods_beside_one(self) -> None:
        for code, before, after in [
            ("2026-01", "2025-12", "2026-02"),
            ("2026-Q4", "2026-Q3", "2027-Q1"),
            ("2026", "2025", "2027"),
        ]:
            period = Period.parse(code)
            assert (period.beside(-1), period.beside(1)) == (before, after)


@pytest.mark.parametrize(
    ("currency", "price", "minor", "tax", "shown"),
    [
        ("JPY", "1507", 1507, 286, "JPY 1,793"),
        ("BHD", "15.075", 15_075, 2_864, "BHD 17.939"),
    ],
)
def test_other_currencies_count_in_their_own_units_from_the_price_to_the_table(
    settings: LazySettings, currency: str, price: str, minor: int, tax: int, shown: str
) -> None:
    settings.CURRENCY = currency
    make.tax_book()
    make.price_book(small=price)
    order = make.pay(make.order(billing=BERLIN))
    assert (order.net, order.tax) == (Money(minor, currency), Money(tax, currency))
    assert balances.of("tax:de") == Money(tax, currency)
    client, invoice = as_user(order.buyer), Invoice.objects.get()
    assert shown in text(client.get(reverse("licensing:order", args=[order.uuid])))
    assert client.get(reverse("invoicing:pdf", args=[invoice.name])).status_code == 200
    table = as_user(make.board()).get(reverse("invoicing:treasury_csv"), {"period": "2026"})
    assert f",{currency},{order.net.decimal()},{order.tax.decimal()}," in text(table)
    assert list(verify.differences()) == []
