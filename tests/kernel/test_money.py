from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockcoop.kernel.money import Money, allocate, total

amounts = st.integers(min_value=0, max_value=10**12)
weights = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=30).filter(any)


class TestMoney:
    @pytest.mark.parametrize(
        ("money", "text"),
        [
            (Money(1250, "USD"), "USD 12.50"),
            (Money(-5, "USD"), "USD -0.05"),
            (Money(1250, "JPY"), "JPY 1250"),
            (Money(1, "BHD"), "BHD 0.001"),
            (Money(0, "EUR"), "EUR 0.00"),
        ],
    )
    def test_is_written_with_the_decimals_of_its_currency(self, money: Money, text: str) -> None:
        assert str(money) == text

    def test_refuses_to_mix_currencies(self) -> None:
        with pytest.raises(ValueError, match="two currencies"):
            Money(1, "USD") + Money(1, "EUR")
        with pytest.raises(ValueError, match="two currencies"):
            assert Money(1, "USD") < Money(1, "EUR")

    @pytest.mark.parametrize("minor", [1.5, True, "1", None])
    def test_refuses_anything_but_whole_minor_units(self, minor: object) -> None:
        with pytest.raises(TypeError):
            Money(minor, "USD")  # type: ignore[arg-type]

    @pytest.mark.parametrize("currency", ["usd", "US", "", "DOLLAR"])
    def test_refuses_what_is_no_currency_code(self, currency: str) -> None:
        with pytest.raises(ValueError, match="currency"):
            Money(1, currency)

    def test_sums_nothing_to_zero(self) -> None:
        assert total([], "USD") == Money.zero("USD")


class TestAllocate:
    @given(amounts, weights)
    def test_loses_and_makes_no_cent(self, minor: int, parts: list[int]) -> None:
        shared = allocate(Money(minor, "USD"), parts)
        assert total(shared, "USD") == Money(minor, "USD")
        assert len(shared) == len(parts)

    @given(amounts, weights)
    def test_gives_each_within_one_unit_of_exact(self, minor: int, parts: list[int]) -> None:
        whole = sum(parts)
        for share, weight in zip(allocate(Money(minor, "USD"), parts), parts, strict=True):
            assert abs(Fraction(minor * weight, whole) - share.minor) < 1

    @given(amounts, weights)
    def test_gives_nothing_to_a_weight_of_zero(self, minor: int, parts: list[int]) -> None:
        for share, weight in zip(allocate(Money(minor, "USD"), parts), parts, strict=True):
            assert weight or share.minor == 0

    def test_gives_the_odd_cent_to_the_earlier_of_equals(self) -> None:
        assert [m.minor for m in allocate(Money(100, "USD"), [1, 1, 1])] == [34, 33, 33]

    @pytest.mark.parametrize("parts", [[], [0], [0, 0], [-1, 2]])
    def test_refuses_weights_that_share_out_nothing(self, parts: list[int]) -> None:
        with pytest.raises(ValueError, match=r"weights|min"):
            allocate(Money(100, "USD"), parts)

    def test_refuses_a_negative_amount(self) -> None:
        with pytest.raises(ValueError, match="reversed"):
            allocate(Money(-1, "USD"), [1])
