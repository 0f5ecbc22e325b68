"""TIFFs as scanners and editors write them, all of which show the picture that was meant."""

import io
import struct

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from media.rules.wishes import Colours, FileKind, Wish
from tests.media import files, tiff_files
from tests.media.arrivals import ingested, shown
from tests.media.licensed import cut

pytestmark = pytest.mark.django_db

BLACK_IS_ZERO, WHITE_IS_ZERO, RGB, CMYK, LAB = 1, 0, 2, 5, 8
ICC_LAB, COLOUR_FILTERS, LINEAR_RAW = 9, 32803, 34892
UNSPECIFIED, ALPHA = 0, 2
BYTE, SHORT, LONG, UNDEFINED = 1, 3, 4, 7
CRIMSON = (220, 20, 60)

layouts = pytest.mark.parametrize(
    ("order", "apart", "packed"),
    [
        (order, apart, packed)
        for order in "<>"
        for apart in (False, True)
        for packed in (False, True)
    ],
)


@layouts
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
class TestColours:
    def test_of_rgb(self, depth: type, order: str, apart: bool, packed: bool) -> None:
        body = tiff_files.tiff(
            _filled(depth, *CRIMSON), RGB, order=order, apart=apart, packed=packed
        )
        assert _centre(body) == pytest.approx(CRIMSON, abs=3)

    def test_of_lab(self, depth: type, order: str, apart: bool, packed: bool) -> None:
        levels = _filled(depth, 120, 71, 34)  # 255 levels of L*, and a* and b* as they are
        body = tiff_files.tiff(levels, LAB, order=order, apart=apart, packed=packed)
        assert _centre(body) == pytest.approx(CRIMSON, abs=6)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize(("photometric", "seen"), [(BLACK_IS_ZERO, 60), (WHITE_IS_ZERO, 195)])
class TestGrey:
    def test_is_shown_as_a_positive(
        self, depth: type, order: str, photometric: int, seen: int
    ) -> None:
        body = tiff_files.tiff(_filled(depth, 60), photometric, order=order)
        assert _centre(body) == pytest.approx((seen,) * 3, abs=3)

    def test_is_handed_out_as_a_positive(
        self, depth: type, order: str, photometric: int, seen: int
    ) -> None:
        body = tiff_files.tiff(_filled(depth, 60), photometric, order=order)
        _, data = cut(ingested(body), 50, Wish(FileKind.TIFF, Colours.KEPT))
        assert _centre(data) == pytest.approx((seen,) * 3, abs=3)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_a_selection_saved_with_a_picture_in_lab_is_left_out(depth: type, order: str) -> None:
    tags = {338: _shorts(order, 0)}
    body = tiff_files.tiff(_filled(depth, 120, 71, 34, 0), LAB, order=order, tags=tags)
    assert _centre(body) == pytest.approx(CRIMSON, abs=6)


@pytest.mark.parametrize("order", ["<", ">"])
class TestARefusal:
    @pytest.mark.parametrize(
        ("photometric", "depth", "channels", "extra"),
        [
            (BLACK_IS_ZERO, np.uint16, 2, [ALPHA]),
            (BLACK_IS_ZERO, np.uint8, 3, [UNSPECIFIED, UNSPECIFIED]),
            (RGB, np.uint16, 5, [ALPHA, UNSPECIFIED]),
            (RGB, np.uint8, 8, [UNSPECIFIED] * 5),
            (CMYK, np.uint16, 5, [UNSPECIFIED]),
            (CMYK, np.uint8, 5, [ALPHA]),
            (LAB, np.uint16, 4, [ALPHA]),
        ],
    )
    def test_speaks_of_channels_that_cannot_be_left_out(
        self, photometric: int, depth: type, channels: int, extra: list[int], order: str
    ) -> None:
        levels = _filled(depth, *[200] * channels)
        body = tiff_files.tiff(levels, photometric, order=order, tags={338: _shorts(order, *extra)})
        assert "extra channels" in ingested(body).refusal

    @pytest.mark.parametrize("depth", [np.float16, np.float32, np.uint32])
    @pytest.mark.parametrize(("photometric", "channels"), [(BLACK_IS_ZERO, 1), (RGB, 3)])
    def test_speaks_of_floating_point_and_32_bits(
        self, photometric: int, channels: int, depth: type, order: str
    ) -> None:
        tags = {339: _shorts(order, *[1 if depth is np.uint32 else 3] * channels)}
        body = tiff_files.tiff(
            np.ones((40, 60, channels), depth), photometric, order=order, tags=tags
        )
        assert "floating point" in ingested(body).refusal

    def test_speaks_of_neither_where_it_is_the_colours_that_are_rare(self, order: str) -> None:
        body = tiff_files.tiff(_filled(np.uint8, *CRIMSON), ICC_LAB, order=order)
        assert "of a rare kind" in ingested(body).refusal

    def test_speaks_of_a_preview_that_comes_first(self, order: str) -> None:
        body = _after_preview(order, RGB)
        assert "small preview" in ingested(body).refusal

    @pytest.mark.parametrize("photometric", [COLOUR_FILTERS, LINEAR_RAW])
    def test_speaks_of_raw_wherever_a_raw_picture_lies(self, photometric: int, order: str) -> None:
        alone = tiff_files.tiff(_filled(np.uint16, 60), photometric, order=order)
        listed = _after_preview(order, photometric)
        second = struct.pack(order + "I", _next(listed))
        within = _after_preview(order, photometric, tags={330: (LONG, second)})
        assert _next(within) == _next(listed) + 12
        second = struct.pack(order + "I", _next(within))
        within = _after_preview(order, photometric, tags={330: (LONG, second)})
        at = within.rindex(second)
        within = within[:at] + bytes(4) + within[at + 4 :]
        for body in (alone, listed, within):
            assert "raw file" in ingested(body).refusal


def _after_preview(order: str, photometric: int, *, tags: tiff_files.Tags | None = None) -> bytes:
    """A TIFF whose first picture says that it is a preview, and whose second is the photograph."""
    numbers = {256: 60, 257: 40, 258: 16, 259: 1, 262: photometric, 277: 1, 278: 40}
    second = {tag: (LONG, struct.pack(order + "I", n)) for tag, n in numbers.items()}
    first = {254: (LONG, struct.pack(order + "I", 1)), **(tags or {})}
    more = [(second, [bytes(60 * 40 * 2)])]
    return tiff_files.tiff(_filled(np.uint8, *CRIMSON), RGB, order=order, tags=first, more=more)


def _next(body: bytes) -> int:
    """Where the second directory lies."""
    image = Image.open(io.BytesIO(body))
    assert isinstance(image, TiffImageFile)
    place: int = image.tag_v2.next
    return place


def _shorts(order: str, *numbers: int) -> tuple[int, bytes]:
    return SHORT, struct.pack(f"{order}{len(numbers)}H", *numbers)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [LONG, UNDEFINED, BYTE])
def test_the_older_metadata_are_read_whatever_type_they_are_declared_as(
    kind: int, order: str
) -> None:
    """ExifTool and Photoshop call them numbers of 32 bits."""
    said = b"\x1c\x02\x05\x00\x05Dunes\x1c\x02\x50\x00\x07Ann Lee"
    said += bytes(-len(said) % 4)
    work = ingested(
        tiff_files.tiff(_filled(np.uint8, 60), 1, order=order, tags={33723: (kind, said)})
    )
    assert (work.title, work.creator) == ("Dunes", "Ann Lee")


def _filled(depth: type, *levels: int) -> np.ndarray:
    """40 x 60 pixels of one colour, of which `levels` are the upper 8 bits."""
    bits = np.dtype(depth).itemsize * 8 - 8
    return np.full((40, 60, len(levels)), [level << bits for level in levels], dtype=depth)


def _centre(body: bytes) -> tuple[int, int, int]:
    return files.pixel(shown(ingested(body)), 30, 20)
