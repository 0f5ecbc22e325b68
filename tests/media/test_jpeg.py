import io

import pytest
from PIL import Image

from media.rules import jpeg, webp
from media.rules.metadata import Facts
from tests.media import files

FACTS = Facts(title="Dunes", creator="Ann", rights="© Ann", licence_number="SC-1")


def _pixels(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).tobytes()


class TestExchangingMetadata:
    def test_keeps_the_pixels_bit_by_bit(self) -> None:
        original = files.photograph()
        assert _pixels(jpeg.with_facts(original, FACTS)) == _pixels(original)

    def test_keeps_the_scans_byte_by_byte(self) -> None:
        original = files.photograph()
        changed = jpeg.with_facts(original, FACTS)
        assert changed[changed.index(b"\xff\xda") :] == original[original.index(b"\xff\xda") :]

    def test_leaves_nothing_of_camera_and_place(self) -> None:
        changed = jpeg.with_facts(files.photograph(), FACTS)
        for secret in (files.CAMERA, files.SERIAL, files.GPS_MARK):
            assert secret.encode() not in changed

    def test_is_read_back_from_both_standards(self) -> None:
        in_xmp, in_iim = jpeg.facts_of(jpeg.with_facts(files.photograph(), FACTS))
        assert (in_xmp.title, in_xmp.licence_number) == ("Dunes", "SC-1")
        assert (in_iim.title, in_iim.creator) == ("Dunes", "Ann")

    def test_done_twice_is_done_once(self) -> None:
        once = jpeg.with_facts(files.photograph(), FACTS)
        assert jpeg.with_facts(once, FACTS) == once

    def test_drops_what_follows_the_image(self) -> None:
        hidden = jpeg.with_facts(files.photograph() + b"<?php hidden", FACTS)
        assert hidden.endswith(b"\xff\xd9")

    def test_works_on_progressive_files_too(self) -> None:
        original = files.saved(files.corners(300, 200), "JPEG", progressive=True)
        assert _pixels(jpeg.with_facts(original, FACTS)) == _pixels(original)

    def test_keeps_the_colour_profile(self) -> None:
        profile = files.swapped_profile()
        original = files.saved(files.corners(), "JPEG", icc_profile=profile)
        changed = Image.open(io.BytesIO(jpeg.with_facts(original, FACTS)))
        assert changed.info["icc_profile"] == profile

    def test_can_tell_viewers_an_orientation(self) -> None:
        changed = jpeg.with_facts(files.photograph(), FACTS, orientation=6)
        assert dict(Image.open(io.BytesIO(changed)).getexif()) == {0x0112: 6}

    @pytest.mark.parametrize("cut", [1, 3, 30, 700, 3000])
    def test_refuses_a_file_that_is_cut_off(self, cut: int) -> None:
        with pytest.raises(jpeg.NotJpeg):
            jpeg.with_facts(files.photograph()[:cut], FACTS)


class TestWebp:
    def test_carries_xmp_and_the_same_pixels(self) -> None:
        plain = files.saved(files.corners(), "WEBP", quality=80)
        signed = webp.with_facts(plain, FACTS, width=60, height=40)
        picture = Image.open(io.BytesIO(signed))
        assert picture.size == (60, 40)
        assert b"Dunes" in picture.info["xmp"]
        assert _pixels(signed) == _pixels(plain)

    def test_done_twice_is_done_once(self) -> None:
        plain = files.saved(files.corners(), "WEBP", quality=80)
        once = webp.with_facts(plain, FACTS, width=60, height=40)
        assert webp.with_facts(once, FACTS, width=60, height=40) == once

    @pytest.mark.parametrize("data", [b"", b"RIFF\x00\x00\x00\x00WEBPVP8 \xff\xff\xff\x00"])
    def test_refuses_other_bytes(self, data: bytes) -> None:
        with pytest.raises(webp.NotWebp):
            webp.with_facts(data, FACTS, width=1, height=1)
