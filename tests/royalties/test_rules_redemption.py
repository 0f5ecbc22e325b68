"""When retained patronage is paid back, without a database."""

from dataclasses import replace

import pytest

from royalties.rules import redemption
from royalties.rules.redemption import Held, Schedule
from tests.make.ledger import usd

EQUITY = {"name": "equity", "after_years": 7, "exit_years": 2, "capital_floor_minor": 100}


class TestASchedule:
    def test_is_the_by_laws_article_on_equity(self) -> None:
        assert Schedule.of_bylaws([{"name": "voting"}, {}, EQUITY]) == Schedule(7, 2, 100)
        assert Schedule.of_bylaws([{"name": "voting"}]) is None

    def test_may_pay_back_by_a_share_each_year(self) -> None:
        shared = Schedule.of_bylaws([EQUITY | {"yearly_bp": 2500}])
        assert shared == Schedule(7, 2, 100, yearly_bp=2500)

    @pytest.mark.parametrize("missing", ["after_years", "exit_years", "capital_floor_minor"])
    def test_that_lacks_a_figure_is_refused_by_its_name(self, missing: str) -> None:
        article = {name: value for name, value in EQUITY.items() if name != missing}
        with pytest.raises(ValueError, match=f"^the article on equity lacks '{missing}'$"):
            Schedule.of_bylaws([article])

    @pytest.mark.parametrize("figures", [(-1, 0, 0), (0, -1, 0), (0, 0, -1)])
    def test_has_no_figure_below_zero(self, figures: tuple[int, int, int]) -> None:
        with pytest.raises(ValueError, match=r"^Years and the capital floor are zero or more\.$"):
            Schedule(*figures)

    def test_is_by_age_or_by_exit_whichever_comes_first(self) -> None:
        schedule = Schedule(7, 2, 0)
        held = Held(1, 1, 2020, usd(5))
        assert schedule.due_in(held) == 2027
        assert schedule.due_in(replace(held, left_in=2022)) == 2024
        assert schedule.due_in(replace(held, left_in=2026)) == 2027


class TestRedeeming:
    HELD = (
        Held(1, 2, 2019, usd(30)),
        Held(2, 1, 2019, usd(20)),
        Held(3, 1, 2018, usd(10)),
        Held(4, 1, 2020, usd(5)),
        Held(5, 3, 2018, usd(0)),
    )

    def notices(self, capital: int, floor: int) -> tuple[list[int], list[int]]:
        found = redemption.due(self.HELD, Schedule(7, 2, floor), year=2026, capital=usd(capital))
        return [h.notice for h in found.redeemed], [h.notice for h in found.suspended]

    def test_takes_the_oldest_first_and_all_of_a_year_together(self) -> None:
        assert self.notices(1000, 100) == ([3, 2, 1], [])

    def test_takes_the_last_cent_that_stands(self) -> None:
        cent = Held(1, 1, 2019, usd(1))
        found = redemption.due([cent], Schedule(7, 2, 0), year=2026, capital=usd(1))
        assert found.redeemed == (cent,)

    def test_goes_down_to_the_floor_and_no_further(self) -> None:
        assert self.notices(160, 100) == ([3, 2, 1], [])
        assert self.notices(159, 100) == ([3], [2, 1])
        assert self.notices(109, 100) == ([], [3, 2, 1])
