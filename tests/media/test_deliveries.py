import io
from fractions import Fraction
from hashlib import sha256

import av
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext
from django.core.files.storage import storages
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from media.adapters.colour import srgb_profile
from media.rules import jpeg
from media.rules.metadata import Facts
from media.rules.wishes import Colours, FileKind, NotOffered, Wish
from media.services import deliveries
from media.services.deliveries import NotDeliverable
from tests import exiftool
from tests.media import files, tiff_files
from tests.media.arrivals import ingested
from tests.media.licensed import JPEG, LICENCE, cut

pytestmark = pytest.mark.django_db

SENT = Wish(FileKind.SENT)
KINDS = [FileKind.JPEG, FileKind.TIFF, FileKind.PNG]


class TestTheOriginalSize:
    def test_of_a_jpeg_keeps_its_pixels_bit_by_bit(self) -> None:
        body = files.photograph(Facts(title="Dunes"))
        _, data = cut(ingested(body))
        assert data[data.index(b"\xff\xda") :] == body[body.index(b"\xff\xda") :]

    @pytest.mark.parametrize("orientation", [3, 6])
    def test_of_a_jpeg_on_its_side_keeps_its_pixels_and_says_how_to_turn_them(
        self, orientation: int
    ) -> None:
        body = files.turned(orientation)
        _, data = cut(ingested(body))
        assert data[data.index(b"\xff\xda") :] == body[body.index(b"\xff\xda") :]
        assert dict(Image.open(io.BytesIO(data)).getexif()) == {0x0112: orientation}

    def test_of_a_jpeg_that_names_its_srgb_keeps_its_pixels_too(self) -> None:
        body = files.saved(files.corners(300, 200), "JPEG", icc_profile=srgb_profile())
        _, data = cut(ingested(body))
        assert data[data.index(b"\xff\xda") :] == body[body.index(b"\xff\xda") :]

    def test_of_another_format_is_a_jpeg_of_that_size(self) -> None:
        delivery, data = cut(ingested(files.saved(files.corners(300, 200), "PNG")))
        picture = Image.open(io.BytesIO(data))
        assert (picture.format, picture.size) == ("JPEG", (300, 200))
        assert (delivery.media_type, delivery.width, delivery.height) == ("image/jpeg", 300, 200)

    def test_is_what_one_gets_who_asks_for_more_than_there_is(self) -> None:
        work = ingested(files.photograph())
        assert cut(work, 5000)[1] == cut(work, None)[1]


def _rgb16(format: str) -> bytes:
    """16 bits of each colour, which Pillow neither writes nor fully reads."""
    pixel_format = "rgb48le" if format == "TIFF" else "rgb48be"
    levels = np.arange(40 * 60 * 3, dtype=np.uint16).reshape(40, 60, 3) * 7
    codec = av.CodecContext.create(format.lower(), "w")
    assert isinstance(codec, VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = 60, 40, pixel_format
    codec.time_base = Fraction(1, 25)
    frame = av.VideoFrame.from_ndarray(levels, format="rgb48le").reformat(format=pixel_format)
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)])


class TestAsSent:
    """The original with other metadata around a picture that nobody touched."""

    @pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
    def test_keeps_format_pixels_and_profile(self, format: str) -> None:
        profile = files.swapped_profile()
        body = files.saved(files.corners(300, 200), format, icc_profile=profile)
        delivery, data = cut(ingested(body), None, SENT)
        mine, theirs = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(body))
        assert mine.format == theirs.format == format
        assert mine.tobytes() == theirs.tobytes()
        assert mine.info["icc_profile"] == profile
        assert delivery.media_type == f"image/{format.lower()}"

    @pytest.mark.parametrize("format", ["PNG", "TIFF"])
    def test_keeps_all_16_bits_of_each_colour(self, format: str) -> None:
        body = _rgb16(format)
        _, data = cut(ingested(body), None, SENT)
        tags = exiftool.said(data)
        depth = tags.get("IFD0:BitsPerSample") or tags["PNG:BitDepth"]
        assert str(depth) in {"16 16 16", "16"}
        assert _compressed(data) == _compressed(body)

    @pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "jpeg", "tiff_adobe_deflate"])
    def test_keeps_the_strips_of_a_tiff_byte_by_byte(self, compression: str) -> None:
        body = files.saved(files.corners(300, 200), "TIFF", compression=compression)
        _, data = cut(ingested(body), None, SENT)
        assert _compressed(data) == _compressed(body)

    def test_takes_camera_and_place_out_of_a_tiff(self) -> None:
        exif = Image.Exif()
        exif[0x010F] = files.CAMERA
        exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 28.0, 40.54), 29: files.GPS_MARK})
        info = {270: files.SERIAL, 34377: b"8BIM\x04\x0c" + files.SERIAL.encode(), 65000: "mine"}
        body = files.saved(files.corners(300, 200), "TIFF", exif=exif, tiffinfo=info)
        _, data = cut(ingested(body), None, SENT)
        for secret in (files.CAMERA, files.SERIAL, files.GPS_MARK):
            assert secret.encode() not in data

    def test_of_a_tiff_of_several_pictures_is_the_first_without_loss(self) -> None:
        body = files.saved(
            files.corners(300, 200), "TIFF", save_all=True, append_images=[files.corners(90, 60)]
        )
        delivery, data = cut(ingested(body), None, SENT)
        picture = Image.open(io.BytesIO(data))
        assert (delivery.media_type, getattr(picture, "n_frames", 1)) == ("image/tiff", 1)
        assert picture.tobytes() == files.corners(300, 200).tobytes()

    def test_is_offered_of_the_whole_original_alone(self) -> None:
        work = ingested(files.photograph())
        assert deliveries.kinds(work=work, longest_side=None) == [FileKind.SENT, *KINDS]
        assert deliveries.kinds(work=work, longest_side=1200) == [FileKind.SENT, *KINDS]
        assert deliveries.kinds(work=work, longest_side=1199) == KINDS
        with pytest.raises(NotOffered):
            cut(work, 600, SENT)

    def test_is_not_offered_where_metadata_cannot_be_exchanged(self) -> None:
        work = ingested(files.saved(files.corners(300, 200), "AVIF"))
        assert deliveries.kinds(work=work, longest_side=None) == KINDS


class TestTheChoice:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("longest_side", [None, 400])
    def test_of_a_format_is_heeded(self, kind: FileKind, longest_side: int | None) -> None:
        delivery, data = cut(ingested(files.photograph()), longest_side, Wish(kind))
        assert Image.open(io.BytesIO(data)).format == kind.name
        assert delivery.media_type == f"image/{kind.value}"
        tags = exiftool.said(data)
        assert tags["XMP-plus:LicensorTransactionID"] == [LICENCE.licence_number]

    @pytest.mark.parametrize("kind", KINDS)
    def test_of_srgb_turns_the_colours_and_embeds_the_profile(self, kind: FileKind) -> None:
        body = files.saved(files.corners(), "TIFF", icc_profile=files.swapped_profile())
        _, data = cut(ingested(body), None, Wish(kind))
        picture = Image.open(io.BytesIO(data))
        # The profile swaps the primaries: stored red means another colour.
        assert files.pixel(picture.convert("RGB"), 5, 5)[0] < 100
        assert "sRGB".encode("utf-16-be") in picture.info["icc_profile"]

    @pytest.mark.parametrize("kind", KINDS)
    def test_of_kept_colours_leaves_colours_and_profile(self, kind: FileKind) -> None:
        profile = files.swapped_profile()
        body = files.saved(files.corners(), "TIFF", icc_profile=profile)
        _, data = cut(ingested(body), None, Wish(kind, Colours.KEPT))
        picture = Image.open(io.BytesIO(data))
        assert files.pixel(picture.convert("RGB"), 5, 5)[0] > 200
        assert picture.info["icc_profile"] == profile

    @pytest.mark.parametrize(("kind", "mode"), [("tiff", "CMYK"), ("jpeg", "CMYK"), ("png", "RGB")])
    def test_of_kept_colours_is_srgb_where_the_format_has_no_such_colours(
        self, kind: str, mode: str
    ) -> None:
        body = files.saved(files.corners().convert("CMYK"), "TIFF")
        _, data = cut(ingested(body), 50, Wish(FileKind(kind), Colours.KEPT))
        assert Image.open(io.BytesIO(data)).mode == mode

    @pytest.mark.parametrize("kind", [FileKind.TIFF, FileKind.PNG])
    @pytest.mark.parametrize("longest_side", [None, 50])
    def test_of_kept_colours_keeps_16_bits_of_grey(
        self, kind: FileKind, longest_side: int | None
    ) -> None:
        _, data = cut(ingested(files.tiff16()), longest_side, Wish(kind, Colours.KEPT))
        picture = Image.open(io.BytesIO(data))
        assert picture.mode == "I;16"
        assert picture.getpixel((picture.width // 2, 5)) == pytest.approx(0x4000, abs=40)

    @pytest.mark.parametrize(
        ("wish", "photometric"),
        [
            (Wish(FileKind.TIFF), 2),
            (Wish(FileKind.TIFF, Colours.KEPT), 8),
            (Wish(FileKind.JPEG, Colours.KEPT), None),
        ],
    )
    def test_of_lab_of_16_bits_is_heeded(self, wish: Wish, photometric: int | None) -> None:
        _, data = cut(ingested(tiff_files.lab16(46.9, 70.9, 33.6)), 50, wish)
        picture = Image.open(io.BytesIO(data))
        assert _photometric(picture) == photometric
        expected = (119, 70, 33) if photometric == 8 else (220, 20, 60)
        assert files.pixel(picture, 5, 5) == pytest.approx(expected, abs=6)

    def test_of_srgb_makes_lab_of_16_bits_anew_though_the_whole_is_wanted(self) -> None:
        _, data = cut(ingested(tiff_files.lab16(46.9, 70.9, 33.6)), None, Wish(FileKind.TIFF))
        assert _photometric(Image.open(io.BytesIO(data))) == 2

    def test_of_kept_colours_keeps_all_16_bits_of_lab(self) -> None:
        body = tiff_files.lab16(46.9, 70.9, 33.6)
        _, data = cut(ingested(body), None, Wish(FileKind.TIFF, Colours.KEPT))
        assert _compressed(data) == _compressed(body)

    @pytest.mark.parametrize("wish", [SENT, Wish(FileKind.JPEG, Colours.KEPT)])
    def test_of_kept_colours_leaves_a_damaged_profile_behind(self, wish: Wish) -> None:
        body = files.saved(files.corners(), "JPEG", icc_profile=files.swapped_profile()[:200])
        _, data = cut(ingested(body), None, wish)
        picture = Image.open(io.BytesIO(data))
        assert "icc_profile" not in picture.info
        assert files.pixel(picture, 5, 5)[0] > 200

    def test_of_the_same_format_and_srgb_compresses_nothing_anew(self) -> None:
        body = files.photograph()
        _, data = cut(ingested(body), None, JPEG)
        assert data[data.index(b"\xff\xda") :] == body[body.index(b"\xff\xda") :]


def test_a_known_source_type_is_kept_and_an_unknown_one_not_made_up() -> None:
    uri = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    for said, kept in ((uri, uri), ("", None)):
        work = ingested(files.photograph(Facts(title="Dunes", source_type=said)))
        for longest_side in (None, 400):
            tags = exiftool.said(cut(work, longest_side)[1])
            assert tags.get("XMP-iptcExt:DigitalSourceType") == kept


def _photometric(image: Image.Image) -> int | None:
    """How a TIFF's channels are meant: 2 as RGB, 8 as Lab. None of another format."""
    return image.tag_v2[262] if isinstance(image, TiffImageFile) else None


def _compressed(data: bytes) -> bytes:
    """The pixels of a PNG or TIFF as they are compressed in it."""
    image = Image.open(io.BytesIO(data))
    if isinstance(image, TiffImageFile):
        pieces = zip(image.tag_v2[273], image.tag_v2[279], strict=True)
        return b"".join(data[at : at + size] for at, size in pieces)
    first, last = data.index(b"IDAT"), data.rindex(b"IEND")
    return data[first:last]


class TestASmallerSize:
    def test_is_cut_from_the_original_without_watermark(self) -> None:
        plain = Image.new("RGB", (1200, 800), (90, 90, 90))
        _, data = cut(ingested(files.saved(plain, "JPEG", quality=95)), 600)
        picture = Image.open(io.BytesIO(data))
        assert picture.size == (600, 400)
        assert files.contrast(picture) < 4

    def test_stands_upright(self) -> None:
        delivery, data = cut(ingested(files.turned(6)), 30)
        picture = Image.open(io.BytesIO(data))
        assert (delivery.width, delivery.height) == picture.size == (30, 20)
        assert files.pixel(picture, 7, 5)[0] > 200
        assert not picture.getexif()


class TestEveryDelivery:
    @pytest.mark.parametrize("longest_side", [None, 400])
    def test_carries_the_licence_and_nothing_of_camera_or_place(
        self, longest_side: int | None
    ) -> None:
        _, data = cut(ingested(files.photograph()), longest_side)
        for secret in (files.CAMERA, files.SERIAL, files.GPS_MARK):
            assert secret.encode() not in data
        in_xmp, in_iim = jpeg.facts_of(data)
        assert in_xmp.licence_number == LICENCE.licence_number
        assert in_xmp.licence_url == LICENCE.licence_url
        assert (in_iim.creator, in_iim.rights) == ("Ann Lee", "© Ann Lee")
        assert LICENCE.licensor_url.encode() in data

    @pytest.mark.parametrize("longest_side", [None, 400])
    def test_is_the_same_each_time(self, longest_side: int | None) -> None:
        work = ingested(files.photograph(Facts(title="Red Dunes")))
        delivery, data = cut(work, longest_side)
        assert cut(work, longest_side)[1] == data
        assert delivery.sha256 == sha256(data).hexdigest()
        assert delivery.bytes == len(data)
        assert delivery.name.startswith("red-dunes-")

    def test_waits_when_the_original_cannot_be_had(self) -> None:
        work = ingested(files.photograph())
        storages["originals"].delete(work.original_key)
        with pytest.raises(NotDeliverable, match="licence is not affected"):
            cut(work)
