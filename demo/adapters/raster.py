"""Pillow's resampling for float fields, and its encoders for finished pictures."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field = NDArray[np.floating[Any]]
Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]


def resize(field: Field, height: int, width: int, box: Box | None = None) -> Field:
    """`field` (rows, columns) resampled bicubically to height x width; `box` is x0, y0, x1, y1."""
    image = Image.fromarray(np.ascontiguousarray(field, dtype=np.float32))
    scaled = image.resize((width, height), Image.Resampling.BICUBIC, box=box)
    return np.asarray(scaled, dtype=np.float32)


def shrink(field: Field, height: int, width: int) -> Field:
    """`field` (rows, columns) averaged over boxes down to height x width."""
    image = Image.fromarray(np.ascontiguousarray(field, dtype=np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BOX), dtype=np.float32)


def enlarge(pixels: Pixels, height: int, width: int) -> Pixels:
    """8-bit RGB `pixels` (rows, columns, 3) resampled smoothly to height x width."""
    image = Image.fromarray(pixels)
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))


def jpeg(pixels: Pixels, *, profile: bytes | None, quality: int = 90) -> bytes:
    """JPEG bytes of 8-bit RGB `pixels`, tagged with `profile`."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality, icc_profile=profile)
    return out.getvalue()
