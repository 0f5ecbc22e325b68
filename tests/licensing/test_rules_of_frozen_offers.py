"""Which freezes a book offers with a licence, what they bar, and what an upgrade keeps of one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.rules import book, offers, upgrades
from licensing.rules.book import Kind
from licensing.rules.freezes import ALL, Claim, Freeze, FreezeOffer, Frozen, Reach
from licensing.rules.offers import Choice, NotOnOffer
from licensing.rules.upgrades import Held
from tests.licensing.test_offers import BOOK, DATA, PHOTO, little_book
from tests.make.ledger import NOON, usd

THREE, SIX, TWELVE = (Freeze(months, "worldwide", "any") for months in (3, 6, 12))
EUROPE, AMERICAS = Freeze(6, "europe", "advertising"), Freeze(12, "americas", "any")
GONE = Freeze(5, "worldwide", "any")
MEDIUM, LARGE = Choice("standard", "medium"), Choice("standard", "large")


def frozen(choice: Choice, freeze: Freeze) -> Choice:
    return replace(choice, freeze=freeze)


def kind_of(code: str) -> Kind:
    return next(kind for kind in BOOK.kinds if kind.code == code)


def offer() -> FreezeOffer:
    assert BOOK.freeze is not None
    return BOOK.freeze


class TestOffered:
    def test_are_freezes_with_the_kinds_that_the_book_names(self) -> None:
        offered = {kind.code: BOOK.freeze_of(kind) for kind in BOOK.kinds}
        assert offered == {"standard": offer(), "extended": offer(), "exclusive": None}

    def test_are_read_with_the_rest_of_the_book(self) -> None:
        read = book.read(DATA["licensing"]["price_book"], "USD").freeze
        assert read is not None
        assert (read.kinds, read.prices[SIX]) == (("standard", "extended"), usd(50_000))

    def test_are_none_where_the_book_speaks_of_none(self) -> None:
        little = little_book()
        assert little.freeze_of(little.kinds[0]) is None

    def test_are_in_the_price_by_the_names_of_the_book(self) -> None:
        quote = offers.quote(BOOK, PHOTO, frozen(MEDIUM, EUROPE))
        assert quote.frozen == Frozen(EUROPE, "Europe", "Advertising", usd(25_000))
        assert (quote.base, quote.price) == (usd(4_500), usd(29_500))
        assert quote.choice == frozen(MEDIUM, EUROPE)

    @pytest.mark.parametrize(
        ("choice", "words"),
        [
            (
                frozen(Choice("exclusive", "medium"), SIX),
                "The exclusive licence has no market freeze.",
            ),
            (frozen(MEDIUM, GONE), "No freeze is offered for that term, region and use."),
            (
                frozen(MEDIUM, Freeze(6, "europe", "publishing")),
                "No freeze is offered for that term, region and use.",
            ),
        ],
    )
    def test_are_no_others(self, choice: Choice, words: str) -> None:
        with pytest.raises(NotOnOffer) as refusal:
            offers.quote(BOOK, PHOTO, choice)
        assert refusal.value.message == words


class TestNearest:
    @pytest.mark.parametrize(
        ("choice", "found"),
        [
            (frozen(MEDIUM, SIX), frozen(MEDIUM, SIX)),
            (
                frozen(MEDIUM, Freeze(6, "europe", "publishing")),
                frozen(MEDIUM, replace(EUROPE, use="any")),
            ),
            (frozen(MEDIUM, GONE), MEDIUM),
            (frozen(Choice("exclusive", "medium"), SIX), Choice("exclusive", "medium")),
            (MEDIUM, MEDIUM),
        ],
    )
    def test_keeps_of_a_freeze_what_is_on_offer(self, choice: Choice, found: Choice) -> None:
        quote = offers.nearest(BOOK, PHOTO, choice)
        assert quote is not None
        assert quote.choice == found


class TestBarred:
    ENDS = datetime(2026, 9, 14, 12, tzinfo=UTC)
    WORDS = (
        "This work is frozen for somebody else until 14 September 2026,"
        " so it cannot be licensed before then."
    )

    def test_is_every_kind_while_somebody_else_has_frozen_the_work_everywhere(self) -> None:
        item = replace(PHOTO, frozen=(Claim(1, ALL, NOON, self.ENDS),))
        assert offers.kinds(BOOK, item) == []
        assert offers.nearest(BOOK, item, MEDIUM) is None
        with pytest.raises(NotOnOffer) as refusal:
            offers.quote(BOOK, item, MEDIUM)
        assert refusal.value.message == self.WORDS

    def test_is_only_what_may_be_used_where_the_freeze_holds(self) -> None:
        overseas = replace(kind_of("extended"), reach=Reach(frozenset({"americas"})))
        reaching = replace(BOOK, kinds=(kind_of("standard"), overseas))
        europe = Claim(1, Reach(frozenset({"europe"})), NOON, self.ENDS)
        item = replace(PHOTO, frozen=(europe,))
        assert offers.kinds(reaching, item) == [overseas]
        assert offers.quote(reaching, item, Choice("extended", "medium")).price == usd(12_500)
        with pytest.raises(NotOnOffer) as refusal:
            offers.quote(reaching, item, MEDIUM)
        assert refusal.value.message == self.WORDS


freezes = st.sampled_from(list(offer().prices))


class TestKept:
    @pytest.mark.parametrize(
        ("freeze", "running", "kept"),
        [
            (None, None, True),
            (SIX, None, True),
            (None, SIX, False),
            (SIX, SIX, True),
            (TWELVE, SIX, True),
            (THREE, SIX, False),
            (SIX, EUROPE, True),
            (EUROPE, SIX, False),
            (AMERICAS, EUROPE, False),
            (THREE, EUROPE, False),
        ],
    )
    def test_is_a_freeze_by_one_as_long_wherever_it_holds(
        self, freeze: Freeze | None, running: Freeze | None, kept: bool
    ) -> None:
        assert upgrades.keeps(BOOK, freeze, running) is kept

    @given(freezes, freezes, freezes)
    def test_puts_the_freezes_of_a_book_in_an_order(
        self, one: Freeze, other: Freeze, third: Freeze
    ) -> None:
        def keeps(freeze: Freeze, running: Freeze) -> bool:
            return upgrades.keeps(BOOK, freeze, running)

        assert keeps(one, one)
        assert not (keeps(one, other) and keeps(other, one)) or one == other
        assert not (keeps(one, other) and keeps(other, third)) or keeps(one, third)

    def test_is_what_has_no_price_any_more_by_itself_alone(self) -> None:
        assert upgrades.keeps(BOOK, GONE, GONE)
        assert not upgrades.keeps(BOOK, TWELVE, GONE)
        assert not upgrades.keeps(BOOK, SIX, GONE)
        without = replace(BOOK, freeze=None)
        assert upgrades.keeps(without, SIX, SIX)
        assert not upgrades.keeps(without, TWELVE, SIX)

    def test_is_told_also_of_the_only_two_freezes_of_a_book(self) -> None:
        prices = {freeze: offer().prices[freeze] for freeze in (SIX, TWELVE)}
        little = replace(BOOK, freeze=replace(offer(), prices=prices))
        assert upgrades.keeps(little, TWELVE, SIX)


class TestUpgrade:
    HELD = Held(frozen(MEDIUM, SIX), 2048, usd(54_500))

    @pytest.mark.parametrize(
        ("choice", "price"),
        [
            (frozen(LARGE, SIX), 8_000),
            (frozen(MEDIUM, TWELVE), 30_000),
            (frozen(Choice("extended", "medium"), SIX), 8_000),
            (Choice("exclusive", "medium"), 35_500),
        ],
    )
    def test_costs_the_difference_and_nothing_for_the_freeze_that_runs(
        self, choice: Choice, price: int
    ) -> None:
        assert upgrades.quote(BOOK, PHOTO, self.HELD, choice).price == usd(price)

    @pytest.mark.parametrize("choice", [LARGE, frozen(LARGE, THREE), frozen(LARGE, EUROPE)])
    def test_does_not_give_the_freeze_up(self, choice: Choice) -> None:
        with pytest.raises(NotOnOffer) as refusal:
            upgrades.quote(BOOK, PHOTO, self.HELD, choice)
        assert refusal.value.message == (
            "An upgrade keeps the market freeze that runs, or makes it more."
        )

    @pytest.mark.parametrize(
        ("picked", "shown"),
        [
            (LARGE, frozen(LARGE, SIX)),
            (frozen(LARGE, THREE), frozen(LARGE, SIX)),
            (frozen(LARGE, TWELVE), frozen(LARGE, TWELVE)),
            (Choice("exclusive", "large"), Choice("exclusive", "large")),
        ],
    )
    def test_is_shown_with_the_freeze_where_the_kind_does_not_contain_it(
        self, picked: Choice, shown: Choice
    ) -> None:
        assert upgrades.with_least(BOOK, PHOTO, self.HELD, picked) == shown

    def test_is_to_a_kind_that_can_be_frozen_too_or_is_exclusive(self) -> None:
        narrow = replace(BOOK, freeze=replace(offer(), kinds=("standard",)))
        kinds = upgrades.book_for(narrow, PHOTO, self.HELD).kinds
        assert [kind.code for kind in kinds] == ["standard", "exclusive"]
        unfrozen = replace(self.HELD, choice=MEDIUM)
        assert upgrades.book_for(narrow, PHOTO, unfrozen).kinds == narrow.kinds
