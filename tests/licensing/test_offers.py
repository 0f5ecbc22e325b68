import tomllib
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.rules import book, chooser, offers
from licensing.rules.book import BadPriceBook, Book
from licensing.rules.freezes import Freeze
from licensing.rules.offers import Choice, Item, NotOnOffer
from stockcoop.env import ROOT
from stockcoop.kernel.money import Money

DATA = tomllib.loads((ROOT / "stockcoop" / "coop.toml").read_text(encoding="utf-8"))
BOOK = book.read(DATA["licensing"]["price_book"], "USD")
PHOTO = Item("photo", 4000, editorial=False)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def little_book(currency: str = "USD", **changes: object) -> Book:
    content = {
        "editorial_note": "Editorial only.",
        "sizes": [{"code": "small", "name": "Small", "media_kind": "photo", "longest_side": 1024}],
        "kinds": [
            {"code": "standard", "name": "Standard", "summary": "S.", "prices": {"small": "15.00"}}
        ],
    }
    return book.read({**content, **changes}, currency)


class TestSizes:
    def test_none_promises_more_than_the_original_has(self) -> None:
        item = Item("photo", 2500, editorial=False)
        found = offers.sizes(BOOK, item)
        assert [offers.delivered(size, item) for size in found] == [1024, 2048, 2500]
        assert [offers.name(size, item) for size in found] == ["Small", "Medium", "Original"]
        assert [offers.limit(size, item) for size in found] == [1024, 2048, None]

    def test_the_original_costs_what_the_size_does_that_it_fits_in(self) -> None:
        item = Item("photo", 2500, editorial=False)
        assert [size.code for size in offers.sizes(BOOK, item)] == ["small", "medium", "large"]

    def test_a_large_original_is_offered_without_an_upper_end(self) -> None:
        found = offers.sizes(BOOK, PHOTO)
        assert [size.code for size in found] == ["small", "medium", "large", "extra_large"]
        assert offers.delivered(found[-1], PHOTO) == 4000
        assert offers.name(found[-1], PHOTO) == "Extra large"

    def test_the_original_is_not_offered_twice_when_it_has_exactly_a_named_size(self) -> None:
        codes = [size.code for size in offers.sizes(BOOK, Item("photo", 2048, editorial=False))]
        assert codes == ["small", "medium"]

    def test_a_small_original_is_offered_as_it_is(self) -> None:
        codes = [size.code for size in offers.sizes(BOOK, Item("photo", 900, editorial=False))]
        assert codes == ["small"]

    @pytest.mark.parametrize(
        ("longest_side", "names"),
        [
            (640, ["Original"]),
            (1920, ["Web", "Full HD"]),
            (2704, ["Web", "Full HD", "Original"]),
            (3840, ["Web", "Full HD", "4K"]),
            (4096, ["Web", "Full HD", "4K", "Original"]),
            (7680, ["Web", "Full HD", "4K", "Original"]),
        ],
    )
    def test_film_is_offered_in_sizes_of_its_own_and_as_filmed(
        self, longest_side: int, names: list[str]
    ) -> None:
        item = Item("video", longest_side, editorial=False)
        sizes = chooser.of(BOOK, item, Choice("standard", ""))
        assert sizes
        assert [option.name for option in sizes.sizes] == names
        assert [option.is_original for option in sizes.sizes] == [False] * (len(names) - 1) + [True]


class TestQuote:
    def test_adds_the_add_ons_to_the_price_of_kind_and_size(self) -> None:
        choice = Choice("extended", "medium", {"unlimited_print": 1, "seats": 3})
        quote = offers.quote(BOOK, PHOTO, choice)
        assert (quote.base, quote.price) == (usd(12500), usd(12500 + 10000 + 3 * 8000))
        assert quote.choice == choice

    def test_an_editorial_work_has_no_extended_licence(self) -> None:
        item = Item("photo", 4000, editorial=True)
        with pytest.raises(NotOnOffer, match=r"editorial use only.*no extended licence"):
            offers.quote(BOOK, item, Choice("extended", "small"))
        assert offers.quote(BOOK, item, Choice("standard", "small")).price == usd(1500)

    @pytest.mark.parametrize(
        ("choice", "sentence"),
        [
            (Choice("rental", "small"), "no such licence"),
            (Choice("standard", "uhd"), "not to be had in the size 4K"),
            (Choice("standard", "huge"), "not to be had in that size"),
            (Choice("standard", "small", {"resale": 1}), "standard licence has no such add-on"),
            (Choice("standard", "small", {"seats": 10}), "choose from 1 to 9"),
            (Choice("standard", "small", {"seats": -1}), "choose from 1 to 9"),
        ],
    )
    def test_says_what_is_not_on_offer(self, choice: Choice, sentence: str) -> None:
        with pytest.raises(NotOnOffer, match=sentence) as refusal:
            offers.quote(BOOK, PHOTO, choice)
        assert refusal.value.status == 422

    @pytest.mark.parametrize(
        "choice",
        [Choice("rental", "small"), Choice("standard", "huge"), Choice("exclusive", "small")],
    )
    def test_without_a_work_is_of_what_the_book_prices(self, choice: Choice) -> None:
        with pytest.raises(NotOnOffer) as refusal:
            offers.priced(BOOK, choice)
        assert refusal.value.message == "The price book has no such licence in this size."

    def test_a_size_above_the_original_is_refused(self) -> None:
        with pytest.raises(NotOnOffer, match="the size Large"):
            offers.quote(BOOK, Item("photo", 2000, editorial=False), Choice("standard", "large"))


class TestNearest:
    def test_gives_way_where_the_choice_is_not_on_offer(self) -> None:
        quote = offers.nearest(BOOK, PHOTO, Choice("standard", "uhd", {"resale": 1, "seats": 99}))
        assert quote is not None
        assert quote.choice == Choice("standard", "small", {"seats": 9})

    def test_is_none_when_nothing_is_on_offer(self) -> None:
        assert (
            offers.nearest(little_book(), Item("video", 1920, editorial=False), Choice("", ""))
            is None
        )
        assert (
            chooser.of(little_book(), Item("video", 900, editorial=False), Choice("", "")) is None
        )


codes = st.text(max_size=24)
units = st.integers(1, 999_999)
freezes = st.builds(Freeze, units, codes, codes)


class TestChoice:
    @given(st.builds(Choice, codes, codes, st.dictionaries(codes, units), st.none() | freezes))
    def test_comes_back_from_its_query_string(self, choice: Choice) -> None:
        assert Choice.from_form(dict(parse_qsl(choice.query()))) == choice

    def test_an_empty_or_zero_add_on_is_none(self) -> None:
        fields = {"kind": "standard", "size": "small", "add_on.seats": "0", "add_on.x": " "}
        assert Choice.from_form(fields) == Choice("standard", "small")

    @pytest.mark.parametrize("months", ["", " ", "0"])
    def test_a_freeze_without_a_term_is_none(self, months: str) -> None:
        fields = {"freeze.months": months, "freeze.region": "europe", "freeze.use": "any"}
        assert Choice.from_form(fields) == Choice("", "")

    @pytest.mark.parametrize("field", ["add_on.seats", "freeze.months"])
    @pytest.mark.parametrize("number", ["-1", "two", "1.5", "9999999", "²"])
    def test_refuses_what_is_no_whole_number(self, field: str, number: str) -> None:
        with pytest.raises(NotOnOffer):
            Choice.from_form({field: number})


class TestChooser:
    def test_shows_kinds_sizes_and_add_ons_with_what_is_picked(self) -> None:
        shown = chooser.of(BOOK, PHOTO, Choice("extended", "large", {"resale": 1}))
        assert shown is not None
        assert [(k.kind.code, k.price, k.picked) for k in shown.kinds] == [
            ("standard", usd(1500), False),
            ("extended", usd(7500), True),
            ("exclusive", usd(90000), False),
        ]
        assert [(s.size.code, s.longest_side) for s in shown.sizes if s.picked] == [("large", 3600)]
        assert shown.sizes[-1].longest_side == 4000
        assert {option.field: option.units for option in shown.add_ons} == {
            "add_on.unlimited_print": 0,
            "add_on.resale": 1,
            "add_on.electronic": 0,
            "add_on.seats": 0,
            "add_on.sensitive": 0,
        }
        assert shown.note == ""

    def test_an_editorial_work_says_so(self) -> None:
        shown = chooser.of(BOOK, Item("photo", 4000, editorial=True), Choice("", ""))
        assert shown is not None
        assert shown.note == BOOK.editorial_note


class TestReadingABook:
    def test_amounts_are_in_minor_units_of_the_currency(self) -> None:
        assert little_book().kinds[0].prices["small"] == usd(1500)
        assert little_book("BHD").kinds[0].prices["small"] == Money(15000, "BHD")
        assert little_book("JPY").kinds[0].prices["small"] == Money(15, "JPY")

    def test_names_all_faults_together(self) -> None:
        sizes = [
            {"code": "small", "name": "", "media_kind": "audio", "longest_side": 0},
            {"code": "small", "name": "Small", "media_kind": "photo"},
        ]
        kind = {
            "code": "a b",
            "name": "A",
            "summary": "A.",
            "prices": {"small": "1.005", "xl": 5.5},
        }
        with pytest.raises(BadPriceBook) as fault:
            little_book(sizes=sizes, kinds=[kind])
        message = str(fault.value)
        for words in (
            "small: name is needed",
            "media_kind is one of photo, video",
            "longest_side is a number of pixels",
            "small: this size is there twice",
            '"a b": a code is',
            "a b: there is no size xl",
            "a b, small: an amount is above 0, in whole minor units",
        ):
            assert words in message

    @pytest.mark.parametrize("amount", ["0", "-1", "free", "NaN", "Infinity", None])
    def test_refuses_what_is_no_price(self, amount: object) -> None:
        kind = {"code": "k", "name": "K", "summary": "K.", "prices": {"small": amount}}
        with pytest.raises(BadPriceBook, match="an amount is"):
            little_book(kinds=[kind])

    def test_an_empty_table_is_no_book(self) -> None:
        with pytest.raises(BadPriceBook, match="sizes: at least one table"):
            book.read({}, "USD")
