"""Upgrades by the difference: what they cost, what they supersede, and how they come undone."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from ledger.services import balances
from licensing.models import Licence, OrderLine, Refund
from licensing.rules import offers
from licensing.rules import upgrades as rules
from licensing.rules.offers import Choice, Item, NotOnOffer
from licensing.rules.states import PaymentState
from licensing.rules.upgrades import Held
from licensing.services import carts, certificates, downloads, orders, payments, refunds, verify
from licensing.services.orders import AnotherLicensee
from licensing.services.refunds import NotRefundable
from licensing.services.upgrades import NotUpgradable
from media.rules.wishes import Wish
from tests import make
from tests.licensing.pages import as_user, text
from tests.licensing.test_offers import BOOK
from tests.make.ledger import NOON, usd
from tests.races import at_once

MEDIUM, LARGE = Choice("standard", "medium"), Choice("standard", "large")
EXTENDED, EXCLUSIVE = Choice("extended", "medium"), Choice("exclusive", "medium")
LATER = NOON + timedelta(days=1)
PHOTO = Item("photo", 4000, editorial=False)


def held(choice: Choice = MEDIUM, paid: int | None = None) -> Held:
    price = offers.priced(BOOK, choice).price if paid is None else usd(paid)
    size = next(s for s in BOOK.sizes if s.code == choice.size)
    return Held(choice, offers.delivered(size, PHOTO), price)


def fresh(licence: Licence) -> Licence:
    return Licence.objects.get(pk=licence.pk)


def give_back(licence: Licence) -> None:
    line = licence.line
    refunds.give_back(order=line.order, lines=[line], reason="R", by=make.treasurer(), at=LATER)


class TestRule:
    @pytest.mark.parametrize(
        ("had", "wanted", "price"),
        [
            (MEDIUM, LARGE, 8_000),
            (MEDIUM, EXTENDED, 8_000),
            (MEDIUM, Choice("standard", "medium", {"seats": 2}), 6_000),
            (EXTENDED, EXCLUSIVE, 77_500),
            (Choice("standard", "medium", {"seats": 1}), EXTENDED, 5_000),
        ],
    )
    def test_costs_the_difference(self, had: Choice, wanted: Choice, price: int) -> None:
        assert rules.quote(BOOK, PHOTO, held(had), wanted).price == usd(price)

    @pytest.mark.parametrize(
        ("had", "wanted", "words"),
        [
            (MEDIUM, MEDIUM, "covers already"),
            (LARGE, MEDIUM, "nothing away"),
            (EXTENDED, LARGE, "nothing away"),
            (Choice("standard", "medium", {"seats": 1}), LARGE, "keeps the add-ons"),
            (Choice("standard", "small", {"seats": 9}), Choice("extended", "small"), "nothing to"),
        ],
    )
    def test_takes_nothing_away_and_is_not_for_nothing(
        self, had: Choice, wanted: Choice, words: str
    ) -> None:
        with pytest.raises(NotOnOffer, match=words):
            rules.quote(BOOK, PHOTO, held(had), wanted)

    def test_is_never_below_the_least(self) -> None:
        assert rules.quote(BOOK, PHOTO, held(paid=12_450), LARGE).price == usd(100)

    @given(st.integers(1, 200_000), st.sampled_from(["small", "medium", "large", "extra_large"]))
    def test_price_and_credit_are_always_the_full_price(self, paid: int, size: str) -> None:
        full = offers.priced(BOOK, Choice("standard", size))
        found = rules.credited(BOOK, full, usd(paid))
        assert found.credit is not None
        assert found.price + found.credit == found.full == full.price
        assert found.price >= usd(100)
        assert found.credit <= usd(paid)


@pytest.mark.django_db
class TestSettled:
    def test_supersedes_the_licence_and_pays_its_artist_the_difference(self) -> None:
        base = make.licence(choice=MEDIUM)
        before = balances.of(f"member:{base.work.owner_id}")
        upgrade = make.upgrade(base)
        assert (upgrade.line.price, upgrade.line.credit) == (usd(8_000), usd(4_500))
        assert (upgrade.upgrades, upgrade.root, upgrade.paid) == (base, base, usd(12_500))
        assert upgrade.sale.price == usd(8_000)
        assert balances.of(f"member:{base.work.owner_id}") > before
        assert (fresh(base).state, upgrade.state) == ("superseded", "valid")
        assert certificates.of(fresh(base)).number == base.number
        assert upgrade.number in fresh(base).superseded
        assert list(verify.differences()) == []

    def test_an_upgrade_can_be_upgraded(self) -> None:
        top = make.upgrade(
            make.upgrade(make.licence(choice=MEDIUM)), Choice("standard", "extra_large")
        )
        assert top.line.price == usd(27_500)
        assert [one.state for one in top.chain()] == ["valid", "superseded", "superseded"]
        assert list(verify.differences()) == []

    def test_only_the_holder_of_all_licences_of_a_work_can_have_it_exclusively(self) -> None:
        base = make.licence(choice=EXTENDED)
        top = make.upgrade(base, EXCLUSIVE)
        assert top.exclusive
        with pytest.raises(NotOnOffer, match="exclusively licensed"):
            carts.put(buyer=make.buyer(), work=base.work, choice=MEDIUM, at=NOON)
        other = make.licence(choice=MEDIUM)
        make.licence(works=[other.work], choice=MEDIUM)
        with pytest.raises(NotOnOffer, match="licensed before"):
            carts.put(buyer=other.buyer, work=other.work, choice=EXCLUSIVE, upgrade=other, at=NOON)

    def test_a_refund_puts_the_earlier_licence_back_in_force(self) -> None:
        base = make.licence(choice=MEDIUM)
        give_back(make.upgrade(base))
        assert fresh(base).state == "valid"
        again = make.upgrade(fresh(base))
        assert again.line.price == usd(8_000)
        assert list(verify.differences()) == []

    def test_what_was_upgraded_is_refunded_after_its_upgrade(self) -> None:
        base = make.licence(choice=MEDIUM)
        upgrade = make.upgrade(base)
        with pytest.raises(NotRefundable, match=f"refund licence {upgrade.number} first"):
            give_back(base)
        give_back(upgrade)
        give_back(base)
        assert [fresh(one).state for one in (base, upgrade)] == ["ended", "ended"]

    def test_counts_no_more_when_the_money_below_it_is_disputed(self) -> None:
        base = make.licence(choice=MEDIUM)
        upgrade = make.upgrade(base)
        Licence.objects.filter(pk=base.pk).update(suspended_at=NOON, suspended_because="S.")
        assert fresh(upgrade).state == "suspended"
        assert fresh(upgrade).counts
        with pytest.raises(downloads.Revoked, match="upgrades is not valid"):
            downloads.hand_out(licence=fresh(upgrade), wish=Wish(), at=NOON)

    def test_a_second_one_that_is_paid_too_late_is_given_back(self) -> None:
        base = make.licence(choice=MEDIUM)
        late = make.upgrade_order(base)
        make.end_payment(late, PaymentState.PAID)
        make.upgrade(base, EXTENDED)
        payments.hear(payment=late.payments.get(), at=NOON)
        lost = Refund.objects.get()
        assert (lost.line.order, lost.reason) == (late, refunds.NOT_UPGRADED)
        with pytest.raises(NotUpgradable, match="upgraded already"):
            make.upgrade_order(fresh(base))

    def test_stays_with_its_licensee(self) -> None:
        base = make.licence(choice=MEDIUM)
        carts.put(buyer=base.buyer, work=base.work, choice=LARGE, upgrade=base, at=NOON)
        with pytest.raises(AnotherLicensee, match="Atlas Books"):
            orders.place(
                buyer=base.buyer,
                token=uuid4(),
                licensee="Somebody Else",
                agreed=usd(8_000),
                at=NOON,
            )

    def test_a_cancelled_one_is_in_the_cart_as_an_upgrade_again(self) -> None:
        base = make.licence(choice=MEDIUM)
        orders.cancel(order=make.upgrade_order(base), at=NOON)
        cart = carts.read(buyer=base.buyer, at=NOON)
        assert cart.total == usd(8_000)

    @pytest.mark.parametrize(
        ("table", "change"),
        [("orderline", "credit_minor = credit_minor + 1"), ("licence", "root_id = id")],
    )
    def test_what_is_altered_by_hand_is_found(self, table: str, change: str) -> None:
        upgrade = make.upgrade(make.licence(choice=MEDIUM))
        row = upgrade.line_id if table == "orderline" else upgrade.pk
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"UPDATE licensing_{table} SET {change} WHERE id = {row}")
        assert len(list(verify.differences())) == 1

    def test_the_database_refuses_to_move_a_licence_to_another_root(self) -> None:
        base = make.licence()
        with pytest.raises(IntegrityError, match="stays as it was granted"):
            Licence.objects.filter(pk=base.pk).update(upgrades=base.pk)

    def test_and_a_credit_without_an_upgrade(self) -> None:
        line = make.licence().line
        copy = OrderLine(
            **{f.attname: getattr(line, f.attname) for f in line._meta.concrete_fields}
        )
        copy.pk, copy.uuid, copy.position, copy.credit_minor = None, uuid4(), 2, 5
        copy.work = make.work_on_sale()
        with pytest.raises(IntegrityError, match="licensing_line_credited"):
            copy.save()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_of_many_upgrades_of_a_licence_wins(self) -> None:
        base = make.licence(choice=MEDIUM)
        paid = [make.upgrade_order(base, choice) for choice in (LARGE, EXTENDED, LARGE, EXCLUSIVE)]
        for order in paid:
            make.end_payment(order, PaymentState.PAID)
        waiting = [order.payments.get() for order in paid]
        at_once(lambda n: payments.hear(payment=waiting[n], at=NOON), times=len(waiting))
        assert Licence.objects.filter(upgrades=base).count() == 1
        assert Refund.objects.count() == len(paid) - 1
        assert list(verify.differences()) == []

    def test_an_upgrade_and_a_refund_of_what_it_builds_on_do_not_both_happen(self) -> None:
        base = make.licence(choice=MEDIUM)
        order = make.upgrade_order(base)
        make.end_payment(order, PaymentState.PAID)
        payment, line, by = order.payments.get(), base.line, make.treasurer()
        acts: list[Callable[[], object]] = [
            lambda: payments.hear(payment=payment, at=LATER),
            lambda: refunds.give_back(order=line.order, lines=[line], reason="R", by=by, at=LATER),
        ]
        at_once(lambda n: acts[n](), times=2)
        upgrades = Licence.objects.filter(upgrades=base, revoked_at=None).exists()
        assert upgrades != Refund.objects.filter(line=line).exists()
        assert list(verify.differences()) == []


@pytest.mark.django_db
class TestPages:
    def test_from_the_licence_to_the_cart(self) -> None:
        base = make.licence(choice=MEDIUM)
        client = as_user(base.buyer)
        page = reverse("licensing:upgrade", args=[base.number])
        assert page in text(client.get(reverse("licensing:licence", args=[base.number])))
        assert "covers already" in text(client.get(page))
        shown = text(client.get(f"{page}?kind=standard&size=large"))
        assert "Difference" in shown
        assert "80.00" in shown
        cart = text(client.post(page, {"kind": "standard", "size": "large"}, follow=True))
        assert "An upgrade: USD 125.00 less USD 45.00 paid before" in cart
        assert f"{page}?" in cart
        client.post(reverse("licensing:cart_remove", args=[base.work.uuid]))
        client.post(reverse("licensing:cart_undo"))
        assert carts.read(buyer=base.buyer, at=NOON).total == usd(8_000)

    def test_what_cannot_be_had_is_said(self) -> None:
        base = make.licence(choice=LARGE)
        page = reverse("licensing:upgrade", args=[base.number])
        sent = as_user(base.buyer).post(page, {"kind": "standard", "size": "small"}, follow=True)
        assert "takes nothing away" in text(sent)

    def test_the_superseded_licence_says_so_everywhere(self) -> None:
        base = make.licence(choice=MEDIUM)
        upgrade = make.upgrade(base)
        client = as_user(base.buyer)
        own = text(client.get(reverse("licensing:licence", args=[base.number])))
        public = text(client.get(reverse("licensing:verify"), {"number": base.number}))
        assert f"Superseded by licence {upgrade.number}" in own
        assert "This licence is superseded" in public
        refused = text(client.get(reverse("licensing:upgrade", args=[base.number])))
        assert "upgraded already" in refused
