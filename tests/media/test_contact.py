import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.rules.contact import sheet_of


class TestTheSheet:
    def test_of_a_short_clip_has_a_frame_each_half_second(self) -> None:
        sheet = sheet_of(1920, 1080, 4.2)
        assert (sheet.every, sheet.count, sheet.columns) == (0.5, 9, 9)
        assert sheet.size == (9 * 160, 90)

    def test_of_a_long_clip_has_a_hundred(self) -> None:
        sheet = sheet_of(3840, 2160, 600)
        assert (sheet.every, sheet.count, sheet.size) == (6, 100, (1600, 900))
        assert sheet.corner(99) == (9 * 160, 9 * 90)

    def test_of_an_upright_clip_has_upright_frames(self) -> None:
        sheet = sheet_of(1080, 1920, 1)
        assert (sheet.width, sheet.height) == (90, 160)

    @given(
        st.integers(1, 20_000),
        st.integers(1, 20_000),
        st.floats(0, 100_000, allow_nan=False),
    )
    def test_has_a_frame_for_each_moment_and_none_after_the_end(
        self, width: int, height: int, seconds: float
    ) -> None:
        sheet = sheet_of(width, height, seconds)
        assert 1 <= sheet.count <= 100
        assert (sheet.count - 1) * sheet.every <= max(seconds, 0)
        assert sheet.count * sheet.every >= seconds - 1e-6 * max(seconds, 1)
        across, down = sheet.corner(sheet.count - 1)
        assert across + sheet.width <= sheet.size[0]
        assert down + sheet.height <= sheet.size[1]

    def test_belongs_to_its_recipe_so_its_layout_stays(self) -> None:
        sheets = [sheet_of(854, 480, seconds) for seconds in (0, 0.5, 30, 50, 51.3)]
        assert [sheet.count for sheet in sheets] == [1, 1, 60, 100, 100]
        assert [sheet.every for sheet in sheets] == pytest.approx([0.5, 0.5, 0.5, 0.5, 0.513])
