"""What a sale states of itself, without a database."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from royalties.rules import sold
from royalties.rules.sold import Sold
from stockcoop.kernel.canonical import digest
from tests.make.ledger import NOON

SALE = Sold(
    reference="line-1",
    work_id=5,
    title="Low tide",
    licence_kind="standard",
    buyer_name="Atlas Books",
    price_minor=1500,
    currency="USD",
    rate_id=2,
    coop_rate_bp=5000,
    rate_words="standard licences of films",
    split_version_id=9,
    shares=((7, 2), (8, 1)),
    sold_at=NOON,
)
# As releases stated a sale that did not know of the words of rates and of agreed splits.
OF_OLD = {
    "reference": "line-1",
    "work": 5,
    "title": "Low tide",
    "licence_kind": "standard",
    "buyer": "Atlas Books",
    "price": [1500, "USD"],
    "rate": [2, 5000],
    "shares": [[7, 2], [8, 1]],
    "sold_at": "2026-03-14T12:00:00.000000+00:00",
}


class TestASale:
    def test_states_what_was_sold_and_by_which_rules(self) -> None:
        ruled = {"rule": "standard licences of films", "split": 9}
        assert SALE.stated() == OF_OLD | ruled

    def test_of_a_work_whose_split_nobody_agreed_to_states_that_there_was_none(self) -> None:
        ruled = {"rule": "standard licences of films", "split": None}
        assert SALE._replace(split_version_id=None).stated() == OF_OLD | ruled

    def test_of_before_rates_had_words_keeps_the_digest_of_its_day(self) -> None:
        assert SALE._replace(rate_words="", split_version_id=None).stated() == OF_OLD

    def test_states_the_same_in_every_time_zone(self) -> None:
        elsewhere = NOON.astimezone(timezone(timedelta(hours=9)))
        assert digest(SALE._replace(sold_at=elsewhere).stated()) == digest(SALE.stated())

    @pytest.mark.parametrize("name", Sold._fields)
    def test_states_something_else_when_any_part_of_it_is_another(self, name: str) -> None:
        others: dict[type, Any] = {
            int: 77,
            str: "other",
            tuple: [[7, 1], [8, 1]],
            datetime: NOON + timedelta(microseconds=1),
        }
        other = SALE._replace(**{name: others[type(getattr(SALE, name))]})
        assert digest(other.stated()) != digest(SALE.stated())


class TestItsEntry:
    def test_is_found_by_the_reference(self) -> None:
        assert sold.source("line-1") == "sale:line-1"

    def test_says_what_was_sold_in_at_most_two_hundred_characters(self) -> None:
        assert sold.memo("standard", "Low tide") == "Standard licence: Low tide"
        long = sold.memo("standard", "x" * 255)
        assert long == "Standard licence: " + "x" * (200 - len("Standard licence: "))
