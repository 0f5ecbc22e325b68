"""The mark over a picture."""

from pathlib import Path

import numpy as np
import pytest
from django.core.checks import Error
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from media.adapters import samples, stencils
from media.adapters.stencils import Unusable
from media.adapters.watermark import Mark, _pieces, layer, marked, warm
from media.apps import the_logo_can_be_a_watermark
from media.rules.watermark import Tone, height, spots, strength, tone
from tests.media import files

MARK = Mark("stockcoop", 28, seed="a work")
ROOM = (125, 96)
"""What `spots` gives a mark of 100 by 60 pixels."""


class TestPlaces:
    @given(st.text(max_size=8))
    def test_any_window_of_two_rooms_each_way_holds_a_whole_mark(self, seed: str) -> None:
        corners = list(spots((600, 400), (100, 60), seed))
        for left in range(0, 600 - 2 * ROOM[0] - 1, 40):
            for top in range(0, 400 - 2 * ROOM[1] - 1, 40):
                assert any(
                    left <= x <= left + 2 * ROOM[0] + 1 - 100
                    and top <= y <= top + 2 * ROOM[1] + 1 - 60
                    for x, y in corners
                )

    @given(st.text(max_size=8))
    def test_no_two_marks_touch(self, seed: str) -> None:
        taken = np.zeros((400, 600), int)
        for x, y in spots((600, 400), (100, 60), seed):
            taken[max(0, y) : max(0, y + 60), max(0, x) : max(0, x + 100)] += 1
        assert taken.max() == 1

    def test_are_the_same_for_one_work_at_any_size(self) -> None:
        large = [(x / 2, y / 2) for x, y in spots((2000, 1400), (200, 120), "one")]
        small = list(spots((1000, 700), (100, 60), "one"))
        assert np.allclose(large, small, atol=1)

    def test_the_mean_of_many_works_shows_no_grid(self) -> None:
        """Marks of forty works on grey: no place is marked in all, none in nearly none."""
        grey = Image.new("RGB", (512, 384), (128, 128, 128))
        marks = [
            np.asarray(marked(grey, Mark("stockcoop", 60, seed=str(work))), float)
            for work in range(40)
        ]
        one, mean = (float(np.std(picture)) for picture in (marks[0], np.mean(marks, axis=0)))
        assert mean < one / 4

    @given(st.integers(300, 3000), st.integers(300, 3000), st.floats(1, 25), st.floats(1, 25))
    def test_marks_are_so_high_that_whole_ones_fit(
        self, across: int, down: int, wide: float, high: float
    ) -> None:
        letters = height((across, down), (wide, high))
        assert letters == 12 or letters * max(wide, high) <= min(across, down) / 2


class TestLegibility:
    @pytest.mark.parametrize("level", range(0, 256, 15))
    def test_reads_on_ground_of_any_level(self, level: int) -> None:
        ground = Image.new("RGB", (1024, 683), (level, level, level))
        off = np.abs(np.asarray(marked(ground, MARK), int) - level).max(axis=2)
        assert off.max() >= 30
        assert (off >= 25).mean() > 0.02

    @pytest.mark.parametrize("name", samples.SAMPLES)
    def test_changes_every_sample_where_it_stands(self, name: str) -> None:
        picture = samples._painted(name)
        off = np.abs(np.asarray(marked(picture, MARK), int) - np.asarray(picture, int)).max(axis=2)
        assert 0.03 < (off >= 20).mean() < 0.25

    def test_is_dark_on_light_ground_and_light_on_dark(self) -> None:
        assert (tone(250), tone(20)) == (Tone.DARK, Tone.LIGHT)

    def test_is_stronger_where_it_is_busy_and_never_more_than_all(self) -> None:
        assert strength(28, 60).letters > strength(28, 5).letters
        assert strength(100, 60).letters == 1

    def test_stands_on_a_panorama_too(self) -> None:
        strip = Image.new("RGB", (2048, 160), (200, 210, 220))
        assert files.contrast(marked(strip, MARK)) > 30

    @pytest.mark.parametrize(
        ("name", "other"),
        [("Atlas", "Altas"), ("写真", "組合"), ("Фото", "Кино"), ("مصور", "كتاب"), ("ภาพ", "ถ่าย")],
    )
    def test_has_letters_for_a_name_in_any_script(self, name: str, other: str) -> None:
        """Boxes for missing letters would look alike."""
        one, two = (layer((600, 400), Mark(text, 100)) for text in (name, other))
        assert one.getbbox() is not None
        assert one.tobytes() != two.tobytes()

    def test_lets_most_of_the_picture_be(self) -> None:
        cover = np.asarray(layer((1280, 720), MARK).getchannel("A"))
        assert 0.03 < (cover > 0).mean() < 0.3


def _png(path: Path, mode: str = "RGBA") -> Path:
    picture = Image.new(mode, (300, 200))
    ImageDraw.Draw(picture).ellipse((40, 40, 260, 160), fill="white")
    picture.save(path)
    return path


def _svg(path: Path, inside: str) -> Path:
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{inside}</svg>',
        encoding="utf-8",
    )
    return path


def test_a_mark_that_lies_ready_is_cut_no_more() -> None:
    """The cost of a picture is then that of laying the mark over it."""
    mark = Mark("warmed", 30, seed="x")
    warm(mark)
    before = _pieces.cache_info().misses
    for side in (2048, 1024, 512):
        marked(Image.effect_noise((side, side * 2 // 3), 90).convert("RGB"), mark)
        marked(Image.new("RGB", (side, side * 2 // 3), "white"), mark)
    assert _pieces.cache_info().misses == before


class TestALogo:
    def test_may_be_a_png_whose_shape_then_stands_in_place_of_the_name(
        self, tmp_path: Path
    ) -> None:
        logo = stencils.logo(_png(tmp_path / "logo.png"))
        ground = Image.new("RGB", (1024, 683), (40, 40, 40))
        drawn = marked(ground, Mark("stockcoop", 28, logo=logo, seed="x"))
        assert files.contrast(drawn) > 30
        assert drawn.tobytes() != marked(ground, MARK).tobytes()

    def test_may_be_an_svg(self, tmp_path: Path) -> None:
        logo = stencils.logo(_svg(tmp_path / "logo.svg", '<circle cx="20" cy="10" r="9"/>'))
        layer_of_it = layer((600, 400), Mark("", 50, logo=logo))
        assert layer_of_it.getbbox() is not None

    @pytest.mark.parametrize(
        ("inside", "words"),
        [
            ('<rect width="40" height="20"/>', "transparent ground"),
            ("", "transparent ground"),
            ('<image href="/etc/passwd" width="9" height="9"/>', "includes other files"),
            ('<s:image href="/etc/passwd" width="9" height="9"/>', "includes other files"),
            ("<path d=", "neither a PNG nor an SVG"),
        ],
    )
    def test_that_cannot_be_one_is_refused_in_words(
        self, tmp_path: Path, inside: str, words: str
    ) -> None:
        with pytest.raises(Unusable, match=words):
            stencils.logo(_svg(tmp_path / "logo.svg", inside))

    @pytest.mark.parametrize(
        "size",
        [
            'viewBox="0 0 90000 1"',
            "viewBox='0,0 1e5 1'",
            'width="900" height="9"',
            'height="0" width="9"',
        ],
    )
    def test_that_is_much_longer_than_high_is_not_drawn(self, tmp_path: Path, size: str) -> None:
        """It would be drawn as long as it says, in gigabytes."""
        path = tmp_path / "logo.svg"
        path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="M0 0"/></svg>')
        with pytest.raises(Unusable, match=r"as long as it is high|neither a PNG nor"):
            stencils.logo(path)

    def test_without_transparency_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(Unusable, match="transparent ground"):
            stencils.logo(_png(tmp_path / "logo.png", "RGB"))

    def test_that_is_cut_off_or_too_large_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "logo.png"
        path.write_bytes(_png(tmp_path / "whole.png").read_bytes()[:60])
        with pytest.raises(Unusable, match="no PNG"):
            stencils.logo(path)
        long = tmp_path / "long.svg"
        long.write_bytes(b" " * 1_100_000)
        with pytest.raises(Unusable, match="larger than a megabyte"):
            stencils.logo(long)

    def test_is_looked_at_when_the_site_starts(self, tmp_path: Path, settings: object) -> None:
        settings.WATERMARK_LOGO = None  # type: ignore[attr-defined]
        assert the_logo_can_be_a_watermark() == []
        settings.WATERMARK_LOGO = _svg(tmp_path / "a.svg", "")  # type: ignore[attr-defined]
        (error,) = the_logo_can_be_a_watermark()
        assert isinstance(error, Error)
        assert "has no shape" in error.msg
        settings.WATERMARK_LOGO = _png(tmp_path / "b.png")  # type: ignore[attr-defined]
        assert the_logo_can_be_a_watermark() == []
