"""Small files for tests of the pipeline, each made on the spot."""

import io
import struct
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pillow_heif
from av.video.stream import VideoStream
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from media.adapters.inscribing import inscribed
from media.rules.metadata import Facts

GPS_MARK = "51.477928"
CAMERA = "Secret Camera 9000"
SERIAL = "SN-0815-4711"


def corners(width: int = 60, height: int = 40) -> Image.Image:
    """Red, green, blue and white quarters, clockwise from the upper left."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("red", (0, 0, width // 2, height // 2))
    picture.paste("lime", (width // 2, 0, width, height // 2))
    picture.paste("blue", (width // 2, height // 2, width, height))
    return picture


def pixel(image: Image.Image, x: int, y: int) -> tuple[int, int, int]:
    """Red, green and blue of one pixel of an RGB picture."""
    red, green, blue = image.crop((x, y, x + 1, y + 1)).tobytes()
    return red, green, blue


def contrast(image: Image.Image) -> int:
    """The largest difference within a channel."""
    levels = np.asarray(image)
    return int((levels.max(axis=(0, 1)).astype(int) - levels.min(axis=(0, 1))).max())


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def photograph(facts: Facts | None = None, *, size: tuple[int, int] = (1200, 800)) -> bytes:
    """A JPEG as a camera and an editor leave it: GPS, camera and serial number in Exif."""
    exif = Image.Exif()
    exif[0x010F] = CAMERA
    exif[0x9286] = f"{SERIAL} {GPS_MARK}"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 28.0, 40.54), 29: GPS_MARK})
    plain = saved(corners(*size), "JPEG", quality=90)
    signed = inscribed(plain, facts or Facts())
    body = b"Exif\x00\x00" + exif.tobytes().removeprefix(b"Exif\x00\x00")
    segment = b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
    return signed[:2] + segment + signed[2:]


def turned(orientation: int) -> bytes:
    """`corners()` stored so that a viewer that heeds the Exif orientation shows it upright."""
    stored = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    picture = corners()
    if orientation in stored:
        picture = picture.transpose(stored[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(picture, "JPEG", quality=95, subsampling=0, exif=exif)


def heic(orientation: int = 1) -> bytes:
    """`corners()` as a telephone stores it, turned as it was held."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = corners().transpose(Image.Transpose.ROTATE_90) if orientation == 6 else corners()
    pillow_heif.from_pillow(stored).save(out, quality=100, chroma=444, exif=exif.tobytes())
    return out.getvalue()


def coded(picture: Image.Image, format: str, primaries: int, transfer: int) -> bytes:
    """A HEIC ("HEIF"), AVIF or PNG that names its colours by these numbers of H.273."""
    if format == "PNG":
        chunk = PngInfo()
        chunk.add(b"cICP", bytes((primaries, transfer, 0, 1)))
        return saved(picture, "PNG", pnginfo=chunk)
    if format == "AVIF":
        usual = saved(picture, "AVIF", quality=100, subsampling="4:4:4")
        told = b"nclx" + struct.pack(">HH", primaries, transfer)
        return usual.replace(b"nclx" + struct.pack(">HH", 1, 13), told)
    out = io.BytesIO()
    pillow_heif.from_pillow(picture).save(
        out,
        quality=100,
        chroma=444,
        save_nclx_profile=True,
        color_primaries=primaries,
        transfer_characteristics=transfer,
        matrix_coefficients=6,
        full_range_flag=1,
    )
    return out.getvalue()


def clapped(picture: Image.Image, width: int, height: int) -> bytes:
    """An AVIF of which only the middle, of this size, is meant to be seen."""
    place = b"p" * 28  # as long as what takes its place in the end
    body = saved(picture, "AVIF", icc_profile=place)
    clap = struct.pack(">8I", width, 1, height, 1, 0, 1, 0, 1)
    body = body.replace(b"colrprof" + place, b"clap" + clap)
    # The list of properties says of each, by its highest bit, whether one must know it.
    return body.replace(b"\x01\x02\x83\x04\x05", b"\x01\x02\x83\x84\x05")


_RED, _GREEN, _BLUE = (28576, 14581, 912), (25239, 46983, 6361), (9375, 3972, 46787)
"""X, Y and Z of sRGB's primaries in 65536ths, as seen in the white of profiles (D50)."""
_P3 = (33759, 15807, -69), (19135, 45367, 2745), (10296, 4363, 51385)


def swapped_profile() -> bytes:
    """An RGB profile in which every primary stands for another than its name says."""
    return _with_primaries(_GREEN, _BLUE, _RED)


def p3_profile() -> bytes:
    """Display P3."""
    return _with_primaries(*_P3)


def _with_primaries(*primaries: tuple[int, int, int]) -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for name, primary in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True):
        entry = profile.index(name) + 4
        at = int.from_bytes(profile[entry : entry + 4], "big") + 8
        profile[at : at + 12] = struct.pack(">3i", *primary)
    # The name must not say sRGB, or nobody would convert.
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))


def grey_profile() -> bytes:
    """A profile of grey whose levels are light itself: much lighter in the middle than sRGB's."""
    said = b"desc" + bytes(4) + struct.pack(">I", 5) + b"grey\x00" + bytes(78)
    tags = {
        b"desc": said + bytes(-len(said) % 4),
        b"wtpt": b"XYZ " + bytes(4) + struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D),
        b"kTRC": b"curv" + bytes(8),
    }
    at, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data
    head = struct.pack(">I4xI", at + len(body), 0x02100000) + b"mntrGRAYXYZ " + bytes(12) + b"acsp"
    head = head.ljust(68, b"\x00") + struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\x00") + table + body


def grey_with_alpha(level: int, bits: int, profile: bytes) -> bytes:
    """A PNG of 60 x 40 pixels, all of one level of 0 to 255, opaque."""
    row = b"\x00" + (bytes([level]) * (bits // 8) + b"\xff" * (bits // 8)) * 60
    return png(
        (b"IHDR", struct.pack(">IIBBBBB", 60, 40, bits, 4, 0, 0, 0)),
        (b"iCCP", b"grey\x00\x00" + zlib.compress(profile)),
        (b"IDAT", zlib.compress(row * 40)),
    )


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and has next to nothing in it."""
    return png(
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\x00" * 1000)),
    )


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of these chunks (name, data), and its end."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in (*chunks, (b"IEND", b""))
    )


def tiff16() -> bytes:
    """Three grey bands of 16 bits: black, a quarter, white."""
    levels = np.zeros((40, 60), dtype=np.uint16)
    levels[:, 20:40] = 0x4000
    levels[:, 40:] = 0xFFFF
    return saved(Image.fromarray(levels), "TIFF")


def clip(
    path: Path,
    *,
    codec: str = "libx264",
    seconds: int = 2,
    dark: int = 0,
    format: str = "mp4",
    place: str = "",
    sound: bool = False,
    size: tuple[int, int] = (160, 96),
) -> bytes:
    """A clip of `size` pixels at 10 frames a second whose first `dark` frames are black.

    `place` is written as phones write where they were, `sound` is silence in stereo.
    """
    with av.open(str(path), "w", format=format, options={"movflags": "faststart"}) as out:
        if place:
            out.metadata["location"] = place
            out.metadata["comment"] = CAMERA
        stream = out.add_stream(codec, rate=10)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 10)
        track = out.add_stream("aac", rate=48_000, layout="stereo") if sound else None
        for number in range(seconds * 10):
            picture = corners(*size) if number >= dark else Image.new("RGB", size)
            frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if track:
            for number in range(seconds * 48_000 // 1024):
                quiet = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
                for plane in quiet.planes:
                    plane.update(bytes(plane.buffer_size))
                quiet.sample_rate, quiet.pts = 48_000, number * 1024
                quiet.time_base = Fraction(1, 48_000)
                out.mux(track.encode(quiet))
            out.mux(track.encode(None))
    return path.read_bytes()
