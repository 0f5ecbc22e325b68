"""Which streams of a clip are used: others may be covers, or of kinds that are not read. PyAV."""

from fractions import Fraction

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from media.rules.film import codec_in_words
from media.rules.formats import CODECS, Unfit

_NO_PICTURE = "This clip holds no moving picture."
_CODEC = "This clip is encoded as {codecs}. Export it as H.264, VP9 or AV1."
_UNKNOWN = "something that cannot be read here"
_NO_SOUND = (
    "The sound of this clip is of a kind that cannot be read here. "
    "Export it again with AAC and resend it."
)
_UNEVEN = Fraction(3, 2)
_USUAL = Fraction(25)


def picture_of(container: InputContainer) -> VideoStream:
    """The first moving picture of a codec that is taken. Raises Unfit when there is none."""
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not moving:
        raise Unfit(_NO_PICTURE)
    codecs = [codec_of(stream) for stream in moving]
    for stream, codec in zip(moving, codecs, strict=True):
        if codec in CODECS:
            return stream
    words = [codec_in_words(codec) if codec else _UNKNOWN for codec in dict.fromkeys(codecs)]
    raise Unfit(_CODEC.format(codecs=" and ".join(words)))


def sounds_of(container: InputContainer) -> list[AudioStream]:
    """Those that can be read, in order. Raises Unfit when there are sounds, but none of these."""
    sounds = [stream for stream in container.streams.audio if codec_of(stream)]
    if container.streams.audio and not sounds:
        raise Unfit(_NO_SOUND)
    return sounds


def codec_of(stream: Stream) -> str:
    """As FFmpeg calls it; empty when it has no decoder for it."""
    # PyAV's types do not say that there may be none.
    return stream.codec_context.codec.canonical_name if stream.codec_context else ""


def start_of(stream: Stream) -> Fraction:
    """When the first of a stream is seen or heard, in seconds of its container."""
    return (stream.start_time or 0) * (stream.time_base or Fraction(0))


def rate_of(picture: VideoStream) -> Fraction:
    """Frames a second that show each frame of `picture` at its moment.

    The mean; where frames come unevenly, as telephones and screen recorders write them, as many as
    when they come fastest.
    """
    mean = picture.average_rate or _USUAL
    fastest = picture.guessed_rate or mean
    return fastest if fastest > mean * _UNEVEN else mean
