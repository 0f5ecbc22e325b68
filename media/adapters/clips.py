"""Clips measured, pictured and previewed with PyAV. Runs in the sandbox's child."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from media.adapters import photos
from media.adapters.reading import reading
from media.adapters.scaling import scaled
from media.adapters.transcoding import transcode
from media.adapters.watermark import Mark, layer
from media.rules.formats import CODECS, Unfit
from media.rules.limits import Limits, check_duration, check_size
from media.rules.metadata import Facts
from media.rules.recipes import EXTENSIONS, PREVIEW, PREVIEW_LONGEST_SIDE, RECIPES, fitted

_DEMUXERS = {"mp4": "mov", "mov": "mov", "webm": "matroska"}
_POSTER_AT = (0.1, 0.3, 0.5, 0.7)
_PREVIEW_SECONDS = 60
_NEAR_END = 0.95
_NEARLY_SQUARE = Fraction(1, 100)
_THREADS = 2
_NO_PICTURE = "This clip holds no moving picture."
_CODEC = "This clip is encoded as {codec}. Export it as H.264, VP9 or AV1."
_CUT_OFF = "This clip is cut off: its end is missing. Export it again and resend it."


def develop(*, path: str, format: str, folder: str, limits: Limits, mark: Mark) -> dict[str, Any]:
    """Make the poster's renditions and the preview of a clip in `folder`; say what was seen.

    Returns as `photos.develop`, with `duration` in seconds, `frame_rate` and `codec` besides.
    Raises Unfit when the file cannot become a work.
    """
    with reading(), _opened(path, format) as container:
        stream, seen = _measured(container, limits)
        poster = _poster(container, stream, seen)
    base = scaled(poster, fitted(*poster.size, RECIPES[0].longest_side))
    printed = photos.print_all(base, max(poster.size), folder, mark)
    with reading(), _opened(path, format) as container:
        preview = _preview(container, seen, Path(folder), mark)
    return {**seen, "facts": {}, **printed, "files": [*printed["files"], preview]}


def cut(
    *, path: str, format: str, target: str, longest_side: int, facts: Facts, limits: Limits
) -> dict[str, Any]:
    """Write a clip to `target` as MP4 without a mark, `longest_side` pixels at most.

    Its metadata are the title, creator and rights of `facts`, and the licence as comment.
    """
    with reading(), _opened(path, format) as container:
        _, seen = _measured(container, limits)
    size = _even(fitted(seen["width"], seen["height"], longest_side))
    comment = " ".join(filter(None, (facts.licence_number, facts.licence_url)))
    tags = {
        "title": facts.title,
        "artist": facts.creator,
        "copyright": facts.rights,
        "comment": comment,
    }
    with reading(), _opened(path, format) as container:
        transcode(container, Path(target), size, seconds=limits.duration, quality=18, tags=tags)
    return {"width": size[0], "height": size[1]}


def _opened(path: str, format: str) -> InputContainer:
    return av.open(path, format=_DEMUXERS[format], metadata_errors="replace")


def _measured(container: InputContainer, limits: Limits) -> tuple[VideoStream, dict[str, Any]]:
    """The moving picture, and its size upright, duration, frame rate and codec."""
    if not container.streams.video:
        raise Unfit(_NO_PICTURE)
    stream = container.streams.video[0]
    codec = stream.codec_context.codec.canonical_name
    if codec not in CODECS:
        raise Unfit(_CODEC.format(codec=codec))
    stream.codec_context.thread_count = _THREADS
    check_size(stream.width, stream.height, limits)
    duration = _duration(container, stream)
    check_duration(duration, limits)
    first = next(container.decode(stream), None)
    if first is None or duration <= 0:
        raise Unfit(_NO_PICTURE)
    turned = first.rotation % 180 != 0
    width, height = _square_pixels(stream)
    return stream, {
        "width": height if turned else width,
        "height": width if turned else height,
        "rotation": first.rotation,
        "duration": round(duration, 3),
        "frame_rate": round(float(stream.average_rate or 0), 3),
        "codec": codec,
    }


def _duration(container: InputContainer, stream: VideoStream) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / 1_000_000


def _square_pixels(stream: VideoStream) -> tuple[int, int]:
    """The size with pixels as high as they are wide; what is nearly square counts as that."""
    ratio = stream.sample_aspect_ratio or Fraction(1)
    if ratio <= 0 or abs(ratio - 1) < _NEARLY_SQUARE:
        return stream.width, stream.height
    if ratio > 1:
        return round(stream.width * ratio), stream.height
    return stream.width, round(stream.height / ratio)


def _poster(container: InputContainer, stream: VideoStream, seen: dict[str, Any]) -> Image.Image:
    """The liveliest of a few frames across the clip, upright: never a black one among others."""
    candidates = [
        frame
        for share in _POSTER_AT
        if (frame := _frame_at(container, stream, seen["duration"] * share)) is not None
    ]
    if not candidates or _frame_at(container, stream, seen["duration"] * _NEAR_END) is None:
        raise Unfit(_CUT_OFF)
    best = max(candidates, key=_liveliness)
    picture = _image(best)
    if seen["rotation"]:
        picture = picture.rotate(seen["rotation"], expand=True)
    return scaled(picture, (seen["width"], seen["height"]))


def _frame_at(container: InputContainer, stream: VideoStream, seconds: float) -> VideoFrame | None:
    start = stream.start_time or 0
    wanted = start + int(seconds / stream.time_base) if stream.time_base else start
    container.seek(wanted, stream=stream)
    frame = None
    for frame in container.decode(stream):
        if frame.pts is None or frame.pts >= wanted:
            break
    return frame


def _liveliness(frame: VideoFrame) -> float:
    grey = _image(frame.reformat(width=160, height=90, format="gray"))
    return float(ImageStat.Stat(grey).stddev[0])


def _image(frame: VideoFrame) -> Image.Image:
    picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # PyAV's is untyped
    return picture


def _even(size: tuple[int, int]) -> tuple[int, int]:
    """H.264 halves the size of its colour planes."""
    return max(2, size[0] // 2 * 2), max(2, size[1] // 2 * 2)


def _preview(
    container: InputContainer, seen: dict[str, Any], folder: Path, mark: Mark
) -> dict[str, Any]:
    """The first minute at 720p under the watermark, ready to play before it is loaded whole."""
    size = _even(fitted(seen["width"], seen["height"], PREVIEW_LONGEST_SIDE))
    overlay = folder / "mark.png"
    layer(size, mark).save(overlay)
    name = f"{PREVIEW}.{EXTENSIONS['mp4']}"
    transcode(container, folder / name, size, seconds=_PREVIEW_SECONDS, quality=27, overlay=overlay)
    return {
        "name": name,
        "recipe": PREVIEW,
        "format": "mp4",
        "width": size[0],
        "height": size[1],
    }
