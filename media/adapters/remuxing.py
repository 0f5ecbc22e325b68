"""A clip's own pictures and sounds in a new container, as they are: nothing is encoded. PyAV."""

import io
from collections.abc import Mapping
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from media.adapters.tracks import codec_of, picture_of, sounds_of
from media.rules.film import codec_in_words
from media.rules.formats import Format, Unfit

_MUXERS = {Format.MP4: "mp4", Format.MOV: "mov", Format.WEBM: "webm"}
_IN_WORDS = {Format.MP4: "an MP4", Format.MOV: "a MOV", Format.WEBM: "a WebM or MKV"}
_NOT_HELD = (
    "This clip holds {codec} in {container} file, which we cannot hand on to its buyers. "
    "Export it again as H.264 with AAC in MP4 and resend it."
)


def check(source: InputContainer, format: Format) -> None:
    """Raises Unfit when a container of its own kind cannot take the streams that `copy` keeps.

    What is read is more than what is written: any Matroska file is read as WebM, for example.
    """
    for stream in _kept(source):
        if not _is_held(stream, format):
            codec = codec_in_words(codec_of(stream))
            raise Unfit(_NOT_HELD.format(codec=codec, container=_IN_WORDS[format]))


def copy(source: InputContainer, target: Path, format: Format, tags: Mapping[str, str]) -> None:
    """Write picture and sound of `source` to `target`, with `tags` as the only metadata.

    The frames, their times and which way up they are stay; the camera's notes, its place and its
    data tracks do not come along. Equal input gives equal bytes.
    """
    kept = _kept(source)
    options = {"fflags": "+bitexact"}
    if format is not Format.WEBM:
        # Delays are written in units of the film, which must be as fine as those of its pictures.
        units = kept[0].time_base.denominator if kept[0].time_base else 1000
        options |= {"movflags": "+faststart", "movie_timescale": str(units)}
    with av.open(str(target), "w", format=_MUXERS[format], options=options) as out:
        out.metadata.update(tags)
        # "opaque" also takes streams that are only decoded here.
        copies = {s.index: out.add_stream_from_template(s, opaque=True) for s in kept}
        for stream in copies.values():
            stream.metadata.clear()
        for packet in source.demux(kept):
            if packet.dts is not None:
                packet.stream = copies[packet.stream_index]
                out.mux(packet)


def _kept(source: InputContainer) -> list[VideoStream | AudioStream]:
    """The picture, and after it the sounds."""
    return [picture_of(source), *sounds_of(source)]


def _is_held(stream: VideoStream | AudioStream, format: Format) -> bool:
    """Whether a container of `format` begins with `stream` in it: FFmpeg knows only by trying."""
    try:
        with av.open(io.BytesIO(), "w", format=_MUXERS[format]) as out:
            out.add_stream_from_template(stream, opaque=True)
            out.start_encoding()
    except (ValueError, av.FFmpegError):
        return False
    return True
