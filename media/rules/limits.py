"""How large a file may be, asked of its header before anything is decoded."""

from dataclasses import dataclass

from media.rules.formats import Unfit


@dataclass(frozen=True)
class Limits:
    """`pixels` of one picture or frame, `duration` of a clip in seconds."""

    pixels: int
    duration: int


MOST_OF_A_FRAME = 40_000_000
"""Pixels of a clip's frame, of which a decoder keeps many at once; 8K UHD has 33 million."""


def check_size(width: int, height: int, limits: Limits) -> None:
    """Raises Unfit when a picture of `width` x `height` pixels is more than we decode."""
    _check_pixels(width, height)
    if width * height > limits.pixels:
        raise Unfit(f"This picture measures {_compared(width, height, limits.pixels)}.")


def check_frame(width: int, height: int, limits: Limits) -> None:
    """Raises Unfit when frames of `width` x `height` pixels are more than we decode of a clip."""
    _check_pixels(width, height)
    most = min(limits.pixels, MOST_OF_A_FRAME)
    if width * height > most:
        raise Unfit(
            f"The frames of this clip measure {_compared(width, height, most)}. "
            "Export it smaller and resend it."
        )


def check_duration(seconds: float, limits: Limits) -> None:
    """Raises Unfit when a clip is longer than we take."""
    if seconds > limits.duration:
        raise Unfit(
            f"This clip lasts {round(seconds)} seconds; we take up to {limits.duration} seconds."
        )


def _check_pixels(width: int, height: int) -> None:
    if width <= 0 or height <= 0:
        raise Unfit("This picture has no pixels: the file is damaged.")


def _compared(width: int, height: int, most: int) -> str:
    size = _megapixels(width * height)
    return f"{width} x {height} pixels ({size} MP); we take up to {_megapixels(most)} MP"


def _megapixels(pixels: int) -> int:
    return round(pixels / 1_000_000)
