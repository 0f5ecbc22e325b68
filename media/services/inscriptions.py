"""Facts written into a picture's file, for those who make pictures elsewhere."""

from media.adapters import inscribing
from media.rules.metadata import Facts


def write(data: bytes, facts: Facts, *, orientation: int = 1) -> bytes:
    """A JPEG, PNG, TIFF or WebP with `facts` as its only metadata. Raises ValueError.

    `orientation` is the Exif value that a viewer must apply.
    """
    return inscribing.inscribed(data, facts, orientation=orientation)
