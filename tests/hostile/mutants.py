"""Files that were sound once: broken on purpose, by dice that fall the same way each time."""

import io
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from media.rules.metadata import Facts
from tests.media import files

SEED = 7
_Mutation = Callable[[bytearray, random.Random], bytes]


def mutants(count: int, *, seed: int = SEED) -> Iterator[tuple[str, bytes]]:
    """So many files with their names: each kind of file, broken in each of the ways in turn."""
    dice = random.Random(seed)
    sound = list(sources_once().items())
    ways = list(_WAYS.items())
    for number in range(count):
        kind, data = sound[number % len(sound)]
        way, break_ = ways[number // len(sound) % len(ways)]
        yield f"mutant-{number:04}-{way}.{kind}", break_(bytearray(data), dice)


def sources() -> dict[str, bytes]:
    """A sound file of each kind that is taken, with secrets of its camera in the pictures."""
    noise = Image.fromarray(
        np.random.default_rng(SEED).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    )
    exif = Image.Exif()
    exif[0x010F] = files.CAMERA
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 28.0, 40.54), 29: files.GPS_MARK})
    made = {
        "jpg": files.photograph(Facts(title="Sound"), size=(400, 300)),
        "progressive.jpg": _saved(noise, "JPEG", progressive=True, exif=exif),
        "png": _saved(noise, "PNG", exif=exif),
        "tif": _saved(noise, "TIFF", compression="tiff_lzw"),
        "webp": _saved(noise, "WEBP", exif=exif),
        "avif": _saved(noise, "AVIF", exif=exif, speed=10),
        "heic": files.heic(),
    }
    with tempfile.TemporaryDirectory() as folder:
        made["mp4"] = files.clip(Path(folder) / "sound.mp4")
        made["webm"] = files.clip(Path(folder) / "sound.webm", codec="libvpx-vp9")
    return made


def _saved(image: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def _flip(data: bytearray, dice: random.Random) -> bytes:
    for _ in range(dice.choice([1, 3, 10, 100])):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


def _flip_head(data: bytearray, dice: random.Random) -> bytes:
    for _ in range(dice.choice([1, 3, 10])):
        data[dice.randrange(12, min(len(data), 700))] ^= 1 << dice.randrange(8)
    return bytes(data)


def _cut(data: bytearray, dice: random.Random) -> bytes:
    return bytes(data[: dice.randrange(len(data))])


def _large_number(data: bytearray, dice: random.Random) -> bytes:
    """Lengths and sizes are numbers of two or four bytes somewhere in the first thousand."""
    width = dice.choice([2, 4])
    at = dice.randrange(8, min(len(data), 1000) - width)
    data[at : at + width] = dice.choice([b"\xff", b"\x7f", b"\x00"]) * width
    return bytes(data)


def _repeat(data: bytearray, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    piece = data[at : at + dice.randrange(1, 4000)]
    return bytes(data[:at] + piece * dice.choice([2, 50]) + data[at:])


def _lose(data: bytearray, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    del data[at : at + dice.randrange(1, 2000)]
    return bytes(data)


def _splice(data: bytearray, dice: random.Random) -> bytes:
    other = dice.choice(list(sources_once().values()))
    at = dice.randrange(16, len(data))
    return bytes(data[:at]) + other[dice.randrange(len(other)) :]


_once: dict[str, bytes] = {}


def sources_once() -> dict[str, bytes]:
    """`sources()`, made when first asked for."""
    _once.update(_once or sources())
    return _once


_WAYS: dict[str, _Mutation] = {
    "flipped": _flip,
    "flipped-head": _flip_head,
    "cut": _cut,
    "large-number": _large_number,
    "repeated": _repeat,
    "lost": _lose,
    "spliced": _splice,
}
