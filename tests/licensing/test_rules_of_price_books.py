"""Reading a price book: each figure where it belongs, each fault by its place and name."""

from typing import Any

import pytest

from licensing.rules import book, chooser, offers, rights, upgrades
from licensing.rules.book import AddOn, BadPriceBook, Kind, Size
from licensing.rules.offers import Choice, Item, NotOnOffer
from licensing.rules.upgrades import Held
from tests.licensing.test_offers import BOOK, PHOTO
from tests.make.ledger import usd

SMALL = {"code": "small", "name": " Small ", "media_kind": "photo", "longest_side": 1}
FILM = {"code": "film", "name": "Film", "media_kind": "video"}
SEATS = {"code": "seats", "name": "Seats", "text": "More.", "price": "0.01", "seats": 0}
BOUNDS = {"most": 3, "prints": 5, "seats": 7}
PRINTS = {**SEATS, **BOUNDS, "code": "prints", "kept": True, "sensitive": True}
BASIC = {"code": "basic", "name": "Basic", "summary": "B.", "prices": {"small": "15.00"}}
FULL = {
    **BASIC,
    "code": "x" * 24,
    "permits": ["P."],
    "forbids": ["F."],
    "editorial": True,
    "exclusive": True,
    "includes": ["basic"],
    "add_ons": [SEATS, PRINTS],
    "prints": 0,
    "seats": 9,
}
CONTENT = {"editorial_note": "Note.", "sizes": [SMALL, FILM], "kinds": [BASIC, FULL]}


def faults(**changes: Any) -> list[str]:
    with pytest.raises(BadPriceBook) as refusal:
        book.read({**CONTENT, **changes}, "USD")
    first, *found = str(refusal.value).split("\n  ")
    assert first == "The price book cannot be used:"
    return found


def of_kind(**changes: Any) -> list[str]:
    return faults(kinds=[{**BASIC, **changes}])


def of_size(**changes: Any) -> list[str]:
    return faults(sizes=[{**SMALL, **changes}], kinds=[BASIC])


def of_add_on(**changes: Any) -> list[str]:
    return of_kind(add_ons=[{**SEATS, **changes}])


class TestABook:
    def test_holds_what_the_table_says(self) -> None:
        read = book.read({**CONTENT, "least_upgrade": "1.00", "warn_bp": 5000}, "USD")
        assert (read.currency, read.editorial_note) == ("USD", "Note.")
        assert (read.least_upgrade, read.warn_bp) == (usd(100), 5000)
        assert read.sizes == (
            Size("small", "Small", "photo", 1),
            Size("film", "Film", "video", None),
        )
        assert read.kinds[1] == Kind(
            code="x" * 24,
            name="Basic",
            summary="B.",
            permits=("P.",),
            forbids=("F.",),
            editorial=True,
            exclusive=True,
            prices={"small": usd(1500)},
            add_ons=(
                AddOn("seats", "Seats", "More.", usd(1), 1, False, False, None, 0),
                AddOn("prints", "Seats", "More.", usd(1), 3, True, True, 5, 7),
            ),
            includes=("basic",),
            prints=0,
            seats=9,
        )

    def test_has_what_the_table_leaves_out_as_by_default(self) -> None:
        read = book.read(CONTENT, "USD")
        assert (read.least_upgrade, read.warn_bp) == (usd(0), 8000)
        assert read.kinds[0] == Kind(
            "basic", "Basic", "B.", (), (), False, False, {"small": usd(1500)}, ()
        )
        assert read.kind("basic") == read.kinds[0]
        assert read.size("film") == read.sizes[1]
        assert read.kind("other") is None
        assert read.size("other") is None
        assert read.kinds[1].add_on("seats") == read.kinds[1].add_ons[0]
        assert read.kinds[1].add_on("other") is None


class TestFaults:
    def test_are_named_by_their_place_in_the_book(self) -> None:
        assert faults(editorial_note=" ") == ["the book: editorial_note is needed"]
        assert faults(warn_bp="8000") == ["the book: warn_bp has the wrong type"]
        assert faults(least_upgrade="free") == ["least_upgrade: an amount is written as 12.50"]
        assert faults(kinds=[BASIC, BASIC]) == ["basic: this kind is there twice"]
        assert faults(sizes=[SMALL, SMALL], kinds=[BASIC]) == ["small: this size is there twice"]

    @pytest.mark.parametrize("rows", [None, [], {}, "rows", [BASIC, 5]])
    def test_without_rows_that_are_tables_there_is_no_book(self, rows: object) -> None:
        assert faults(kinds=rows) == ["kinds: at least one table is needed"]

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"name": 5}, ["small: name has the wrong type", "small: name is needed"]),
            ({"media_kind": "film"}, ["small: media_kind is one of photo, video"]),
            ({"longest_side": 0}, ["small: longest_side is a number of pixels"]),
            ({"longest_side": "1024"}, ["small: longest_side is a number of pixels"]),
            (
                {"media_kind": ""},
                ["small: media_kind is needed", "small: media_kind is one of photo, video"],
            ),
        ],
    )
    def test_of_a_size(self, changes: dict[str, Any], words: list[str]) -> None:
        assert of_size(**changes) == words

    def test_of_a_code_name_what_it_is_the_code_of(self) -> None:
        nameless = ": a code is up to 24 letters, digits and _"
        kind = {"name": "Basic", "summary": "B.", "prices": {"small": "1.00"}}
        assert faults(kinds=[kind])[:2] == ["a kind: code is needed", f'""{nameless}']
        assert of_add_on(code="")[:2] == ["a add-on: code is needed", f'""{nameless}']
        assert faults(sizes=[{**SMALL, "code": ""}])[:2] == [
            "a size: code is needed",
            f'""{nameless}',
        ]
        assert of_kind(code="x" * 25) == [f'"{"x" * 25}"{nameless}']
        assert of_kind(code="a-b") == [f'"a-b"{nameless}']

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"name": ""}, "basic: name is needed"),
            ({"summary": ""}, "basic: summary is needed"),
            ({"permits": "P."}, "basic: permits has the wrong type"),
            ({"forbids": "F."}, "basic: forbids has the wrong type"),
            ({"includes": "basic"}, "basic: includes has the wrong type"),
            ({"includes": ["other"]}, "basic: there is no kind other to include"),
            ({"editorial": 1}, "basic: editorial has the wrong type"),
            ({"exclusive": 1}, "basic: exclusive has the wrong type"),
            ({"add_ons": {}}, "basic: add_ons has the wrong type"),
            ({"prices": {}}, "basic: a kind needs prices"),
            ({"prices": {"small": "free"}}, "basic, small: an amount is written as 12.50"),
            (
                {"prices": {"small": "0.00"}},
                "basic, small: an amount is above 0, in whole minor units",
            ),
            (
                {"prices": {"small": "1.00", "huge": "1.00"}},
                "basic: there is no size huge",
            ),
            ({"regions": "europe"}, "basic: regions has the wrong type"),
            ({"uses": "any"}, "basic: uses has the wrong type"),
            ({"prints": -1}, "basic: prints is a number, 0 for without limit"),
            ({"seats": True}, "basic: seats is a number, 0 for without limit"),
            ({"seats": "9"}, "basic: seats is a number, 0 for without limit"),
            ({"add_ons": [SEATS, SEATS]}, "seats: this add-on of basic is there twice"),
        ],
    )
    def test_of_a_kind(self, changes: dict[str, Any], words: str) -> None:
        assert of_kind(**changes) == [words]

    def test_of_a_kind_without_a_table_of_prices(self) -> None:
        unpriced = {name: value for name, value in BASIC.items() if name != "prices"}
        assert faults(kinds=[unpriced]) == ["basic: a kind needs prices"]
        wrong = ["basic: prices has the wrong type", "basic: a kind needs prices"]
        assert of_kind(prices="15.00") == wrong

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"name": ""}, "seats: name is needed"),
            ({"text": ""}, "seats: text is needed"),
            ({"price": "1.005"}, "seats: an amount is above 0, in whole minor units"),
            ({"price": None}, "seats: an amount is written as 12.50"),
            ({"most": 0}, "seats: most is at least 1"),
            ({"most": "2"}, "seats: most has the wrong type"),
            ({"most": True}, "seats: most has the wrong type"),
            ({"kept": 1}, "seats: kept has the wrong type"),
            ({"sensitive": 1}, "seats: sensitive has the wrong type"),
            ({"prints": -1}, "seats: prints is a number, 0 for without limit"),
            ({"seats": -1}, "seats: seats is a number, 0 for without limit"),
        ],
    )
    def test_of_an_add_on(self, changes: dict[str, Any], words: str) -> None:
        assert of_add_on(**changes) == [words]


class TestChoices:
    def test_of_an_empty_form_name_nothing(self) -> None:
        assert Choice.from_form({}) == Choice("", "")

    def test_may_be_of_up_to_six_digits(self) -> None:
        assert Choice.from_form({"add_on.seats": "999999"}).add_ons == {"seats": 999_999}
        words = r"^A number of add-ons or months is a whole number, 0 or more\.$"
        with pytest.raises(NotOnOffer, match=words):
            Choice.from_form({"add_on.seats": "1000000"})

    def test_of_what_a_work_has_not_are_refused_in_these_words(self) -> None:
        words = r"^This work has no such licence\. Please choose one of those shown\.$"
        film = Item("video", 1080, editorial=False)
        asked = Choice("basic", "small")
        with pytest.raises(NotOnOffer, match=words):
            offers.quote(book.read(CONTENT, "USD"), film, asked)
        with pytest.raises(NotOnOffer, match=words):
            offers.quote(BOOK, Item("photo", 4000, editorial=True), Choice("rental", "small"))

    def test_are_shown_with_their_price_and_the_quote(self) -> None:
        shown = chooser.of(BOOK, PHOTO, Choice("standard", "medium"))
        assert shown is not None
        assert shown.quote == offers.quote(BOOK, PHOTO, Choice("standard", "medium"))
        prices = BOOK.kinds[0].prices
        assert [(s.size.code, s.price) for s in shown.sizes] == list(prices.items())[:4]


class TestUpgrades:
    HELD = Choice("standard", "medium")

    @pytest.mark.parametrize(
        ("had", "asked", "words"),
        [
            (
                HELD,
                Choice("standard", "small"),
                "An upgrade takes nothing away: please choose at least what you have.",
            ),
            (
                Choice("standard", "medium", {"seats": 1}),
                Choice("standard", "large"),
                "An upgrade keeps the add-ons that the licence has.",
            ),
            (HELD, HELD, "That is what the licence covers already. Please choose more."),
        ],
    )
    def test_are_refused_in_these_words(self, had: Choice, asked: Choice, words: str) -> None:
        with pytest.raises(NotOnOffer) as refusal:
            upgrades.quote(BOOK, PHOTO, Held(had, 2048, usd(1)), asked)
        assert str(refusal.value) == words

    def test_are_for_as_little_as_a_cent_and_never_for_nothing(self) -> None:
        large = Choice("standard", "large")
        full = offers.priced(BOOK, large).full
        found = upgrades.quote(BOOK, PHOTO, Held(self.HELD, 2048, full - usd(1)), large)
        assert found.price == BOOK.least_upgrade
        with pytest.raises(NotOnOffer, match=r"^There is nothing to pay for: it costs USD"):
            upgrades.quote(BOOK, PHOTO, Held(self.HELD, 2048, full), large)


def test_who_was_never_there_can_go() -> None:
    assert rights.people([("Ana", -1), ("Ben", 1)]) == ["Ben"]
