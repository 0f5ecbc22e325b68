import pytest

from media.rules.tone import Rgb, cube, shown

PQ, HLG = 16, 18
PAPER_IN_PQ, PAPER_IN_HLG = 0.5807, 0.75


def _grey(level: float) -> Rgb:
    return level, level, level


class TestHighDynamicRange:
    @pytest.mark.parametrize(("paper", "transfer"), [(PAPER_IN_PQ, PQ), (PAPER_IN_HLG, HLG)])
    def test_shows_the_white_of_paper_nearly_white(self, paper: float, transfer: int) -> None:
        assert shown(_grey(paper), transfer) == pytest.approx(_grey(0.96), abs=0.01)

    @pytest.mark.parametrize("transfer", [PQ, HLG])
    def test_is_darker_where_it_was_darker_and_black_where_it_was_black(
        self, transfer: int
    ) -> None:
        levels = [round(shown(_grey(step / 50), transfer)[1], 9) for step in range(51)]
        assert levels == sorted(levels)
        assert levels[0] == 0
        assert 0.99 < levels[-1] <= 1

    @pytest.mark.parametrize("transfer", [PQ, HLG])
    def test_keeps_greys_grey(self, transfer: int) -> None:
        for step in range(11):
            red, green, blue = shown(_grey(step / 10), transfer)
            assert max(red, green, blue) - min(red, green, blue) < 0.005

    def test_is_a_table_of_33_steps_a_side(self) -> None:
        lines = list(cube(PQ))
        assert lines[0] == "LUT_3D_SIZE 33"
        assert len(lines) == 1 + 33**3
