"""Retained patronage that is paid back by a share each year."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from royalties.rules.redemption import Held, Schedule, due
from tests.make.ledger import usd

SHARED = Schedule(after_years=3, exit_years=1, capital_floor_minor=0, yearly_bp=2500)
FLOORED = Schedule(after_years=3, exit_years=1, capital_floor_minor=100, yearly_bp=2500)


def kept(amount: int, *, before: int = 0, left_in: int | None = None) -> Held:
    return Held(1, 1, 2022, usd(amount), left_in, usd(before))


class TestAYearlyShare:
    def test_is_paid_back_from_the_year_in_which_it_is_due(self) -> None:
        assert SHARED.ripe(kept(1_001), year=2024) == usd(0)
        assert SHARED.ripe(kept(1_001), year=2025) == usd(251)
        assert SHARED.ripe(kept(750, before=251), year=2026) == usd(250)

    def test_of_years_without_a_list_is_caught_up_with(self) -> None:
        assert SHARED.ripe(kept(1_000), year=2027) == usd(750)
        assert SHARED.ripe(kept(1_000), year=2040) == usd(1_000)

    def test_of_who_left_is_all_of_it(self) -> None:
        assert SHARED.ripe(kept(700, before=300, left_in=2024), year=2025) == usd(700)

    def test_of_who_left_is_no_more_until_the_years_after_exit_are_over(self) -> None:
        assert SHARED.ripe(kept(1_000, left_in=2025), year=2025) == usd(250)
        assert SHARED.ripe(kept(750, before=250, left_in=2025), year=2026) == usd(750)

    @pytest.mark.parametrize("yearly_bp", [0, 10_001])
    def test_is_more_than_nothing_and_at_most_all(self, yearly_bp: int) -> None:
        words = "What is redeemed in a year is more than nothing, at most all of it."
        with pytest.raises(ValueError, match=f"^{words}$"):
            Schedule(3, 1, 0, yearly_bp)

    @given(st.integers(1, 10**9), st.integers(1, 10_000))
    def test_ends_it_to_the_cent_whatever_the_share(self, retained: int, yearly_bp: int) -> None:
        schedule, paid = Schedule(0, 0, 0, yearly_bp), 0
        last = 2022 + -(-10_000 // yearly_bp) - 1
        for year in sorted({2022, 2023, last - 1, last} & set(range(2022, last + 1))):
            paid += schedule.ripe(kept(retained - paid, before=paid), year=year).minor
            assert paid <= retained
        assert paid == retained


def test_a_list_takes_this_years_shares_only_the_oldest_year_first() -> None:
    older, newer = Held(1, 1, 2021, usd(1_000)), Held(2, 1, 2022, usd(1_000))
    found = due([newer, older], FLOORED, year=2025, capital=usd(700))
    assert [(one.notice, one.amount) for one in found.redeemed] == [(1, usd(500))]
    assert [(one.notice, one.amount) for one in found.suspended] == [(2, usd(250))]
