"""Small clips with times, codecs and containers of many kinds, each made on the spot."""

import io
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from tests.media import files

SIZE = (160, 96)
_UNITS, _SAMPLES = 90_000, 48_000
_QUICK = {"libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"}}


def tenths(first: int, end: int) -> list[float]:
    """The moments of a picture each tenth of a second, in seconds."""
    return [number / 10 for number in range(first, end)]


def pictures(data: bytes) -> list[float]:
    """The moments at which a clip shows its pictures, in seconds."""
    with av.open(io.BytesIO(data), "r") as container:
        return [frame.time or 0 for frame in container.decode(video=0)]


def film(
    path: Path,
    moments: Sequence[float],
    *,
    codec: str = "libx264",
    sound: str = "",
    format: str = "mp4",
    options: Mapping[str, str] | None = None,
    cover: bool = False,
    sounds: int = 1,
) -> bytes:
    """A clip with a picture at each of `moments`, in seconds.

    `sound` is the codec of as long a silence in stereo, which begins at 0, in so many `sounds`;
    `options` are the muxer's. A `cover` comes first, as JPEG.
    """
    with av.open(str(path), "w", format=format, options=dict(options or {})) as out:
        still = out.add_stream("mjpeg", rate=1) if cover else None
        picture = _picture(out, codec)
        count = sounds if sound else 0
        tracks = [out.add_stream(sound, rate=_SAMPLES, layout="stereo") for _ in range(count)]
        if isinstance(still, VideoStream):
            _be_still(out, still)
        _be_seen(out, picture, moments)
        for track in tracks:
            assert isinstance(track, AudioStream)
            _be_silent(out, track, round((moments[-1] - moments[0]) * _SAMPLES))
    return path.read_bytes()


def unheard(body: bytes, *, tracks: int) -> bytes:
    """An MP4 whose first `tracks` of AAC say that they are of a codec which nobody reads."""
    entry = bytes(7) + b"\x01"
    changed = body.replace(b"mp4a" + entry, b"apac" + entry, tracks)
    return changed.replace(b"esds", b"free", tracks)


def huge(path: Path) -> bytes:
    """A clip of one grey frame of 8192 by 5120 pixels."""
    return plain(path, (8192, 5120), (128, 128, 128))


def plain(
    path: Path, size: tuple[int, int], colours: tuple[int, int, int], *, matrix: int = 2
) -> bytes:
    """A clip of one frame of `size` pixels, all of these Y, Cb and Cr.

    `matrix` says of which, by its number in H.273; 2 leaves it open.
    """
    with av.open(str(path), "w", format="mp4") as out:
        quick = {"preset": "ultrafast", "threads": "1"}
        picture = out.add_stream("libx264", rate=10, options=quick)
        frame = av.VideoFrame(*size, "yuv420p")
        picture.width, picture.height, picture.pix_fmt = frame.width, frame.height, "yuv420p"
        picture.codec_context.colorspace = frame.colorspace = matrix
        for plane, value in zip(frame.planes, colours, strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts = 0
        out.mux([*picture.encode(frame), *picture.encode(None)])
    return path.read_bytes()


def _picture(out: OutputContainer, codec: str) -> VideoStream:
    picture = out.add_stream(codec, rate=10, options=_QUICK.get(codec, {}))
    assert isinstance(picture, VideoStream)
    picture.width, picture.height, picture.pix_fmt = *SIZE, "yuv420p"
    picture.codec_context.time_base = Fraction(1, _UNITS)
    return picture


def _be_seen(out: OutputContainer, picture: VideoStream, moments: Sequence[float]) -> None:
    """Mux a frame at each of `moments`."""
    for moment in moments:
        frame = av.VideoFrame.from_ndarray(np.asarray(files.corners(*SIZE)), format="rgb24")
        frame.pts, frame.time_base = round(moment * _UNITS), Fraction(1, _UNITS)
        out.mux(picture.encode(frame))
    out.mux(picture.encode(None))


def _be_still(out: OutputContainer, cover: VideoStream) -> None:
    """Mux one white picture."""
    cover.width, cover.height, cover.pix_fmt = *SIZE, "yuvj420p"
    white = np.full((SIZE[1], SIZE[0], 3), 255, np.uint8)
    frame = av.VideoFrame.from_ndarray(white, "rgb24").reformat(format="yuvj420p")
    frame.pts = 0
    out.mux([*cover.encode(frame), *cover.encode(None)])


def _be_silent(out: OutputContainer, track: AudioStream, samples: int) -> None:
    """Mux as many `samples`, about, of silence."""
    size = track.codec_context.frame_size or 1024
    for number in range(samples // size):
        quiet = av.AudioFrame(track.codec_context.format.name, "stereo", size)
        for plane in quiet.planes:
            plane.update(bytes(plane.buffer_size))
        quiet.sample_rate, quiet.pts = _SAMPLES, number * size
        quiet.time_base = Fraction(1, _SAMPLES)
        out.mux(track.encode(quiet))
    out.mux(track.encode(None))
