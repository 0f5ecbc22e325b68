"""A found picture laid over the one it was made from: turned back to size, place and tone.

First the place is searched for in small pictures, then it is made exact in larger ones by
stepping along the gradients (Lucas and Kanade), with tone, and with less weight for what differs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

Plane = NDArray[np.float32]
Affine = NDArray[np.float64]
Sums = NDArray[np.float64]

_COARSE = 96
_STEPS = {128: 12, 256: 8, 512: 6}
_SMALLEST_PART, _PART_STEP = 0.15, 0.96
_FEWEST_PIXELS = 64
_NEVER = -1.0
_LONGEST_STEP, _SHORTEST_STEP = 8, 0.02
"""In pixels."""
_LEAST_GAIN, _MOST_GAIN = 0.4, 2.5


@dataclass(frozen=True)
class Placement:
    """Where a found picture lies in ours, in parts of our longest side.

    `affine` gives from a place in ours (x, y, 1) the place in the found one, in parts of its
    longest side. `mirrored` tells that it must be mirrored first.
    """

    affine: Affine
    mirrored: bool


@dataclass(frozen=True)
class Overlay:
    """The found picture in place of ours, both in grey levels, equal in tone.

    `seen` is where the found one has pixels at all, `likeness` the correlation of both there.
    """

    found: Plane
    ours: Plane
    seen: NDArray[np.bool_]
    likeness: float


def overlaid(found: Image.Image, ours: Image.Image) -> Overlay:
    """`found` laid over `ours`, 512 pixels at most, wherever in it it fits best."""
    found, ours = found.convert("L"), ours.convert("L")
    whole = _refined(found, ours, _whole(found, ours))
    if whole.likeness > 0.97:
        return whole
    others = [_refined(found, ours, placement) for placement in _places(found, ours)]
    return max([whole, *others], key=lambda overlay: overlay.likeness)


def _whole(found: Image.Image, ours: Image.Image) -> Placement:
    """The found picture is all of ours, whatever its proportions are."""
    across = (found.width / max(found.size)) / (ours.width / max(ours.size))
    down = (found.height / max(found.size)) / (ours.height / max(ours.size))
    return Placement(np.array([[across, 0.0, 0.0], [0.0, down, 0.0]]), mirrored=False)


def _places(found: Image.Image, ours: Image.Image) -> Iterator[Placement]:
    """The likeliest place of the found picture as a part of ours, as it is and mirrored."""
    for mirrored in (False, True):
        picture = ImageOps.mirror(found) if mirrored else found
        score, part, x, y = max(_matches(picture, ours))
        if score > _NEVER:
            scale = 1 / part
            yield Placement(
                np.array([[scale, 0.0, -x * scale], [0.0, scale, -y * scale]]), mirrored
            )


def _matches(found: Image.Image, ours: Image.Image) -> Iterator[tuple[float, float, float, float]]:
    """How well the found picture fits where: score, its size and corner in parts of ours."""
    below = _contours(_scaled(ours, _COARSE))
    height, width = below.shape
    spectrum = np.fft.rfft2(below, (2 * _COARSE, 2 * _COARSE))
    sums = _summed(below), _summed(below**2)
    # The found picture may be as wide as ours, or as high: its longest side need not be ours.
    largest = min(width / found.width, height / found.height) * max(found.size) / _COARSE
    part = largest
    yield _NEVER, part, 0.0, 0.0
    while part >= _SMALLEST_PART:
        above = _contours(_scaled(found, max(8, round(part * _COARSE))))
        exact = max(above.shape) / _COARSE
        if above.shape[0] <= height and above.shape[1] <= width and above.std() > 0:
            score, x, y = _best(above, spectrum, sums)
            yield score, exact, x / _COARSE, y / _COARSE
        part *= _PART_STEP


def _best(
    above: Plane, spectrum: NDArray[np.complex128], sums: tuple[Sums, Sums]
) -> tuple[float, int, int]:
    """The highest normalised correlation of `above` in the picture of `spectrum`, and where."""
    rows, columns = above.shape
    centred = (above - above.mean()) / above.std()
    shape = (2 * _COARSE, 2 * _COARSE)
    products = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(centred, shape)), shape)
    total, squares = (_windows(each, rows, columns) for each in sums)
    count = rows * columns
    spread = np.sqrt(np.maximum(squares / count - (total / count) ** 2, 1e-3))
    scores = products[: total.shape[0], : total.shape[1]] / (spread * count)
    y, x = np.unravel_index(int(scores.argmax()), scores.shape)
    return float(scores[y, x]), int(x), int(y)


def _summed(plane: Plane) -> Sums:
    """The sum of all that is above and left of each pixel."""
    return np.pad(plane.astype(np.float64), ((1, 0), (1, 0))).cumsum(0).cumsum(1)


def _windows(summed: Sums, rows: int, columns: int) -> Sums:
    """The sum of each window of that size."""
    return (
        summed[rows:, columns:]
        - summed[:-rows, columns:]
        - summed[rows:, :-columns]
        + summed[:-rows, :-columns]
    )


def _refined(found: Image.Image, ours: Image.Image, placement: Placement) -> Overlay:
    picture = ImageOps.mirror(found) if placement.mirrored else found
    affine = placement.affine
    for side, steps in _STEPS.items():
        below = _plane(_scaled(ours, side))
        # One pixel of the found picture is as large as one of ours, so none is passed over.
        zoom = float(np.sqrt(abs(np.linalg.det(affine[:, :2]))))
        above = _scaled(picture, max(8, round(side / zoom)))
        for _ in range(steps):
            before, affine = affine, _stepped(above, below, affine)
            if np.abs(affine - before).max() * side < _SHORTEST_STEP:
                break
    return _overlay(above, below, affine)


def _stepped(above: Image.Image, below: Plane, affine: Affine) -> Affine:
    """The affine after one step towards where both pictures differ least."""
    laid, seen = _laid(above, below.shape, affine)
    if seen.sum() < _FEWEST_PIXELS:
        return affine
    down, across = (np.gradient(laid, axis=axis)[seen] for axis in (0, 1))
    places = np.indices(below.shape)
    y, x = (places[axis][seen] / max(below.shape) for axis in (0, 1))
    ours, theirs = below[seen], laid[seen]
    # laid + gradient * move = gain * ours + offset, solved for the move, the gain and the offset.
    slopes = [across * x, across * y, across, down * x, down * y, down]
    columns = np.stack([*(-slope for slope in slopes), ours, np.ones_like(ours)])
    weighted = columns * _weights(ours, theirs)
    normal = weighted @ columns.T
    damped = normal + np.diag(normal.diagonal() * 1e-4 + 1e-6)
    move = np.linalg.solve(damped, weighted @ theirs)[:6].reshape(2, 3)
    # The move is in pixels of ours; pixels of the found picture are as large.
    stepped: Affine = affine + np.clip(move, -_LONGEST_STEP, _LONGEST_STEP) / max(above.size)
    return stepped


def _weights(ours: Plane, theirs: Plane) -> Plane:
    """Less for what differs much: a watermark, something painted over."""
    gain, offset = _line(ours, theirs)
    off = np.abs(theirs - gain * ours - offset)
    return np.asarray(1 / (np.median(off) + 1 + off), np.float32)


def _line(x: Plane, y: Plane) -> tuple[float, float]:
    """The slope and the offset of the straight line that fits best."""
    across = x - x.mean()
    slope = float((across * y).sum() / max(float((across**2).sum()), 1e-6))
    return slope, float(y.mean()) - slope * float(x.mean())


def _laid(
    above: Image.Image, shape: tuple[int, ...], affine: Affine
) -> tuple[Plane, NDArray[np.bool_]]:
    """The found picture in the place of ours, and where it is."""
    rows, columns = shape
    to_pixels = max(above.size)
    matrix = affine.copy() * to_pixels
    matrix[:, :2] /= max(shape)
    laid = above.convert("F").transform(
        (columns, rows),
        Image.Transform.AFFINE,
        tuple(matrix.ravel()),
        Image.Resampling.BICUBIC,
        fillcolor=-1000,
    )
    plane = np.asarray(laid, np.float32)
    y, x = (axis + 0.5 for axis in np.indices((rows, columns)))
    left = matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]
    top = matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]
    inside = (left > 1) & (left < above.width - 1) & (top > 1) & (top < above.height - 1)
    return plane, inside & (plane > -500)


def _overlay(above: Image.Image, below: Plane, affine: Affine) -> Overlay:
    laid, seen = _laid(above, below.shape, affine)
    if seen.sum() < _FEWEST_PIXELS or below[seen].std() == 0 or laid[seen].std() == 0:
        return Overlay(laid, below, seen, 0.0)
    gain, offset = _line(laid[seen], below[seen])
    if not _LEAST_GAIN < gain < _MOST_GAIN:
        gain, offset = 1.0, float(below[seen].mean() - laid[seen].mean())
    likeness = float(np.corrcoef(laid[seen], below[seen])[0, 1])
    return Overlay(gain * laid + offset, below, seen, likeness)


def _scaled(image: Image.Image, longest: int) -> Image.Image:
    share = longest / max(image.size)
    size = max(1, round(image.width * share)), max(1, round(image.height * share))
    return image.resize(size, Image.Resampling.LANCZOS)


def _plane(image: Image.Image) -> Plane:
    return np.asarray(image, np.float32)


def _contours(image: Image.Image) -> Plane:
    """Without what changes slowly, so that light does not count as likeness."""
    return _plane(image) - _plane(image.filter(ImageFilter.GaussianBlur(6)))
