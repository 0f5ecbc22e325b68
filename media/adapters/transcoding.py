"""A clip made anew as H.264 in MP4, frame by frame, so that memory does not grow. PyAV."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

_THREADS = 2
_OVERLAP = 2
_FASTEST, _USUAL = Fraction(60), Fraction(25)
_SOUND_RATE, _SOUND_BITS = 48_000, 128_000
_TURNS = {
    90: [("transpose", "cclock")],
    -90: [("transpose", "clock")],
    180: [("hflip", ""), ("vflip", "")],
    -180: [("hflip", ""), ("vflip", "")],
}


def transcode(
    source: InputContainer,
    target: Path,
    size: tuple[int, int],
    *,
    seconds: float,
    quality: int,
    overlay: Path | None = None,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Write the first `seconds` of `source` to `target`: upright, `size` pixels, at most 60 frames
    a second, `quality` as x264's CRF, its index in front so that it plays while it loads.

    `overlay` is a PNG of the same size that is laid over each frame, `tags` the only metadata.
    Equal input gives equal bytes.
    """
    picture = source.streams.video[0]
    picture.codec_context.thread_count = _THREADS
    sound = source.streams.audio[0] if source.streams.audio else None
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(target), "w", format="mp4", options=options) as out:
        out.metadata.update(tags or {})
        film = _Film(out, picture, size, quality, overlay)
        track = _Track(out, sound) if sound else None
        for frame in _frames(source, [s for s in (picture, sound) if s], seconds):
            if isinstance(frame, VideoFrame):
                film.take(frame)
            elif track:
                track.take(frame)
        film.end()
        if track:
            track.end()


def _frames(
    source: InputContainer, streams: Sequence[VideoStream | AudioStream], seconds: float
) -> Iterator[VideoFrame | AudioFrame]:
    """What is seen and heard in the first `seconds`, in the order in which it is stored."""
    for packet in source.demux(streams):
        for frame in packet.decode():
            if isinstance(frame, VideoFrame | AudioFrame) and (frame.time or 0) <= seconds:
                yield frame
        if float((packet.pts or 0) * (packet.time_base or 0)) > seconds + _OVERLAP:
            return


class _Film:
    """Frames through the filters into the encoder."""

    def __init__(
        self,
        out: OutputContainer,
        picture: VideoStream,
        size: tuple[int, int],
        quality: int,
        overlay: Path | None,
    ) -> None:
        rate = min(picture.average_rate or _USUAL, _FASTEST)
        self._out, self._picture, self._size, self._overlay = out, picture, size, overlay
        self._rate = rate
        self._graph: Graph | None = None
        self._stream = out.add_stream("libx264", rate=rate)
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"crf": str(quality), "preset": "veryfast"}
        self._stream.codec_context.thread_count = _THREADS

    def take(self, frame: VideoFrame) -> None:
        self._graph = self._graph or self._filters(frame)
        self._graph.vpush(frame)
        self._drain()

    def end(self) -> None:
        if self._graph:
            self._graph.vpush(None)
            self._drain()
        self._out.mux(self._stream.encode(None))

    def _drain(self) -> None:
        for frame in self._ready():
            self._out.mux(self._stream.encode(frame))

    def _ready(self) -> Iterator[VideoFrame]:
        while self._graph:
            try:
                frame = self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return
            frame.pict_type = 0
            yield frame

    def _filters(self, first: VideoFrame) -> Graph:
        graph = Graph()
        node = graph.add_buffer(template=self._picture, time_base=self._picture.time_base)
        steps = [
            ("fps", f"{self._rate}"),
            *_TURNS.get(first.rotation, []),
            ("scale", f"{self._size[0]}:{self._size[1]}:flags=bicubic"),
        ]
        for name, arguments in steps:
            following = graph.add(name, arguments) if arguments else graph.add(name)
            node.link_to(following)
            node = following
        if self._overlay:
            over = graph.add("overlay", "0:0")
            node.link_to(over, 0, 0)
            graph.add("movie", str(self._overlay)).link_to(over, 0, 1)
            node = over
        plain = graph.add("format", "yuv420p")
        node.link_to(plain)
        plain.link_to(graph.add("buffersink"))
        graph.configure()
        return graph


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
