"""TIFFs handed out as they were sent: the compressed pixels of the first picture, byte by byte."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from media.rules.wishes import Colours, FileKind, Wish
from tests import exiftool
from tests.media import files, tiff_files
from tests.media.arrivals import ingested
from tests.media.licensed import LICENCE, cut

pytestmark = pytest.mark.django_db

SENT = Wish(FileKind.SENT)
KEPT = Wish(FileKind.TIFF, Colours.KEPT)
CLASSIC = {b"II\x2a\x00", b"MM\x00\x2a"}
RGB, SHORT, LONG, RATIONAL = 2, 3, 4, 5
LEVELS = np.arange(48 * 64 * 3, dtype=np.uint16).reshape(48, 64, 3) * 7

orders = pytest.mark.parametrize("order", ["<", ">"])


# Pillow cannot read BigTIFFs whose numbers begin with their highest byte.
@pytest.mark.parametrize(("order", "big"), [("<", False), (">", False), ("<", True)])
class TestThe16BitsOfAColour:
    @pytest.mark.parametrize("apart", [False, True])
    @pytest.mark.parametrize("packed", [False, True])
    @pytest.mark.parametrize("wish", [SENT, KEPT])
    def test_are_kept(self, wish: Wish, packed: bool, apart: bool, order: str, big: bool) -> None:
        body = tiff_files.tiff(LEVELS, RGB, order=order, apart=apart, packed=packed, big=big)
        _assert_same_picture(_delivered(body, wish), body)

    def test_are_kept_in_tiles(self, order: str, big: bool) -> None:
        raw = LEVELS.astype(LEVELS.dtype.newbyteorder(">" if order == ">" else "<"))
        tiles = [zlib.compress(raw[:, at : at + 16].tobytes()) for at in range(0, 64, 16)]
        numbers = {256: [64], 257: [48], 258: [16] * 3, 259: [8], 262: [2], 277: [3], 284: [1]}
        numbers |= {322: [16], 323: [48]}
        tags = {n: (LONG, struct.pack(f"{order}{len(v)}I", *v)) for n, v in numbers.items()}
        body = tiff_files.tiff_of([(tags, tiles)], order, big)
        _assert_same_picture(_delivered(body), body)

    def test_are_kept_of_the_first_of_several_pictures_alone(self, order: str, big: bool) -> None:
        second = tiff_files.tiff(LEVELS[:20] // 2, RGB, order=order, packed=False)
        secret = TiffImageFile(io.BytesIO(second))
        more = {tag: (LONG, struct.pack(order + "I", n)) for tag, n in ((256, 64), (257, 20))}
        strip = _pieces(secret, second)[0]
        body = tiff_files.tiff(LEVELS, RGB, order=order, big=big, more=[(more, [strip])])
        data = _delivered(body)
        _assert_same_picture(data, body)
        assert strip in body
        assert strip[:200] not in data


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("RGB", {"compression": "jpeg", "quality": 90}),
        ("CMYK", {"compression": "jpeg"}),
        ("RGB", {"compression": "tiff_lzw", "tiffinfo": {317: 2}}),
        ("RGB", {"compression": "packbits"}),
        ("1", {"compression": "group3"}),
        ("1", {"compression": "group4"}),
        ("P", {"compression": "tiff_adobe_deflate"}),
        ("RGBA", {}),
        ("RGB", {"big_tiff": True, "compression": "tiff_lzw"}),
    ],
)
def test_a_tiff_is_copied_however_it_is_compressed(mode: str, options: dict[str, Any]) -> None:
    picture = Image.linear_gradient("L").resize((300, 200)).convert("RGB").convert(mode)
    body = files.saved(picture, "TIFF", **options)
    _assert_same_picture(_delivered(body), body)


class TestWhatIsSaidOfThePicture:
    @orders
    def test_is_read_by_others(self, order: str) -> None:
        body = tiff_files.tiff(LEVELS, RGB, order=order, tags={274: _short(order, 6)})
        tags = exiftool.said(_delivered(body))
        assert tags["IFD0:BitsPerSample"] == "16 16 16"
        assert tags["IFD0:Orientation"] == 6
        assert tags["IPTC:By-line"] == LICENCE.creator
        assert tags["XMP-plus:LicensorTransactionID"] == [LICENCE.licence_number]
        assert "ExifTool:Warning" not in tags

    @orders
    def test_is_its_resolution_too_unless_that_is_nonsense(self, order: str) -> None:
        for fraction, told in (((600, 2), 300), ((0, 0), None)):
            tags = {tag: (RATIONAL, struct.pack(order + "II", *fraction)) for tag in (282, 283)}
            tags[296] = _short(order, 2)
            body = tiff_files.tiff(LEVELS, RGB, order=order, tags=tags)
            data = _delivered(body)
            _assert_same_picture(data, body)
            assert _opened(data).tag_v2.get(282) == told

    def test_is_its_profile_unless_that_is_damaged(self) -> None:
        profile = files.swapped_profile()
        for sent, kept in ((profile, profile), (profile[:200], None), (profile + b"GPS", profile)):
            body = tiff_files.tiff(LEVELS, RGB, tags={34675: (7, sent)})
            data = _delivered(body)
            _assert_same_picture(data, body)
            assert _opened(data).info.get("icc_profile") == kept

    def test_is_the_same_each_time(self) -> None:
        work = ingested(tiff_files.tiff(LEVELS, RGB, big=True))
        assert cut(work, None, SENT)[1] == cut(work, None, SENT)[1]


def test_a_tiff_may_be_larger_than_the_memory_of_a_child(settings: Any) -> None:
    levels = np.broadcast_to(LEVELS[:1, :1], (3000, 4000, 3))
    body = tiff_files.tiff(levels, RGB, packed=False)
    work = ingested(body)
    settings.DECODER_MEGABYTES = 40
    assert len(body) > 60_000_000
    assert _opened(cut(work, None, SENT)[1]).tag_v2[258] == (16, 16, 16)


@pytest.mark.parametrize("told", [0, 1, 48 * 64 * 6 - 1])
def test_a_strip_whose_length_is_told_wrongly_is_copied_whole(told: int) -> None:
    right = tiff_files.tiff(LEVELS, RGB, packed=False)
    wrong = tiff_files.tiff(LEVELS, RGB, packed=False, tags={279: (LONG, struct.pack("<I", told))})
    _assert_same_picture(_delivered(wrong), right)


def test_a_tiff_that_says_twice_how_its_grey_is_meant_is_copied_too() -> None:
    body = tiff_files.tiff(LEVELS[:, :, :1], 0, tags={262: (LONG, bytes(8))})
    _assert_same_picture(_delivered(body), body)


def test_a_tiff_that_shows_the_same_bytes_again_and_again_is_made_anew() -> None:
    """A small file could have a large one delivered."""
    tags = {257: 480, 273: 8, 278: 48, 279: 48 * 64 * 6}
    said = {
        n: (LONG, struct.pack("<I", v) * (10 if n in {273, 279} else 1)) for n, v in tags.items()
    }
    body = tiff_files.tiff(LEVELS, RGB, packed=False, tags=said)
    picture = _opened(_delivered(body))
    assert (picture.size, picture.tag_v2[258]) == ((64, 480), (8, 8, 8))
    assert picture.tobytes() == _opened(body).tobytes()


def _delivered(body: bytes, wish: Wish = SENT) -> bytes:
    delivery, data = cut(ingested(body), None, wish)
    assert delivery.media_type == "image/tiff"
    return data


def _assert_same_picture(data: bytes, body: bytes) -> None:
    """That `data` is a classic TIFF of the first picture in `body` and of nothing else."""
    mine, theirs = _opened(data), _opened(body)
    assert data[:4] in CLASSIC
    assert data[:2] == body[:2]
    assert _pieces(mine, data) == _pieces(theirs, body)
    for tag in (258, 259, 262, 277, 284, 317, 320, 322, 338, 347):
        assert mine.tag_v2.get(tag) == theirs.tag_v2.get(tag)
    assert mine.n_frames == 1
    assert mine.tobytes() == theirs.tobytes()


def _opened(data: bytes) -> TiffImageFile:
    image = Image.open(io.BytesIO(data))
    assert isinstance(image, TiffImageFile)
    return image


def _pieces(image: TiffImageFile, data: bytes) -> list[bytes]:
    places, lengths = (324, 325) if 324 in image.tag_v2 else (273, 279)
    pieces = zip(image.tag_v2[places], image.tag_v2[lengths], strict=True)
    return [data[at : at + length] for at, length in pieces]


def _short(order: str, number: int) -> tuple[int, bytes]:
    return SHORT, struct.pack(order + "H", number)
