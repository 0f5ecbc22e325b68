"""Months as values."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from royalties.rules.months import Month

months = st.builds(Month, st.integers(1900, 2999), st.integers(1, 12))
VANCOUVER = ZoneInfo("America/Vancouver")


class TestMonth:
    @given(months)
    def test_is_read_back_from_its_code(self, month: Month) -> None:
        assert Month.parse(str(month)) == month

    @pytest.mark.parametrize(
        "code", ["", "2026", "2026-00", "2026-13", "26-03", "2026-3", "2026-03-01"]
    )
    def test_refuses_what_is_no_month(self, code: str) -> None:
        with pytest.raises(ValueError, match="2026-03"):
            Month.parse(code)

    @given(months, st.integers(-600, 600))
    def test_goes_back_as_far_as_it_went_on(self, month: Month, by: int) -> None:
        assert month.plus(by).plus(-by) == month

    def test_depends_on_the_time_zone(self) -> None:
        new_year = datetime(2027, 1, 1, 3, tzinfo=UTC)
        assert Month.of(new_year, UTC) == Month(2027, 1)
        assert Month.of(new_year, VANCOUVER) == Month(2026, 12)
        assert Month(2026, 12).end(VANCOUVER) == datetime(2027, 1, 1, 8, tzinfo=UTC)

    def test_is_called_by_its_name(self) -> None:
        assert (Month(2026, 3).words(), Month(2026, 3).first_day()) == (
            "March 2026",
            date(2026, 3, 1),
        )
