"""That what is delivered looks as its original does, however that was made."""

import io

import numpy as np
import pytest
from PIL import Image

from media.models import Work
from media.rules.wishes import Colours, FileKind, Wish, kinds
from media.services import deliveries, traces
from tests import make
from tests.media import files
from tests.media.arrivals import ingested
from tests.media.licensed import JPEG, LICENCE, cut

pytestmark = pytest.mark.django_db

MADE = [FileKind.JPEG, FileKind.TIFF, FileKind.PNG]
LARGE = (9504, 6336)
"""What the largest cameras without a bellows give: 60 megapixels."""


class TestUpright:
    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("colours", Colours)
    @pytest.mark.parametrize("longest_side", [None, 30])
    def test_is_a_jpeg_made_anew(
        self, orientation: int, colours: Colours, longest_side: int | None
    ) -> None:
        kind = FileKind.PNG if longest_side is None else FileKind.JPEG
        _, data = cut(ingested(files.turned(orientation)), longest_side, Wish(kind, colours))
        _assert_upright(data, 30 if longest_side else 60)

    @pytest.mark.parametrize("kind", MADE)
    @pytest.mark.parametrize("format", ["WEBP", "PNG", "AVIF"])
    def test_is_every_kind_of_every_format(self, format: str, kind: FileKind) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        stored = files.corners().transpose(Image.Transpose.ROTATE_90)
        options = {} if format == "PNG" else {"quality": 95}
        work = ingested(files.saved(stored, format, exif=exif, **options))
        for colours in Colours:
            _assert_upright(cut(work, 30, Wish(kind, colours))[1], 30)


class TestColours:
    @pytest.mark.parametrize("mode", ["LA", "RGBA"])
    def test_are_kept_in_a_jpeg_of_a_picture_with_alpha(self, mode: str) -> None:
        profile = files.swapped_profile() if mode == "RGBA" else files.grey_profile()
        picture = Image.new(mode, (60, 40), (200, 255) if mode == "LA" else (220, 20, 60, 255))
        picture.paste((0,) * len(mode), (0, 0, 20, 40))
        body = files.saved(picture, "PNG", icc_profile=profile)
        _, data = cut(ingested(body), None, Wish(FileKind.JPEG, Colours.KEPT))
        made = Image.open(io.BytesIO(data))
        assert made.info["icc_profile"] == profile
        seen = made.convert("RGB")
        assert files.pixel(seen, 50, 20) == pytest.approx(
            (200,) * 3 if mode == "LA" else (220, 20, 60), abs=3
        )
        assert files.pixel(seen, 5, 20) == pytest.approx((255, 255, 255), abs=2)

    def test_of_grey_that_pillow_opens_as_colour_are_those_of_its_profile(self) -> None:
        """Pillow opens grey of 16 bits with alpha as RGBA."""
        profile = files.grey_profile()
        shown = []
        for bits in (8, 16):
            body = files.grey_with_alpha(120, bits, profile)
            work = ingested(body)
            _, kept = cut(work, None, Wish(FileKind.TIFF, Colours.KEPT))
            image = Image.open(io.BytesIO(kept))
            assert (image.mode, image.info["icc_profile"]) == ("LA", profile)
            _, data = cut(work, None, Wish(FileKind.PNG))
            shown.append(files.pixel(Image.open(io.BytesIO(data)).convert("RGB"), 5, 5))
        assert shown[0] == pytest.approx(shown[1], abs=2)
        # The profile is linear: its middle is light.
        assert shown[0][0] > 170


class TestALargePhotograph:
    def test_fits_into_a_childs_memory_in_every_kind(self) -> None:
        grain = np.random.default_rng(7).integers(0, 255, (LARGE[1] // 8, LARGE[0] // 8, 3))
        picture = Image.fromarray(grain.astype(np.uint8)).resize(LARGE, Image.Resampling.BILINEAR)
        body = files.saved(picture, "JPEG", quality=85, icc_profile=files.swapped_profile())
        work = ingested(body)
        for wish in (JPEG, Wish(FileKind.TIFF, Colours.KEPT), Wish(FileKind.PNG)):
            delivery = _closed(work, wish, b"x" * 16)
            assert (delivery.width, delivery.height) == LARGE

    def test_of_cmyk_too(self) -> None:
        picture = Image.linear_gradient("L").resize(LARGE).convert("RGB").convert("CMYK")
        work = ingested(files.saved(picture, "JPEG", quality=85))
        for wish in (JPEG, Wish(FileKind.TIFF, Colours.KEPT), Wish(FileKind.PNG)):
            delivery = _closed(work, wish, b"x" * 16)
            assert (delivery.width, delivery.height) == LARGE


def test_a_large_png_with_alpha_becomes_a_work() -> None:
    """Of 108 megapixels, as stitched panoramas and scans of posters have."""
    body = files.saved(
        Image.new("RGBA", (12_000, 9_000), (9, 90, 200, 255)), "PNG", compress_level=1
    )
    assert ingested(body).state == "draft"


def test_noise_is_delivered_as_a_jpeg() -> None:
    noise = np.random.default_rng(7).integers(0, 256, (800, 1200, 3), dtype=np.uint8)
    work = ingested(files.saved(Image.fromarray(noise), "PNG"))
    _, data = cut(work, None, JPEG)
    assert Image.open(io.BytesIO(data)).size == (1200, 800)


def test_a_jpeg_is_not_offered_where_none_can_be_so_long() -> None:
    assert FileKind.JPEG in kinds("image/png", whole=True, longest=65_500)
    assert FileKind.JPEG not in kinds("image/png", whole=True, longest=65_501)


@pytest.mark.parametrize("wish", [Wish(FileKind.PNG), JPEG])
def test_an_original_jpeg_made_anew_leads_back_to_its_licence(wish: Wish) -> None:
    """It is not the original's own size that keeps a mark out, but its very pixels."""
    profile = files.swapped_profile() if wish.kind is FileKind.JPEG else None
    picture = Image.linear_gradient("L").resize((1200, 800)).convert("RGB")
    work = ingested(files.saved(picture, "JPEG", quality=92, icc_profile=profile))
    seed = traces.issue(work=work, source="licence:1", holder=make.buyer(), at=make.LONG_AGO)
    plain, marked = (_closed(work, wish, trace) for trace in (b"", seed))
    assert plain.sha256 != marked.sha256


def _closed(work: Work, wish: Wish, trace: bytes) -> deliveries.Delivery:
    delivery = deliveries.cut(work=work, longest_side=None, facts=LICENCE, wish=wish, trace=trace)
    assert delivery.file is not None
    delivery.file.close()
    return delivery


def _assert_upright(data: bytes, width: int) -> None:
    """That it shows `files.corners()`."""
    image = Image.open(io.BytesIO(data))
    assert image.size == (width, width * 2 // 3)
    assert not image.getexif().get(0x0112)
    picture, expected = image.convert("RGB"), files.corners(*image.size)
    for x in (width // 6, width * 5 // 6):
        for y in (width // 9, width * 5 // 9):
            assert files.pixel(picture, x, y) == pytest.approx(files.pixel(expected, x, y), abs=40)
