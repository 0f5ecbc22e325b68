"""A clip made anew as H.264 in MP4, frame by frame, so that memory does not grow. PyAV."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from media.adapters import filters
from media.adapters.ahead import ahead
from media.adapters.tracks import picture_of, rate_of, sounds_of, start_of
from media.rules.limits import MOST_OF_A_FRAME

THREADS = 2
_DECODED, _SHOWN = 26_000_000, 12_000_000
"""Bytes of frames that may wait for the next stage. A frame of 4K has 12 million, one of 720p 1.4:
more of the large ones only leave the processor's cache, of the small ones they even out the work.
"""

_OVERLAP = 2
_FASTEST = Fraction(60)
_SOUND_RATE, _SOUND_BITS = 48_000, 128_000

Look = Callable[[VideoFrame], None]


def _ignore(frame: VideoFrame) -> None:
    """Nobody wants to see it."""


@dataclass(frozen=True)
class Order:
    """What to make: the seconds from `start` on, as far as `seconds`, in `size` pixels upright, at
    most 60 frames a second, with `quality` as x264's CRF.

    Seconds count from where the picture begins, of frames from `start`. `overlay` is a PNG of the
    same size that is laid over each frame, `tags` the only metadata. `on_read` sees each frame as
    it was decoded, `on_shown` as it is shown.
    """

    size: tuple[int, int]
    quality: int
    seconds: float
    start: float = 0
    silent: bool = False
    overlay: Path | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    on_read: Look = _ignore
    on_shown: Look = _ignore


def transcode(source: InputContainer, target: Path, order: Order) -> None:
    """Write to `target` what is ordered, its index in front so that it plays while it loads.

    Equal input gives equal bytes.
    """
    picture = opened(source)
    sound = None if order.silent else next(iter(sounds_of(source)), None)
    streams = [stream for stream in (picture, sound) if stream]
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(target), "w", format="mp4", options=options) as out:
        out.metadata.update(order.tags)
        film = _Film(out, picture, order)
        track = _Track(out, sound) if sound else None
        # Three stages, each in a thread of its own: decoding, the filters, and the encoders here.
        with (
            ahead(_frames(source, streams, order), _bytes_of, _DECODED) as decoded,
            ahead(_shown(decoded, picture, order, target.parent), _bytes_of, _SHOWN) as shown,
        ):
            for frame in shown:
                if isinstance(frame, VideoFrame):
                    film.take(frame)
                elif track:
                    track.take(frame)
        film.end()
        if track:
            track.end()


def opened(source: InputContainer) -> VideoStream:
    """The moving picture, ready to be decoded by several threads."""
    picture = picture_of(source)
    picture.codec_context.thread_count = THREADS
    picture.codec_context.thread_type = "AUTO"
    picture.codec_context.options = {"max_pixels": str(MOST_OF_A_FRAME)}
    return picture


def _bytes_of(frame: VideoFrame | AudioFrame) -> int:
    return sum(plane.buffer_size for plane in frame.planes)


def _rate(picture: VideoStream) -> Fraction:
    """Of what is made, in frames a second."""
    return min(rate_of(picture), _FASTEST)


def _frames(
    source: InputContainer, streams: Sequence[VideoStream | AudioStream], order: Order
) -> Iterator[VideoFrame | AudioFrame]:
    """What is seen and heard in the seconds that are wanted, in the order in which it is stored.

    Its times count from the first of these seconds.
    """
    zero = start_of(streams[0]) + Fraction(order.start)
    seconds = order.seconds - order.start
    if order.start:
        source.seek(int(zero * av.time_base))
    units = {stream.index: stream.time_base or Fraction(1) for stream in streams}
    first = {index: round(zero / unit) for index, unit in units.items()}
    last = {index: (zero + Fraction(seconds) + _OVERLAP) / unit for index, unit in units.items()}
    for packet in source.demux(streams):
        index = packet.stream.index
        for frame in packet.decode():
            if isinstance(frame, VideoFrame | AudioFrame):
                if frame.pts is not None:
                    frame.pts -= first[index]
                if 0 <= (frame.time or 0) <= seconds:
                    yield frame
        if (packet.pts or 0) > last[index]:
            return


def _shown(
    frames: Iterator[VideoFrame | AudioFrame],
    picture: VideoStream,
    order: Order,
    folder: Path,
) -> Iterator[VideoFrame | AudioFrame]:
    """The moving picture through the filters, which the first frame decides; sound as it is."""
    graph: Graph | None = None
    rate = _rate(picture)
    for frame in frames:
        if not isinstance(frame, VideoFrame):
            yield frame
            continue
        order.on_read(frame)
        if graph is None:
            steps = filters.upright(frame, order.size, folder)
            graph = filters.graph(picture, steps, "yuv420p", overlay=order.overlay, rate=rate)
        graph.vpush(frame)
        yield from _ready(graph)
    if graph:
        graph.vpush(None)
        yield from _ready(graph)


def _ready(graph: Graph) -> Iterator[VideoFrame]:
    """What the filters have done with."""
    while True:
        try:
            frame = graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return
        frame.pict_type = 0
        yield frame


class _Film:
    """Frames into the encoder."""

    def __init__(self, out: OutputContainer, picture: VideoStream, order: Order) -> None:
        self._out, self._order = out, order
        self._stream = out.add_stream("libx264", rate=_rate(picture))
        self._stream.width, self._stream.height = order.size
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"crf": str(order.quality), "preset": "veryfast"}
        context = self._stream.codec_context
        # As ffmpeg does it. PyAV's own choice, slices, waits for each frame, and makes larger ones.
        context.thread_count, context.thread_type = THREADS, "FRAME"
        context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG

    def take(self, frame: VideoFrame) -> None:
        self._order.on_shown(frame)
        self._out.mux(self._stream.encode(frame))

    def end(self) -> None:
        self._out.mux(self._stream.encode(None))


class _Track:
    """Sound resampled into the encoder."""

    def __init__(self, out: OutputContainer, sound: AudioStream) -> None:
        self._out = out
        self._stream = out.add_stream("aac", rate=_SOUND_RATE, layout="stereo")
        self._stream.bit_rate = _SOUND_BITS
        self._resampler = AudioResampler("fltp", "stereo", _SOUND_RATE)

    def take(self, frame: AudioFrame) -> None:
        for ready in self._resampler.resample(frame):
            self._out.mux(self._stream.encode(ready))

    def end(self) -> None:
        for ready in self._resampler.resample(None):
            self._out.mux(self._stream.encode(ready))
        self._out.mux(self._stream.encode(None))
