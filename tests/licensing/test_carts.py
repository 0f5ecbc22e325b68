from datetime import timedelta

import pytest

from licensing.models import CartLine, PriceBook, Terms
from licensing.rules.book import BadPriceBook
from licensing.rules.offers import Choice, NotOnOffer
from licensing.services import carts, establish, prices
from licensing.services.carts import FullCart, NotForSale
from licensing.services.prices import NothingOnSale
from media.models import Work
from media.rules.states import State
from tests import make
from tests.make.ledger import NOON, usd

pytestmark = pytest.mark.django_db

SMALL, LARGE = Choice("standard", "small"), Choice("standard", "large")
LATER = NOON + timedelta(days=1)


def withdraw(work: Work) -> None:
    Work.objects.filter(pk=work.pk).move(State.PUBLISHED, State.WITHDRAWN, withdrawn_at=NOON)
    work.refresh_from_db()


class TestPriceBook:
    def test_unchanged_data_adds_no_version(self) -> None:
        make.price_book()
        make.price_book(at=NOON)
        assert PriceBook.objects.count() == 1
        assert Terms.objects.count() == 4

    def test_changed_prices_are_a_new_version_in_force_from_then(self) -> None:
        make.price_book()
        make.price_book(at=NOON, small="18.00")
        before, after = (prices.current(at=at) for at in (NOON - timedelta(seconds=1), NOON))
        assert (before.row.version, after.row.version) == (1, 2)
        assert before.book.kinds[0].prices["small"] == usd(1500)
        assert after.book.kinds[0].prices["small"] == usd(1800)
        assert Terms.objects.count() == 4

    def test_a_changed_text_is_a_new_version_of_that_kind_only(self) -> None:
        make.price_book()
        content = PriceBook.objects.get().content
        texts = [
            {"kind": terms.kind, "title": terms.title, "clauses": list(terms.clauses)}
            for terms in Terms.objects.exclude(kind="comp")
        ]
        texts[0]["title"] = "Another title"
        establish.establish({"licensing": {"price_book": content, "terms": texts}}, NOON)
        in_force = prices.terms(at=NOON)
        versions = {kind: terms.version for kind, terms in in_force.items()}
        assert versions == {text["kind"]: 1 for text in texts} | {texts[0]["kind"]: 2}

    def test_a_kind_without_terms_is_refused_and_changes_nothing(self) -> None:
        make.price_book()
        content = PriceBook.objects.get().content
        with pytest.raises(BadPriceBook, match="no licence terms for: standard, extended"):
            establish.establish(
                {"licensing": {"price_book": {**content, "editorial_note": "X."}}}, NOON
            )
        assert PriceBook.objects.count() == 1

    def test_without_a_price_book_nothing_is_on_sale(self) -> None:
        with pytest.raises(NothingOnSale) as refusal:
            prices.current(at=NOON)
        assert refusal.value.status == 503


class TestPut:
    def test_puts_a_work_at_todays_price(self) -> None:
        make.price_book()
        buyer, work = make.buyer(), make.work_on_sale()
        carts.put(buyer=buyer, work=work, choice=SMALL, at=NOON)
        cart = carts.read(buyer=buyer, at=NOON)
        assert [(line.work, quote.price) for line, quote in cart.payable] == [(work, usd(1500))]
        assert (cart.total, cart.notes) == (usd(1500), [])

    def test_the_same_work_again_takes_the_new_choice(self) -> None:
        make.price_book()
        buyer, work = make.buyer(), make.work_on_sale()
        for choice in (SMALL, LARGE):
            carts.put(buyer=buyer, work=work, choice=choice, at=NOON)
        assert [line.choice for line in CartLine.objects.of(buyer)] == [LARGE]

    def test_refuses_what_is_not_on_offer(self) -> None:
        make.price_book()
        work = make.work_on_sale(width=2000, height=1500)
        with pytest.raises(NotOnOffer):
            carts.put(buyer=make.buyer(), work=work, choice=LARGE, at=NOON)
        assert not CartLine.objects.exists()

    def test_refuses_a_withdrawn_work(self) -> None:
        make.price_book()
        work = make.work_on_sale()
        withdraw(work)
        with pytest.raises(NotForSale):
            carts.put(buyer=make.buyer(), work=work, choice=SMALL, at=NOON)

    def test_a_cart_has_an_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make.price_book()
        monkeypatch.setattr(carts, "MOST_LINES", 1)
        buyer, work = make.buyer(), make.work_on_sale()
        carts.put(buyer=buyer, work=work, choice=SMALL, at=NOON)
        with pytest.raises(FullCart):
            carts.put(buyer=buyer, work=make.work_on_sale(), choice=SMALL, at=NOON)
        carts.put(buyer=buyer, work=work, choice=LARGE, at=NOON)


class TestRead:
    def test_says_when_a_price_has_changed(self) -> None:
        make.price_book()
        buyer, work = make.buyer(), make.work_on_sale(title="Dunes")
        carts.put(buyer=buyer, work=work, choice=SMALL, at=NOON)
        make.price_book(at=LATER, small="18.00")
        cart = carts.read(buyer=buyer, at=LATER)
        assert cart.total == usd(1800)
        assert cart.notes == [
            "The price of “Dunes” was USD 15.00 when you added it; it is now USD 18.00."
        ]

    def test_a_withdrawn_work_drops_out_with_a_sentence(self) -> None:
        make.price_book()
        buyer, gone, left = make.buyer(), make.work_on_sale(title="Dunes"), make.work_on_sale()
        for work in (gone, left):
            carts.put(buyer=buyer, work=work, choice=SMALL, at=NOON)
        withdraw(gone)
        cart = carts.read(buyer=buyer, at=NOON)
        assert [line.work for line, _ in cart.payable] == [left]
        assert cart.notes == ["“Dunes” has been withdrawn, so it drops out of your order."]

    def test_a_choice_no_longer_offered_drops_out_with_a_sentence(self) -> None:
        make.price_book()
        buyer, work = make.buyer(), make.work_on_sale(title="Dunes")
        carts.put(buyer=buyer, work=work, choice=Choice("extended", "small"), at=NOON)
        Work.objects.filter(pk=work.pk).update(editorial=True)
        cart = carts.read(buyer=buyer, at=NOON)
        assert cart.total == usd(0)
        assert "no longer offered as you chose it" in cart.notes[0]

    def test_carts_are_their_buyers_own(self) -> None:
        make.price_book()
        carts.put(buyer=make.buyer(), work=make.work_on_sale(), choice=SMALL, at=NOON)
        assert carts.read(buyer=make.buyer(), at=NOON).entries == ()

    def test_what_is_removed_is_gone(self) -> None:
        make.price_book()
        buyer = make.buyer()
        line = carts.put(buyer=buyer, work=make.work_on_sale(), choice=SMALL, at=NOON)
        carts.remove(line=line)
        carts.remove(line=line)
        assert carts.read(buyer=buyer, at=NOON).entries == ()
