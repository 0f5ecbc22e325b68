"""The painter: the same picture every time, large enough, telling what it is."""

import io
from collections import Counter

import numpy as np
import pytest
from PIL import Image, ImageCms

from demo.catalogue import Painter, Piece, painters
from demo.darkroom import facts_of, picture_file
from demo.painter.profiles import SPACES, convert
from demo.painter.studio import SCENES, paint
from media.rules.jpeg import facts_of as facts_in

SMALL = 0.06
PIECES = [(painter, piece) for painter in painters() for piece in painter.pieces]


def piece_where(**wanted: object) -> tuple[Painter, Piece]:
    return next(
        (painter, piece)
        for painter, piece in PIECES
        if all(getattr(piece, name) == value for name, value in wanted.items())
    )


class TestTheCatalogue:
    def test_six_artists_show_eight_works_each(self) -> None:
        assert [len(painter.pieces) for painter in painters()] == [8] * 6

    def test_every_work_has_at_least_twelve_megapixels(self) -> None:
        assert all(piece.size[0] * piece.size[1] >= 12_000_000 for _, piece in PIECES)

    def test_every_work_can_be_found_by_eight_to_twenty_distinct_keywords(self) -> None:
        for _, piece in PIECES:
            assert 8 <= len(set(piece.keywords)) == len(piece.keywords) <= 20, piece.slug

    def test_no_two_works_share_a_name(self) -> None:
        assert max(Counter(piece.slug for _, piece in PIECES).values()) == 1

    def test_about_one_in_eight_is_editorial(self) -> None:
        assert 5 <= sum(piece.editorial for _, piece in PIECES) <= 7

    def test_every_scene_is_shown(self) -> None:
        assert {piece.scene for _, piece in PIECES} == set(SCENES)


class TestPainting:
    @pytest.mark.parametrize(
        ("painter", "piece"), PIECES, ids=lambda part: getattr(part, "slug", "")
    )
    def test_gives_a_picture_with_depth_and_nothing_blown_out(
        self, painter: Painter, piece: Piece
    ) -> None:
        pixels = paint(painter, piece, SMALL)
        grey = pixels.mean(axis=2)
        assert pixels.shape == (round(piece.size[1] * SMALL), round(piece.size[0] * SMALL), 3)
        assert grey.std() > 8
        assert (grey > 253).mean() < 0.3
        assert (grey < 2).mean() < 0.6

    def test_gives_the_same_pixels_every_time(self) -> None:
        for painter, piece in PIECES[::7]:
            assert np.array_equal(paint(painter, piece, SMALL), paint(painter, piece, SMALL))

    def test_another_seed_is_another_picture(self) -> None:
        painter, piece = PIECES[0]
        other = Piece(**{**vars(piece), "seed": piece.seed + 1})
        assert not np.array_equal(paint(painter, piece, SMALL), paint(painter, other, SMALL))


class TestTheFile:
    def test_says_in_xmp_and_iim_what_it_shows_and_whose_it_is(self) -> None:
        painter, piece = PIECES[3]
        xmp, iim = facts_in(picture_file(painter, piece, SMALL))
        assert xmp == facts_of(painter, piece)
        assert (iim.title, iim.keywords, iim.creator) == (piece.title, piece.keywords, painter.name)

    def test_full_size_is_at_least_twelve_megapixels(self) -> None:
        painter, piece = piece_where(scene="twilight", format="panorama")
        with Image.open(io.BytesIO(picture_file(painter, piece))) as image:
            assert image.width * image.height >= 12_000_000

    @pytest.mark.parametrize("orientation", [3, 6, 8])
    def test_stored_turned_it_comes_upright_by_its_orientation(self, orientation: int) -> None:
        painter, piece = piece_where(orientation=orientation)
        upright = paint(painter, piece, SMALL)
        with Image.open(io.BytesIO(picture_file(painter, piece, SMALL))) as image:
            assert image.getexif()[0x0112] == orientation
            turned = {3: 180, 6: 270, 8: 90}[orientation]
            shown = np.asarray(image.rotate(turned, expand=True), dtype=int)
        assert np.abs(shown - upright).mean() < 6

    @pytest.mark.parametrize("name", ["srgb", "wide", "p3"])
    def test_its_profile_leads_back_to_the_same_colours(self, name: str) -> None:
        pixels = np.random.default_rng(1).integers(40, 216, (32, 32, 3)).astype(np.uint8)
        space = SPACES[name]
        profile = ImageCms.ImageCmsProfile(io.BytesIO(space.icc()))
        back = ImageCms.profileToProfile(
            Image.fromarray(convert(pixels, space)), profile, ImageCms.createProfile("sRGB")
        )
        assert np.abs(np.asarray(back, dtype=int) - pixels).max() <= 3
