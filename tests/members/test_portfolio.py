"""The door to Pillow: what comes out of it, and what does not get in."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms

from members.adapters.portfolio import BadPicture, clean
from members.rules.portfolio import Limits, Picture


def saved(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def cleaned(data: bytes, limits: Limits = Limits()) -> Picture:  # noqa: B008 (a frozen value)
    return clean(io.BytesIO(data), name="a.jpg", size=len(data), limits=limits)


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.jpeg))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be of this size and has next to nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


class TestWhatIsKept:
    def test_is_at_most_1600_pixels_long(self) -> None:
        picture = cleaned(saved(Image.new("RGB", (4000, 3000), "teal")))
        assert (picture.width, picture.height) == opened(picture).size == (1600, 1200)

    def test_is_never_enlarged(self) -> None:
        picture = cleaned(saved(Image.new("RGB", (640, 480))))
        assert (picture.width, picture.height) == (640, 480)

    def test_has_no_metadata(self) -> None:
        exif = Image.Exif()
        exif[0x010F] = "Camera of Ada"
        exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        data = saved(
            Image.new("RGB", (640, 480)), exif=exif, icc_profile=profile, comment=b"Ada was here"
        )
        picture = cleaned(data)
        assert b"Ada" not in picture.jpeg
        assert not opened(picture).getexif()
        assert not {"icc_profile", "comment", "exif", "xmp"} & set(opened(picture).info)

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_stands_upright(self, orientation: int) -> None:
        image = Image.new("RGB", (400, 300), "black")
        image.paste("white", (0, 0, 200, 150))
        undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
        turned = image.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else image
        exif = Image.Exif()
        exif[0x0112] = orientation
        picture = opened(cleaned(saved(turned, exif=exif))).convert("L")
        assert picture.size == (400, 300)
        assert picture.getpixel((100, 75)) > 200  # type: ignore[operator]
        assert picture.getpixel((300, 225)) < 50  # type: ignore[operator]

    @pytest.mark.parametrize(
        ("mode", "format"),
        [
            ("CMYK", "JPEG"),
            ("L", "PNG"),
            ("LA", "PNG"),
            ("P", "PNG"),
            ("RGBA", "PNG"),
            ("I;16", "PNG"),
            ("1", "PNG"),
            ("RGBA", "WEBP"),
            ("F", "TIFF"),
        ],
    )
    def test_is_an_rgb_jpeg_whatever_came(self, mode: str, format: str) -> None:
        image = Image.new("RGB", (640, 480), "white").convert("L")
        image = image.convert(mode) if mode not in {"I;16", "P"} else image
        if mode == "I;16":
            image = Image.new("I;16", (640, 480), 65_535)
        if mode == "P":
            image = Image.new("RGB", (640, 480), "white").quantize(8)
        picture = opened(cleaned(saved(image, format)))
        assert (picture.mode, picture.format) == ("RGB", "JPEG")
        assert min(picture.getpixel((10, 10))) > 240  # type: ignore[arg-type]

    def test_shows_transparent_parts_as_white(self) -> None:
        image = Image.new("RGBA", (640, 480), (0, 0, 0, 0))
        assert opened(cleaned(saved(image, "PNG"))).getpixel((10, 10)) == (255, 255, 255)

    def test_survives_a_broken_profile(self) -> None:
        picture = cleaned(saved(Image.new("RGB", (640, 480), "teal"), icc_profile=b"nonsense"))
        assert picture.width == 640


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "data",
        [
            b"not a picture",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"GIF89a" + b"\0" * 100,
            saved(Image.new("RGB", (640, 480)))[:400],
            png_header(640, 480),
        ],
    )
    def test_is_what_cannot_be_read(self, data: bytes) -> None:
        with pytest.raises(BadPicture, match=r"a\.jpg: not a JPEG"):
            cleaned(data)

    def test_is_a_bomb_before_it_is_decoded(self) -> None:
        with pytest.raises(BadPicture, match="more"):
            cleaned(png_header(30_000, 30_000))
        with pytest.raises(BadPicture, match="more"):
            cleaned(png_header(12_000, 13_000))

    def test_is_an_empty_file(self) -> None:
        with pytest.raises(BadPicture, match="empty"):
            cleaned(b"")

    def test_is_a_file_too_large(self) -> None:
        with pytest.raises(BadPicture, match="larger than"):
            cleaned(saved(Image.new("RGB", (640, 480))), Limits(most_bytes=100))

    def test_is_a_picture_too_small_to_judge(self) -> None:
        with pytest.raises(BadPicture, match="too small"):
            cleaned(saved(Image.new("RGB", (64, 64))))
