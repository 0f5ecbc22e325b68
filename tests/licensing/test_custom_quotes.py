"""Custom quotes: asked, answered, taken once, withdrawn, and what becomes of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.services import balances
from licensing.models import CustomQuote, Enquiry
from licensing.rules import custom
from licensing.rules.custom import EnquiryState
from licensing.rules.offers import Choice, NotOnOffer
from licensing.services import (
    carts,
    certificate_facts,
    certificates,
    custom_quotes,
    enquiries,
    ledger,
    orders,
    refunds,
    verify,
)
from licensing.services.custom_quotes import (
    NotQuoted,
    NotToBeAnswered,
    NotWithdrawable,
    OwnEnquiry,
)
from licensing.services.enquiries import AskedAlready, NotWaiting
from licensing.services.orders import EmptyCart
from tests import make
from tests.licensing.pages import withdraw as withdraw_work
from tests.licensing.quoting import EXCLUSIVE, LATER, place, put, said_to, withdraw
from tests.make.ledger import NOON, usd


class TestRule:
    @given(st.booleans(), st.booleans(), st.integers(-5, 5))
    def test_can_be_taken_until_it_ends_and_by_nothing_else(
        self, ordered: bool, withdrawn: bool, left: int
    ) -> None:
        why = custom.obstacle(
            "Harbour",
            at=NOON,
            expires_at=NOON + timedelta(seconds=left),
            withdrawn=withdrawn,
            order="A-1" if ordered else "",
        )
        assert (why == "") is (not ordered and not withdrawn and left >= 0)

    @pytest.mark.parametrize(
        ("order", "withdrawn", "words"),
        [
            ("A-1", True, "is in order A-1; it is good for one licence."),
            ("", True, "has been withdrawn."),
            ("", False, "was good until 13 March 2026."),
        ],
    )
    def test_says_why_not(self, order: str, withdrawn: bool, words: str) -> None:
        ended = NOON - timedelta(days=1)
        why = custom.obstacle(
            "Harbour", at=NOON, expires_at=ended, withdrawn=withdrawn, order=order
        )
        assert why == f"The custom quote for “Harbour” {words}"


@pytest.mark.django_db
class TestEnquiry:
    def test_is_told_to_the_treasurers(self) -> None:
        treasurer = make.treasurer()
        enquiry = make.enquiry()
        assert said_to(treasurer)[-1] == (
            f"{enquiry.buyer.name} asks for a custom quote for “{enquiry.work.title}”."
        )

    def test_is_asked_once_while_it_waits_or_has_a_quote_to_take(self) -> None:
        enquiry = make.enquiry()
        with pytest.raises(AskedAlready, match="on its way"):
            make.enquiry(by=enquiry.buyer, work=enquiry.work)
        make.custom_quote(enquired=enquiry)
        with pytest.raises(AskedAlready, match="have a custom quote"):
            make.enquiry(by=enquiry.buyer, work=enquiry.work)
        assert make.enquiry(by=enquiry.buyer, work=enquiry.work, at=LATER).is_waiting

    def test_so_many_at_a_time_wait(self) -> None:
        buyer = make.buyer()
        for _ in range(enquiries.MOST_WAITING):
            make.enquiry(by=buyer)
        with pytest.raises(AskedAlready, match="wait for an answer already"):
            make.enquiry(by=buyer)

    def test_ends_without_a_quote_when_taken_back_or_declined(self) -> None:
        mine, other = make.enquiry(), make.enquiry()
        enquiries.take_back(enquiry=mine, at=NOON)
        treasurer = make.treasurer()
        enquiries.decline(enquiry=other, by=treasurer, because="Its artist forbids it.", at=NOON)
        assert said_to(other.buyer)[-1].endswith("Its artist forbids it.")
        for enquiry in (mine, other):
            with pytest.raises(NotToBeAnswered):
                make.custom_quote(enquired=enquiry)
            with pytest.raises(NotWaiting):
                enquiries.take_back(enquiry=enquiry, at=NOON)


@pytest.mark.django_db
class TestAnswer:
    def test_is_told_to_the_buyer_with_its_price_and_last_day(self) -> None:
        quote = make.custom_quote()
        assert said_to(quote.enquiry.buyer)[-1] == (
            f"Your custom quote for “{quote.enquiry.work.title}” is USD 777.00, "
            f"until {quote.expires_at:%-d %B %Y}."
        )

    def test_is_not_given_to_oneself(self) -> None:
        treasurer = make.treasurer()
        enquiry = make.enquiry(by=treasurer)
        with pytest.raises(OwnEnquiry):
            custom_quotes.answer(
                enquiry=enquiry,
                choice=make.STANDARD_SMALL,
                price=usd(1),
                clause="",
                expires_at=LATER,
                by=treasurer,
                at=NOON,
            )

    def test_is_of_what_can_be_had_of_the_work(self) -> None:
        make.price_book()
        editorial = make.enquiry(work=make.work_on_sale(editorial=True))
        with pytest.raises(NotOnOffer, match="editorial"):
            make.custom_quote(enquired=editorial, choice=Choice("extended", "small"))
        licensed = make.licence().work
        with pytest.raises(NotOnOffer, match="licensed before"):
            make.custom_quote(enquired=make.enquiry(work=licensed), choice=EXCLUSIVE)
        gone = make.enquiry()
        withdraw_work(gone.work)
        gone.work.refresh_from_db()
        with pytest.raises(NotToBeAnswered, match="not for sale"):
            make.custom_quote(enquired=gone)

    @pytest.mark.parametrize("days", [-1, 0, 367])
    def test_lasts_some_time_but_not_for_ever(self, days: int) -> None:
        with pytest.raises(NotToBeAnswered, match="up to a year"):
            make.custom_quote(lasting=timedelta(days=days))


@pytest.mark.django_db
class TestTaken:
    def test_gives_a_licence_at_its_price_with_its_clause(self) -> None:
        quote = make.custom_quote(choice=Choice("standard", "small", {"seats": 2}))
        artist = quote.enquiry.work.owner
        before = balances.of(f"member:{artist.pk}")
        licence = make.pay(make.quoted_order(quote)).lines.get().licence
        assert licence.line.price == licence.sale.price == usd(77_700)
        assert licence.sale.licence_kind == "standard"
        assert balances.of(f"member:{artist.pk}") > before
        assert licence.line.quote().price == usd(77_700)
        grant = certificate_facts.of(licence)["grant"]
        assert isinstance(grant, dict)
        assert grant["clause"] == quote.clause == licence.clause
        assert certificates.covers(licence).permits[-1].endswith(quote.clause)
        assert quote.clause in ledger.as_csv(ledger.read([licence]))
        assert list(verify.differences()) == []

    def test_keeps_its_price_whatever_the_book_says_by_then(self) -> None:
        quote = make.custom_quote()
        put(quote)
        make.price_book(at=NOON, small="99.00")
        cart = carts.read(buyer=quote.enquiry.buyer, at=NOON)
        assert (cart.total, cart.notes) == (usd(77_700), [])
        place(quote.enquiry.buyer)
        assert list(verify.differences()) == []

    def test_another_choice_of_the_work_gives_it_up(self) -> None:
        quote = make.custom_quote()
        put(quote)
        buyer, work = quote.enquiry.buyer, quote.enquiry.work
        carts.put(buyer=buyer, work=work, choice=make.STANDARD_SMALL, at=NOON)
        assert carts.read(buyer=buyer, at=NOON).total == usd(1_500)

    def test_is_good_for_one_order_that_stands(self) -> None:
        quote = make.custom_quote()
        first = make.quoted_order(quote)
        with pytest.raises(NotQuoted, match=f"in order {first.number}"):
            put(quote)
        orders.cancel(order=first, at=NOON)
        assert carts.read(buyer=first.buyer, at=NOON).total == usd(77_700)
        make.pay(make.quoted_order(quote))
        with pytest.raises(NotQuoted, match="one licence"):
            put(quote)

    def test_a_refund_does_not_make_it_new(self) -> None:
        quote = make.custom_quote()
        order = make.pay(make.quoted_order(quote))
        lines = list(order.lines.all())
        refunds.give_back(order=order, lines=lines, reason="R", by=make.treasurer(), at=NOON)
        with pytest.raises(NotQuoted):
            put(quote)
        assert list(verify.differences()) == []

    @pytest.mark.parametrize(
        ("end", "words"),
        [
            (withdraw, "has been withdrawn"),
            (lambda quote: withdraw_work(quote.enquiry.work), "has been withdrawn"),
            (lambda quote: make.licence(works=[quote.enquiry.work], choice=EXCLUSIVE), "exclusiv"),
        ],
    )
    def test_drops_out_of_the_cart_when_it_ends(
        self, end: Callable[[CustomQuote], object], words: str
    ) -> None:
        quote = make.custom_quote()
        put(quote)
        end(quote)
        cart = carts.read(buyer=quote.enquiry.buyer, at=NOON)
        assert cart.payable == []
        assert words in cart.notes[0]
        with pytest.raises(EmptyCart):
            place(quote.enquiry.buyer)

    def test_and_when_it_is_too_old(self) -> None:
        quote = make.custom_quote()
        put(quote)
        [note] = carts.read(buyer=quote.enquiry.buyer, at=LATER).notes
        assert "was good until" in note

    def test_an_upgrade_counts_what_was_paid_and_keeps_the_clause(self) -> None:
        quote = make.custom_quote(price=usd(4_000))
        base = make.pay(make.quoted_order(quote)).lines.get().licence
        upgrade = make.upgrade(base)
        assert (upgrade.line.price, upgrade.line.credit) == (usd(8_500), usd(4_000))
        assert upgrade.clause == quote.clause
        assert list(verify.differences()) == []

    def test_is_withdrawn_before_an_order_only(self) -> None:
        quote = make.custom_quote()
        order = make.quoted_order(quote)
        with pytest.raises(NotWithdrawable, match=order.number):
            withdraw(quote)
        orders.cancel(order=order, at=NOON)
        withdraw(quote)
        assert said_to(order.buyer)[-1].endswith("A slip.")
        enquiry = Enquiry.objects.get(pk=quote.enquiry_id)
        assert enquiry.state == EnquiryState.WAITING
        assert make.custom_quote(enquired=enquiry, price=usd(5_000)).price == usd(5_000)
        with pytest.raises(NotWithdrawable):
            withdraw(CustomQuote.objects.get(pk=quote.pk))

    def test_is_withdrawn_also_where_its_buyer_has_asked_again(self) -> None:
        quote = make.custom_quote()
        order = make.quoted_order(quote)
        make.enquiry(by=order.buyer, work=quote.enquiry.work)
        orders.cancel(order=order, at=NOON)
        withdraw(quote)
        assert Enquiry.objects.waiting().count() == 1
