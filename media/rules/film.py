"""What a clip is besides a picture: how long, how fast, which way up, its colours and its sound."""

from dataclasses import dataclass

_PRIMARIES = {1: "BT.709", 5: "BT.601", 6: "BT.601", 9: "BT.2020", 11: "DCI-P3", 12: "Display P3"}
_HDR = {16: "PQ", 18: "HLG"}
"""Transfer characteristics of high dynamic range. Source of all numbers: ITU-T H.273."""


@dataclass(frozen=True)
class Film:
    """`duration` in seconds, `frame_rate` per second; both None for a photograph.

    `rotation` is how many degrees it is turned to stand upright, `colour` a space in words,
    `audio_rate` samples per second; what is not known or not there is empty or 0.
    """

    duration: float | None = None
    frame_rate: float | None = None
    codec: str = ""
    rotation: int = 0
    colour: str = ""
    bit_depth: int = 0
    audio_codec: str = ""
    audio_channels: int = 0
    audio_rate: int = 0


def colour_in_words(primaries: int, transfer: int) -> str:
    """A colour space by its H.273 numbers: "BT.709", "BT.2020 HLG"; empty when nothing is said."""
    return " ".join(filter(None, (_PRIMARIES.get(primaries, ""), _HDR.get(transfer, ""))))


def is_hdr(transfer: int) -> bool:
    """Whether what is meant to be brighter than white must be brought back for usual screens."""
    return transfer in _HDR


def matrix_of(transfer: int, width: int, height: int) -> str:
    """The matrix, as FFmpeg calls it, that is meant by a clip which names none.

    By its size, as players take it: mpv's rule, and Chromium's but for frames less than 720 high.
    """
    if is_hdr(transfer):
        return "bt2020"
    return "bt709" if width >= 1280 or height > 576 else "bt601"


_NAMES = {
    "h264": "H.264",
    "hevc": "H.265 (HEVC)",
    "prores": "ProRes",
    "dnxhd": "DNxHD",
    "mjpeg": "Motion JPEG",
    "mpeg4": "MPEG-4 Part 2",
    "mpeg2video": "MPEG-2",
    "opus": "Opus",
    "vorbis": "Vorbis",
}
_CHANNELS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}


def codec_in_words(codec: str) -> str:
    """How people write a codec that FFmpeg calls `codec`."""
    return _NAMES.get(codec, codec.upper().replace("_", " "))


def sound_in_words(codec: str, channels: int, rate: int) -> str:
    """ "AAC, stereo, 48 kHz", or "None" for a silent clip."""
    if not codec:
        return "None"
    parts = [codec_in_words(codec)]
    if channels:
        parts.append(_CHANNELS.get(channels, f"{channels} channels"))
    if rate:
        parts.append(f"{rate / 1000:g} kHz")
    return ", ".join(parts)


def picture_in_words(codec: str, colour: str, bit_depth: int) -> str:
    """ "H.264, BT.709, 8 bits"."""
    bits = f"{bit_depth} bits" if bit_depth else ""
    return ", ".join(filter(None, (codec_in_words(codec), colour, bits)))
