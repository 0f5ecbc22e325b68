"""A clip of 4K to measure with: a grainy picture that the camera glides over, and a tone."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.container import OutputContainer
from PIL import Image

_WIDTH, _HEIGHT, _RATE = 3840, 2160, 25
_ROOM = 400
_ONCE = 10
"""Seconds that are painted; longer clips are the same again, copied and not encoded anew."""

_SOUND_RATE, _AT_ONCE = 48_000, 1024
_GAP = 0.04

Pixels = npt.NDArray[np.uint8]


def clip_of(seconds: int, folder: Path) -> Path:
    """A clip of about `seconds`, a multiple of ten, in `folder`; its name is its length."""
    once, path = folder / "once.mp4", folder / f"{seconds}.mp4"
    if not once.exists():
        _paint(once)
    _repeat(once, path, seconds // _ONCE)
    return path


def _paint(path: Path) -> None:
    with av.open(str(path), "w", format="mp4") as out:
        film = out.add_stream("libx264", rate=_RATE)
        film.width, film.height, film.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        film.options = {"preset": "ultrafast", "crf": "26", "g": "50"}
        track = out.add_stream("aac", rate=_SOUND_RATE, layout="stereo")
        for number, pixels in enumerate(_glide()):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = number
            out.mux(film.encode(frame))
        out.mux(film.encode(None))
        for sound in _tone():
            out.mux(track.encode(sound))
        out.mux(track.encode(None))


def _glide() -> Iterator[Pixels]:
    dice = np.random.default_rng(1)
    blots = Image.fromarray(dice.integers(0, 256, (135, 240, 3), dtype=np.uint8))
    size = _WIDTH + 2 * _ROOM, _HEIGHT + 2 * _ROOM
    field = np.asarray(blots.resize(size, Image.Resampling.BICUBIC)).astype(np.int16)
    grain = dice.integers(-12, 12, (size[1], size[0], 1), dtype=np.int16)
    picture = np.clip(field + grain, 0, 255).astype(np.uint8)
    for number in range(_ONCE * _RATE):
        x = _ROOM + int(_ROOM * 0.95 * np.sin(number / 40))
        y = _ROOM + int(_ROOM * 0.5 * np.cos(number / 55))
        yield np.ascontiguousarray(picture[y : y + _HEIGHT, x : x + _WIDTH])


def _tone() -> Iterator[av.AudioFrame]:
    moments = np.arange(_ONCE * _SOUND_RATE) * 2 * np.pi * 440 / _SOUND_RATE
    tone = (np.sin(moments) * 0.2).astype(np.float32)
    for start in range(0, len(tone), _AT_ONCE):
        part = tone[start : start + _AT_ONCE]
        frame = av.AudioFrame.from_ndarray(np.stack([part, part]), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = _SOUND_RATE, start
        frame.time_base = Fraction(1, _SOUND_RATE)
        yield frame


def _repeat(once: Path, path: Path, times: int) -> None:
    with av.open(str(path), "w", format="mp4") as out:
        for turn in range(times):
            _append(once, out, turn)


def _append(once: Path, out: OutputContainer, turn: int) -> None:
    with av.open(str(once)) as source:
        for stream in source.streams if turn == 0 else ():
            out.add_stream_from_template(stream)
        each = (source.duration or 0) / av.time_base + _GAP
        for packet in source.demux():
            if packet.dts is not None and packet.pts is not None:
                shift = int(turn * each / packet.time_base)
                packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                packet.stream = out.streams[packet.stream_index]
                out.mux(packet)
