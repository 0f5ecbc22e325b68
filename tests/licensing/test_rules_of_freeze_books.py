"""Reading what a price book says of market freezes: each figure, and each fault by its place."""

from typing import Any

import pytest

from licensing.rules import book
from licensing.rules.freezes import ALL, Extent, Freeze, FreezeOffer, Reach
from tests.licensing.test_rules_of_price_books import BASIC, CONTENT, FULL, faults
from tests.make.ledger import usd

EVERYWHERE = {"code": "worldwide", "name": "Worldwide", "whole": True}
EUROPE = {"code": "europe", "name": "Europe"}
ANY = {"code": "any", "name": "Any use", "whole": True}
ADS = {"code": "ads", "name": "Advertising", "whole": False}
ALL_OF_IT = {"region": "worldwide", "use": "any", "months": {"1": "20.00", "120": "0.05"}}
IN_EUROPE = {"region": "europe", "use": "ads", "months": {"3": "9.99"}}
FREEZE = {
    "kinds": ["basic"],
    "earlier": "disclose",
    "text": "While it runs.",
    "regions": [EVERYWHERE, EUROPE],
    "uses": [ANY, ADS],
    "prices": [ALL_OF_IT, IN_EUROPE],
}


def read(**changes: Any) -> FreezeOffer | None:
    return book.read({**CONTENT, "freeze": {**FREEZE, **changes}}, "USD").freeze


def of_freeze(**changes: Any) -> list[str]:
    return faults(freeze={**FREEZE, **changes})


def of_price(**changes: Any) -> list[str]:
    return of_freeze(prices=[{**IN_EUROPE, **changes}])


def of_reach(**reach: Any) -> list[str]:
    return faults(freeze=FREEZE, kinds=[{**BASIC, **reach}])


class TestAnOffer:
    def test_holds_what_the_table_says(self) -> None:
        assert read(notice_days=30) == FreezeOffer(
            kinds=("basic",),
            regions=(Extent("worldwide", "Worldwide", whole=True), Extent("europe", "Europe")),
            uses=(Extent("any", "Any use", whole=True), Extent("ads", "Advertising")),
            prices={
                Freeze(1, "worldwide", "any"): usd(2000),
                Freeze(120, "worldwide", "any"): usd(5),
                Freeze(3, "europe", "ads"): usd(999),
            },
            strict=False,
            notice_days=30,
            text="While it runs.",
        )

    def test_gives_two_weeks_of_notice_unless_the_table_says_more(self) -> None:
        offer = read()
        assert offer is not None
        assert offer.notice_days == 14

    @pytest.mark.parametrize(("earlier", "strict"), [("refuse", True), ("disclose", False)])
    def test_is_strict_where_earlier_licences_refuse_it(self, earlier: str, strict: bool) -> None:
        offer = read(earlier=earlier)
        assert offer is not None
        assert offer.strict is strict

    def test_is_none_without_a_table(self) -> None:
        assert book.read(CONTENT, "USD").freeze is None

    def test_is_for_the_kinds_that_it_names(self) -> None:
        found = book.read({**CONTENT, "freeze": FREEZE}, "USD")
        basic, other = found.kinds
        assert found.freeze_of(basic) == found.freeze
        assert found.freeze_of(other) is None


class TestAKind:
    def test_reaches_the_regions_and_uses_of_its_row_or_all(self) -> None:
        narrow = {**FULL, "regions": ["europe"], "uses": ["ads"]}
        found = book.read({**CONTENT, "freeze": FREEZE, "kinds": [BASIC, narrow]}, "USD")
        reaches = [kind.reach for kind in found.kinds]
        assert reaches == [ALL, Reach(frozenset({"europe"}), frozenset({"ads"}))]

    @pytest.mark.parametrize(
        ("reach", "words"),
        [
            ({"regions": "europe"}, "basic: regions has the wrong type"),
            ({"uses": "ads"}, "basic: uses has the wrong type"),
            ({"regions": ["mars"]}, "basic: there is no region or use mars"),
            ({"uses": ["europe"]}, "basic: there is no region or use europe"),
            # To reach all of them a kind names none.
            ({"regions": ["worldwide"]}, "basic: there is no region or use worldwide"),
            ({"uses": ["any"]}, "basic: there is no region or use any"),
        ],
    )
    def test_is_at_fault_where_it_reaches_nowhere(self, reach: Any, words: str) -> None:
        assert of_reach(**reach) == [words]


class TestFaults:
    def test_of_a_table_that_is_none_are_named_with_all_that_is_missing(self) -> None:
        assert faults(freeze="dear") == [
            "the book: freeze has the wrong type",
            "regions: at least one table is needed",
            "uses: at least one table is needed",
            "freeze: earlier is needed",
            "freeze: earlier is one of refuse, disclose",
            "prices: at least one table is needed",
            "freeze: text is needed",
        ]

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"earlier": "ignore"}, "freeze: earlier is one of refuse, disclose"),
            ({"kinds": "basic"}, "freeze: kinds has the wrong type"),
            ({"kinds": ["other"]}, "freeze: other is no kind that can be frozen"),
            # An exclusive licence is a freeze without end.
            ({"kinds": [FULL["code"]]}, f"freeze: {FULL['code']} is no kind that can be frozen"),
            ({"notice_days": "14"}, "freeze: notice_days has the wrong type"),
            ({"notice_days": -1}, "freeze: notice_days is 0 to 366"),
            ({"notice_days": 367}, "freeze: notice_days is 0 to 366"),
            ({"text": " "}, "freeze: text is needed"),
            ({"regions": [EVERYWHERE, EUROPE, EUROPE]}, "europe: this region is there twice"),
            ({"uses": [ANY, ADS, ADS]}, "ads: this use is there twice"),
            (
                {"regions": [EVERYWHERE, {**EUROPE, "name": ""}]},
                "freeze, regions: name is needed",
            ),
            ({"uses": [ANY, {**ADS, "whole": "no"}]}, "freeze, uses: whole has the wrong type"),
        ],
    )
    def test_of_a_freeze_are_named_by_their_place(self, changes: Any, words: str) -> None:
        assert of_freeze(**changes) == [words]

    def test_of_a_code_name_what_it_is_the_code_of(self) -> None:
        nameless = '"": a code is up to 24 letters, digits and _'
        found = of_freeze(regions=[EVERYWHERE, EUROPE, {"name": "Asia"}])
        assert found == ["a region: code is needed", nameless]
        found = of_freeze(uses=[ANY, ADS, {"name": "Books"}])
        assert found == ["a use: code is needed", nameless]

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"region": "mars"}, ["freeze, mars, ads: there is no such region or use"]),
            ({"use": "mars"}, ["freeze, europe, mars: there is no such region or use"]),
            (
                {"region": ""},
                [
                    "freeze, prices: region is needed",
                    "freeze, , ads: there is no such region or use",
                ],
            ),
            ({"months": {}}, ["freeze, europe, ads: a freeze needs prices"]),
            (
                {"months": 3},
                [
                    "freeze, europe, ads: months has the wrong type",
                    "freeze, europe, ads: a freeze needs prices",
                ],
            ),
            (
                {"months": {"0": "1.00", "3": "free"}},
                [
                    "freeze, europe, ads: a term is 1 to 120 months",
                    "freeze, europe, ads: an amount is written as 12.50",
                ],
            ),
            (
                {"months": {"3": "1.00", "03": "2.00"}},
                ["freeze, europe, ads: the term 3 is there twice"],
            ),
        ],
    )
    def test_of_a_price_name_its_region_and_use(self, changes: Any, words: list[str]) -> None:
        assert of_price(**changes) == words

    @pytest.mark.parametrize("term", ["121", "-1", "1.5", "", "six", "²"])
    def test_of_a_term_that_is_no_number_of_months(self, term: str) -> None:
        words = ["freeze, europe, ads: a term is 1 to 120 months"]
        assert of_price(months={term: "1.00"}) == words

    def test_of_a_price_without_terms_are_named_as_no_price(self) -> None:
        assert of_freeze(prices=[{"region": "europe", "use": "ads"}]) == [
            "freeze, europe, ads: a freeze needs prices"
        ]

    def test_of_two_prices_for_the_same_freeze_are_named(self) -> None:
        assert of_freeze(prices=[IN_EUROPE, ALL_OF_IT, IN_EUROPE]) == [
            "freeze, europe, ads: the term 3 is there twice"
        ]
