"""Finds the mark of `media.adapters.tracing` in a picture, with its original at hand."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media.adapters.aligning import Overlay, Plane
from media.adapters.tracing import CHIPS, Chips, strength

_NEAR = 2
_LIMIT = 1.5


def residue(overlay: Overlay, ours: Image.Image) -> Chips:
    """What the found picture has more or less than ours, by chip; 0 where it has nothing to say.

    It is made without any trace's chips: so those of a trace that is not in the picture are
    tosses of a coin that know nothing of it, whatever the picture is.
    """
    rows, columns = overlay.ours.shape
    side = max(rows, columns)
    difference = np.where(overlay.seen, overlay.found - overlay.ours, 0)
    square, weight = (
        _by_chip(plane, side) for plane in (difference, overlay.seen.astype(np.float32))
    )
    known = weight > 0.5
    level = np.where(known, square / np.maximum(weight, 0.5), 0)
    calm = level - _around(level, known)
    size = np.sqrt(_around(calm**2, known)) + 0.25
    limited = np.clip(calm / size, -_LIMIT, _LIMIT) * strength(ours) / size
    return np.where(known, limited, 0).astype(np.float32)


def score(residue: Chips, chips: Chips) -> float:
    """How far `chips` are in the residue, in standard deviations of what chance gives."""
    spread = float(np.sqrt((residue.astype(np.float64) ** 2).sum()))
    return float((residue * chips).sum()) / spread if spread else 0.0


def _by_chip(plane: Plane, side: int) -> Plane:
    """The mean of each chip's pixels, on the whole square of chips."""
    padded = np.zeros((side, side), np.float32)
    padded[: plane.shape[0], : plane.shape[1]] = plane
    chips = Image.fromarray(padded).resize((CHIPS, CHIPS), Image.Resampling.BOX)
    return np.asarray(chips, np.float32)


def _around(plane: Plane, known: NDArray[np.bool_]) -> Plane:
    """The mean of the known neighbours of each chip, itself among them."""
    total, count = (_box(each.astype(np.float32)) for each in (np.where(known, plane, 0), known))
    return total / np.maximum(count, 1)


def _box(plane: Plane) -> Plane:
    padded = np.pad(plane, _NEAR)
    size = 2 * _NEAR + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size))
    return windows.sum((2, 3))  # type: ignore[no-any-return]
