"""The pure rules about what a picture is and looks like."""

from base64 import b64encode
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.rules import colours, thumbhash
from media.rules.formats import Format, Unfit, sniff
from media.rules.kinds import Orientation, orientation_of
from media.rules.limits import Limits, check_duration, check_frame, check_size
from media.rules.recipes import RECIPES, Recipe, fitted, key, recipes_for

LIMITS = Limits(pixels=250_000_000, duration=600)


class TestColourNames:
    @pytest.mark.parametrize(
        ("rgb", "name"),
        [
            ((220, 20, 30), "red"),
            ((250, 140, 20), "orange"),
            ((250, 220, 40), "yellow"),
            ((30, 120, 40), "green"),
            ((20, 50, 25), "green"),
            ((20, 140, 140), "teal"),
            ((135, 190, 235), "blue"),
            ((15, 25, 80), "blue"),
            ((120, 40, 160), "purple"),
            ((250, 170, 190), "pink"),
            ((110, 70, 35), "brown"),
            ((200, 170, 130), "brown"),
            ((15, 15, 15), "black"),
            ((128, 128, 128), "grey"),
            ((250, 250, 250), "white"),
        ],
    )
    def test_are_the_words_a_buyer_would_use(self, rgb: tuple[int, int, int], name: str) -> None:
        assert colours.name_of(rgb) == name

    @given(st.tuples(*[st.integers(0, 255)] * 3))
    def test_every_colour_has_one(self, rgb: tuple[int, int, int]) -> None:
        assert colours.name_of(rgb) in colours.NAMES

    def test_a_vivid_part_counts_more_than_its_pixels(self) -> None:
        _, names = colours.palette([(930, (120, 120, 120)), (70, (230, 20, 20))])
        assert names == ["grey", "red"]

    def test_a_speck_does_not_count(self) -> None:
        _, names = colours.palette([(995, (120, 120, 120)), (5, (230, 20, 20))])
        assert names == ["grey"]

    def test_a_picture_without_pixels_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="pixels"):
            colours.palette([])


class TestThumbhash:
    def test_shows_about_what_it_was_made_of(self) -> None:
        blue_over_green = bytes((40, 90, 220)) * 512 + bytes((40, 160, 50)) * 512
        width, height, rgb = thumbhash.decode(thumbhash.encode(32, 32, blue_over_green), 32)
        top, bottom = rgb[:3], rgb[-3:]
        assert (width, height) == (32, 32)
        assert top[2] > 150 > 110 > bottom[2]

    @given(st.integers(1, 40), st.integers(1, 40), st.randoms(use_true_random=False))
    def test_is_small_and_decodes_in_nearly_the_same_proportion(
        self, width: int, height: int, random: Random
    ) -> None:
        hash = thumbhash.encode(width, height, random.randbytes(width * height * 3))
        assert len(hash) <= 48
        shown_width, shown_height, rgb = thumbhash.decode(hash, 32)
        assert len(rgb) == shown_width * shown_height * 3
        assert (shown_width >= shown_height) or width <= height

    def test_placeholder_is_an_image_address_of_some_hundred_characters(self) -> None:
        address = thumbhash.placeholder(thumbhash.encode(2, 1, bytes(6)))
        assert address.startswith("data:image/png;base64,")
        assert len(address) < 500

    @pytest.mark.parametrize("hash", ["", "????", b64encode(b"1234567").decode()])
    def test_refuses_what_is_no_hash(self, hash: str) -> None:
        with pytest.raises(ValueError, match=r".+"):
            thumbhash.decode(hash, 8)

    def test_refuses_pictures_too_large(self) -> None:
        with pytest.raises(ValueError, match="1 to 100"):
            thumbhash.encode(101, 1, bytes(303))


class TestFormats:
    @pytest.mark.parametrize(
        ("head", "format"),
        [
            (b"\xff\xd8\xff\xe0", Format.JPEG),
            (b"\x89PNG\r\n\x1a\n", Format.PNG),
            (b"II\x2a\x00\x08\x00\x00\x00", Format.TIFF),
            (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Format.WEBP),
            (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00", Format.AVIF),
            (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif", Format.AVIF),
            (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isom", Format.MP4),
            (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00", Format.MOV),
            (b"\x1a\x45\xdf\xa3", Format.WEBM),
        ],
    )
    def test_are_known_by_content(self, head: bytes, format: Any) -> None:
        assert sniff(head) is format

    @pytest.mark.parametrize(
        ("head", "words"),
        [
            (b"", "empty"),
            (b"GIF89a\x01\x00", "Animations"),
            (b"just some text", "text file"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", "vector drawing"),
            (b"\xef\xbb\xbf  <?xml version='1.0'?><svg>", "vector drawing"),
            (b"PK\x03\x04zip", "archive"),
            (b"%PDF-1.7", "document"),
            (b"8BPS\x00\x01", "Photoshop"),
            (b"II\x2a\x00\x10\x00\x00\x00CR\x02\x00", "raw file"),
            (b"FUJIFILMCCD-RAW 0201", "raw file"),
            (b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01", "raw file"),
            (b"\x00\x00\x00\x18ftyphevc\x00\x00\x00\x00", "Animations"),
            (b"BM\x00\x00", "not taken"),
            (b"\x00\xff\x13\x37", "neither"),
        ],
    )
    def test_of_other_kinds_are_refused_in_words(self, head: bytes, words: str) -> None:
        with pytest.raises(Unfit, match=words):
            sniff(head)

    @given(st.binary(max_size=300))
    def test_any_bytes_are_either_known_or_refused(self, head: bytes) -> None:
        with suppress(Unfit):
            assert sniff(head) in Format


class TestLimits:
    def test_name_the_size_and_what_is_allowed(self) -> None:
        with pytest.raises(Unfit, match=r"30000 x 30000 pixels \(900 MP\); we take up to 250 MP"):
            check_size(30_000, 30_000, LIMITS)

    def test_let_pass_what_is_just_within(self) -> None:
        check_size(25_000, 10_000, LIMITS)
        check_duration(600, LIMITS)

    @pytest.mark.parametrize("size", [(0, 10), (10, 0), (-1, 5)])
    def test_refuse_pictures_without_pixels(self, size: tuple[int, int]) -> None:
        for check in (check_size, check_frame):
            with pytest.raises(Unfit, match="no pixels"):
                check(*size, LIMITS)

    def test_of_a_clips_frame_is_one_of_its_own_above_8k(self) -> None:
        check_frame(7680, 4320, LIMITS)
        with pytest.raises(Unfit, match=r"8192 x 8192 pixels \(67 MP\); we take up to 40 MP"):
            check_frame(8192, 8192, LIMITS)

    def test_refuse_clips_that_are_too_long(self) -> None:
        with pytest.raises(Unfit, match="601 seconds"):
            check_duration(600.9, LIMITS)


class TestSizes:
    @given(st.integers(1, 50_000), st.integers(1, 50_000), st.sampled_from(RECIPES))
    def test_fit_their_recipe_and_are_never_enlarged(
        self, width: int, height: int, recipe: Recipe
    ) -> None:
        w, h = fitted(width, height, recipe.longest_side)
        assert 1 <= w <= width
        assert 1 <= h <= height
        assert max(w, h) == min(max(width, height), recipe.longest_side)

    def test_small_pictures_get_no_recipe_twice(self) -> None:
        assert [recipe.name for recipe in recipes_for(100)] == ["r256"]
        assert [recipe.name for recipe in recipes_for(600)] == ["r1024", "r512", "r256"]

    def test_keys_follow_the_content(self) -> None:
        assert key("u", "r512", "ab" * 32, "jpeg") == "u/r512-" + "ab" * 16 + ".jpg"

    @pytest.mark.parametrize(
        ("size", "orientation"),
        [
            ((300, 200), Orientation.LANDSCAPE),
            ((200, 300), Orientation.PORTRAIT),
            ((1000, 1000), Orientation.SQUARE),
            ((1000, 985), Orientation.SQUARE),
        ],
    )
    def test_say_which_way_up_a_picture_is(
        self, size: tuple[int, int], orientation: Orientation
    ) -> None:
        assert orientation_of(*size) is orientation
