"""What a work's page offers to pick beside kind and size: freezes, and what its artist allows."""

from dataclasses import replace
from typing import Any

from licensing.rules import chooser, offers
from licensing.rules.book import Book
from licensing.rules.chooser import Chooser, FreezeOption
from licensing.rules.freezes import Freeze
from licensing.rules.offers import Choice, Item
from tests.licensing.test_offers import PHOTO, little_book, usd

SEATS = {"code": "seats", "name": "Seats", "text": "S.", "price": "8.00", "most": 9}
MEDICAL = {
    "code": "medical",
    "name": "Medical use",
    "text": "M.",
    "price": "9.00",
    "sensitive": True,
}
POLITICAL = {**MEDICAL, "code": "political", "name": "Political use"}
STANDARD = {"code": "standard", "name": "Standard", "summary": "S.", "prices": {"small": "15.00"}}
EXTENDED = {**STANDARD, "code": "extended", "name": "Extended", "add_ons": [SEATS]}
FREEZE = {
    "kinds": ["standard"],
    "earlier": "disclose",
    "text": "While it runs.",
    "regions": [
        {"code": "worldwide", "name": "Worldwide", "whole": True},
        {"code": "europe", "name": "Europe"},
    ],
    "uses": [{"code": "any", "name": "Any use", "whole": True}, {"code": "ads", "name": "Ads"}],
    "prices": [
        {"region": "worldwide", "use": "any", "months": {"3": "300.00", "12": "800.00"}},
        {"region": "europe", "use": "ads", "months": {"6": "250.00"}},
    ],
}
IN_EUROPE = Freeze(6, "europe", "ads")


def a_book(*add_ons: object) -> Book:
    """Standard licences can have `add_ons` and a freeze, extended ones seats and no freeze."""
    kinds = [{**STANDARD, "add_ons": [*add_ons]}, EXTENDED]
    return little_book(kinds=kinds, freeze=FREEZE)


def shown(*add_ons: object, kind: str = "standard", item: Item = PHOTO, **picked: Any) -> Chooser:
    found = chooser.of(a_book(*add_ons), item, Choice(kind, "small", **picked))
    assert found is not None
    return found


def fields(found: Chooser) -> list[str]:
    return [option.field for option in found.add_ons]


class TestFreezes:
    def test_are_shown_for_the_first_region_and_use_with_a_price_while_none_is_picked(self) -> None:
        offer = a_book().freeze
        assert offer is not None
        assert shown().freeze == FreezeOption(
            offer,
            picked=None,
            region="worldwide",
            use="any",
            terms=((3, usd(300_00)), (6, None), (12, usd(800_00))),
        )

    def test_are_shown_for_the_region_and_use_that_are_picked(self) -> None:
        offer = a_book().freeze
        assert offer is not None
        option = shown(freeze=IN_EUROPE).freeze
        assert option == FreezeOption(
            offer,
            picked=IN_EUROPE,
            region="europe",
            use="ads",
            terms=((3, None), (6, usd(250_00)), (12, None)),
        )
        assert (option.regions, option.uses) == (offer.regions, offer.uses)

    def test_are_not_shown_for_a_kind_that_has_none(self) -> None:
        assert shown(kind="extended", freeze=IN_EUROPE).freeze is None

    def test_of_an_upgrade_keep_at_least_the_one_that_runs(self) -> None:
        before = shown(freeze=IN_EUROPE)
        found = chooser.building_on(before, before.quote, {}, IN_EUROPE)
        assert before.freeze is not None
        assert found == replace(before, freeze=replace(before.freeze, least=IN_EUROPE))

    def test_of_an_upgrade_are_not_shown_for_a_kind_that_has_none(self) -> None:
        before = shown(kind="extended")
        assert chooser.building_on(before, before.quote, {}, IN_EUROPE).freeze is None


class TestSensitiveUse:
    REFUSED = replace(PHOTO, sensitive=False)

    def test_can_be_picked_where_the_artist_allows_it(self) -> None:
        found = shown(SEATS, MEDICAL)
        assert fields(found) == ["add_on.seats", "add_on.medical"]
        assert found.withheld == ""

    def test_is_withheld_by_name_where_the_artist_does_not_allow_it(self) -> None:
        found = shown(SEATS, MEDICAL, item=self.REFUSED, add_ons={"medical": 1, "seats": 2})
        assert found.withheld == "Medical use: the artist does not allow this."
        assert fields(found) == ["add_on.seats"]
        assert found.quote == offers.priced(
            a_book(SEATS, MEDICAL), Choice("standard", "small", {"seats": 2})
        )

    def test_is_withheld_in_one_sentence_for_several_add_ons(self) -> None:
        found = shown(MEDICAL, POLITICAL, item=self.REFUSED)
        assert found.withheld == "Medical use and Political use: the artist does not allow this."
        assert found.add_ons == ()

    def test_is_not_spoken_of_where_a_kind_has_no_such_add_on(self) -> None:
        found = shown(SEATS, item=self.REFUSED)
        assert found.withheld == ""
        assert fields(found) == ["add_on.seats"]
