"""What a licence allows, an upgrade keeps and a loss covers, without a database."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.rules import aftermath, chooser, offers, rights, upgrades
from licensing.rules.offers import Choice, Item, NotOnOffer, Past
from licensing.rules.rights import Standing, Tally, Used
from licensing.rules.states import DisputeState, dispute_after
from licensing.rules.upgrades import Held
from tests.licensing.test_offers import BOOK, PHOTO
from tests.make.ledger import usd


class TestAllowed:
    @pytest.mark.parametrize(
        ("choice", "prints", "seats"),
        [
            (Choice("standard", "small"), 500_000, 10),
            (Choice("standard", "small", {"seats": 3}), 500_000, 40),
            (Choice("extended", "small", {"unlimited_print": 1, "seats": 2}), 0, 300),
            (Choice("exclusive", "medium"), 0, 0),
        ],
    )
    def test_is_the_kinds_bound_with_that_of_its_add_ons(
        self, choice: Choice, prints: int, seats: int
    ) -> None:
        quote = offers.priced(BOOK, choice)
        assert rights.allowed(quote, Used.PRINTS) == prints
        assert rights.allowed(quote, Used.SEATS) == seats

    @pytest.mark.parametrize(
        ("before", "after", "bound"),
        [
            (79, 80, Standing.NEAR),
            (80, 100, None),
            (100, 101, Standing.OVER),
            (0, 101, Standing.OVER),
            (101, 80, None),
            (101, 500, None),
        ],
    )
    def test_a_bound_is_passed_once_and_upwards(
        self, before: int, after: int, bound: Standing | None
    ) -> None:
        assert rights.passed(Tally(before, 100, 8_000), Tally(after, 100, 8_000)) is bound


class TestDisputes:
    def test_answers_in_any_order_and_number_end_in_the_same_state(self) -> None:
        for answers in product(DisputeState, repeat=3):
            ends = set()
            for order in permutations(answers):
                known = DisputeState.INQUIRY
                for answer in (*order, *order):
                    known = dispute_after(known, answer)
                ends.add(known)
            assert len(ends) == 1

    def test_a_bank_thinks_again_after_a_loss_and_never_after_a_win(self) -> None:
        assert dispute_after(DisputeState.OPEN, DisputeState.LOST) is DisputeState.LOST
        assert dispute_after(DisputeState.LOST, DisputeState.WON) is DisputeState.WON
        assert dispute_after(DisputeState.WON, DisputeState.LOST) is DisputeState.WON
        assert dispute_after(DisputeState.OPEN, DisputeState.INQUIRY) is DisputeState.OPEN


class TestCovered:
    @pytest.mark.parametrize(
        ("left", "sold", "owed", "gone"),
        [
            (500, 300, 200, (True, True)),
            (2, 1, 1, (True, True)),
            (1, 1, 9, (True, False)),
            (500, 300, 0, (True, False)),
            (200, 0, 200, (False, True)),
            (200, 300, 200, (False, True)),
            (300, 300, 200, (True, False)),
            (400, 300, 200, (True, False)),
            (299, 300, 200, (False, False)),
            (100, 0, 200, (False, False)),
            (0, 0, 0, (False, False)),
        ],
    )
    def test_names_the_money_that_the_sum_covers(
        self, left: int, sold: int, owed: int, gone: tuple[bool, bool]
    ) -> None:
        assert aftermath.covered(left, sold=sold, owed=owed) == gone

    @given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
    def test_never_names_more_than_went_or_what_is_nothing(
        self, left: int, sold: int, owed: int
    ) -> None:
        of_sales, of_owed = aftermath.covered(left, sold=sold, owed=owed)
        assert sold * of_sales + owed * of_owed <= left
        assert not (of_sales and sold == 0)


def had(kind: str, size: str = "medium", **add_ons: int) -> Held:
    choice = Choice(kind, size, add_ons)
    return Held(choice, {"small": 1024, "medium": 2048}[size], offers.priced(BOOK, choice).price)


class TestWhatAnUpgradeKeeps:
    @pytest.mark.parametrize(
        ("held", "kind", "least"),
        [
            (had("standard", seats=2), "standard", {"seats": 2}),
            (had("standard", seats=2), "extended", {}),
            (had("extended", resale=1), "exclusive", {}),
        ],
    )
    def test_is_all_within_a_kind_and_else_what_the_book_says(
        self, held: Held, kind: str, least: Mapping[str, int]
    ) -> None:
        found = BOOK.kind(kind)
        assert found is not None
        assert upgrades.least_units(found, held) == least

    def test_is_added_to_a_choice_that_has_less_and_leaves_one_that_has_more(self) -> None:
        held = had("standard", seats=2)
        more = Choice("standard", "large", {"seats": 3})
        assert upgrades.with_least(BOOK, PHOTO, held, more) == more
        less = Choice("standard", "large", {"seats": 1})
        for choice in (less, Choice("standard", "large")):
            found = upgrades.with_least(BOOK, PHOTO, held, choice)
            assert found == Choice("standard", "large", {"seats": 2})

    def test_follows_the_kind_picked_and_the_first_where_none_such_is_on_offer(self) -> None:
        held = had("standard", seats=2)
        extended = Choice("extended", "large", {"seats": 1})
        assert upgrades.with_least(BOOK, PHOTO, held, extended) == extended
        unknown = upgrades.with_least(BOOK, PHOTO, held, Choice("rental", "large"))
        assert unknown == Choice("rental", "large", {"seats": 2})

    def test_is_nothing_where_nothing_is_on_offer(self) -> None:
        gone = Item("photo", 4000, editorial=False, past=Past.EXCLUSIVE)
        choice = Choice("standard", "large")
        assert upgrades.with_least(BOOK, gone, had("standard", seats=2), choice) == choice

    def test_stands_in_the_chooser_beside_the_price_of_the_upgrade(self) -> None:
        held = had("standard", seats=2)
        choice = Choice("standard", "large", {"seats": 2})
        shown = chooser.of(BOOK, PHOTO, choice)
        assert shown is not None
        quote = upgrades.quote(BOOK, PHOTO, held, choice)
        found = chooser.building_on(shown, quote, {"seats": 2}, None)
        assert found.quote.price == usd(8_000)
        assert [(o.add_on.code, o.units, o.least) for o in found.add_ons] == [("seats", 2, 2)]
        assert found.kinds == shown.kinds
        assert chooser.building_on(shown, quote, {}, None).add_ons[0].least == 0


class TestExclusive:
    def test_a_work_that_somebody_licensed_is_not_to_be_had_exclusively(self) -> None:
        item = Item("photo", 4000, editorial=False, past=Past.LICENSED)
        with pytest.raises(NotOnOffer, match=r"^This work has been licensed before"):
            offers.quote(BOOK, item, Choice("exclusive", "medium"))
        assert [kind.code for kind in offers.kinds(BOOK, item)] == ["standard", "extended"]

    def test_a_work_that_somebody_holds_exclusively_is_not_to_be_had(self) -> None:
        item = Item("photo", 4000, editorial=False, past=Past.EXCLUSIVE)
        with pytest.raises(NotOnOffer, match=r"^This work is exclusively licensed"):
            offers.quote(BOOK, item, Choice("standard", "medium"))
        assert offers.kinds(BOOK, item) == []


class TestSensitiveUse:
    ASKED = Choice("extended", "medium", {"seats": 1, "sensitive": 1})
    PLAIN = Choice("extended", "medium", {"seats": 1})
    REFUSED = replace(PHOTO, sensitive=False)

    def test_is_withheld_where_the_artist_does_not_allow_it(self) -> None:
        extended = BOOK.kinds[1]
        for choice in (self.ASKED, self.PLAIN, Choice("extended", "medium", {"other": 1})):
            assert offers.withheld("“Dunes”", extended, choice, sensitive=True) == ""
        why = offers.withheld("“Dunes”", extended, self.ASKED, sensitive=False)
        assert why == "The artist does not allow sensitive use of “Dunes”."
        for choice in (self.PLAIN, Choice("extended", "medium", {"other": 1})):
            assert offers.withheld("“Dunes”", extended, choice, sensitive=False) == ""

    def test_has_no_price_there_and_the_rest_has(self) -> None:
        with pytest.raises(NotOnOffer) as refusal:
            offers.quote(BOOK, self.REFUSED, self.ASKED)
        assert refusal.value.message == "The artist does not allow sensitive use of this work."
        assert offers.quote(BOOK, self.REFUSED, self.PLAIN).choice == self.PLAIN
        assert offers.quote(BOOK, PHOTO, self.ASKED).choice == self.ASKED

    def test_is_left_out_of_what_comes_nearest(self) -> None:
        for item, found in ((PHOTO, self.ASKED), (self.REFUSED, self.PLAIN)):
            quote = offers.nearest(BOOK, item, self.ASKED)
            assert quote is not None
            assert quote.choice == found
