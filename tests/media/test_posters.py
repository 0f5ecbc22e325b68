from hypothesis import given
from hypothesis import strategies as st

from media.rules.posters import Look, best

BLACK = Look(sharpness=0, brightness=2, contrast=1, clipped=1)
NOISY_BLACK = Look(sharpness=900, brightness=9, contrast=9, clipped=0.9)
WHITE = Look(sharpness=0, brightness=250, contrast=2, clipped=1)
BLURRED = Look(sharpness=20, brightness=120, contrast=40, clipped=0)
SHARP = Look(sharpness=400, brightness=120, contrast=40, clipped=0)
BURNT = Look(sharpness=400, brightness=225, contrast=40, clipped=0.6)
ALL = [BLACK, NOISY_BLACK, WHITE, BLURRED, SHARP, BURNT]


class TestThePoster:
    def test_is_sharp(self) -> None:
        assert best([BLURRED, SHARP, BLURRED]) == 1

    def test_is_well_exposed(self) -> None:
        assert best([BURNT, SHARP]) == 1

    def test_is_the_earlier_of_equals(self) -> None:
        assert best([SHARP, SHARP]) == 0

    def test_is_blank_only_when_all_frames_are(self) -> None:
        assert best([BLACK, NOISY_BLACK, WHITE, BLURRED]) == 3
        assert best([BLACK, BLACK, WHITE]) == 2

    @given(st.lists(st.sampled_from(ALL), min_size=1))
    def test_is_never_black_while_another_exists(self, looks: list[Look]) -> None:
        assert not looks[best(looks)].is_blank or all(look.is_blank for look in looks)
