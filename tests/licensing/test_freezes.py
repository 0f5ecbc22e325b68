"""Market freezes as they are bought: what they bar, what stays beside them, and how they end."""

import tomllib
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from licensing.models import Claim, FreezeNotice, Licence, Order, Refund
from licensing.rules.freezes import Freeze
from licensing.rules.offers import Choice, NotOnOffer
from licensing.rules.states import PaymentState
from licensing.services import (
    carts,
    certificate_facts,
    endings,
    establish,
    freeze_notices,
    orders,
    payments,
    refunds,
    verify,
)
from licensing.services.carts import NotForSale
from licensing.services.upgrades import NotUpgradable
from media.models import Work
from members.models import Notice
from stockcoop.env import ROOT
from tests import make
from tests.make.ledger import NOON, usd
from tests.make.members import LONG_AGO
from tests.races import at_once

MEDIUM = Choice("standard", "medium")
SIX = Freeze(6, "worldwide", "any")
TWELVE = Freeze(12, "worldwide", "any")
EUROPE = Freeze(6, "europe", "advertising")
FROZEN = Choice("standard", "medium", freeze=SIX)
IN_EUROPE = Choice("standard", "medium", freeze=EUROPE)
DAY = timedelta(days=1)
LATER = NOON + DAY


def data(**changes: object) -> None:
    """The co-op's own price book with `changes` to what it says of freezes; kinds by code too."""
    content = tomllib.loads((ROOT / "stockcoop" / "coop.toml").read_text(encoding="utf-8"))
    for kind in content["licensing"]["price_book"]["kinds"]:
        kind.update(changes.pop(kind["code"], {}))
    content["licensing"]["price_book"]["freeze"] |= changes
    establish.establish(content, LONG_AGO)


def bought(work: Work, choice: Choice = FROZEN, at: datetime = NOON) -> Licence:
    return make.licence(works=[work], choice=choice, at=at)


def paid(work: Work, choice: Choice, at: datetime = NOON) -> Order:
    """An order whose buyer has paid at the gateway; nobody has heard of it yet."""
    order = make.order(works=[work], choice=choice, at=at)
    make.end_payment(order, PaymentState.PAID, at=at)
    return order


def hear(order: Order, at: datetime) -> bool:
    """Whether the order got its licence."""
    payments.hear(payment=order.payments.get(), at=at)
    return Licence.objects.filter(line__order=order).exists()


def give_back(licence: Licence, at: datetime) -> None:
    line = licence.line
    refunds.give_back(order=line.order, lines=[line], reason="R", by=make.treasurer(), at=at)


def in_the_way(work: Work, choice: Choice, at: datetime) -> str:
    """Why nobody else can put `work` into their cart; "" when they can."""
    try:
        with transaction.atomic():
            carts.put(buyer=make.buyer(), work=work, choice=choice, at=at)
    except NotOnOffer as refusal:
        return refusal.message
    return ""


@pytest.mark.django_db
class TestBought:
    def test_costs_its_price_and_bars_others_until_it_ends(self) -> None:
        licence = bought(make.work_on_sale())
        assert licence.line.price == usd(4_500 + 50_000)
        assert licence.frozen_until is not None
        assert "is frozen for somebody else until" in in_the_way(licence.work, MEDIUM, LATER)
        assert "frozen" in in_the_way(licence.work, IN_EUROPE, licence.frozen_until - DAY)
        assert in_the_way(licence.work, MEDIUM, licence.frozen_until) == ""
        assert bought(licence.work, MEDIUM, at=licence.frozen_until).is_valid
        assert list(verify.differences()) == []

    def test_a_refund_ends_it(self) -> None:
        licence = bought(make.work_on_sale())
        give_back(licence, LATER)
        assert not Claim.objects.exists()
        assert in_the_way(licence.work, MEDIUM, LATER) == ""
        assert list(verify.differences()) == []

    def test_says_how_many_licences_stay_beside_it_and_keeps_that(self) -> None:
        work = make.work_on_sale()
        for _ in range(2):
            bought(work, MEDIUM)
        buyer = make.buyer()
        carts.put(buyer=buyer, work=work, choice=FROZEN, at=LATER)
        (entry,) = carts.read(buyer=buyer, at=LATER).entries
        assert entry.others.startswith("2 licences of this work, the first of ")
        licence = bought(work, at=LATER)
        assert licence.line.beside == entry.others
        assert licence.line.freeze["earlier"] == 2
        facts = certificate_facts.of(Licence.objects.with_line().get(pk=licence.pk))
        assert facts["freeze"]["earlier_text"] == entry.others  # type: ignore[call-overload,index]
        assert list(verify.differences()) == []

    def test_is_not_to_be_had_beside_licences_where_the_book_refuses_that(self) -> None:
        data(earlier="refuse")
        work = make.work_on_sale()
        bought(work, MEDIUM)
        assert "licensed before, so it cannot be frozen" in in_the_way(work, FROZEN, LATER)
        assert bought(make.work_on_sale()).line.freeze["strict"]

    def test_leaves_kinds_that_reach_elsewhere_on_sale(self) -> None:
        data(extended={"uses": ["publishing"]})
        licence = bought(make.work_on_sale(), IN_EUROPE)
        elsewhere = Choice("extended", "medium")
        assert "frozen" in in_the_way(licence.work, MEDIUM, LATER)
        assert bought(licence.work, elsewhere, at=LATER).is_valid
        assert list(verify.differences()) == []

    def test_is_not_for_exclusive_licences_nor_without_a_price(self) -> None:
        make.price_book()
        work = make.work_on_sale()
        exclusive = Choice("exclusive", "medium", freeze=SIX)
        assert "no market freeze" in in_the_way(work, exclusive, NOON)
        unpriced = Choice("standard", "medium", freeze=Freeze(5, "worldwide", "any"))
        assert "No freeze is offered" in in_the_way(work, unpriced, NOON)


@pytest.mark.django_db
class TestOthers:
    def test_carts_and_open_orders_are_told(self) -> None:
        work, buyer = make.work_on_sale(title="Dunes"), make.buyer()
        make.price_book()
        carts.put(buyer=buyer, work=work, choice=MEDIUM, at=NOON)
        order = make.order(works=[work], choice=MEDIUM)
        bought(work)
        cart = carts.read(buyer=buyer, at=LATER)
        assert cart.payable == []
        assert cart.notes[0].startswith("“Dunes” is frozen for somebody else until")
        with pytest.raises(NotForSale, match=r"frozen.*cancel this order"):
            payments.begin(order=order, return_url="https://shop.example/", at=LATER)

    def test_who_pays_too_late_gets_everything_back(self) -> None:
        work = make.work_on_sale()
        late = paid(work, MEDIUM)
        bought(work)
        assert not hear(late, LATER)
        assert refunds.finish(at=LATER + DAY) == 1
        assert list(verify.differences()) == []

    def test_a_freeze_is_not_had_over_a_licence_granted_since_it_was_ordered(self) -> None:
        work = make.work_on_sale()
        late = paid(work, FROZEN)
        bought(work, MEDIUM, at=LATER)
        assert not hear(late, LATER + DAY)
        told = Notice.objects.filter(recipient=late.buyer).latest("pk")
        assert "licensed to somebody else since" in told.text

    def test_a_licence_that_is_won_back_stays_ended_where_that_would_be_in_conflict(self) -> None:
        licence = bought(make.work_on_sale())
        suspended = Licence.objects.filter(pk=licence.pk)
        suspended.update(suspended_at=NOON, suspended_because="S.")
        endings.lose(payment=licence.line.order.payments.get(), dispute="D", at=LATER)
        assert endings.can_resume(suspended.get())
        bought(licence.work, MEDIUM, at=LATER + DAY)
        assert not endings.can_resume(suspended.get())


@pytest.mark.django_db
class TestUpgrades:
    def test_make_a_freeze_longer_from_where_it_began(self) -> None:
        base = bought(make.work_on_sale())
        longer = make.upgrade(base, Choice("standard", "medium", freeze=TWELVE), at=LATER)
        assert longer.line.price == usd(30_000)
        assert (longer.frozen_since, base.frozen_since) == (NOON, NOON)
        assert longer.frozen_until == NOON.replace(year=NOON.year + 1)
        assert list(verify.differences()) == []

    def test_take_no_freeze_away(self) -> None:
        base = bought(make.work_on_sale())
        for less in (None, EUROPE, Freeze(3, "worldwide", "any")):
            with pytest.raises(NotOnOffer, match="keeps the market freeze"):
                make.upgrade_order(base, Choice("standard", "large", freeze=less), at=LATER)

    def test_a_freeze_that_is_over_is_not_paid_for_again(self) -> None:
        base = bought(make.work_on_sale())
        assert base.frozen_until is not None
        larger = make.upgrade(base, Choice("standard", "large"), at=base.frozen_until)
        assert larger.line.credit == usd(4_500)
        assert larger.frozen_until is None
        again = make.upgrade(
            larger, Choice("standard", "large", freeze=SIX), at=base.frozen_until + DAY
        )
        assert again.line.price == usd(50_000)
        assert again.frozen_since == base.frozen_until + DAY
        assert list(verify.differences()) == []

    def test_of_others_wait_until_it_ends(self) -> None:
        work = make.work_on_sale()
        theirs = bought(work, MEDIUM)
        bought(work, at=LATER)
        with pytest.raises(NotUpgradable, match="frozen"):
            carts.put(
                buyer=theirs.buyer,
                work=work,
                choice=Choice("standard", "large"),
                upgrade=theirs,
                at=LATER + DAY,
            )


@pytest.mark.django_db
class TestNotices:
    def test_the_holder_is_told_once_before_it_ends(self) -> None:
        licence = bought(make.work_on_sale(title="Dunes"))
        assert licence.frozen_until is not None
        soon = licence.frozen_until - 14 * DAY
        assert freeze_notices.tell_of_ends(at=soon - DAY) == 0
        assert freeze_notices.tell_of_ends(at=soon) == 1
        assert freeze_notices.tell_of_ends(at=soon + DAY) == 0
        told = Notice.objects.filter(recipient=licence.buyer).latest("pk")
        assert told.text.startswith("The market freeze of “Dunes” ends on")
        assert FreezeNotice.objects.get().licence == licence

    def test_nobody_is_told_of_one_that_was_made_longer_or_ended(self) -> None:
        base, ended = bought(make.work_on_sale()), bought(make.work_on_sale())
        make.upgrade(base, Choice("standard", "medium", freeze=TWELVE), at=LATER)
        give_back(ended, LATER)
        assert base.frozen_until is not None
        assert freeze_notices.tell_of_ends(at=base.frozen_until - DAY) == 0


@pytest.mark.django_db
class TestDatabase:
    def test_grants_nobody_a_licence_while_a_freeze_runs(self) -> None:
        licence = bought(make.work_on_sale())
        self.refuses(licence.work, MEDIUM, LATER, "licensing_claim_alone")

    def test_nor_a_strict_freeze_where_there_was_a_licence(self) -> None:
        data(earlier="refuse")
        licence = bought(make.work_on_sale(), MEDIUM)
        self.refuses(licence.work, FROZEN, LATER, "licensing_claim_beside")

    def refuses(self, work: Work, choice: Choice, at: datetime, words: str) -> None:
        """What is granted behind the back of every service."""
        other = make.licence(choice=choice, at=at)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE licensing_claim DISABLE TRIGGER USER")
            with pytest.raises(IntegrityError, match=words):
                cursor.execute(
                    "UPDATE licensing_claim SET work_id = %s WHERE licence_id = %s",
                    [work.pk, other.pk],
                )

    def test_nobody_writes_claims(self) -> None:
        licence = bought(make.work_on_sale())
        for act in (lambda: licence.claims.update(regions=["x"]), licence.claims.all().delete):
            with pytest.raises(IntegrityError, match="follow their licences"), transaction.atomic():
                act()

    @pytest.mark.parametrize(
        ("statement", "words"),
        [
            ("licensing_licence SET frozen_until = frozen_until + interval '1 day'", "its freeze"),
            ("licensing_claim SET regions = '{europe}'", "its claims"),
            ("licensing_claim SET beside = 'empty' WHERE NOT freezes", "its claims"),
            ('licensing_orderline SET reach = \'{"regions": ["europe"]}\'', "its reach"),
            (
                "licensing_orderline SET \"freeze\" = jsonb_set(\"freeze\", '{strict}', 'true')",
                "unlike its price book",
            ),
            (
                "licensing_orderline SET \"freeze\" = jsonb_set(\"freeze\", '{months}', '12')",
                "its price is stored as",
            ),
        ],
    )
    def test_what_is_altered_by_hand_is_found(self, statement: str, words: str) -> None:
        bought(make.work_on_sale())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"UPDATE {statement}")
        assert any(words in sentence for sentence in verify.differences())


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.mark.parametrize("choices", [(FROZEN, FROZEN), (FROZEN, MEDIUM), (IN_EUROPE, MEDIUM)])
    @pytest.mark.parametrize("earlier", ["refuse", "disclose"])
    def test_one_of_two_payments_wins_and_the_other_goes_back(
        self, choices: tuple[Choice, Choice], earlier: str
    ) -> None:
        data(earlier=earlier)
        work = make.work_on_sale()
        orders_ = [paid(work, choice) for choice in choices]
        ends = at_once(lambda n: hear(orders_[n], NOON + timedelta(seconds=1 + n)), times=2)
        assert sorted(map(str, ends)) == ["False", "True"]
        assert Refund.objects.count() == 1
        refunds.finish(at=LATER)
        assert list(verify.differences()) == []


def test_a_cancelled_order_goes_back_into_the_cart_with_its_freeze(db: None) -> None:
    order = make.order(choice=FROZEN)
    orders.cancel(order=order, at=LATER)
    assert carts.read(buyer=order.buyer, at=LATER).total == usd(54_500)
