"""From the gateway's answer to licences and ledger entries: all of it, once, or nothing."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import DatabaseError, connection

from ledger.models import Entry
from ledger.services import balances
from licensing.models import Licence, Order, Payment
from licensing.rules import numbers
from licensing.rules.gateway import Answer
from licensing.rules.states import PaymentState
from licensing.services import payments, settling
from licensing.services.carts import NotForSale
from licensing.services.orders import NotOpen
from licensing.services.settling import WrongAmount
from media.models import Work
from media.rules.states import State
from members.models import Notice
from royalties.models import Sale
from tests import make
from tests.make.ledger import NOON, usd
from tests.races import at_once

BACK = "https://shop.example/back"


@pytest.mark.django_db
class TestPaid:
    def test_grants_licences_and_records_sales_in_one_go(self) -> None:
        artist = make.artist()
        works = [make.work_on_sale(owner=artist), make.work_on_sale()]
        order = make.pay(make.order(works=works, licensee="Atlas Books"))
        assert order.is_paid
        for line in order.lines.all():
            licence = line.licence
            assert numbers.parse(licence.number) == licence.number
            assert (licence.buyer, licence.granted_at) == (order.buyer, NOON)
            assert (licence.sale.reference, licence.sale.price) == (line.reference, usd(1500))
            assert licence.sale.buyer_name == "Atlas Books"
        assert balances.of(f"member:{artist.pk}") == usd(750)
        assert balances.of("coop:commission") == usd(1500)

    def test_tells_the_buyer_and_each_artist(self) -> None:
        order = make.pay(make.order(works=[make.work_on_sale(title="Dunes")]))
        owner = order.lines.get().work.owner
        assert "is paid" in Notice.objects.get(recipient=order.buyer).text
        sold = Notice.objects.filter(recipient=owner, text__contains="USD 7.50").get()
        assert "“Dunes”" in sold.text

    def test_the_same_answer_again_changes_nothing(self) -> None:
        order = make.pay(make.order())
        payment = order.payments.get()
        for _ in range(3):
            payments.hear(payment=payment, at=NOON + timedelta(hours=1))
        assert (Licence.objects.count(), Sale.objects.count(), Entry.objects.count()) == (1, 1, 1)

    def test_answers_in_any_order_end_the_same(self) -> None:
        said = [PaymentState.PENDING, PaymentState.DECLINED, PaymentState.PAID, PaymentState.PAID]
        for answers in set(permutations(said)):
            order = make.order()
            payments.begin(order=order, return_url=BACK, at=NOON)
            for state in answers:
                answer = Answer(state, order.total)
                settling.apply(payment=order.payments.get(), answer=answer, at=NOON)
            assert Order.objects.get(pk=order.pk).is_paid
            assert order.lines.get().licence.is_valid

    def test_an_answer_about_another_amount_is_refused(self) -> None:
        order = make.order()
        payments.begin(order=order, return_url=BACK, at=NOON)
        answer = Answer(PaymentState.PAID, usd(1))
        with pytest.raises(WrongAmount):
            settling.apply(payment=order.payments.get(), answer=answer, at=NOON)
        assert not Licence.objects.exists()


@pytest.mark.django_db
class TestBegin:
    def test_a_payment_under_way_is_taken_up_again(self) -> None:
        order = make.order()
        urls = {payments.begin(order=order, return_url=BACK, at=NOON) for _ in range(3)}
        assert len(urls) == order.payments.count() == 1

    @pytest.mark.parametrize("end", [PaymentState.DECLINED, PaymentState.ABANDONED])
    def test_after_a_failed_payment_there_is_a_new_one(self, end: PaymentState) -> None:
        order = make.order()
        make.end_payment(order, end)
        url = payments.begin(order=order, return_url=BACK, at=NOON)
        states = list(order.payments.values_list("state", "url"))
        assert [state for state, _ in states] == [end, PaymentState.PENDING]
        assert url == states[1][1] != states[0][1]
        assert not Licence.objects.exists()

    def test_a_payment_already_made_is_settled_instead_of_begun_again(self) -> None:
        order = make.order()
        make.end_payment(order, PaymentState.PAID)
        assert payments.begin(order=order, return_url=BACK, at=NOON) == BACK
        assert Order.objects.get(pk=order.pk).is_paid

    def test_a_paid_order_takes_no_other_payment(self) -> None:
        order = make.pay(make.order())
        with pytest.raises(NotOpen):
            payments.begin(order=order, return_url=BACK, at=NOON)

    def test_a_work_withdrawn_since_is_not_paid_for(self) -> None:
        order = make.order()
        Work.objects.update(state=State.WITHDRAWN, withdrawn_at=NOON)
        with pytest.raises(NotForSale, match="withdrawn since you ordered"):
            payments.begin(order=order, return_url=BACK, at=NOON)


@pytest.mark.django_db
class TestSweep:
    def test_settles_what_was_paid_by_a_buyer_who_did_not_come_back(self) -> None:
        order = make.order()
        make.end_payment(order, PaymentState.PAID)
        assert payments.sweep(at=NOON + timedelta(minutes=5)) == 1
        assert Order.objects.get(pk=order.pk).is_paid
        assert payments.sweep(at=NOON + timedelta(minutes=6)) == 0

    def test_leaves_those_alone_who_are_still_paying(self) -> None:
        make.end_payment(make.order(), PaymentState.PAID)
        assert payments.sweep(at=NOON + timedelta(seconds=30)) == 0

    def test_one_payment_that_cannot_be_heard_of_does_not_stop_the_others(self) -> None:
        lost, order = make.order(), make.order()
        make.end_payment(lost, PaymentState.PAID)
        Payment.objects.filter(order=lost).update(reference="not_known_there")
        make.end_payment(order, PaymentState.PAID)
        assert payments.sweep(at=NOON + timedelta(minutes=5)) == 1


@pytest.mark.django_db(transaction=True)
class TestAllOrNothing:
    @pytest.mark.parametrize(
        "table", ["licensing_licence", "royalties_sale", "ledger_posting", "members_notice"]
    )
    def test_a_fault_in_the_middle_leaves_nothing_behind(self, table: str) -> None:
        order = make.order(works=[make.work_on_sale(), make.work_on_sale()])
        make.end_payment(order, PaymentState.PAID)
        payment = order.payments.get()
        with fault_on_second_row_of(table), pytest.raises(DatabaseError, match="planted"):
            payments.hear(payment=payment, at=NOON)
        assert Order.objects.get(pk=order.pk).is_open
        assert Payment.objects.get(pk=payment.pk).state == PaymentState.PENDING
        assert not Licence.objects.exists()
        assert not Sale.objects.exists()
        assert not Entry.objects.exists()
        payments.hear(payment=payment, at=NOON)
        assert Licence.objects.count() == Sale.objects.count() == 2

    def test_two_deliveries_of_an_answer_at_once_settle_it_once(self) -> None:
        order = make.order()
        make.end_payment(order, PaymentState.PAID)
        payment = order.payments.get()
        ends = at_once(lambda _: payments.hear(payment=payment, at=NOON), times=6)
        assert ends == [PaymentState.PAID] * 6
        assert (Licence.objects.count(), Sale.objects.count(), Entry.objects.count()) == (1, 1, 1)

    def test_two_clicks_on_pay_begin_one_payment(self) -> None:
        order = make.order()
        urls = at_once(lambda _: payments.begin(order=order, return_url=BACK, at=NOON), times=4)
        assert len(set(urls)) == order.payments.count() == 1

    def test_two_buyers_of_one_work_at_once_each_get_their_licence(self) -> None:
        work = make.work_on_sale()
        bought = [make.order(works=[work]) for _ in range(4)]
        for order in bought:
            make.end_payment(order, PaymentState.PAID)
        to_hear = [order.payments.get() for order in bought]
        at_once(lambda number: payments.hear(payment=to_hear[number], at=NOON), times=4)
        assert Licence.objects.filter(line__work=work).count() == 4
        assert balances.of(f"member:{work.owner_id}") == usd(4 * 750)


class fault_on_second_row_of:  # noqa: N801 reads as a word in the with statement
    """While it lasts, the database itself refuses the second row written to `table`."""

    def __init__(self, table: str) -> None:
        self.table = table

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE SEQUENCE planted_rows")
            cursor.execute(
                "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "IF nextval('planted_rows') >= 2 THEN RAISE EXCEPTION 'planted'; END IF; "
                "RETURN NEW; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER planted BEFORE INSERT ON {self.table} "
                "FOR EACH ROW EXECUTE FUNCTION planted()"
            )

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER planted ON {self.table}")
            cursor.execute("DROP FUNCTION planted(); DROP SEQUENCE planted_rows")
