from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction

from invoicing.models import Invoice, Series
from invoicing.rules.billing import Billing
from invoicing.services import documents, taxes
from invoicing.services import verify as invoicing_verify
from ledger.services import balances
from licensing.models import Order
from licensing.rules.offers import Choice
from licensing.rules.states import PaymentState
from licensing.services import invoices, payments, refunds, verify
from royalties.services import verify as royalties_verify
from stockcoop.kernel.money import Money
from tests import make
from tests.licensing.test_stripe_histories import everything_adds_up
from tests.make.invoicing import BERLIN, CANADIAN, VIENNA
from tests.make.ledger import NOON, usd
from tests.races import at_once
from tests.stripe_site import StripeSite, now

LATER = NOON + timedelta(days=1)


def paid(**facts: object) -> Order:
    return make.pay(make.order(**facts))  # type: ignore[arg-type]


def invoices_of(order: Order) -> list[Invoice]:
    return list(Invoice.objects.about(invoices.name_of(order)))


def differences() -> list[str]:
    packages = (invoicing_verify, verify, royalties_verify)
    return [said for package in packages for said in package.differences()]


@pytest.mark.django_db
class TestATaxedOrder:
    def test_is_paid_with_its_tax_which_is_owed_to_its_authority(self) -> None:
        make.tax_book()
        order = paid(billing=BERLIN, works=[make.work_on_sale(), make.work_on_sale()])
        assert (order.net, order.tax, order.total) == (usd(3000), usd(570), usd(3570))
        assert order.payments.get().amount == usd(3570)
        assert balances.of(taxes.account("de")) == usd(570)
        assert balances.of("gateway:practice") == usd(-3570)
        assert [line.licence.sale.price for line in order.lines.all()] == [usd(1500)] * 2
        assert differences() == []

    def test_two_authorities_get_each_their_own(self) -> None:
        make.tax_book(**CANADIAN)
        paid(billing=Billing(country="CA", region="QC"))
        assert balances.of(taxes.account("ca")) == usd(75)
        assert balances.of(taxes.account("ca-qc")) == usd(150)
        assert differences() == []

    def test_has_one_invoice_with_all_that_it_is_about(self) -> None:
        make.tax_book()
        order = paid(billing=VIENNA)
        (invoice,) = invoices_of(order)
        assert (invoice.name, invoice.words, invoice.buyer) == (
            "2026-000001",
            "Invoice",
            order.buyer,
        )
        assert (invoice.net, invoice.tax, invoice.total) == (usd(1500), usd(0), usd(1500))
        assert invoice.content["reason"] == "Reverse charge, Article 196 VAT Directive."
        assert invoice.content["buyer"]["tax_id"] == "ATU13585627"

    def test_hearing_of_the_payment_again_issues_nothing(self) -> None:
        order = paid()
        payments.hear(payment=order.payments.get(), at=LATER)
        assert len(invoices_of(order)) == 1

    def test_a_refund_takes_the_tax_back_and_is_credited(self) -> None:
        make.tax_book()
        order = paid(billing=BERLIN, works=[make.work_on_sale(), make.work_on_sale()])
        back = [order.lines.latest("pk")]
        by = make.treasurer()
        refunds.give_back(order=order, lines=back, reason="Bought twice", by=by, at=LATER)
        invoice, note = invoices_of(order)
        assert (note.words, note.corrects, note.total) == ("Credit note", invoice, usd(-1785))
        assert note.lines()[0]["reference"] == back[0].reference
        assert balances.of(taxes.account("de")) == usd(285)
        assert balances.of("gateway:practice") == usd(-1785)
        assert differences() == []

    def test_a_line_lost_to_an_exclusive_licence_gives_its_tax_back(self) -> None:
        make.tax_book()
        work, other = make.work_on_sale(), make.work_on_sale()
        slow = make.order(billing=BERLIN, works=[work, other])
        make.end_payment(slow, PaymentState.PAID)
        exclusive = Choice("exclusive", "medium")
        paid(billing=BERLIN, works=[work], choice=exclusive)
        payments.hear(payment=slow.payments.get(), at=NOON)
        (invoice,) = invoices_of(slow)
        assert invoice.total == usd(1785)
        assert balances.of("owed:buyers") == usd(1785)
        refunds.finish(at=LATER)
        assert balances.of("owed:buyers") == usd(0)
        assert [refund.amount for refund in refunds.too_late(order=slow)] == [usd(1785)]
        assert differences() == []

    def test_a_line_credited_twice_is_told_and_stops_nothing(self) -> None:
        order = paid()
        by = make.treasurer()
        line = order.lines.get()
        refunds.give_back(order=order, lines=[line], reason="Bought twice", by=by, at=LATER)
        _, note = invoices_of(order)
        again = Invoice.objects.get(pk=note.pk)
        Series.objects.update(last=note.number + 1)
        again.pk, again.number, again._state.adding = None, note.number + 1, True
        again.save()
        assert documents.standing(order=invoices.name_of(order)) == {}
        (said,) = [said for said in differences() if "is due another" in said]
        assert said.startswith(f"{again}: {line.reference}")

    def test_its_pdf_is_the_same_each_time(self) -> None:
        make.tax_book()
        (invoice,) = invoices_of(paid(billing=BERLIN))
        first = documents.as_pdf(invoice)
        assert first == documents.as_pdf(Invoice.objects.get())
        assert first.startswith(b"%PDF")


def gone_and_back(site: StripeSite, end: str) -> tuple[Order, str]:
    make.tax_book()
    payment = site.paid(billing=BERLIN)
    dispute = site.dispute(payment)
    site.hear_all()
    assert balances.of(taxes.account("de")) == usd(0)
    assert len(invoices_of(payment.order)) == 1
    site.hook(f"disputes/{dispute}/{end}")
    site.hear_all()
    everything_adds_up(site)
    assert differences() == []
    return payment.order, dispute


@pytest.mark.django_db
class TestADispute:
    def test_that_is_won_leaves_the_invoice_alone(self, site: StripeSite) -> None:
        order, _ = gone_and_back(site, "win")
        assert balances.of(taxes.account("de")) == usd(285)
        assert len(invoices_of(order)) == 1

    def test_that_is_lost_is_credited_and_invoiced_anew_when_it_is_won_after_all(
        self, site: StripeSite
    ) -> None:
        order, dispute = gone_and_back(site, "lose")
        assert [one.words for one in invoices_of(order)] == ["Invoice", "Credit note"]
        site.hook(f"disputes/{dispute}/win")
        site.hear_all()
        everything_adds_up(site)
        assert differences() == []
        assert [one.total for one in invoices_of(order)] == [usd(1785), usd(-1785), usd(1785)]
        assert balances.of(taxes.account("de")) == usd(285)

    def test_a_refund_by_stripe_gives_the_tax_back(self, site: StripeSite) -> None:
        make.tax_book()
        order = site.paid(billing=BERLIN).order
        lines, by = list(order.lines.all()), make.treasurer()
        refunds.give_back(order=order, lines=lines, reason="Twice", by=by, at=now())
        site.hear_all()
        everything_adds_up(site)
        assert balances.of(taxes.account("de")) == usd(0)
        assert [one.total for one in invoices_of(order)] == [usd(1785), usd(-1785)]
        assert differences() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("currency", "price", "coin", "tax"), [("JPY", "1507", 1, 286), ("BHD", "15.070", 10, 2860)]
)
def test_stripe_takes_and_gives_back_what_other_currencies_cost(
    site: StripeSite, settings: LazySettings, currency: str, price: str, coin: int, tax: int
) -> None:
    settings.CURRENCY = currency
    make.tax_book(coin=coin)
    make.price_book(small=price)
    order = site.paid(billing=BERLIN).order
    assert order.tax == Money(tax, currency)
    lines, by = list(order.lines.all()), make.treasurer()
    refunds.give_back(order=order, lines=lines, reason="Twice", by=by, at=now())
    site.hear_all()
    assert differences() == []
    assert balances.of(taxes.account("de")) == Money(0, currency)


@pytest.mark.django_db
class TestPromises:
    def test_an_invoice_stays_as_it_was_issued(self) -> None:
        paid()
        for change in (
            "UPDATE invoicing_invoice SET net_minor = 1",
            "DELETE FROM invoicing_invoice",
        ):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)

    def test_a_number_is_never_left_out(self) -> None:
        paid()
        for change in (
            "UPDATE invoicing_series SET last = last + 2",
            "DELETE FROM invoicing_series",
            "UPDATE invoicing_series SET last = last + 1; SET CONSTRAINTS ALL IMMEDIATE",
        ):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)

    def test_the_tax_of_an_order_is_fixed(self) -> None:
        order = make.order()
        for change in ({"tax_minor": 1}, {"assessment": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Order.objects.filter(pk=order.pk).update(**change)


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_many_are_taken_at_once_and_some_are_given_back() -> None:
    make.tax_book()
    seen = [make.order(billing=BERLIN) for _ in range(8)]
    for order in seen:
        make.end_payment(order, PaymentState.PAID)

    def settle(number: int) -> None:
        with transaction.atomic():
            payments.hear(payment=seen[number].payments.get(), at=NOON)
            if number % 3 == 1:
                raise RuntimeError("given back")

    ends = at_once(settle, times=8)
    assert [type(end).__name__ for end in ends].count("RuntimeError") == 3
    numbers = list(Invoice.objects.order_by("number").values_list("number", flat=True))
    assert numbers == [1, 2, 3, 4, 5]
    assert Series.objects.get().last == 5
    assert differences() == []
