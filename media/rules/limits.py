"""How large a file may be, asked of its header before anything is decoded."""

from dataclasses import dataclass

from media.rules.formats import Unfit


@dataclass(frozen=True)
class Limits:
    """`pixels` of one picture or frame, `duration` of a clip in seconds."""

    pixels: int
    duration: int


def check_size(width: int, height: int, limits: Limits) -> None:
    """Raises Unfit when a picture of `width` x `height` pixels is more than we decode."""
    if width <= 0 or height <= 0:
        raise Unfit("This picture has no pixels: the file is damaged.")
    if width * height > limits.pixels:
        raise Unfit(
            f"This picture measures {width} x {height} pixels ({_megapixels(width * height)} MP); "
            f"we take up to {_megapixels(limits.pixels)} MP."
        )


def check_duration(seconds: float, limits: Limits) -> None:
    """Raises Unfit when a clip is longer than we take."""
    if seconds > limits.duration:
        raise Unfit(
            f"This clip lasts {round(seconds)} seconds; we take up to {limits.duration} seconds."
        )


def _megapixels(pixels: int) -> int:
    return round(pixels / 1_000_000)
