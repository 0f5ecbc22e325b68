"""What a work is and which way up."""

from enum import StrEnum


class Kind(StrEnum):
    PHOTO = "photo"
    VIDEO = "video"


class Orientation(StrEnum):
    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"
    SQUARE = "square"


def orientation_of(width: int, height: int) -> Orientation:
    """The orientation of an upright picture, in pixels; within 2 % of each other is square."""
    if abs(width - height) * 50 <= max(width, height):
        return Orientation.SQUARE
    return Orientation.LANDSCAPE if width > height else Orientation.PORTRAIT
