"""What a clip's header and first frame say of it. PyAV."""

from dataclasses import dataclass
from fractions import Fraction

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from media.adapters.tracks import codec_of, sounds_of, start_of
from media.adapters.transcoding import opened
from media.rules.film import Film, colour_in_words
from media.rules.formats import Unfit
from media.rules.limits import Limits, check_duration, check_frame

_NEARLY_SQUARE = Fraction(1, 100)
_MICRO = 1_000_000
_AT_ONCE = 0.5
"""Seconds within which a picture begins that begins with its container."""

_NO_PICTURE = "No frame of this clip can be read. Export it again as H.264 in MP4 and resend it."
_NO_LENGTH = (
    "This clip does not tell how long it lasts. Export it again as H.264 in MP4 and resend it."
)


@dataclass(frozen=True)
class Seen:
    """Width and height in pixels, upright and square; `seconds` that the picture lasts."""

    width: int
    height: int
    seconds: float
    film: Film


def measured(container: InputContainer, limits: Limits) -> Seen:
    """Raises Unfit when the clip is not taken.

    Decodes one frame; reads further, without decoding, only where the header tells no length.
    """
    stream = opened(container)
    check_frame(stream.width, stream.height, limits)
    told = _told(container, stream)
    first, end = _read(container, stream, through=told is None)
    if first is None:
        raise Unfit(_NO_PICTURE)
    seconds = told or end - float(start_of(stream))
    if seconds <= 0:
        raise Unfit(_NO_LENGTH)
    check_duration(seconds, limits)
    width, height = _square_pixels(stream)
    if first.rotation % 180:
        width, height = height, width
    return Seen(width, height, seconds, _film(container, stream, first, seconds))


def _film(
    container: InputContainer, stream: VideoStream, first: VideoFrame, seconds: float
) -> Film:
    sound = next(iter(sounds_of(container)), None)
    return Film(
        duration=round(seconds, 3),
        frame_rate=round(float(stream.average_rate or 0), 3),
        codec=codec_of(stream),
        rotation=first.rotation,
        colour=colour_in_words(first.color_primaries, first.color_trc),
        bit_depth=max(component.bits for component in first.format.components),
        audio_codec=codec_of(sound) if sound else "",
        audio_channels=sound.layout.nb_channels if sound else 0,
        audio_rate=sound.rate or 0 if sound else 0,
    )


def _told(container: InputContainer, stream: VideoStream) -> float | None:
    """How long the picture lasts by the header, in seconds."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    start = float(start_of(stream))
    if not container.duration or start >= _AT_ONCE:
        # Matroska's is where all ends or how long it lasts, as its maker understood it.
        return None
    return container.duration / _MICRO - start


def _read(
    container: InputContainer, stream: VideoStream, *, through: bool
) -> tuple[VideoFrame | None, float]:
    """The first frame, and where the last one ends if all are read `through`, in seconds.

    The end is no earlier than the header has it: what comes short of that is cut off.
    """
    first, end = None, (container.duration or 0) / _MICRO
    for packet in container.demux(stream):
        if first is None:
            first = next(iter(packet.decode()), None)
        if packet.pts is not None and packet.time_base:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        if first and not through:
            break
    return first, end


def _square_pixels(stream: VideoStream) -> tuple[int, int]:
    """The size with pixels as high as they are wide; what is nearly square counts as that."""
    ratio = stream.sample_aspect_ratio or Fraction(1)
    if ratio <= 0 or abs(ratio - 1) < _NEARLY_SQUARE:
        return stream.width, stream.height
    if ratio > 1:
        return round(stream.width * ratio), stream.height
    return stream.width, round(stream.height / ratio)
