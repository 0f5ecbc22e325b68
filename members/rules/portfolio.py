"""What a portfolio may be: limits of a file, and how many images an application brings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one portfolio file: bytes on arrival, pixels before decoding, and the longest
    side in pixels of the copy that is kept.
    """

    most_bytes: int = 40 * 1024 * 1024
    most_pixels: int = 110_000_000
    least_side: int = 200
    longest_side: int = 1600


@dataclass(frozen=True, slots=True)
class Picture:
    """A portfolio image as it is kept: JPEG bytes without metadata, its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def fault_of_count(count: int, *, least: int, most: int) -> str | None:
    """A sentence about a wrong number of images; None when `count` is right."""
    if count < least:
        return f"Please add at least {least} image{'' if least == 1 else 's'}; there are {count}."
    if count > most:
        return f"Please choose at most {most} image{'' if most == 1 else 's'}; there are {count}."
    return None


def fault_of_size(width: int, height: int, limits: Limits) -> str | None:
    """A sentence about dimensions (pixels) that will not be decoded; None when they are fine."""
    if width * height > limits.most_pixels:
        return f"it has {width} x {height} pixels, more than we open"
    if min(width, height) < limits.least_side:
        return f"it has {width} x {height} pixels, too small to judge"
    return None
