"""Finds the mark of `media.adapters.tracing` in a picture, with its original at hand."""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media.adapters import photos
from media.adapters.aligning import Overlay, Plane, overlaid
from media.adapters.reading import reading
from media.adapters.tracing import CHIPS, Chips, chips_of, strength
from media.rules.formats import Format
from media.rules.limits import Limits

_SIDE = 1024
_NEAR = 2
_LIMIT = 1.5


def compare(
    *, path: str, format: str, original: str, original_format: str, limits: Limits
) -> dict[str, Any]:
    """What a found photograph has more or less than the original that it may be made from.

    Runs in the sandbox's child, so it knows no seeds. Returns `likeness`, the correlation of both
    where the found one lies in the original, and `residue` for `scores`. Raises Unfit.
    """
    with reading():
        found = photos.at_most(photos.opened(path, Format(format), limits), _SIDE)
        ours = photos.at_most(photos.opened(original, Format(original_format), limits), _SIDE)
    overlay = overlaid(found, ours)
    levels = residue(overlay, ours)
    fine = levels * (127 / max(float(np.abs(levels).max()), 1e-6))
    packed = b64encode(np.rint(fine).astype(np.int8).tobytes()).decode()
    return {"likeness": overlay.likeness, "residue": packed}


def scores(packed: str, seeds: Iterable[bytes]) -> list[float]:
    """How much of the mark of each seed is in a residue; chance alone gives 0, and rarely 4."""
    levels = np.frombuffer(b64decode(packed), np.int8).astype(np.float32).reshape(CHIPS, CHIPS)
    return [score(levels, seed) for seed in seeds]


def score(residue: Chips, seed: bytes) -> float:
    """The score of `media.rules.tracing.odds`."""
    spread = float(np.sqrt((residue.astype(np.float64) ** 2).sum()))
    return float((residue * chips_of(seed)).sum()) / spread if spread else 0.0


def residue(overlay: Overlay, ours: Image.Image) -> Chips:
    """What the found picture has more or less than ours, by chip; 0 where it has nothing to say.

    It is made without any seed: so the chips of a mark that is not in the picture are tosses of
    a coin that know nothing of it, whatever the picture is.
    """
    rows, columns = overlay.ours.shape
    difference = np.where(overlay.seen, overlay.found - overlay.ours, 0)
    square, weight = (
        _by_chip(plane, max(rows, columns))
        for plane in (difference, overlay.seen.astype(np.float32))
    )
    known = weight > 0.5
    level = np.where(known, square / np.maximum(weight, 0.5), 0)
    calm = level - _around(level, known)
    size = np.sqrt(_around(calm**2, known)) + 0.25
    limited = np.clip(calm / size, -_LIMIT, _LIMIT) * strength(ours) / size
    return np.where(known, limited, 0).astype(np.float32)


def _by_chip(plane: Plane, side: int) -> Plane:
    """The mean of each chip's pixels, on the whole square of chips."""
    padded = np.zeros((side, side), np.float32)
    padded[: plane.shape[0], : plane.shape[1]] = plane
    chips = Image.fromarray(padded).resize((CHIPS, CHIPS), Image.Resampling.BOX)
    return np.asarray(chips, np.float32)


def _around(plane: Plane, known: NDArray[np.bool_]) -> Plane:
    """The mean of the known neighbours of each chip, itself among them."""
    total, count = (_box(each.astype(np.float32)) for each in (np.where(known, plane, 0), known))
    return (total / np.maximum(count, 1)).astype(np.float32)


def _box(plane: Plane) -> Plane:
    padded = np.pad(plane, _NEAR)
    size = 2 * _NEAR + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size))
    return np.asarray(windows.sum((2, 3)), np.float32)
