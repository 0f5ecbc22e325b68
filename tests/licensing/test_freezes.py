"""Market freezes as they are bought: what they bar, what stays beside them, and how they end."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from licensing.models import Claim, FreezeNotice, Licence
from licensing.rules.freezes import Freeze
from licensing.rules.offers import Choice, NotOnOffer
from licensing.services import (
    carts,
    certificate_facts,
    endings,
    freeze_notices,
    orders,
    payments,
    refunds,
    verify,
)
from licensing.services.carts import NotForSale
from licensing.services.upgrades import NotUpgradable
from members.models import Notice
from tests import make
from tests.licensing.freezing import (
    DAY,
    EUROPE,
    FROZEN,
    IN_EUROPE,
    LATER,
    MEDIUM,
    SIX,
    TWELVE,
    bought,
    data,
    give_back,
    hear,
    in_the_way,
    paid,
)
from tests.make.ledger import NOON, usd


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
        assert entry.beside.text.startswith("2 licences of this work, the first of ")
        licence = bought(work, at=LATER)
        assert licence.line.beside == entry.beside.text
        assert licence.line.freeze["earlier"] == 2
        facts = certificate_facts.of(Licence.objects.with_line().get(pk=licence.pk))
        assert facts["freeze"]["earlier_text"] == entry.beside.text  # type: ignore[call-overload,index]
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

    def test_goes_back_into_the_cart_with_a_cancelled_order(self) -> None:
        order = make.order(choice=FROZEN)
        orders.cancel(order=order, at=LATER)
        assert carts.read(buyer=order.buyer, at=LATER).total == usd(54_500)

    def test_ordering_several_reads_what_is_taken_once(self) -> None:
        buyer = make.buyer()
        works = [bought(make.work_on_sale(), MEDIUM).work for _ in range(3)]
        for work in works:
            carts.put(buyer=buyer, work=work, choice=FROZEN, at=LATER)
        agreed = carts.read(buyer=buyer, at=LATER).total
        with CaptureQueriesContext(connection) as queries:
            order = orders.place(
                buyer=buyer, token=uuid4(), licensee="Atlas", agreed=agreed, at=LATER
            )
        reads = [one for one in queries if 'FROM "licensing_claim"' in one["sql"]]
        assert len(reads) == 1
        assert [line.freeze["earlier"] for line in order.lines.all()] == [1, 1, 1]


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
