"""A clip's own pictures and sounds in a new container, as they are: nothing is encoded. PyAV."""

from collections.abc import Mapping
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from media.rules.formats import Format

_MUXERS = {Format.MP4: "mp4", Format.MOV: "mov", Format.WEBM: "webm"}


def copy(source: InputContainer, target: Path, format: Format, tags: Mapping[str, str]) -> None:
    """Write picture and sound of `source` to `target`, with `tags` as the only metadata.

    The frames, their times and which way up they are stay; the camera's notes, its place and its
    data tracks do not come along. Equal input gives equal bytes.
    """
    sounds = [s for s in source.streams if isinstance(s, AudioStream) and s.codec_context]
    picture = source.streams.video[0]
    kept = [picture, *sounds]
    options = {"fflags": "+bitexact"}
    if format is not Format.WEBM:
        # Delays are written in units of the film, which must be as fine as those of its pictures.
        units = picture.time_base.denominator if picture.time_base else 1000
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
