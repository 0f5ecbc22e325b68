"""TIFFs as scanners and editors write them, all of which show the picture that was meant."""

import numpy as np
import pytest

from media.rules.wishes import Colours, FileKind, Wish
from tests.media import files
from tests.media.arrivals import ingested, shown
from tests.media.licensed import cut

pytestmark = pytest.mark.django_db

BLACK_IS_ZERO, WHITE_IS_ZERO, RGB, LAB = 1, 0, 2, 8
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
        body = files.tiff(_filled(depth, *CRIMSON), RGB, order=order, apart=apart, packed=packed)
        assert _centre(body) == pytest.approx(CRIMSON, abs=3)

    def test_of_lab(self, depth: type, order: str, apart: bool, packed: bool) -> None:
        levels = _filled(depth, 120, 71, 34)  # 255 levels of L*, and a* and b* as they are
        body = files.tiff(levels, LAB, order=order, apart=apart, packed=packed)
        assert _centre(body) == pytest.approx(CRIMSON, abs=6)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize(("photometric", "seen"), [(BLACK_IS_ZERO, 60), (WHITE_IS_ZERO, 195)])
class TestGrey:
    def test_is_shown_as_a_positive(
        self, depth: type, order: str, photometric: int, seen: int
    ) -> None:
        body = files.tiff(_filled(depth, 60), photometric, order=order)
        assert _centre(body) == pytest.approx((seen,) * 3, abs=3)

    def test_is_handed_out_as_a_positive(
        self, depth: type, order: str, photometric: int, seen: int
    ) -> None:
        body = files.tiff(_filled(depth, 60), photometric, order=order)
        _, data = cut(ingested(body), 50, Wish(FileKind.TIFF, Colours.KEPT))
        assert _centre(data) == pytest.approx((seen,) * 3, abs=3)


LONG, UNDEFINED, BYTE = 4, 7, 1


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [LONG, UNDEFINED, BYTE])
def test_the_older_metadata_are_read_whatever_type_they_are_declared_as(
    kind: int, order: str
) -> None:
    """ExifTool and Photoshop call them numbers of 32 bits."""
    said = b"\x1c\x02\x05\x00\x05Dunes\x1c\x02\x50\x00\x07Ann Lee"
    said += bytes(-len(said) % 4)
    work = ingested(files.tiff(_filled(np.uint8, 60), 1, order=order, tags={33723: (kind, said)}))
    assert (work.title, work.creator) == ("Dunes", "Ann Lee")


def _filled(depth: type, *levels: int) -> np.ndarray:
    """40 x 60 pixels of one colour, of which `levels` are the upper 8 bits."""
    bits = np.dtype(depth).itemsize * 8 - 8
    return np.full((40, 60, len(levels)), [level << bits for level in levels], dtype=depth)


def _centre(body: bytes) -> tuple[int, int, int]:
    return files.pixel(shown(ingested(body)), 30, 20)
