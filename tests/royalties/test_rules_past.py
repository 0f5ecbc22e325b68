"""A sale of the past, read out of a row of a table, without a database."""

from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from royalties.rules import past
from royalties.rules.past import Past
from stockcoop.kernel.canonical import moment
from stockcoop.kernel.money import Money
from tests.make.ledger import NOON, usd

WORK = "8c8de3c2-6c1e-4b7e-9f3c-0a2d6d1c3f10"
TOKYO = ZoneInfo("Asia/Tokyo")
ROW = {
    "reference": "old:1",
    "work": WORK,
    "licence_kind": "standard",
    "price": "45.5",
    "currency": "USD",
    "buyer": "Books, Atlas",
    "sold_at": "2021-01-31T09:30",
    "gateway": "practice",
}


def read(**told: Any) -> Past:
    return past.read(ROW | told, line=3, zone=TOKYO, now=NOON)


def refusal(**told: Any) -> str:
    """The sentence by which a row that tells this is refused."""
    with pytest.raises(ValueError, match=r"\.$") as refused:
        read(**told)
    return str(refused.value)


def test_a_row_is_read_as_the_sale_that_it_tells() -> None:
    assert read() == Past(
        reference="old:1",
        work=WORK,
        licence_kind="standard",
        price=usd(4550),
        buyer_name="Books, Atlas",
        sold_at=datetime(2021, 1, 31, 9, 30, tzinfo=TOKYO),
        gateway="practice",
        line=3,
    )


def test_spaces_around_what_is_told_and_columns_that_nobody_asked_for_are_passed_over() -> None:
    spaced = {name: f" {value}\t" for name, value in ROW.items()}
    assert read(**spaced, remark="Paid late") == read()


@pytest.mark.parametrize("nothing", ["", "  ", None])
def test_every_column_that_says_nothing_is_named(nothing: str | None) -> None:
    assert refusal(work=nothing, buyer=nothing) == "It says nothing under work, buyer."


def test_a_column_that_is_not_there_says_nothing() -> None:
    with pytest.raises(ValueError, match=rf"^It says nothing under {', '.join(ROW)}\.$"):
        past.read({}, line=3, zone=TOKYO, now=NOON)


def test_every_column_with_a_character_that_no_database_holds_is_named() -> None:
    assert refusal(buyer="Atlas\0") == "There is a NUL character under buyer."
    both = refusal(reference="old\0:1", buyer="\0Atlas")
    assert both == "There is a NUL character under reference, buyer."


class TestAReference:
    def test_has_at_most_a_hundred_characters(self) -> None:
        assert read(reference="x" * 100).reference == "x" * 100
        assert refusal(reference="x" * 101) == "A reference has at most 100 characters."


class TestAWork:
    @pytest.mark.parametrize("text", [WORK.upper(), WORK.replace("-", ""), f"urn:uuid:{WORK}"])
    def test_is_the_same_however_its_uuid_is_written(self, text: str) -> None:
        assert read(work=text).work == WORK

    def test_is_named_by_nothing_but_its_uuid(self) -> None:
        assert refusal(work="a picture") == "A work is named by its uuid, not 'a picture'."


class TestAPrice:
    @pytest.mark.parametrize(
        ("price", "currency", "minor"),
        [
            ("45", "USD", 4500),
            ("45.5", "USD", 4550),
            ("45.05", "USD", 4505),
            ("0.01", "USD", 1),
            ("045", "USD", 4500),
            ("1200", "JPY", 1200),
            ("1.005", "BHD", 1005),
            ("999999999999.99", "EUR", 99_999_999_999_999),
        ],
    )
    def test_is_in_major_units_with_as_many_decimals_as_its_currency_has(
        self, price: str, currency: str, minor: int
    ) -> None:
        assert read(price=price, currency=currency).price == Money(minor, currency)

    @given(st.integers(0, 10**12 - 1), st.sampled_from(["USD", "JPY", "BHD"]))
    def test_is_what_money_writes(self, minor: int, currency: str) -> None:
        price = Money(minor, currency)
        assert read(price=price.decimal(), currency=currency).price == price

    @pytest.mark.parametrize(
        ("price", "currency", "places"),
        [
            ("45.555", "USD", 2),
            ("4.5", "JPY", 0),
            ("1.0005", "BHD", 3),
            ("-1", "USD", 2),
            ("1,000", "USD", 2),
            ("45.", "USD", 2),
            (".5", "USD", 2),
            ("1e3", "USD", 2),
            ("dear", "USD", 2),
            ("\N{ARABIC-INDIC DIGIT FIVE}", "USD", 2),
            ("1000000000000", "USD", 2),
        ],
    )
    def test_that_is_no_such_number_is_refused(
        self, price: str, currency: str, places: int
    ) -> None:
        said = f"A price in {currency} is digits with {places} decimals, not {price!r}."
        assert refusal(price=price, currency=currency) == said

    @pytest.mark.parametrize("currency", ["usd", "US", "USDT", "US1", "$"])
    def test_has_a_currency_of_three_capital_letters(self, currency: str) -> None:
        said = f"A currency is three capital letters, as in USD, not {currency!r}."
        assert refusal(currency=currency) == said


class TestATime:
    def test_without_an_offset_is_one_of_the_co_op(self) -> None:
        assert read(sold_at="2021-01-31").sold_at == datetime(2021, 1, 31, tzinfo=TOKYO)

    @pytest.mark.parametrize(
        ("text", "hours"), [("2021-01-31T09:30Z", 0), ("2021-01-31 09:30:00-05:00", -5)]
    )
    def test_with_an_offset_is_taken_at_its_word(self, text: str, hours: int) -> None:
        told = datetime(2021, 1, 31, 9, 30, tzinfo=timezone(timedelta(hours=hours)))
        assert read(sold_at=text).sold_at == told

    def test_may_be_this_moment_and_none_after_it(self) -> None:
        assert read(sold_at=NOON.isoformat()).sold_at == NOON
        later = (NOON + timedelta(microseconds=1)).isoformat()
        assert refusal(sold_at=later) == f"{later} is yet to come."

    @pytest.mark.parametrize("text", ["0001-01-01", "0001-12-31T23:59+05:00"])
    def test_is_none_of_the_first_year_that_a_calendar_has(self, text: str) -> None:
        assert refusal(sold_at=text) == f"{text} is too long ago."
        assert moment(read(sold_at="0002-01-01T00:00+14:00").sold_at).startswith("0001-12-31T10")

    @pytest.mark.parametrize("text", ["14/3/2026", "yesterday", "2021-02-29"])
    def test_that_is_not_written_as_one_is_refused(self, text: str) -> None:
        assert refusal(sold_at=text) == f"A time is written as in 2021-01-31T09:30, not {text!r}."


class TestAGateway:
    @pytest.mark.parametrize("text", ["stripe", "2checkout", "pay_pal-eu", "x" * 40])
    def test_is_a_word_in_small_letters(self, text: str) -> None:
        assert read(gateway=text).gateway == text

    @pytest.mark.parametrize("text", ["Stripe", "my bank", "-x", "_x", "gateway:x", "x" * 41])
    def test_that_is_no_such_word_is_refused(self, text: str) -> None:
        assert refusal(gateway=text) == f"A gateway is a word in small letters, not {text!r}."
