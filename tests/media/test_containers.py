import io

import pytest
from PIL import Image

from media.rules import jpeg, png, webp
from tests.media import files


def _pixels(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).tobytes()


class TestJpeg:
    def test_keeps_the_pixels_bit_by_bit(self) -> None:
        original = files.photograph()
        assert _pixels(jpeg.bare(original)) == _pixels(original)

    def test_keeps_the_scans_byte_by_byte(self) -> None:
        original = files.photograph()
        changed = jpeg.bare(original)
        assert changed[changed.index(b"\xff\xda") :] == original[original.index(b"\xff\xda") :]

    def test_leaves_nothing_of_camera_and_place(self) -> None:
        changed = jpeg.bare(files.photograph())
        for secret in (files.CAMERA, files.SERIAL, files.GPS_MARK):
            assert secret.encode() not in changed

    def test_done_twice_is_done_once(self) -> None:
        once = jpeg.bare(files.photograph())
        assert jpeg.bare(once) == once

    def test_drops_what_follows_the_image(self) -> None:
        hidden = jpeg.bare(files.photograph() + b"<?php hidden")
        assert hidden.endswith(b"\xff\xd9")

    @pytest.mark.parametrize("between", [b"\x00\x12", b"\xff\xff", b"\x07\xff"])
    def test_passes_over_what_stands_between_two_segments(self, between: bytes) -> None:
        original = files.photograph()
        second = list(jpeg.segments(original))[1].start
        strange = original[:second] + between + original[second:]
        assert jpeg.bare(strange) == jpeg.bare(original)
        assert jpeg.facts_of(strange) == jpeg.facts_of(original)

    def test_works_on_progressive_files_too(self) -> None:
        original = files.saved(files.corners(300, 200), "JPEG", progressive=True)
        assert _pixels(jpeg.bare(original)) == _pixels(original)

    def test_keeps_the_colour_profile(self) -> None:
        profile = files.swapped_profile()
        original = files.saved(files.corners(), "JPEG", icc_profile=profile)
        assert Image.open(io.BytesIO(jpeg.bare(original))).info["icc_profile"] == profile

    @pytest.mark.parametrize("cut", [1, 3, 30, 700, 3000])
    def test_refuses_a_file_that_is_cut_off(self, cut: int) -> None:
        with pytest.raises(jpeg.NotJpeg):
            jpeg.bare(files.photograph()[:cut])


class TestWebp:
    def test_keeps_pixels_and_profile_and_nothing_else(self) -> None:
        profile = files.swapped_profile()
        exif = Image.Exif()
        exif[0x010F] = files.CAMERA
        original = files.saved(
            files.corners(), "WEBP", icc_profile=profile, exif=exif, xmp=b"<secret/>"
        )
        changed = webp.bare(original + b"<?php hidden")
        picture = Image.open(io.BytesIO(changed))
        assert picture.info["icc_profile"] == profile
        assert not {"exif", "xmp"} & picture.info.keys()
        assert _pixels(changed) == _pixels(original)
        assert webp.bare(changed) == changed

    @pytest.mark.parametrize("data", [b"", b"RIFF\x00\x00\x00\x00WEBPVP8 \xff\xff\xff\x00"])
    def test_refuses_other_bytes(self, data: bytes) -> None:
        with pytest.raises(webp.NotWebp):
            webp.bare(data)


class TestPng:
    def test_keeps_pixels_and_profile_and_nothing_else(self) -> None:
        profile = files.swapped_profile()
        exif = Image.Exif()
        exif[0x010F] = files.CAMERA
        original = files.saved(files.corners(), "PNG", icc_profile=profile, exif=exif)
        changed = png.bare(original + b"<?php hidden")
        assert Image.open(io.BytesIO(changed)).info.keys() == {"icc_profile"}
        assert _pixels(changed) == _pixels(original)
        assert files.CAMERA.encode() not in changed
        assert changed.endswith(b"IEND\xaeB`\x82")

    @pytest.mark.parametrize("cut", [0, 7, 20, -3])
    def test_refuses_a_file_that_is_cut_off(self, cut: int) -> None:
        with pytest.raises(png.NotPng):
            png.bare(files.saved(files.corners(), "PNG")[:cut])
