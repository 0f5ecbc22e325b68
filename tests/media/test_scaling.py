"""Pictures made smaller, and what is looked at for it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter

from bench.fidelity import psnr
from media.adapters import likeness, scaling
from media.adapters.scaling import scaled
from media.adapters.watermark import Mark, marked, overlaid

NOISE = Image.effect_noise((1201, 903), 90).convert("RGB")


def _of_one_strip(
    image: Image.Image, size: tuple[int, int], box: scaling.Box | None = None
) -> Image.Image:
    """As cykooz makes it when it is asked for all rows at once."""
    return scaling._strip(image, size, box or (0, 0, *image.size), 0, size[1])


class TestStrips:
    @pytest.mark.parametrize("mode", ["RGB", "RGBA", "CMYK"])
    def test_of_a_large_picture_hold_the_pixels_that_it_has_as_a_whole(self, mode: str) -> None:
        large = NOISE.resize((6000, 4000), Image.Resampling.NEAREST).convert(mode)
        size = (2048, 1365)
        assert scaling._rows_of_a_strip(size, (0, 0, 6000, 4000), 4) < size[1]
        assert scaled(large, size).tobytes() == _of_one_strip(large, size).tobytes()

    @settings(max_examples=30, deadline=None)
    @given(st.integers(40, 1400), st.integers(130, 1200), st.sampled_from([0, 0.25, 0.5, 0.875]))
    def test_differ_by_roundings_at_most_at_any_size_and_fraction(
        self, width: int, height: int, less: float
    ) -> None:
        """The last bit of a fraction must not lead out of the picture, which cykooz refuses."""
        box = (0.0, 0.0, NOISE.width - less, NOISE.height - less)
        whole = _of_one_strip(NOISE, (width, height), box)
        pieced = Image.new("RGB", (width, height))
        for first in range(0, height, 64):
            end = min(first + 64, height)
            pieced.paste(scaling._strip(NOISE, (width, height), box, first, end), (0, first))
        extremes = ImageChops.difference(whole, pieced).getextrema()
        assert all(most <= 2 for _, most in extremes)  # type: ignore[misc]  # of three channels

    def test_are_not_cut_of_pictures_of_which_all_rows_take_little(self) -> None:
        assert scaling._rows_of_a_strip((2048, 1365), (0, 0, 2500, 1667), 3) >= 800
        assert scaling._rows_of_a_strip((512, 341), (0, 0, 1024, 683), 3) >= 341

    def test_scale_like_lanczos(self) -> None:
        size, soft = (600, 451), NOISE.filter(ImageFilter.GaussianBlur(1))
        assert psnr(scaled(soft, size), soft.resize(size, Image.Resampling.LANCZOS)) > 50


class TestSharpness:
    @pytest.mark.parametrize("mode", ["RGB", "L"])
    def test_tells_noise_from_what_is_soft(self, mode: str) -> None:
        noise = NOISE.convert(mode)
        assert likeness.is_sharp(noise)
        assert not likeness.is_sharp(noise.filter(ImageFilter.GaussianBlur(4)))

    @pytest.mark.parametrize("size", [(900, 40), (40, 900), (600, 601)])
    def test_is_found_in_stripes_either_way(self, size: tuple[int, int]) -> None:
        upright, level = Image.new("L", size), Image.new("L", size)
        for x in range(0, size[0], 2):
            upright.paste(255, (x, 0, x + 1, size[1]))
        for y in range(0, size[1], 2):
            level.paste(255, (0, y, size[0], y + 1))
        assert likeness.is_sharp(upright)
        assert likeness.is_sharp(level)

    @pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 1), (3, 3), (5, 40), (40, 5), (7, 34)])
    def test_can_be_asked_of_the_smallest(self, size: tuple[int, int]) -> None:
        assert not likeness.is_sharp(Image.new("RGB", size))


def test_overlaid_marks_the_picture_itself_as_marked_does_a_copy() -> None:
    picture, mark = NOISE.copy(), Mark("stockcoop", 28, seed="a work")
    copy = marked(picture, mark)
    assert picture.tobytes() == NOISE.tobytes()
    assert overlaid(picture, mark).tobytes() == copy.tobytes()
    assert picture.tobytes() == copy.tobytes()
