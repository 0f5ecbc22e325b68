"""What the database refuses, whoever writes to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, QuerySet

from licensing.models import CartLine, Licence, Order, OrderLine, Payment, PriceBook, Refund, Terms
from licensing.rules.states import PaymentState
from licensing.services import carts
from tests import make
from tests.make.ledger import NOON


def refused(act: Callable[[], object]) -> str:
    """The database's words when it refuses `act`, at the statement or at commit."""
    with pytest.raises(IntegrityError) as error:
        _write(act)
    return str(error.value)


@transaction.atomic
def _write(act: Callable[[], object]) -> None:
    act()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def rows(row: Model) -> "QuerySet[Model]":
    return type(row)._default_manager.filter(pk=row.pk)


@pytest.mark.django_db
class TestOrders:
    def test_the_total_is_the_sum_of_the_lines(self) -> None:
        order = make.order()
        line = order.lines.get()
        extra = OrderLine(
            order=order,
            position=2,
            work=make.work_on_sale(),
            price_book=line.price_book,
            terms=line.terms,
            kind="standard",
            size="small",
            price_minor=1,
            currency="USD",
        )
        assert "not the sum of its lines" in refused(extra.save)

    def test_none_is_paid_without_its_payment(self) -> None:
        order = make.order()
        words = refused(lambda: rows(order).update(state="paid", paid_at=NOON))
        assert "without a payment of its total" in words

    def test_none_is_paid_without_its_licences(self) -> None:
        order = make.order()
        make.end_payment(order, PaymentState.PAID)
        order.payments.update(state="paid", ended_at=NOON)
        words = refused(lambda: rows(order).update(state="paid", paid_at=NOON))
        assert "a line without its licence and sale" in words

    def test_none_that_is_unpaid_has_a_licence(self) -> None:
        order = make.order()
        sale = make.sale()
        row = Licence(
            number="X", line=order.lines.get(), sale=sale, buyer=order.buyer, granted_at=NOON
        )
        assert "has a licence but is not paid" in refused(row.save)

    def test_a_paid_one_stays_paid(self) -> None:
        order = make.pay(make.order())
        words = refused(lambda: rows(order).update(state="open", paid_at=None))
        assert "does not move from paid to open" in words

    @pytest.mark.parametrize("change", [{"total_minor": 1}, {"licensee": "X"}, {"number": "X"}])
    def test_what_was_agreed_is_fixed(self, change: dict[str, object]) -> None:
        make.order()
        assert "is fixed" in refused(lambda: Order.objects.update(**change))

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ({"state": "open", "cancelled_at": NOON}, "licensing_order_dated"),
            ({"state": "cancelled"}, "licensing_order_dated"),
        ],
    )
    def test_each_state_has_its_date(self, change: dict[str, object], constraint: str) -> None:
        make.order()
        assert constraint in refused(lambda: Order.objects.update(**change))

    def test_each_has_a_total_and_a_licensee(self) -> None:
        facts = {"buyer": make.buyer(), "currency": "USD", "placed_at": NOON}
        for change, constraint in (
            ({"total_minor": 0, "licensee": "A"}, "licensing_order_priced"),
            ({"total_minor": 1, "licensee": ""}, "licensing_order_licensee"),
        ):
            row = Order(number="N", token=uuid4(), **facts, **change)
            assert constraint in refused(row.save)

    def test_a_form_is_one_order(self) -> None:
        order = make.order()
        copy = Order(
            number="another",
            token=order.token,
            buyer=order.buyer,
            licensee="A",
            total_minor=1,
            currency="USD",
            placed_at=NOON,
        )
        assert "licensing_order_form_once" in refused(copy.save)


@pytest.mark.django_db
class TestWrittenOnce:
    @pytest.mark.parametrize("model", [PriceBook, Terms, OrderLine])
    def test_rows_are_neither_changed_nor_deleted(self, model: type[Model]) -> None:
        make.order()
        row = model._default_manager.all()[0]
        assert "written once" in refused(lambda: rows(row).update(id=row.pk))
        assert "written once" in refused(lambda: rows(row)._raw_delete("default"))

    def test_downloads_are_neither_changed_nor_deleted(self) -> None:
        download = make.download()
        assert "written once" in refused(lambda: rows(download).update(bytes=1))
        assert "written once" in refused(rows(download).delete)

    def test_a_download_has_a_digest(self) -> None:
        download = make.download()
        download.pk, download.sha256, download._state.adding = None, "x" * 64, True
        assert "licensing_download_hashed" in refused(download.save)

    def test_versions_do_not_repeat(self) -> None:
        make.price_book()
        for row in (PriceBook.objects.get(), Terms.objects.filter(kind="standard").get()):
            row.pk, row._state.adding = None, True
            assert "version" in refused(row.save)

    def test_terms_have_a_title(self) -> None:
        row = Terms(kind="k", version=1, in_force_from=NOON, title="", clauses=[], digest="d")
        assert "licensing_terms_titled" in refused(row.save)


@pytest.mark.django_db
class TestLicences:
    def test_a_licence_stays_as_it_was_granted(self) -> None:
        make.licence()
        assert "stays as it was granted" in refused(lambda: Licence.objects.update(number="X"))
        assert "stays as it was granted" in refused(
            lambda: Licence.objects.all()._raw_delete("default")
        )

    VALID: ClassVar = {
        "revoked_at": None,
        "revoked_because": "",
        "suspended_at": None,
        "suspended_because": "",
    }

    @pytest.mark.parametrize("suspended", [{}, {"suspended_at": NOON, "suspended_because": "S"}])
    def test_a_revoked_one_is_never_valid_again(self, suspended: dict[str, object]) -> None:
        make.licence()
        Licence.objects.update(revoked_at=NOON, revoked_because="Refund", **suspended)
        assert "revoked once" in refused(lambda: Licence.objects.update(**self.VALID))

    def test_but_for_one_that_a_lost_dispute_ended(self) -> None:
        make.licence()
        lost = {"revoked_at": NOON, "revoked_because": "Lost", "suspended_because": "Lost"}
        Licence.objects.update(suspended_at=NOON, **lost)
        half = {"revoked_at": None, "revoked_because": ""}
        assert "revoked once" in refused(lambda: Licence.objects.update(**half))
        assert Licence.objects.update(**self.VALID) == 1
        assert Licence.objects.get().is_valid

    @pytest.mark.parametrize(
        "change",
        [
            {"revoked_at": NOON},
            {"revoked_because": "R"},
            {"revoked_at": NOON - timedelta(days=1), "revoked_because": "R"},
        ],
    )
    def test_one_is_revoked_with_a_reason_and_after_it_was_granted(
        self, change: dict[str, object]
    ) -> None:
        make.licence()
        words = refused(lambda: Licence.objects.update(**change))
        assert "licensing_licence_revoked" in words

    def test_a_line_has_one(self) -> None:
        licence = make.licence()
        licence.pk, licence.number, licence._state.adding = None, "another", True
        assert "already exists" in refused(licence.save)


@pytest.mark.django_db
class TestPaymentsAndRefunds:
    def test_an_order_has_one_payment_alive(self) -> None:
        order = make.order()
        make.end_payment(order, PaymentState.PAID)
        row = Payment(
            order=order, gateway="practice", amount_minor=1, currency="USD", started_at=NOON
        )
        assert "licensing_payment_one_alive" in refused(row.save)

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ({"amount_minor": 0}, "licensing_payment_sum"),
            ({"state": "declined"}, "licensing_payment_ended"),
            ({"ended_at": NOON}, "licensing_payment_ended"),
        ],
    )
    def test_a_payment_has_a_sum_and_an_end(
        self, change: dict[str, object], constraint: str
    ) -> None:
        make.end_payment(make.order(), PaymentState.PAID)
        assert constraint in refused(lambda: Payment.objects.update(**change))

    def test_a_reference_is_one_payment(self) -> None:
        one, other = make.order(), make.order()
        make.end_payment(one, PaymentState.PAID)
        make.end_payment(other, PaymentState.PAID)
        taken = one.payments.get().reference
        words = refused(lambda: other.payments.update(reference=taken))
        assert "licensing_payment_reference" in words

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ({"amount_minor": 0}, "licensing_refund_sum"),
            ({"reason": ""}, "licensing_refund_reason"),
            ({"state": "done"}, "licensing_refund_done"),
            ({"done_at": NOON}, "licensing_refund_done"),
        ],
    )
    def test_a_refund_has_a_sum_a_reason_and_an_end(
        self, change: dict[str, object], constraint: str
    ) -> None:
        order = make.pay(make.order())
        Refund.objects.create(
            line=order.lines.get(),
            payment=order.payments.get(),
            amount_minor=1500,
            currency="USD",
            reason="R",
            asked_by=make.treasurer(),
            asked_at=NOON,
        )
        assert constraint in refused(lambda: Refund.objects.update(**change))


@pytest.mark.django_db
class TestLinesAndCarts:
    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ({"position": 1}, "licensing_line_position"),
            ({"position": 2}, "licensing_line_work_once"),
            ({"position": 2, "price_minor": 0}, "licensing_line_priced"),
        ],
    )
    def test_a_line_has_its_place_a_work_once_and_a_price(
        self, change: dict[str, object], constraint: str
    ) -> None:
        line = make.order().lines.get()
        line.pk, line.uuid, line._state.adding = None, uuid4(), True
        for name, value in change.items():
            setattr(line, name, value)
        assert constraint in refused(line.save)

    def test_a_cart_holds_a_work_once(self) -> None:
        make.price_book()
        line = carts.put(
            buyer=make.buyer(),
            work=make.work_on_sale(),
            choice=make.STANDARD_SMALL,
            at=NOON,
        )
        line.pk, line._state.adding = None, True
        assert "licensing_cart_work_once" in refused(line.save)
        assert CartLine.objects.count() == 1
