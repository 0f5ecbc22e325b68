"""Custom quotes: what the database keeps of them, and what holds when many ask at once."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from licensing.models import CustomQuote, Enquiry, Licence, OrderLine, Refund
from licensing.rules.states import PaymentState
from licensing.services import (
    custom_quotes,
    enquiries,
    orders,
    payments,
    refunds,
    verify,
)
from licensing.services.carts import NotForSale
from licensing.services.custom_quotes import (
    NotWithdrawable,
)
from licensing.services.orders import EmptyCart
from tests import make
from tests.licensing.quoting import LATER, place, put, withdraw
from tests.make.ledger import NOON
from tests.races import at_once


@pytest.mark.django_db
class TestPromises:
    @pytest.mark.parametrize(
        "change", [{"price_minor": 1}, {"clause": "More."}, {"expires_at": LATER}]
    )
    def test_a_quote_stays_as_it_was_given(self, change: dict[str, object]) -> None:
        quote = make.custom_quote()
        with pytest.raises(IntegrityError, match="as it was given"), transaction.atomic():
            CustomQuote.objects.filter(pk=quote.pk).update(**change)
        with pytest.raises(IntegrityError, match="as it was given"):
            quote.delete()

    def test_an_enquiry_stays_as_it_was_asked(self) -> None:
        enquiry = make.enquiry()
        with pytest.raises(IntegrityError, match="as it was asked"), transaction.atomic():
            Enquiry.objects.filter(pk=enquiry.pk).update(purpose="Else.")
        enquiries.take_back(enquiry=enquiry, at=NOON)
        with pytest.raises(IntegrityError, match="ends once"):
            Enquiry.objects.filter(pk=enquiry.pk).update(ended_at=LATER)

    @pytest.mark.parametrize(
        "change", [{"price_minor": 1}, {"kind": "extended"}, {"add_ons": {"seats": 1}}]
    )
    def test_a_line_is_what_its_quote_says(self, change: dict[str, object]) -> None:
        with pytest.raises(IntegrityError, match="unlike its custom quote"):
            self._copied(**change)

    def test_and_not_of_one_that_was_withdrawn_or_is_somebody_elses(self) -> None:
        mine, other = make.custom_quote(), make.custom_quote()
        withdraw(mine)
        for quote in (mine, other):
            with pytest.raises(IntegrityError, match="unlike its"), transaction.atomic():
                self._copied(custom_quote=quote)

    @pytest.mark.parametrize(
        "change",
        [
            "licensing_customquote SET price_minor = price_minor + 1",
            "licensing_customquote SET clause = 'More.'",
            "licensing_licence SET custom_quote_id = NULL",
            "licensing_enquiry SET buyer_id = (SELECT max(id) FROM members_user)",
        ],
    )
    def test_what_is_altered_by_hand_is_found(self, change: str) -> None:
        make.pay(make.quoted_order(make.custom_quote()))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"UPDATE {change}")
        assert list(verify.differences()) != []

    def _copied(self, **change: object) -> None:
        """A second line in an order by a quote, altered."""
        line = make.quoted_order(make.custom_quote()).lines.get()
        facts = {f.attname: getattr(line, f.attname) for f in line._meta.concrete_fields}
        copy = OrderLine(**{**facts, "id": None, "uuid": uuid4(), "position": 2})
        for name, value in change.items():
            setattr(copy, name, value)
        copy.save()


@pytest.mark.django_db
def test_one_that_two_orders_paid_for_gives_one_licence_and_the_other_its_money_back() -> None:
    quote = make.custom_quote()
    late = make.quoted_order(quote)
    make.end_payment(late, PaymentState.PAID)
    orders.cancel(order=late, at=NOON)
    make.pay(make.quoted_order(quote))
    payments.hear(payment=late.payments.get(), at=NOON)
    lost = Refund.objects.get()
    assert (lost.line.order, lost.reason) == (late, refunds.USED_ALREADY)
    assert Licence.objects.filter(custom_quote=quote).count() == 1
    assert list(verify.differences()) == []


@pytest.mark.django_db
def test_an_order_whose_quote_gave_a_licence_is_not_sent_to_pay() -> None:
    quote = make.custom_quote()
    early = make.quoted_order(quote)
    make.end_payment(early, PaymentState.PAID)
    orders.cancel(order=early, at=NOON)
    second = make.quoted_order(quote)
    payments.hear(payment=early.payments.get(), at=NOON)
    with pytest.raises(NotForSale, match="was used for licence"):
        payments.begin(order=second, return_url="https://shop.example/back", at=NOON)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_two_payments_one_gets_the_licence(self) -> None:
        quote = make.custom_quote()
        first = make.quoted_order(quote)
        make.end_payment(first, PaymentState.PAID)
        orders.cancel(order=first, at=NOON)
        second = make.quoted_order(quote)
        make.end_payment(second, PaymentState.PAID)
        waiting = [first.payments.get(), second.payments.get()]
        heard = at_once(lambda n: payments.hear(payment=waiting[n], at=NOON), times=2)
        assert heard == [PaymentState.PAID] * 2
        assert Licence.objects.filter(custom_quote=quote).count() == 1
        assert Refund.objects.count() == 1
        assert list(verify.differences()) == []

    def test_a_quote_is_ordered_or_withdrawn_not_both(self) -> None:
        for _ in range(5):
            quote = make.custom_quote()
            put(quote)
            by = make.treasurer()
            acts: list[Callable[[], object]] = [
                lambda quote=quote: place(quote.enquiry.buyer),  # type: ignore[misc]
                lambda quote=quote, by=by: custom_quotes.withdraw(  # type: ignore[misc]
                    quote=quote, by=by, because="R.", at=NOON
                ),
            ]
            said = at_once(lambda n, acts=acts: acts[n](), times=2)  # type: ignore[misc]
            refused = [one for one in said if isinstance(one, Exception)]
            assert len(refused) == 1
            assert isinstance(refused[0], EmptyCart | NotWithdrawable)

    def test_a_form_sent_many_times_is_one_enquiry(self) -> None:
        buyer, work = make.buyer(), make.work_on_sale()
        make.price_book()
        at_once(lambda _: make.enquiry(by=buyer, work=work), times=4)
        assert Enquiry.objects.count() == 1
